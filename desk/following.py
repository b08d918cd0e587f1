"""Following: what the holder of a receipt code may see and do with the story they told, without an account.

The functions take a story id that the caller proved to hold (a signed ticket made from the code), never one of a URL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from stories.consent import Consent, Form, Purpose, may_use
from stories.errors import NotFound
from stories.model import Story
from stories.stages import State
from stories.store import Books, Store
from stories.told import Part, TellerTags, ThirdPerson
from stories.vault import Kind


@dataclass(frozen=True, slots=True)
class OwnStory:
    """What the holder of the receipt code sees."""

    story: Story
    consent: Consent
    text: str | None  # their own words, as typed or written out; None while there are none
    duration_ms: int | None
    parts: tuple[Part, ...]  # given, and not joined yet
    tags: TellerTags
    third_persons: tuple[ThirdPerson, ...]
    may: dict[Purpose, tuple[Form | None, ...]]  # what is allowed today
    pieces: tuple[str, ...]  # titles of products in which the story appears


def own_story(store: Store, story_id: str, *, today: date | None = None) -> OwnStory:
    """The teller's own view. Raises NotFound once everything is erased."""
    today = today or datetime.now(UTC).date()
    with store.read() as books:
        story = books.story(story_id)
        if story.state is State.GEWIST:
            raise NotFound("stories.not_found")
        consent = books.consent(story_id)
        audio = books.has(story_id, Kind.AUDIO)
        return OwnStory(
            story=story,
            consent=consent,
            text=_own_text(books, story_id),
            duration_ms=books.recording(story_id).duration_ms if audio else None,
            parts=books.parts(story_id),
            tags=books.tags(story_id),
            third_persons=books.third_persons(story_id),
            may=allowed_today(consent, today),
            pieces=tuple(piece.title for piece in books.pieces_using(story_id)),
        )


def _own_text(books: Books, story_id: str) -> str | None:
    """Their words as they stand: joined, written out, and what was typed since."""
    texts = []
    if books.has(story_id, Kind.TRANSCRIPT):
        texts.append(books.transcript(story_id).text)
    elif books.has(story_id, Kind.ORIGINAL_TEXT):
        texts.append(books.text(story_id).text)
    texts += [books.part_text(story_id, part.number).text for part in books.parts(story_id) if part.words is not None]
    return "\n\n".join(texts) if texts else None


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
