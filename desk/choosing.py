"""Choosing: consent that changes later, by whoever holds a code: one event for each thing that is said.

Who may say what:

    holder of the code       a channel: yes       a channel: no   the whole: yes, no, doubt   "show it to me first"
    teller of 16 and over    yes                  yes             yes                         yes
    teller under 16          own no back, alone   yes             yes                         yes
    parent or guardian       yes                  yes             yes, by `telling`           on, never off

A yes never touches what somebody else said: `may_use` asks everybody, every time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from desk import rules, withdrawing
from desk.parts import REPRESENTATIVE, TELLER
from desk.telling import wished_before
from desk.working import ask_for_work
from stories import clock, jobs
from stories.consent import (
    WITHOUT_FORM,
    Consent,
    ConsentEvent,
    Form,
    Outcome,
    Party,
    Purpose,
    Recognisability,
    Verdict,
    Way,
    may_use,
    required_parties,
)
from stories.errors import Refused
from stories.model import Story, Teller, new_id
from stories.people import CodeHolder, Holder
from stories.sitting import Sitting
from stories.stages import State
from stories.store import Books, Store
from stories.told import Audience
from stories.words import say

SPECIAL: rules.Channel = (Purpose.BIJZONDER, None)
"""Asked apart from the channels: words about health, origin or belief."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What holds for every yes of one party: how recognisable, from when, and until when."""

    recognisability: Recognisability = Recognisability.ONHERKENBAAR
    embargo_until: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One channel: what this holder said last, and what may_use says of it today."""

    purpose: Purpose
    form: Form | None
    mine: Outcome | None
    now: Verdict
    can_allow: bool  # may this holder say yes to it?


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything that can be chosen with one code, and how it stands."""

    party: Party
    whole: Outcome | None  # what this party said last about keeping and working the story
    channels: tuple[Choice, ...]
    conditions: Conditions
    may_condition: bool
    audience: Audience | None  # of a teller under 16: a ceiling that nobody's yes goes past
    preview: bool
    longest: date  # the last day on which a yes of today can end


def party_of(teller: Teller, holder: Holder) -> Party:
    """As whom the holder of a code speaks."""
    if holder is Holder.VERTEGENWOORDIGER:
        return Party.VERTEGENWOORDIGER
    return Party.KIND if Party.KIND in required_parties(teller) else Party.TELLER


def choices(store: Store, holder: CodeHolder, *, today: date | None = None) -> Choices:
    """What the holder of this code may choose, channel by channel. A child sees everything, and may refuse it all."""
    today = today or clock.today()
    with store.read() as books:
        consent = books.consent(holder.story_id)
        party = party_of(consent.teller, holder.holder)
        said = {(e.purpose, e.form) for e in consent.events if e.form is not None or e.purpose in WITHOUT_FORM}
        asked = dict.fromkeys((*rules.offered(books), SPECIAL))
        asked |= dict.fromkeys(sorted((c for c in said if c[0] is not Purpose.VERWERKEN and c not in asked), key=str))
        whole = consent.last(party, Purpose.VERWERKEN, None)
        ceiling = books.tags(holder.story_id).audience if Party.KIND in required_parties(consent.teller) else None
        return Choices(
            party=party,
            whole=whole.outcome if whole else None,
            channels=tuple(_choice(consent, party, channel, today, ceiling) for channel in asked),
            conditions=_conditions(consent, party),
            may_condition=party is not Party.KIND,
            audience=ceiling,
            preview=wished_before(books, holder.story_id),
            longest=today + rules.promised(books, rules.notice(books)[0]).story,
        )


def _choice(consent: Consent, party: Party, channel: rules.Channel, today: date, ceiling: Audience | None) -> Choice:
    last = consent.last(party, *channel)
    mine = last.outcome if last else None
    verdict = may_use(consent, *channel, on=today)
    if verdict and ceiling is not None and channel[0] not in ceiling.reaches:
        verdict = Verdict("consent.audience", say("consent.audience"))
    return Choice(*channel, mine, verdict, party is not Party.KIND or mine not in (None, Outcome.JA))


def _conditions(consent: Consent, party: Party) -> Conditions:
    """Of the newest yes of this party that can have them; the newest yes of all for the end."""
    yeses = [e for e in consent.events if e.party is party and e.outcome is Outcome.JA]
    about = [e for e in yeses if e.purpose is not Purpose.VERWERKEN]
    if not about:
        return Conditions(valid_until=yeses[-1].valid_until if yeses else None)
    newest = about[-1]
    return Conditions(newest.recognisability, newest.embargo_until, newest.valid_until)


