"""Following: what the holder of a receipt code may see of the story they told, without an account.

The functions take a story id that the caller proved to hold (a signed ticket made from the code), never one of a URL.
What a teller may change stands in `correcting`, `choosing`, `lastwords` and `withdrawing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from desk import rules, withdrawing
from desk.correcting import OwnText, own_text
from desk.parts import TELLER
from desk.telling import wished_before
from desk.timeline import Moment, timeline
from stories import clock, jobs
from stories.consent import Consent, Form, Outcome, Party, Purpose, may_use, required_parties
from stories.errors import NotFound, Refused
from stories.model import CleanText, Story, StoryKind
from stories.people import Holder
from stories.sitting import OtherParent
from stories.stages import NEXT_STATES, Stage, State
from stories.store import Books, Store
from stories.told import Part, TellerTags, ThirdPerson
from stories.vault import Kind


@dataclass(frozen=True, slots=True)
class OwnPart:
    """A part that is not joined yet, with its words when it was typed."""

    part: Part
    text: str | None


@dataclass(frozen=True, slots=True)
class OwnStory:
    """What the teller sees of their own story."""

    story: Story
    consent: Consent
    text: OwnText | None  # their own words, as typed or written out; None while there are none
    duration_ms: int | None  # of the joined recording
    parts: tuple[OwnPart, ...]
    others_see: CleanText | None  # the newest anonymised version
    others_see_is_old: bool  # the machine is making another one
    tags: TellerTags
    themes: dict[str, str]  # name by id, for the tags
    third_persons: tuple[ThirdPerson, ...]
    way: tuple[Moment, ...]
    preview: bool
    waits_for_parent: bool
    has_parents_code: bool
    erased_after: datetime | None


def own_story(store: Store, story_id: str, *, now: datetime | None = None) -> OwnStory:
    """The teller's own view. Raises NotFound once everything is erased."""
    now = now or datetime.now(UTC)
    with store.read() as books:
        story, consent = _there(books, story_id), books.consent(story_id)
        work = jobs.status(store, story_id)
        erased_after = withdrawing.erasure_after(store, consent) if story.state is State.INGETROKKEN else None
        return OwnStory(
            story=story,
            consent=consent,
            text=own_text(books, story),
            duration_ms=books.recording(story_id).duration_ms if books.has(story_id, Kind.AUDIO) else None,
            parts=tuple(_own_part(books, part) for part in books.parts(story_id)),
            others_see=books.version(story_id).clean if story.version else None,
            others_see_is_old=story.stage is not Stage.TAGGED,
            tags=books.tags(story_id),
            themes={row["id"]: str(row["naam"]) for row in rules.vocabulary(books)},
            third_persons=books.third_persons(story_id),
            way=timeline(story, consent, work, now=now, erased_after=erased_after),
            preview=wished_before(books, story_id),
            waits_for_parent=not representative_answered(consent),
            has_parents_code=books.has_receipt(story_id, Holder.VERTEGENWOORDIGER),
            erased_after=erased_after,
        )


def _there(books: Books, story_id: str) -> Story:
    story = books.story(story_id)
    if story.state is State.GEWIST:
        raise NotFound("stories.not_found")
    return story


def _own_part(books: Books, part: Part) -> OwnPart:
    typed = part.kind is StoryKind.TEXT
    return OwnPart(part, books.part_text(part.story_id, part.number).text if typed else None)


def erased_on(store: Store, story_id: str) -> datetime | None:
    """When a story was erased, for the holder of its code; None while it is there."""
    with store.read() as books:
        if books.story(story_id).state is not State.GEWIST:
            return None
        lines = books.audit_trail(story_id=story_id)
        return next((line["at"] for line in lines if line["action"] == "erase"), None)


# the parent or guardian of a teller under 16, with a code of their own


@dataclass(frozen=True, slots=True)
class ChildStory:
    """What the holder of a representative's code sees: how it stands, and not one word of what was told."""

    story: Story
    consent: Consent
    way: tuple[Moment, ...]
    answer: Outcome | None
    decides: bool  # False once the teller decides alone
    other_objects: bool
    preview: bool
    erased_after: datetime | None


