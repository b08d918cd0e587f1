"""Telling: from "wie ben je" to a story that is safely stored, with what was agreed about it.

draft = begin(store, answers, region="Oost")        # consent first, then the story's own key
receive_text(store, draft.id, "...")                # desk.receiving: text, sound, documents, part by part
name_others(store, draft.id, [ThirdPerson("Samira")])
codes = hand_in(store, draft.id)                    # shown once
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from capture.consent_form import Answers, answers_to_events
from desk import rules, withdrawing
from desk.parts import REPRESENTATIVE, TELLER, require_concept
from desk.working import ask_for_work
from stories import jobs
from stories.consent import (
    WITHOUT_FORM,
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
from stories.errors import NotFound, Refused
from stories.model import Story, StoryKind, Teller, new_id
from stories.people import Act, Holder, User
from stories.sitting import OtherParent, Sitting, wants_preview
from stories.stages import Stage, State
from stories.store import Books, Store
from stories.told import TellerTags, ThirdPerson
from stories.vocabulary import Soort, only

Channels = Sequence[tuple[Purpose, Form | None]]
"""What was switched on: each purpose with its form, None for purposes that publish nothing."""


def answers(
    teller: Teller,
    *,
    own: Outcome | None = None,
    assent: Outcome | None = None,
    representative: Outcome | None = None,
    channels: Channels = (),
    recognisability: Recognisability = Recognisability.ONHERKENBAAR,
    embargo_until: date | None = None,
    valid_until: date | None = None,
) -> Answers:
    """The answers of the consent screens as one value."""
    allowed: dict[Purpose, frozenset[Form]] = {}
    for purpose, form in channels:
        allowed[purpose] = allowed.get(purpose, frozenset()) | (frozenset() if form is None else {form})
    return Answers(
        teller,
        allowed,
        recognisability=recognisability,
        own=own,
        assent=assent,
        representative=representative,
        embargo_until=embargo_until,
        valid_until=valid_until,
    )


def begin(
    store: Store,
    answers: Answers,
    *,
    kind: StoryKind,
    region: str = "",
    way: Way = Way.SCHERM,
    helper: User | None = None,
    is_example: bool = False,
    circumstances: Mapping[str, Any] | None = None,
    language: str | None = None,
    now: datetime | None = None,
) -> Story:
    """Open a story: its row, its key, the consent events and the sitting in which they were said. Nothing is told yet.

    `helper` is the ervaringswerker who takes the story together with the teller; `circumstances` are fields of
    `stories.sitting.Sitting`; `language` is that of the notice they were shown (None: the one that is spoken now).
    Raises NotAllowed for another role.
    """
    if helper is not None:
        helper.require(Act.TAKE_STORY)
    now = now or datetime.now(UTC)
    story = Story(
        id=new_id("v"),
        kind=kind,
        teller=answers.teller,
        stage=Stage.CAPTURED,
        state=State.CONCEPT,
        created_at=now,
        region=region,
        is_example=is_example,
        taken_by=helper.id if helper else None,
    )
    actor = helper.id if helper else TELLER
    with store.write() as books:
        notice, _ = rules.notice(books, language)
        answers = within_terms(books, answers, notice, now.date())
        events = answers_to_events(answers, story_id=story.id, at=now, notice=notice, way=way, recorded_by=actor)
        story = books.add_story(story)
        books.add_consent(*events)
        if events:  # nobody said anything yet: there was no conversation to keep
            books.add_sitting(_sitting(story.id, now, actor, notice, way, circumstances))
        books.audit(actor, "story_begun", story_id=story.id, detail=f"{kind} events={len(events)}")
    return story


def within_terms(books: Books, answers: Answers, notice: Notice, today: date) -> Answers:
    """A yes ends when the term that the notice promised ends, unless the teller chose an earlier day."""
    longest = today + rules.promised(books, notice).story
    return replace(answers, valid_until=min(answers.valid_until or longest, longest))


def answer_again(
    store: Store,
    story_id: str,
    answers: Answers,
    *,
    circumstances: Mapping[str, Any] | None = None,
    language: str | None = None,
    now: datetime | None = None,
) -> None:
    """Before handing in the teller answers anew: these answers count, and what is no longer on becomes a no.

    `circumstances`, when given, are kept as one more sitting.
    """
    now = now or datetime.now(UTC)
    decides = required_parties(answers.teller)[0]
    with store.write() as books:
        notice, _ = rules.notice(books, language)
        answers = within_terms(books, answers, notice, now.date())
        if require_concept(books, story_id).teller != answers.teller:
            raise Refused("desk.other_teller")  # whose yes counts was fixed when the story was begun
        before = books.consent(story_id)
        events = answers_to_events(
            answers, story_id=story_id, at=now, notice=notice, way=Way.SCHERM, recorded_by=TELLER
        )
        on = {(event.purpose, event.form) for event in events if event.party is decides}
        dropped = {(event.purpose, event.form) for event in before.events if event.party is decides} - on
        # a parent who said yes and now "is not here" has not said no: that is a doubt, and can be answered later
        gone = {Purpose.VERWERKEN: Outcome.TWIJFEL} if answers.representative is None else {}
        noes = [
            saying(notice, story_id, decides, purpose, gone.get(purpose, Outcome.NEE), form, now)
            for purpose, form in sorted(dropped, key=str)
        ]
        books.add_consent(*events, *noes)
        if circumstances is not None:
            books.add_sitting(_sitting(story_id, now, TELLER, notice, Way.SCHERM, circumstances))
        books.audit(TELLER, "answered_again", story_id=story_id, detail=f"events={len(events) + len(noes)}")


def discard(store: Store, story_id: str, *, by: str = TELLER) -> None:
    """The teller says no before handing in: what was begun is erased at once."""
    with store.write() as books:
        story = require_concept(books, story_id)
        books.save(story.moved(state=State.INGETROKKEN), expected=story.row_version)
        books.erase(story_id, why="said_no")
        books.audit(by, "story_erased", story_id=story_id, detail="said_no")


def name_others(store: Store, story_id: str, persons: Sequence[ThirdPerson]) -> None:
    """Keep, sealed, who else is in the story and what was agreed; their names are the anonymiser's intake sheet."""
    named = {person.name.strip(): replace(person, name=person.name.strip()) for person in persons}
    with store.write() as books:
        require_concept(books, story_id)
        books.keep_third_persons(story_id, tuple(named.values()))


