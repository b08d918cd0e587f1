"""The ervaringswerker's desk: taking a story together with whoever tells it, one step at a time, own cases only.

(case,) = start(store, user, Teller(...), region="Oost")     # or many at once, one for each recording
record_answers(store, user, case.id, {...})                  # desk.answering
write_down(store, user, case.id, "...")                      # or sound, with an upload ticket
name_others(store, user, case.id, [ThirdPerson("Samira")])
codes = hand_in(store, user, case.id)                        # the codes are for the teller; shown once

A case is a concept until it is handed in. It lies sealed and nothing is done with it; without the yes of everybody who
is needed it is erased when its term is over (`stories.terms`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from desk import answering, contacts, keeping, proofs, receiving, rules, telling
from desk.missing import Missing, missing
from desk.rules import Channel
from desk.taken import going_on, own_case
from desk.telling import Codes
from stories.clock import today as this_day
from stories.consent import Consent, Outcome, Party, Purpose, may_use, required_parties
from stories.errors import InputRefused, NotFound, Refused
from stories.model import AgeBand, Story, StoryKind, Task, Teller, TellerRole
from stories.people import Act, Holder, User
from stories.sitting import Sitting
from stories.stages import State
from stories.store import Books, Store
from stories.told import Part, TellerTags, ThirdPerson

LONGEST_REGION = 60
MOST_AT_ONCE = 30
"""Recordings in one go."""

SHOWN = 200
"""Cases in the list; older ones are found with their own link."""


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the list: a story that this user took, and what it still needs."""

    story: Story
    missing: tuple[Missing, ...]
    erased_on: date | None
    tasks: tuple[Task, ...]
    agreed: bool  # everybody whose yes is needed said yes
    length_ms: int  # of the sound in it that is not joined yet

    @property
    def number(self) -> str:
        return number_of(self.story.id)


def number_of(story_id: str) -> str:
    """What is written on a paper form, to find the case again."""
    return story_id[-6:]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything an ervaringswerker may see of an own case. Names of others are shown while it is a concept only;
    contact data and proofs never."""

    case: Case
    consent: Consent
    sittings: tuple[Sitting, ...]
    parts: tuple[Part, ...]
    others: tuple[ThirdPerson, ...]
    tags: TellerTags
    opgaven: tuple[dict[str, Any], ...]
    proofs: tuple[int, ...]
    loose_proof: int  # the newest proof that belongs to no conversation yet, 0 when there is none
    contact_wanted: tuple[Holder, ...]
    contact_kept: tuple[Holder, ...]
    offered: tuple[Channel, ...]  # what a teller is asked about now
    notices: tuple[int, ...]  # versions of the notice that may be printed on a form, newest first

    @property
    def story(self) -> Story:
        return self.case.story

    @property
    def holders(self) -> tuple[Holder, ...]:
        """Who may have a code of their own."""
        return contacts.holders(self.story)


def cases(store: Store, user: User, *, today: date | None = None) -> tuple[Case, ...]:
    """The stories this user took, newest first, each with what is still missing."""
    user.require(Act.TAKE_STORY)
    today = today or this_day()
    with store.read() as books:
        clock = keeping.clock(store, books, keeping.midnight(today))
        stories, tasks = books.stories(taken_by=user.id, limit=SHOWN), books.tasks(open_only=False)
        return tuple(_case(books, user, story, tasks, clock) for story in stories)


def case(store: Store, user: User, story_id: str, *, today: date | None = None) -> CaseFile:
    """One own case. Raises NotFound for anybody else's."""
    user.require(Act.TAKE_STORY)
    today = today or this_day()
    with store.read() as books:
        story = own_case(books, user, story_id)
        clock = keeping.clock(store, books, keeping.midnight(today))
        sittings, consent = books.sittings(story_id), books.consent(story_id)
        return CaseFile(
            case=_case(books, user, story, books.tasks(open_only=False), clock),
            consent=consent,
            sittings=sittings,
            parts=books.parts(story_id),
            others=books.third_persons(story_id) if story.state is State.CONCEPT else (),
            tags=books.tags(story_id),
            opgaven=rules.themes(books),
            proofs=proofs.numbers(books, story_id),
            loose_proof=proofs.unbound(books, story_id, sittings),
            contact_wanted=contacts.wanted(consent),
            contact_kept=contacts.kept(books, story_id),
            offered=rules.offered(books),
            notices=answering.notice_versions(books),
        )


def _case(books: Books, user: User, story: Story, tasks: Sequence[Task], clock: keeping.Clock) -> Case:
    own = tuple(t for t in tasks if (t.story_id, t.owner, t.done_at) == (story.id, user.id, None))
    due = keeping.gone_on(books, story, tasks, clock)
    agreed = bool(may_use(books.consent(story.id), Purpose.VERWERKEN, on=clock.today))
    length = sum(part.duration_ms or 0 for part in books.parts(story.id))
    return Case(story, missing(books, story, clock.today), due, own, agreed, length)


# beginning


def start(
    store: Store,
    user: User,
    teller: Teller,
    *,
    region: str = "",
    count: int = 1,
    kind: StoryKind = StoryKind.AUDIO,
    now: datetime | None = None,
) -> tuple[Story, ...]:
    """Open `count` cases of tellers like this one: sealed and empty, and nobody has agreed to anything yet."""
    user.require(Act.TAKE_STORY)
    now = now or datetime.now(UTC)
    _require_teller(teller, now.date())
    place = tidy_region(region)
    if not 1 <= count <= MOST_AT_ONCE:
        raise InputRefused("helper.too_many", most=MOST_AT_ONCE)
    nothing_said = telling.answers(teller)
    return tuple(
        telling.begin(store, nothing_said, kind=kind, region=place, helper=user, now=now) for _ in range(count)
    )