def child_story(store: Store, story_id: str, *, now: datetime | None = None) -> ChildStory:
    """The representative's view. A child may tell about home: no word, sound, tag or name. Raises NotFound once
    everything is erased."""
    now = now or datetime.now(UTC)
    with store.read() as books:
        story, consent = _there(books, story_id), books.consent(story_id)
        work = jobs.status(store, story_id)
        said = consent.last(Party.VERTEGENWOORDIGER, Purpose.VERWERKEN, None)
        turns = story.teller.turns_16_on
        objects = consent.last(Party.ANDERE_OUDER, Purpose.VERWERKEN, None)
        known = {sitting.other_parent for sitting in books.sittings(story_id)}
        erased_after = withdrawing.erasure_after(store, consent) if story.state is State.INGETROKKEN else None
        return ChildStory(
            story=story,
            consent=consent,
            way=timeline(story, consent, work, now=now, erased_after=erased_after),
            answer=said.outcome if said else None,
            decides=Party.VERTEGENWOORDIGER in required_parties(story.teller)
            and not (turns is not None and clock.today(now) >= turns),
            other_objects=OtherParent.BEZWAAR in known or (objects is not None and objects.outcome is not Outcome.JA),
            preview=wished_before(books, story_id),
            erased_after=erased_after,
        )


def representative_answered(consent: Consent) -> bool:
    """Does the story no longer wait for a representative? A doubt is not an answer yet."""
    if Party.VERTEGENWOORDIGER not in required_parties(consent.teller):
        return True
    said = consent.last(Party.VERTEGENWOORDIGER, Purpose.VERWERKEN, None)
    return said is not None and said.outcome is not Outcome.TWIJFEL


def code_for_representative(store: Store, story_id: str) -> str:
    """A new code for the parent or guardian, shown once, as long as they have not answered; the older one stops.

    The teller was handed the first one too (`telling.hand_in`). Raises Refused once there is an answer: a code that is
    in use is replaced by people only.
    """
    with store.write() as books:
        _there(books, story_id)
        if representative_answered(books.consent(story_id)):
            raise Refused("desk.representative_answered")
        books.audit(TELLER, "representative_code_made", story_id=story_id)
        return books.new_receipt(story_id, Holder.VERTEGENWOORDIGER)


def flag_danger(store: Store, story_id: str, *, by: str = TELLER) -> bool:
    """Somebody is not safe: the story stands still until a person has looked. Nothing is tagged.

    True when it stands still now; False for a story that cannot (not handed in, or withdrawn): it is in the audit then
    all the same, and whoever said it was shown whom to call.
    """
    with store.write() as books:
        story = _there(books, story_id)
        books.audit(by, "danger_flagged", story_id=story_id)
        still = story.state in (State.GEPAUZEERD, State.QUARANTAINE)
        if State.GEPAUZEERD in NEXT_STATES[story.state] and story.state is not State.INGETROKKEN and not still:
            books.save(story.moved(state=State.GEPAUZEERD), expected=story.row_version)
            still = True
    if still:
        jobs.cancel(store, story_id)
    return still


def allowed_today(consent: Consent, today: date) -> dict[Purpose, tuple[Form | None, ...]]:
    """Every purpose and form for which `may_use` says yes today."""
    allowed: dict[Purpose, tuple[Form | None, ...]] = {}
    for purpose in Purpose:
        forms = [form for form in (None, *Form) if may_use(consent, purpose, form, on=today)]
        if forms:
            allowed[purpose] = (None,) if None in forms else tuple(forms)
    return allowed


def own_audio_size(store: Store, story_id: str, part: int = 0) -> int:
    """Plain size in bytes of the teller's own recording, or of one part that is not joined yet. Raises NotFound."""
    with store.read() as books:
        return books.size(story_id, Kind.PART_AUDIO if part else Kind.AUDIO, version=part)


def own_audio_range(store: Store, story_id: str, start: int, stop: int, part: int = 0) -> Iterator[bytes]:
    """Bytes [start, stop) of the teller's own recording, or of one part of it."""
    with store.read() as books:
        kind = Kind.PART_AUDIO if part else Kind.AUDIO
        yield from books.stream(story_id, kind, version=part, start=start, stop=stop)
