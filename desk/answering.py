"""What tellers, children and parents say to an ervaringswerker about consent: recorded as events, with the sitting.

Every yes that is needed may come at another moment: the child today, the mother next week on paper. Each answer is an
event `recorded_by` the helper; a purpose that is no longer on becomes a no; a no stops the work and blocks drafts at
once. Nothing is ever edited (R7).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from capture import notices
from desk import contacts, proofs, rules, withdrawing
from desk.taken import going_on
from desk.telling import Channels
from desk.working import ask_for_work
from stories import jobs
from stories.consent import (
    WITHOUT_FORM,
    Consent,
    ConsentEvent,
    Form,
    Notice,
    Outcome,
    Party,
    Purpose,
    Recognisability,
    Way,
    required_parties,
)
from stories.errors import InputRefused, NotFound, Refused
from stories.model import AgeBand, new_id
from stories.people import Act, User
from stories.rulebook import RuleKind
from stories.sitting import OtherParent, Sitting
from stories.store import Books, Store
from stories.words import DEFAULT_LANGUAGE

UNKNOWN_AGE_TERM = timedelta(days=182)
"""The yes of somebody of 12 to 15 of whom nobody knows when they turn 16 lasts half a year [P]."""


def record_answers(
    store: Store,
    user: User,
    story_id: str,
    said: Mapping[Party, Outcome],
    channels: Channels = (),
    *,
    recognisability: Recognisability = Recognisability.ONHERKENBAAR,
    embargo_until: date | None = None,
    valid_until: date | None = None,
    way: Way = Way.SCHERM,
    circumstances: Mapping[str, Any] | None = None,
    proof: int = 0,
    notice_version: int | None = None,
    language: str = DEFAULT_LANGUAGE,
    now: datetime | None = None,
) -> None:
    """One conversation: who said what. Parties that are not in `said` were not asked.

    `channels` counts with the yes of whoever decides about them (the teller, or under 16 the representative);
    `circumstances` are fields of `stories.sitting.Sitting`; `proof` is the number of a proof of this story;
    `notice_version` is printed on a paper form (default: the notice of now). Raises NotFound for somebody else's case,
    Refused or InputRefused when the answers do not fit together.
    """
    user.require(Act.TAKE_STORY)
    now = now or datetime.now(UTC)
    facts = dict(circumstances or {})
    with store.write() as books:
        story = going_on(books, user, story_id)
        notice = _notice(books, language, notice_version)
        if proof and proof not in proofs.numbers(books, story_id):
            raise NotFound("stories.not_found")
        before, earlier = books.consent(story_id), books.sittings(story_id)
        facts.setdefault("preview", bool(earlier) and earlier[-1].preview)  # not asked again: the wish stands
        said = _with_other_parent(said, facts.get("other_parent"), before)
        decides = required_parties(story.teller)[0]
        _require_sense(said, channels, decides, story.teller.age_band.needs_representative, embargo_until, valid_until)
        longest = now.date() + rules.promised(books, notice).story
        if story.teller.age_band is AgeBand.FROM_12 and story.teller.turns_16_on is None:
            longest = min(longest, now.date() + UNKNOWN_AGE_TERM)
        until = min(valid_until or longest, longest)

        def event(party: Party, purpose: Purpose, outcome: Outcome, form: Form | None = None) -> ConsentEvent:
            channel = purpose is not Purpose.VERWERKEN and outcome is Outcome.JA
            return ConsentEvent(
                id=new_id("c"), story_id=story_id, at=now, party=party, purpose=purpose, outcome=outcome, form=form,
                notice=notice, way=way, recorded_by=user.id,
                valid_until=until if outcome is Outcome.JA else None,
                recognisability=recognisability if channel else Recognisability.ONHERKENBAAR,
                embargo_until=embargo_until if channel else None,
            )  # fmt: skip

        events = [event(party, Purpose.VERWERKEN, outcome) for party, outcome in said.items()]
        if said.get(decides) is Outcome.JA:
            on = {(purpose, None if purpose in WITHOUT_FORM else form) for purpose, form in channels}
            events += [event(decides, purpose, Outcome.JA, form) for purpose, form in sorted(on, key=str)]
            off = set(_yeses(before, decides)) - on
            events += [event(decides, purpose, Outcome.NEE, form) for purpose, form in sorted(off, key=str)]
        books.add_consent(*events)
        books.add_sitting(
            Sitting(
                new_id("z"), story_id, now, recorded_by=user.id, notice=notice, way=way,
                proof=proof, **({"language": language} | facts),
            )
        )  # fmt: skip
        for one in events:
            if one.outcome is not Outcome.JA:  # a no or a doubt reaches every draft, as a withdrawal does (R6)
                withdrawing.close(books, story_id, one.purpose, one.form, now)
        contacts.drop_unneeded(books, story_id)  # whoever has answered need not be reached any more
        parties = " ".join(f"{party}={outcome}" for party, outcome in said.items())
        books.audit(user.id, "answers_recorded", story_id=story_id, detail=f"{way} {parties} events={len(events)}")
    if not ask_for_work(store, story_id):
        jobs.cancel(store, story_id)


def bind_proof(store: Store, user: User, story_id: str, *, now: datetime | None = None) -> None:
    """The scan or the spoken clip came after the answers: the newest proof belongs to the newest conversation on paper
    or by word of mouth. A sitting of its own says so, because the first one is never edited."""
    user.require(Act.TAKE_STORY)
    now = now or datetime.now(UTC)
    with store.write() as books:
        going_on(books, user, story_id)
        sittings = books.sittings(story_id)
        number = proofs.unbound(books, story_id, sittings)
        last = next((s for s in reversed(sittings) if s.way is not Way.SCHERM), None)
        if not number or last is None:
            raise Refused("helper.proof_nothing_to_bind")
        wish = sittings[-1].preview  # the newest sitting counts, and this one says nothing new about it
        books.add_sitting(replace(last, id=new_id("z"), at=now, recorded_by=user.id, proof=number, preview=wish))
        books.audit(user.id, "proof_bound", story_id=story_id, subject=str(number))


def _with_other_parent(
    said: Mapping[Party, Outcome], other: OtherParent | None, before: Consent
) -> dict[Party, Outcome]:
    """A known objection of the other parent is their no; one that was lifted is their yes."""
    all_said = dict(said)
    objected = before.last(Party.ANDERE_OUDER, Purpose.VERWERKEN, None)
    if other is OtherParent.BEZWAAR:
        all_said[Party.ANDERE_OUDER] = Outcome.NEE
    elif other is OtherParent.EENS and objected is not None and objected.outcome is not Outcome.JA:
        all_said[Party.ANDERE_OUDER] = Outcome.JA
    return all_said


def _require_sense(
    said: Mapping[Party, Outcome],
    channels: Channels,
    decides: Party,
    under_16: bool,
    embargo_until: date | None,
    valid_until: date | None,
) -> None:
    if not said:
        raise InputRefused("helper.nobody_answered")
    asked = {decides, Party.KIND, Party.ANDERE_OUDER} if under_16 else {decides}
    if not set(said) <= asked:
        raise Refused("helper.party_not_asked")
    if Outcome.INGETROKKEN in said.values():
        raise Refused("helper.taking_back_is_another_thing")
    if channels and said.get(decides) is not Outcome.JA:
        raise InputRefused("helper.channels_need_yes_parent" if under_16 else "helper.channels_need_yes")
    if any(purpose is Purpose.VERWERKEN or (form is None) != (purpose in WITHOUT_FORM) for purpose, form in channels):
        raise InputRefused("helper.channel_unknown")
    if embargo_until is not None and valid_until is not None and embargo_until > valid_until:
        raise InputRefused("helper.dates_swapped")


def _yeses(consent: Consent, party: Party) -> Iterator[tuple[Purpose, Form | None]]:
    """The channels to which this party says yes now."""
    for event in consent.events:
        if event.party is party and event.purpose is not Purpose.VERWERKEN and event.outcome is Outcome.JA:
            last = consent.last(party, event.purpose, event.form)
            if last is not None and last.outcome is Outcome.JA:
                yield event.purpose, event.form


def notice_versions(books: Books, language: str = DEFAULT_LANGUAGE) -> tuple[int, ...]:
    """The versions of the notice that tellers may have been shown, newest first."""
    return tuple(sorted(_notices(books, language), reverse=True))


def _notice(books: Books, language: str, version: int | None) -> Notice:
    """The notice that was shown. Raises NotFound for a version that nobody was ever shown."""
    if version is None:
        return rules.notice(books, language)[0]
    known = _notices(books, language)
    if version not in known:
        raise NotFound("stories.not_found")
    return known[version]


def _notices(books: Books, language: str) -> dict[int, Notice]:
    """Ours, and those that two administrators agreed on."""
    known = {notice.version: notice for notice, _ in notices.versions(language)}
    for rule in books.rule_versions(RuleKind.NOTICE):
        if rule.language == language and rule.approved_by is not None:
            known[rule.version] = Notice(notices.ID, rule.version, language, rule.sha256)
    return known