def correct_teller(store: Store, user: User, story_id: str, teller: Teller, *, region: str | None = None) -> Story:
    """Another role or age than was thought. Only while nobody answered: then it is fixed whose yes counts."""
    user.require(Act.TAKE_STORY)
    _require_teller(teller, this_day())
    with store.write() as books:
        story = _concept(books, user, story_id)
        if teller != story.teller and books.consent(story_id).events:
            raise Refused("desk.other_teller")
        place = story.region if region is None else tidy_region(region)
        changed = books.save(story.moved(teller=teller, region=place), expected=story.row_version)
        books.audit(user.id, "teller_corrected", story_id=story_id, detail=f"{teller.role}")
    return changed


def teller_of(role: TellerRole | None, age_band: AgeBand | None, turns_16_on: date | None = None) -> Teller:
    """The teller of a form. Raises InputRefused while one is missing, and when they do not go together."""
    if role is None or age_band is None:
        raise InputRefused("helper.teller_missing")
    try:
        return Teller(role, age_band, turns_16_on if age_band is AgeBand.FROM_12 else None)
    except ValueError:
        raise InputRefused("helper.teller_refused") from None


def tidy_region(typed: str) -> str:
    """A region or local alliance as one short line. Raises InputRefused."""
    place = " ".join(typed.split())
    if len(place) > LONGEST_REGION or not (place.isprintable() or not place):
        raise InputRefused("helper.region_refused", longest=LONGEST_REGION)
    return place


def _require_teller(teller: Teller, today: date) -> None:
    turns = teller.turns_16_on
    if turns is not None and (teller.age_band is not AgeBand.FROM_12 or not today < turns <= _in_four_years(today)):
        raise InputRefused("helper.turns_16_refused")


def _in_four_years(today: date) -> date:
    """Whoever is 12 today turns 16 within four years; the month counts, so the first day of the next one may do."""
    return date(today.year + 4, today.month, 28)


# the story


def write_down(store: Store, user: User, story_id: str, text: str) -> Part:
    """Typed words of the teller: one more part of the concept. Raises InputRefused."""
    user.require(Act.TAKE_STORY)
    _require_concept(store, user, story_id)
    return receiving.receive_text(store, story_id, text)


def drop_part(store: Store, user: User, story_id: str, number: int) -> None:
    """Take a part of the concept away."""
    user.require(Act.TAKE_STORY)
    _require_concept(store, user, story_id)
    receiving.drop(store, story_id, number, by=user.id)


def name_others(store: Store, user: User, story_id: str, persons: Sequence[ThirdPerson]) -> None:
    """Who else is in the story, with what was agreed about each; sealed."""
    user.require(Act.TAKE_STORY)
    _require_concept(store, user, story_id)
    telling.name_others(store, story_id, persons)


def tag(store: Store, user: User, story_id: str, tags: TellerTags) -> None:
    """What the teller says it is about, in the words of `stories.told`."""
    user.require(Act.TAKE_STORY)
    _require_concept(store, user, story_id)
    telling.tag(store, story_id, tags)


def throw_away(store: Store, user: User, story_id: str) -> None:
    """The teller said no, or it was a mistake: the concept is erased at once."""
    user.require(Act.TAKE_STORY)
    _require_concept(store, user, story_id)
    telling.discard(store, story_id, by=user.id)


def hand_in(store: Store, user: User, story_id: str, *, danger: bool = False) -> Codes:
    """Done: the codes are for the teller (and for a representative who still has to answer). Shown once.

    Raises Refused while nobody who is needed said yes, and when somebody said no or doubts: their word first.
    """
    user.require(Act.TAKE_STORY)
    with store.read() as books:
        story = _concept(books, user, story_id)
        consent = books.consent(story_id)
    needed = [consent.last(party, Purpose.VERWERKEN, None) for party in required_parties(story.teller)]
    objection = consent.last(Party.ANDERE_OUDER, Purpose.VERWERKEN, None)
    if not any(event is not None and event.outcome is Outcome.JA for event in needed):
        raise Refused("helper.nobody_said_yes")
    if any(event is not None and event.outcome is not Outcome.JA for event in (*needed, objection)):
        raise Refused("helper.somebody_said_no")
    return telling.hand_in(store, story_id, danger=danger)


def new_code(store: Store, user: User, story_id: str, holder: Holder) -> str:
    """A code that was lost is replaced in person, by the ervaringswerker who took the story. Shown once."""
    user.require(Act.TAKE_STORY)
    with store.write() as books:
        return contacts.fresh_code(books, own_case(books, user, story_id), holder, by=user.id)


def finish(store: Store, user: User, task_id: str) -> None:
    """A task of one's own is done. Raises NotFound for anybody else's."""
    user.require(Act.TAKE_STORY)
    with store.write() as books:
        if not any(task.id == task_id and task.owner == user.id for task in books.tasks()):
            raise NotFound("stories.not_found")
        books.finish_task(task_id, datetime.now(UTC))
        books.audit(user.id, "task_done", subject=task_id)


def _concept(books: Books, user: User, story_id: str) -> Story:
    story = going_on(books, user, story_id)
    if story.state is not State.CONCEPT:
        raise Refused("desk.already_handed_in")
    return story


def _require_concept(store: Store, user: User, story_id: str) -> None:
    with store.read() as books:
        _concept(books, user, story_id)
