"""The lines of an anonymised text and their sound: a line is a sentence of the transcript."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desk import listening
from desk.listening import HEARD
from stories.model import NOT_SURE, RawText, StoryVersion
from stories.store import Books
from stories.use import Standing


@dataclass(frozen=True, slots=True)
class Line:
    """Characters [start, end) of the clean text, heard from `start_ms` to `end_ms` on the recording's clock.

    `heard`: somebody listened to it as it is now (a line that was typed needs no listening).
    """

    start: int
    end: int
    start_ms: int
    end_ms: int
    speaker: str | None
    heard: bool


def of_version(books: Books, version: StoryVersion) -> tuple[Line, ...]:
    """The lines of a version, in order; empty when they do not match the transcript one to one, because the transcript
    changed since or a name ran over a line end: better no time than a wrong one."""
    transcript = books.transcript(version.story_id)
    texts = version.clean.text.split("\n")
    if RawText(transcript.text).digest != version.clean.source_digest or len(texts) != len(transcript.segments):
        return ()
    to_hear = listening.to_hear(books, version.story_id, transcript)
    found, at = [], 0
    for number, (text, one) in enumerate(zip(texts, transcript.segments, strict=True)):
        found.append(Line(at, at + len(text), one.start_ms, one.end_ms, one.speaker, number not in to_hear))
        at += len(text) + 1
    return tuple(found)


def listened(now: Standing, sound: Sequence[Line], start: int, end: int) -> bool:
    """Whether somebody heard characters [start, end) in the sound, so that they may be quoted literally."""
    version = now.version
    if NOT_SURE in version.clean.text[start:end]:
        return False
    if any(a.role == HEARD and a.digest == version.clean.source_digest for a in now.approvals):
        return True
    met = [line for line in sound if line.start < end and start < line.end]
    return bool(met) and all(line.heard for line in met)
