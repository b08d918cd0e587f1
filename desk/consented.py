"""What may be done with a story, for an editor to read: per channel, until when, who said what, and whom to ask.

No rules of its own: every answer is asked of `stories.use` and `stories.consent`, also the days on which it changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from desk import keeping
from desk.keeping import Kept
from desk.standing import standing
from stories.clock import today as today_at_home
from stories.consent import (
    WITHOUT_FORM,
    Consent,
    ConsentEvent,
    Form,
    Outcome,
    Party,
    Purpose,
    Recognisability,
    required_parties,
    turning_days,
)
from stories.people import Act, User
from stories.sitting import Sitting
from stories.store import Store
from stories.told import Agreed, Audience
from stories.use import Standing, every_no

NEVER_USED = frozenset({Purpose.VERWERKEN, Purpose.BIJZONDER})
"""Purposes that are no use by themselves: keeping it at all, and a condition of other uses."""

DAY = timedelta(days=1)

OPEN_ANSWERS = frozenset({Outcome.TWIJFEL})
"""An answer that leaves the question open. A no is an answer: nobody asks again."""


@dataclass(frozen=True, slots=True)
class Saying:
    """The last word of one party on one channel."""

    party: Party
    outcome: Outcome
    on: date


@dataclass(frozen=True, slots=True)
class Channel:
    """One purpose in one form. `may`: consent says yes today, whatever the story itself still needs.

    `until` is the last day of a yes, `since` the first one of a yes that waits for its day; `ask` are those whose
    answer is missing. `asked` is False when nobody ever said anything about it.
    """

    purpose: Purpose
    form: Form | None
    may: bool
    why_not: str
    until: date | None
    since: date | None
    recognisability: Recognisability | None
    said: tuple[Saying, ...]
    ask: tuple[Party, ...]

    @property
    def asked(self) -> bool:
        return bool(self.said)


@dataclass(frozen=True, slots=True)
class Consented:
    """Everything the tab Toestemming shows. No name of anybody, and no word of what was told."""

    channels: tuple[Channel, ...]
    whole: tuple[Saying, ...]  # about keeping the story at all
    not_yet: str  # why the text cannot be used yet, when that is not for consent; empty when it can
    special: tuple[Saying, ...]
    preview: bool
    audience: Audience | None
    ask_again_on: date | None
    kept: Kept  # how long the story stays
    sitting: Sitting | None
    explained_by: str  # as a colleague knows them; empty when the teller did it alone
    excluded: int
    third_persons: tuple[tuple[Agreed, int], ...]
    events: tuple[ConsentEvent, ...]  # newest first


def consented(store: Store, user: User, story_id: str, *, today: date | None = None) -> Consented:
    """For whoever may read the story. Raises NotFound for one without a version."""
    user.require(Act.READ_STORY)
    today = today or today_at_home()
    with store.read() as books:
        now, sittings = standing(books, story_id), books.sittings(story_id)
        time = keeping.clock(store, books)
        end, kept = keeping.end_of(books, now.story, now.consent, time), keeping.kept(books, now.story, time)[0]
        people = {one.id: one.name for one in books.users(include_inactive=True)}
        persons = Counter(person.agreed for person in books.third_persons(story_id))
        excluded = len(books.excluded(story_id))
    last = sittings[-1] if sittings else None
    asks = end.task == keeping.ASK_AGAIN
    return Consented(
        channels=tuple(channel(now, purpose, form, today) for purpose, form in channels_of(now.consent)),
        whole=_said(now.consent, Purpose.VERWERKEN, None),
        not_yet=_not_yet(now, today),
        special=_said(now.consent, Purpose.BIJZONDER, None),
        preview=now.preview,
        audience=now.audience,
        ask_again_on=end.tell_from.date() if asks and end.tell_from else None,
        kept=kept,
        sitting=last,
        explained_by=people.get(last.recorded_by, "") if last else "",
        excluded=excluded,
        third_persons=tuple((agreed, persons[agreed]) for agreed in Agreed if persons[agreed]),
        events=tuple(reversed(now.consent.events)),
    )


def channels_of(consent: Consent) -> tuple[tuple[Purpose, Form | None], ...]:
    """Every use there is to tell about: what somebody said something about, and of each other purpose its text."""
    spoken = {(event.purpose, event.form) for event in consent.events}
    found: list[tuple[Purpose, Form | None]] = []
    for purpose in Purpose:
        if purpose in NEVER_USED:
            continue
        if purpose in WITHOUT_FORM:
            found.append((purpose, None))
            continue
        forms = [form for form in Form if (purpose, form) in spoken]
        found += [(purpose, form) for form in forms or [Form.TEKST]]
    return tuple(found)


def channel(now: Standing, purpose: Purpose, form: Form | None, today: date) -> Channel:
    """What consent says of one purpose in one form."""

    def says(on: date, how: Recognisability = Recognisability.ONHERKENBAAR) -> str:
        return _no_of_consent(now, purpose, form, on, how)

    why_not = says(today)
    said = _said(now.consent, purpose, form)
    open_to = [how for how in Recognisability if not says(today, how)]
    return Channel(
        purpose=purpose,
        form=form,
        may=not why_not,
        why_not=why_not,
        until=None if why_not else _last_day(now.consent, lambda day: not says(day), today),
        since=_first_day(now.consent, lambda day: not says(day), today) if why_not else None,
        recognisability=open_to[-1] if open_to and purpose not in WITHOUT_FORM else None,
        said=said,
        ask=_whom_to_ask(now.consent, purpose, form, today) if why_not else (),
    )


def _no_of_consent(now: Standing, purpose: Purpose, form: Form | None, on: date, how: Recognisability) -> str:
    """The sentence of what consent itself says no to; empty for a yes."""
    noes = every_no(now, purpose, form, on=on, recognisability=how)
    return next((no.sentence for no in noes if (no.code or "").startswith("consent.")), "")


def _not_yet(now: Standing, today: date) -> str:
    noes = every_no(now, Purpose.INTERN_LEREN, on=today)
    return next((no.sentence for no in noes if (no.code or "").startswith("use.")), "")


def _said(consent: Consent, purpose: Purpose, form: Form | None) -> tuple[Saying, ...]:
    """The last word of everybody who said something about it."""
    lasts = ((party, consent.last(party, purpose, form)) for party in Party)
    return tuple(Saying(party, said.outcome, said.at.date()) for party, said in lasts if said is not None)


def _last_day(consent: Consent, yes: Callable[[date], bool], today: date) -> date | None:
    """The last day on which it is a yes without a break."""
    return next((day - DAY for day in turning_days(consent) if day > today and not yes(day)), None)


def _first_day(consent: Consent, yes: Callable[[date], bool], today: date) -> date | None:
    """The first day on which a no becomes a yes by itself."""
    return next((day for day in turning_days(consent) if day > today and yes(day)), None)


def _whom_to_ask(consent: Consent, purpose: Purpose, form: Form | None, today: date) -> tuple[Party, ...]:
    """Those whose answer is missing, open or over. Of whoever said no nobody asks it again."""
    turned = consent.teller.turns_16_on
    if consent.teller.age_band.needs_representative and turned is not None and today >= turned:
        return (Party.TELLER,)
    found = []
    for party in required_parties(consent.teller):
        about = (Purpose.VERWERKEN, None) if party is Party.KIND else (purpose, form)
        lasts = [consent.last(party, Purpose.VERWERKEN, None), consent.last(party, *about)]
        if any(e is not None and e.outcome in (Outcome.NEE, Outcome.INGETROKKEN) for e in lasts):
            continue
        if any(e is None or e.outcome in OPEN_ANSWERS or _is_over(e, today) for e in lasts):
            found.append(party)
    return tuple(found)


def _is_over(event: ConsentEvent, today: date) -> bool:
    """A yes whose last day is past."""
    return event.outcome is Outcome.JA and today > event.last_day