def others(store: Store, story_id: str) -> tuple[ThirdPerson, ...]:
    """Who is known to be in the story, before it is handed in: their names came with what was sent."""
    with store.read() as books:
        require_concept(books, story_id)
        return books.third_persons(story_id)


def tag(store: Store, story_id: str, tags: TellerTags) -> None:
    """Keep, sealed, what the teller says it is about. Raises NotFound for a theme that is not in the vocabulary."""
    with store.write() as books:
        require_concept(books, story_id)
        if not set(tags.opgaven) <= {row["id"] for row in only(books.vocabulary()[1], Soort.OPGAVE)}:
            raise NotFound("stories.not_found")
        books.keep_tags(story_id, tags)


@dataclass(frozen=True, slots=True)
class Codes:
    """Shown once, stored nowhere. `representative` is for the parent or guardian who still has to say yes."""

    teller: str
    representative: str | None = None


def hand_in(store: Store, story_id: str, *, danger: bool = False) -> Codes:
    """The teller is done: the story is handed in and work begins if consent allows. Returns the receipt codes.

    `danger`: somebody is not safe; the story stands still until a person has looked. Raises Refused when nothing was
    told yet.
    """
    with store.write() as books:
        story = require_concept(books, story_id)
        parts = books.parts(story_id)
        if not parts:
            raise Refused("desk.nothing_told")
        spoken = any(part.kind is StoryKind.AUDIO for part in parts)
        story = story.moved(state=State.INGEDIEND, kind=StoryKind.AUDIO if spoken else StoryKind.TEXT)
        story = books.save(story, expected=story.row_version)
        consent = books.consent(story_id)
        asked = Party.VERTEGENWOORDIGER in required_parties(story.teller)
        said = consent.last(Party.VERTEGENWOORDIGER, Purpose.VERWERKEN, None)
        answered = said is not None and said.outcome is not Outcome.TWIJFEL
        codes = Codes(
            books.new_receipt(story_id),
            books.new_receipt(story_id, Holder.VERTEGENWOORDIGER) if asked and not answered else None,
        )
        actor = story.taken_by or TELLER
        books.audit(actor, "story_handed_in", story_id=story_id, detail=f"parts={len(parts)}")
        if danger:
            books.save(story.moved(state=State.GEPAUZEERD), expected=story.row_version)
            books.audit(actor, "danger_flagged", story_id=story_id)
    ask_for_work(store, story_id)
    return codes