def allowed_until(consent: Consent, purpose: Purpose, form: Form | None) -> date | None:
    """The last day of a yes, of the party whose yes it is; None when there is no yes."""
    event = consent.last(required_parties(consent.teller)[0], purpose, form)
    if event is None or event.outcome is not Outcome.JA:
        return None
    return event.last_day


def decide(
    store: Store,
    holder: CodeHolder,
    purpose: Purpose,
    form: Form | None,
    yes: bool,
    *,
    language: str | None = None,
    now: datetime | None = None,
) -> None:
    """Say yes or no to one channel in one form. A no that comes after a yes is a withdrawal: it reaches every draft.

    Raises Refused for a yes that is not this holder's to give, and for one that was never asked about.
    """
    now = now or datetime.now(UTC)
    if purpose is Purpose.VERWERKEN:
        raise Refused("desk.not_a_channel")
    with store.read() as books:
        consent = books.consent(holder.story_id)
        party = party_of(consent.teller, holder.holder)
        last = consent.last(party, purpose, form)
    if not yes and last is not None and last.outcome is Outcome.JA and party is not Party.KIND:
        withdrawing.withdraw(
            store, holder.story_id, party, purpose=purpose, form=form, recorded_by=_actor(holder), now=now
        )
        return
    with store.write() as books:
        story, consent = books.story(holder.story_id), books.consent(holder.story_id)
        if yes:
            _require_may_allow(books, story, consent, party, purpose, form, clock.today(now))
        conditions = _conditions(consent, party) if yes else Conditions()
        _say(books, holder, party, purpose, form, Outcome.JA if yes else Outcome.NEE, now, language, conditions)
        if not yes:
            withdrawing.close(books, story.id, purpose, form, now)


def _require_may_allow(
    books: Books, story: Story, consent: Consent, party: Party, purpose: Purpose, form: Form | None, today: date
) -> None:
    if story.state in (State.INGETROKKEN, State.GEWIST):
        raise Refused(f"desk.story_{story.state}")
    if (form is None) != (purpose in WITHOUT_FORM):
        raise Refused("desk.not_a_channel")
    turns = consent.teller.turns_16_on
    if party is Party.VERTEGENWOORDIGER and turns is not None and today >= turns:
        raise Refused("desk.decides_self")
    if party is Party.VERTEGENWOORDIGER and party not in required_parties(consent.teller):
        raise Refused("desk.decides_self")
    last = consent.last(party, purpose, form)
    if party is Party.KIND and (last is None or last.outcome is Outcome.JA):
        raise Refused("desk.representative_allows")  # a child takes an own no back, and switches nothing on alone
    known = {(e.purpose, e.form) for e in consent.events}
    if (purpose, form) not in {*rules.offered(books), SPECIAL} | known:
        raise Refused("desk.not_a_channel")


def answer_whole(
    store: Store, holder: CodeHolder, outcome: Outcome, *, language: str | None = None, now: datetime | None = None
) -> None:
    """The teller doubts, says no, or says yes again to the whole. (Stopping for good is `withdrawing.withdraw`.)

    Anything but yes stops every use at once and locks drafts; the story itself stays, and waits. Raises Refused for the
    representative, who answers with `telling.representative_says`, and for a story that was withdrawn.
    """
    now = now or datetime.now(UTC)
    with store.write() as books:
        story = books.story(holder.story_id)
        party = party_of(story.teller, holder.holder)
        if party is Party.VERTEGENWOORDIGER or outcome is Outcome.INGETROKKEN:
            raise Refused("desk.not_a_channel")
        if story.state in (State.INGETROKKEN, State.GEWIST):
            raise Refused(f"desk.story_{story.state}")
        conditions = _conditions(books.consent(story.id), party)
        _say(books, holder, party, Purpose.VERWERKEN, None, outcome, now, language, conditions)
        if outcome is not Outcome.JA:
            withdrawing.close(books, story.id, Purpose.VERWERKEN, None, now)
    if not ask_for_work(store, holder.story_id):
        jobs.cancel(store, holder.story_id)


