"""Joining: the parts of a story become its one recording, with one clock, or its one text.

Sound is joined with a second of silence between the parts, so that no word runs into the next part. Text in a story
that has sound keeps its place on that clock (`Typed`); the transcript shows it there as lines without length, because
it was typed and not said. What was there before stays as it was: text only grows at its end, so that earlier
decisions about names still stand where they stood.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import BinaryIO

from desk.parts import incoming
from stories.audio import join_flac
from stories.errors import Moved
from stories.model import RawText, Recording, Segment, Story, StoryKind, Transcript
from stories.sealed import open_sealed
from stories.settings import Settings
from stories.store import Books, Store
from stories.told import Part, Typed
from stories.vault import Kind
from transcription import is_typed

BETWEEN_MS = 1_000
"""Silence between two parts; a pause of this length also ends a stretch of speech for the voice detector."""

PARAGRAPH = "\n\n"


def join(store: Store, settings: Settings, story_id: str) -> None:
    """Join what was given since the last time. Does nothing when there is nothing; may run twice.

    Raises Moved when the teller took a part away or added one meanwhile: the job tries again.
    """
    with store.read() as books:
        story, parts = books.story(story_id), books.parts(story_id)
        has_sound = books.has(story_id, Kind.AUDIO)
    if not parts:
        return
    if not has_sound and all(part.kind is StoryKind.TEXT for part in parts):
        with store.write() as books:
            story = _unchanged(books, story_id, parts)
            before = [books.text(story_id).text] if books.has(story_id, Kind.ORIGINAL_TEXT) else []
            books.keep_text(story_id, RawText(PARAGRAPH.join([*before, *_texts(books, parts)])))
            _done(books, story.moved(kind=StoryKind.TEXT), parts)
        return
    _join_sound(store, settings, story, parts, has_sound)


def _join_sound(store: Store, settings: Settings, story: Story, parts: Sequence[Part], has_sound: bool) -> None:
    spoken = [part for part in parts if part.kind is StoryKind.AUDIO]
    with ExitStack() as stack, tempfile.TemporaryFile(dir=incoming(settings)) as joined:  # nameless
        sources: list[BinaryIO] = []
        length = 0
        if has_sound:
            with store.read() as books:
                length = books.recording(story.id).duration_ms
            sources.append(stack.enter_context(open_sealed(store, story.id)))
        sources += [stack.enter_context(open_sealed(store, story.id, Kind.PART_AUDIO, p.number)) for p in spoken]
        starts = join_flac(sources, joined, gap_ms=BETWEEN_MS) if spoken else [0, length]
        *begins, length = starts
        at = dict(zip([part.number for part in spoken], begins[has_sound:], strict=True))
        joined.seek(0)
        digest = hashlib.file_digest(joined, "sha256").hexdigest()
        joined.seek(0)
        sound = stack.enter_context(store.sealed(story.id, Kind.AUDIO, joined)) if spoken else None
        with store.write() as books:
            story = _unchanged(books, story.id, parts)
            typed = list(books.typed(story.id))
            if books.has(story.id, Kind.ORIGINAL_TEXT):  # told by typing first, by speaking later
                typed.append(Typed(0, books.text(story.id).text))
                books.discard(story.id, Kind.ORIGINAL_TEXT)
            typed += _placed(books, parts, at, length)
            if typed:
                books.keep_typed(story.id, typed)
            if sound is not None:
                recording = Recording(
                    digest, length, 48_000, 1, "+".join(dict.fromkeys(p.source_format for p in spoken))
                )
                books.keep_recording(story.id, recording, sound)
            _done(books, story.moved(kind=StoryKind.AUDIO), parts)


def _placed(books: Books, parts: Sequence[Part], at: dict[int, int], length: int) -> list[Typed]:
    """Each text at the beginning of the sound that came after it, or at the end."""
    typed = []
    for index, part in enumerate(parts):
        if part.kind is StoryKind.TEXT:
            following = (at[later.number] for later in parts[index:] if later.number in at)
            typed.append(Typed(next(following, length), books.part_text(part.story_id, part.number).text))
    return typed


def _texts(books: Books, parts: Sequence[Part]) -> list[str]:
    return [books.part_text(part.story_id, part.number).text for part in parts]


def _unchanged(books: Books, story_id: str, parts: Sequence[Part]) -> Story:
    if books.parts(story_id) != tuple(parts):
        raise Moved("stories.moved")
    return books.story(story_id)


def _done(books: Books, story: Story, parts: Sequence[Part]) -> None:
    for part in parts:
        books.drop_part(story.id, part.number)
    if story.kind is not books.story(story.id).kind:
        books.save(story, expected=story.row_version)
    books.audit("machine", "parts_joined", story_id=story.id, detail=f"parts={len(parts)}")


def with_typed(transcript: Transcript, typed: Sequence[Typed]) -> Transcript:
    """The transcript with what was typed in its place: one line without length per line of text."""
    spoken = [segment for segment in transcript.segments if not is_typed(segment)]
    written = [
        Segment(one.at_ms, one.at_ms, line.strip(), 1.0)
        for one in typed
        for line in one.text.splitlines()
        if line.strip()
    ]
    segments = sorted([*written, *spoken], key=lambda segment: (segment.start_ms, segment.end_ms))
    return replace(transcript, segments=tuple(segments))
