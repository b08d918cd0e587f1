"""Receiving: whatever a teller gives becomes one more part of the story, checked, sealed, and only then acknowledged.

A story is told in parts, at the teller's own pace: while it is a concept, and later with the receipt code. What comes
later takes the story back to the machine and to the editors, who see it as a new version.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from capture import check_text, to_flac
from desk.working import ask_for_work
from stories.errors import Moved, Refused
from stories.model import Recording, Story, StoryKind
from stories.settings import Settings
from stories.stages import STOPPED, Stage, State
from stories.store import Books, Store
from stories.told import Part
from stories.vault import Kind

TELLER = "verteller"
"""Actor name in the audit for whoever holds the receipt code."""

REPRESENTATIVE = "vertegenwoordiger"
"""Actor name of the parent or guardian with a code of their own."""


@dataclass(frozen=True, slots=True)
class Received:
    """What is safely stored now; what the upload route tells the browser."""

    what: str  # "audio", "text" or "chat"
    duration_ms: int | None = None
    words: int | None = None
    number: int | None = None  # of the part; None for a chat, of which nobody has said yet whose messages count


def receive_sound(store: Store, settings: Settings, story_id: str, upload: Path | BinaryIO) -> Received:
    """Check a recording, convert it to canonical FLAC and seal it as the next part.

    The FLAC has no name while it is plain, and is sealed before the transaction, so that nobody waits for it. The very
    same sound once more is no second part: a phone that missed our answer sends it again.
    """
    with store.read() as books:
        require_open(books, story_id)
    with tempfile.TemporaryFile(dir=incoming(settings)) as flac:
        recording = to_flac(upload, flac, settings)
        part = _add_sound(store, story_id, recording, flac)
    return Received("audio", duration_ms=part.duration_ms, number=part.number)


def _add_sound(store: Store, story_id: str, recording: Recording, flac: BinaryIO, tries: int = 3) -> Part:
    """Seal it for the next number, and then write it down; when that number was taken meanwhile, once more."""
    with store.read() as books:
        known = next((part for part in books.parts(story_id) if part.sha256 == recording.sha256), None)
        number = books.next_part(story_id)
    if known is not None:
        return known
    flac.seek(0)
    try:
        with store.sealed(story_id, Kind.PART_AUDIO, flac, version=number) as sound, store.write() as books:
            story = require_open(books, story_id)
            part = books.add_sound(story_id, recording, sound)
            note_parts(books, story, [part])
    except Moved:
        if tries <= 1:
            raise
        return _add_sound(store, story_id, recording, flac, tries - 1)
    _go_on(store, story)
    return part


def receive_text(store: Store, story_id: str, text: str, *, replaces: int | None = None) -> Part:
    """Check and seal a typed text as the next part, or in the place of text part `replaces`. Raises InputRefused."""
    raw = check_text(text)
    with store.write() as books:
        story = require_open(books, story_id)
        part = books.add_text(story_id, raw, replaces=replaces)
        note_parts(books, story, [part])
    _go_on(store, story)
    return part


def parts(store: Store, story_id: str) -> tuple[Part, ...]:
    """What has been given and is not joined yet, in order."""
    with store.read() as books:
        return books.parts(story_id)


def drop(store: Store, story_id: str, number: int, *, by: str = TELLER) -> None:
    """The teller takes a part away again, as long as the story was not handed in."""
    with store.write() as books:
        require_concept(books, story_id)
        books.drop_part(story_id, number)
        books.audit(by, "part_dropped", story_id=story_id, detail=f"number={number}")


def require_concept(books: Books, story_id: str) -> Story:
    """The story, as long as it was not handed in. Raises Refused."""
    story = books.story(story_id)
    if story.state is not State.CONCEPT:
        raise Refused("desk.already_handed_in")
    return story


def require_open(books: Books, story_id: str) -> Story:
    """The story when its teller may still add to it: a concept, or handed in and not stopped. Raises Refused."""
    story = books.story(story_id)
    if story.state in STOPPED:
        raise Refused(f"desk.story_{story.state}")
    return story


def incoming(settings: Settings) -> Path:
    """The private folder for what is being taken in; emptied at every start."""
    folder = settings.data_dir / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def note_parts(books: Books, story: Story, parts: Sequence[Part]) -> None:
    """An audit line each; and what was handed in before goes back to the beginning, to be worked with these too."""
    for part in parts:
        size = f"ms={part.duration_ms}" if part.kind is StoryKind.AUDIO else f"words={part.words}"
        books.audit(story.taken_by or TELLER, "part_received", story_id=story.id, detail=f"{part.kind} {size}")
    if story.state is not State.CONCEPT:
        back_to_the_machine(books, story, Stage.CAPTURED)


def back_to_the_machine(books: Books, story: Story, stage: Stage) -> Story:
    """A story whose text changes leaves release, offer or read-back: approvals belonged to the text that was."""
    state = story.state if story.state in (State.CONCEPT, State.INGEDIEND) else State.IN_REDACTIE
    back = stage if story.stage is not Stage.CAPTURED else Stage.CAPTURED
    return books.save(story.moved(stage=back, state=state), expected=story.row_version)


def _go_on(store: Store, story: Story) -> None:
    if story.state is not State.CONCEPT:
        ask_for_work(store, story.id)