def representative_says(
    store: Store,
    story_id: str,
    outcome: Outcome,
    channels: Channels = (),
    *,
    recorded_by: str = REPRESENTATIVE,
    way: Way = Way.SCHERM,
    circumstances: Mapping[str, Any] | None = None,
    language: str | None = None,
    now: datetime | None = None,
) -> None:
    """The parent or guardian answers later, on another phone or in person. A yes lets the work begin; anything else
    stops what was begun, in every draft.

    `circumstances` are fields of `stories.sitting.Sitting`; a known objection of the other parent is their no as well.
    """
    now = now or datetime.now(UTC)
    with store.write() as books:
        story = books.story(story_id)
        if Party.VERTEGENWOORDIGER not in required_parties(story.teller):
            raise Refused("desk.no_representative_needed")
        if story.state in (State.INGETROKKEN, State.GEWIST):  # there only `withdrawing.undo` goes on
            raise Refused(f"desk.story_{story.state}")
        notice, _ = rules.notice(books, language)
        until = now.date() + rules.promised(books, notice).story
        said: list[tuple[Purpose, Outcome, Form | None]] = [(Purpose.VERWERKEN, outcome, None)]
        if outcome is Outcome.JA:
            said += [(purpose, Outcome.JA, None if purpose in WITHOUT_FORM else form) for purpose, form in channels]
        books.add_consent(
            *(
                saying(notice, story_id, Party.VERTEGENWOORDIGER, purpose, what, form, now, recorded_by, way, until)
                for purpose, what, form in said
            )
        )
        facts = dict(circumstances or {})
        facts["preview"] = wished_before(books, story_id) or bool(facts.get("preview"))  # the child's wish stands
        objects = facts.get("other_parent") is OtherParent.BEZWAAR
        if objects:
            other = Party.ANDERE_OUDER
            no = saying(notice, story_id, other, Purpose.VERWERKEN, Outcome.NEE, None, now, recorded_by, way)
            books.add_consent(no)
        if objects or outcome is not Outcome.JA:
            withdrawing.close(books, story_id, Purpose.VERWERKEN, None, now)
        books.add_sitting(_sitting(story_id, now, recorded_by, notice, way, facts))
        books.audit(recorded_by, "representative_said", story_id=story_id, detail=f"{outcome} events={len(said)}")
    if not ask_for_work(store, story_id):
        jobs.cancel(store, story_id)


def _sitting(
    story_id: str,
    now: datetime,
    by: str,
    notice: Notice,
    way: Way,
    circumstances: Mapping[str, Any] | None,
) -> Sitting:
    facts = {"language": notice.language} | dict(circumstances or {})
    return Sitting(new_id("z"), story_id, now, recorded_by=by, notice=notice, way=way, **facts)


def wished_before(books: Books, story_id: str) -> bool:
    """Does the teller want to see products first?"""
    return wants_preview(books.sittings(story_id))


def saying(
    notice: Notice,
    story_id: str,
    party: Party,
    purpose: Purpose,
    outcome: Outcome,
    form: Form | None,
    at: datetime,
    recorded_by: str = TELLER,
    way: Way = Way.SCHERM,
    valid_until: date | None = None,
) -> ConsentEvent:
    """One consent event about one purpose."""
    return ConsentEvent(
        id=new_id("c"), story_id=story_id, at=at, party=party, purpose=purpose, outcome=outcome,
        notice=notice, way=way, recorded_by=recorded_by, form=form, valid_until=valid_until,
    )  # fmt: skip
