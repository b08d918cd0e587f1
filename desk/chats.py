"""A chat export: kept sealed until the teller says whose messages are the story; then only those become parts.

The other people in the chat gave no consent. Their words are never stored apart from the sealed export, which goes as
soon as the choice is made; their names become names to hide.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from capture import TextPart, VoicePart, read_chat, story_of, to_flac, voice_note
from desk.parts import TELLER, Received, incoming, note_parts, require_open
from desk.working import ask_for_work
from stories.errors import InputRefused, Moved, NotFound
from stories.model import Recording
from stories.sealed import open_sealed
from stories.settings import Settings
from stories.stages import State
from stories.store import SealedObject, Store
from stories.told import ChatSender, ThirdPerson
from stories.vault import Kind

MOST_VOICES = 200
"""Voice messages of one person in one story: each is converted by itself, in half a second."""


def keep_chat(store: Store, story_id: str, upload: BinaryIO) -> Received:
    """Seal an export, with who is in it. A newer one takes its place. Raises InputRefused for what is none."""
    chat = read_chat(upload)
    senders = [ChatSender(one.name, one.messages, one.voice_notes, one.missing, one.left_out) for one in chat.senders]
    with store.sealed(story_id, Kind.CHAT, upload) as sealed, store.write() as books:
        require_open(books, story_id)
        books.keep(story_id, Kind.CHAT, sealed)
        books.keep_senders(story_id, senders)
        books.audit(TELLER, "chat_received", story_id=story_id, detail=f"senders={len(senders)}")
    return Received("chat")


def waiting_senders(store: Store, story_id: str) -> tuple[ChatSender, ...]:
    """Who is in the export that waits for a choice; empty when none waits."""
    with store.read() as books:
        return books.senders(story_id)


def drop_chat(store: Store, story_id: str) -> None:
    """Nobody's messages are the story: the export goes."""
    with store.write() as books:
        require_open(books, story_id)
        books.drop_chat(story_id)
        books.audit(TELLER, "chat_dropped", story_id=story_id)


@dataclass(frozen=True, slots=True)
class Taken:
    """How many parts came out of a chat, and how many voice messages could not be read (too short, or damaged)."""

    parts: int
    unreadable: int = 0


def take_chat(
    store: Store,
    settings: Settings,
    story_id: str,
    sender: str,
    *,
    since: date | None = None,
    until: date | None = None,
) -> Taken:
    """The messages of `sender` become parts, in order; everybody else's words go.

    Everything is converted and sealed first and written down at once, so that a crash leaves the export as it was.
    Raises InputRefused (too many messages: choose a period; or nothing there) and Moved.
    """
    with ExitStack() as stack:
        export = stack.enter_context(open_sealed(store, story_id, Kind.CHAT))
        chat = read_chat(export)
        if sender not in {one.name for one in chat.senders}:
            raise NotFound("stories.not_found")
        told = story_of(chat, sender, since=since, until=until)
        if sum(isinstance(part, VoicePart) for part in told) > MOST_VOICES:
            raise InputRefused("capture.chat_too_long")
        with store.read() as books:
            first = books.next_part(story_id)
        ready: list[TextPart | tuple[Recording, SealedObject]] = []
        unreadable = 0
        for part in told:
            if isinstance(part, TextPart):
                ready.append(part)
                continue
            flac = stack.enter_context(tempfile.TemporaryFile(dir=incoming(settings)))
            try:
                with tempfile.TemporaryFile(dir=incoming(settings)) as voice:
                    voice_note(export, part.message, voice)
                    voice.seek(0)
                    recording = to_flac(voice, flac, settings)
            except InputRefused:  # one slip of the thumb must not keep the rest out
                unreadable += 1
                continue
            flac.seek(0)
            number = first + len(ready)
            sealed = stack.enter_context(store.sealed(story_id, Kind.PART_AUDIO, flac, version=number))
            ready.append((recording, sealed))
        if not ready:
            raise InputRefused("capture.chat_nothing")
        with store.write() as books:
            story = require_open(books, story_id)
            if books.next_part(story_id) != first:
                raise Moved("stories.moved")
            parts = [
                books.add_text(story_id, part.text)
                if isinstance(part, TextPart)
                else books.add_sound(story_id, part[0], part[1])
                for part in ready
            ]
            known = books.third_persons(story_id)
            named = {person.name for person in known}
            others = [ThirdPerson(name) for name in chat.others(sender) if name not in named and name.strip()]
            books.keep_third_persons(story_id, [*known, *others])
            books.drop_chat(story_id)
            note_parts(books, story, parts)
    if story.state is not State.CONCEPT:
        ask_for_work(store, story_id)
    return Taken(len(parts), unreadable)