def set_conditions(
    store: Store, holder: CodeHolder, wanted: Conditions, *, language: str | None = None, now: datetime | None = None
) -> None:
    """Other conditions for every yes that stands: said anew, one event each. What is no stays no.

    The end lies at most the house's term ahead, and is the end of working the story too. Raises Refused for dates that
    cannot be, and for a child, whose parent sets them.
    """
    now = now or datetime.now(UTC)
    with store.write() as books:
        story, consent = books.story(holder.story_id), books.consent(holder.story_id)
        party = party_of(story.teller, holder.holder)
        if party is Party.KIND:
            raise Refused("desk.representative_allows")
        if story.state in (State.INGETROKKEN, State.GEWIST):
            raise Refused(f"desk.story_{story.state}")
        longest = clock.today(now) + rules.promised(books, rules.notice(books, language)[0]).story
        until = min(wanted.valid_until or longest, longest)
        if until < clock.today(now) or (wanted.embargo_until or until) > until:
            raise Refused("desk.dates_cannot_be")
        wanted = Conditions(wanted.recognisability, wanted.embargo_until, until)
        for purpose, form in _standing(consent, party):
            if party is Party.VERTEGENWOORDIGER and purpose is not Purpose.VERWERKEN:
                _require_may_allow(books, story, consent, party, purpose, form, clock.today(now))
            _say(books, holder, party, purpose, form, Outcome.JA, now, language, wanted)
        if wanted.embargo_until is not None and wanted.embargo_until > clock.today(now):
            for piece in books.pieces_using(story.id):
                books.expire_exports(piece.id)  # a bundle that lies ready asks again


def _standing(consent: Consent, party: Party) -> tuple[rules.Channel, ...]:
    """Everything to which this party's last word is yes, the whole first."""
    said = dict.fromkeys((e.purpose, e.form) for e in consent.events if e.party is party and e.outcome is Outcome.JA)
    standing = []
    for purpose, form in sorted(said, key=lambda channel: channel[0] is not Purpose.VERWERKEN):
        last = consent.last(party, purpose, form)
        if last is not None and last.outcome is Outcome.JA:
            standing.append((purpose, form))
    return tuple(standing)


def set_audience(store: Store, holder: CodeHolder, audience: Audience, *, now: datetime | None = None) -> None:
    """Who may hear or read it, says the teller: a ceiling, and never a yes. A lower one reaches every draft that was
    under the higher one. Raises Refused for a parent, who does not lift what a child wants to keep close."""
    now = now or datetime.now(UTC)
    with store.write() as books:
        story = books.story(holder.story_id)
        if party_of(story.teller, holder.holder) is Party.VERTEGENWOORDIGER:
            raise Refused("desk.not_a_channel")
        if story.state is State.GEWIST:
            raise Refused(f"desk.story_{story.state}")
        tags = books.tags(story.id)
        books.keep_tags(story.id, replace(tags, audience=audience))
        if Party.KIND in required_parties(story.teller):
            for purpose in sorted((tags.audience or Audience.IEDEREEN).reaches - audience.reaches):
                withdrawing.close(books, story.id, purpose, None, now)
        books.audit(_actor(holder), "audience_chosen", story_id=story.id, detail=str(audience))


def wish_preview(
    store: Store, holder: CodeHolder, wish: bool, *, language: str | None = None, now: datetime | None = None
) -> None:
    """The wish to see the finished product first, as a sitting of its own. A parent may ask it for the child, and
    never takes away what the child asked."""
    now = now or datetime.now(UTC)
    with store.write() as books:
        notice, _ = rules.notice(books, language)
        if holder.holder is Holder.VERTEGENWOORDIGER:
            wish = wish or wished_before(books, holder.story_id)
        facts: dict[str, Any] = {"language": notice.language, "preview": wish}
        actor = _actor(holder)
        books.add_sitting(Sitting(new_id("z"), holder.story_id, now, recorded_by=actor, notice=notice, **facts))
        books.audit(actor, "preview_wished", story_id=holder.story_id, detail="yes" if wish else "no")


def _say(
    books: Books,
    holder: CodeHolder,
    party: Party,
    purpose: Purpose,
    form: Form | None,
    outcome: Outcome,
    now: datetime,
    language: str | None,
    conditions: Conditions,
) -> None:
    notice, _ = rules.notice(books, language)
    is_yes, whole = outcome is Outcome.JA, purpose is Purpose.VERWERKEN
    longest, chosen = clock.today(now) + rules.promised(books, notice).story, conditions.valid_until
    until = chosen if chosen is not None and clock.today(now) <= chosen <= longest else longest
    books.add_consent(
        ConsentEvent(
            id=new_id("c"),
            story_id=holder.story_id,
            at=now,
            party=party,
            purpose=purpose,
            outcome=outcome,
            notice=notice,
            way=Way.SCHERM,
            recorded_by=_actor(holder),
            form=form,
            recognisability=Recognisability.ONHERKENBAAR if whole else conditions.recognisability,
            embargo_until=conditions.embargo_until if is_yes and not whole else None,  # else it would stop the work
            valid_until=until if is_yes else None,
        )
    )
    books.audit(_actor(holder), "consent_changed", story_id=holder.story_id, detail=f"{party} {purpose} {outcome}")


def _actor(holder: CodeHolder) -> str:
    return REPRESENTATIVE if holder.holder is Holder.VERTEGENWOORDIGER else TELLER
