"""What is known of a story's redacted recording: of which text it is, which sound went, who heard it.

It belongs to one text, one set of word times and one recording: when any of these changes it is stale. The record holds
times, hashes and ids, and is sealed with the story.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

import transcription
from anonymise.sound import RedactionSpan, Span, Why
from stories.model import RawText, digest_of
from stories.store import Books
from stories.vault import Kind
from transcription import Chunk

SAFE_HEARD = "geluid_gehoord"
"""Role of an approval: a second person heard exactly this redacted recording (its digest)."""
_ASKED = 1
"""Version of the record that says who asked."""


class Standing(StrEnum):
    MISSING = "missing"  # nobody asked, or it is being made
    STALE = "stale"  # of another text, other times or another recording
    READY = "ready"  # made, and checked
    FAILED = "failed"  # something that must go was still heard, or it cannot be made


@dataclass(frozen=True, slots=True)
class Redaction:
    """One redacted recording. `about` names the text, the word times and the recording that it belongs to."""

    about: str
    version: str  # digest of the StoryVersion it was made of
    made_by: str  # who made that version
    spans: tuple[RedactionSpan, ...] = ()
    sha256: str = ""
    attempt: int = 1
    state: str = "made"  # made, ready or failed
    reason: str | None = None  # a catalogue key
    chunks: tuple[Chunk, ...] = ()  # of the result, to be listened to
    found: tuple[Span, ...] = ()  # when something was heard that had to go

    def goes_on(self, attempt: int, about: str | None) -> bool:
        """Whether this is the attempt that is being made, of the story as it is now (`about`)."""
        return (self.state, self.attempt, self.about) == ("made", attempt, about)

    @property
    def digest(self) -> str:
        """What a second person approves: this text's redaction, and exactly this sound."""
        return digest_of([self.about, self.sha256, [(span.start_ms, span.end_ms) for span in self.spans]])


def standing(books: Books, story_id: str) -> Standing:
    """Whether there is a redacted recording of the story as it is now."""
    if not books.has(story_id, Kind.REDACTION):
        return Standing.MISSING
    one = read(books, story_id)
    if one.about != about_now(books, story_id):
        return Standing.STALE
    if one.state == "failed":
        return Standing.FAILED
    is_there = one.state == "ready" and books.has(story_id, Kind.REDACTED_AUDIO)
    return Standing.READY if is_there else Standing.MISSING


def second_person_heard(books: Books, story_id: str) -> bool:
    """Whether the redacted recording is ready and somebody who did not make it heard it."""
    return standing(books, story_id) is Standing.READY and bool(heard_by(books, story_id, read(books, story_id)))


def note_asked(books: Books, story_id: str, by: str) -> None:
    """Who asked for it, so that somebody else listens."""
    books.keep(story_id, Kind.REDACTION, json.dumps({"by": by}).encode(), version=_ASKED)


def makers(books: Books, story_id: str, one: Redaction) -> frozenset[str]:
    """Who made the text, and who asked for the recording: they are not the second person."""
    found = {one.made_by, books.version(story_id).made_by}
    if books.has(story_id, Kind.REDACTION, version=_ASKED):
        found.add(json.loads(books.fetch(story_id, Kind.REDACTION, version=_ASKED))["by"])
    return frozenset(found)


def read(books: Books, story_id: str) -> Redaction:
    """Raises NotFound when none was ever made."""
    row = json.loads(books.fetch(story_id, Kind.REDACTION))
    spans = tuple(RedactionSpan(s["start_ms"], s["end_ms"], tuple(map(Why, s["why"]))) for s in row["spans"])
    found = tuple((start, end) for start, end in row["found"])
    chunks = transcription.chunks_from_json(row["chunks"])
    return Redaction(**{**row, "spans": spans, "found": found, "chunks": chunks})


def keep(books: Books, story_id: str, one: Redaction) -> None:
    row = {**asdict(one), "chunks": transcription.chunks_to_json(one.chunks)}
    books.keep(story_id, Kind.REDACTION, json.dumps(row).encode())


def drop(books: Books, story_id: str) -> None:
    """The redacted recording goes, and what was written down about it."""
    books.discard(story_id, Kind.REDACTED_AUDIO)
    for number in books.numbers(story_id, Kind.REDACTION):
        books.discard(story_id, Kind.REDACTION, version=number)


def heard_by(books: Books, story_id: str, one: Redaction) -> tuple[str, ...]:
    """The second persons who heard it: ids of users."""
    apart = makers(books, story_id, one)
    heard = [a.by for a in books.approvals(story_id) if (a.role, a.digest) == (SAFE_HEARD, one.digest)]
    return tuple(dict.fromkeys(by for by in heard if by not in apart))


def about_now(books: Books, story_id: str) -> str | None:
    """The text, the word times and the recording as they are now; None while they do not belong together."""
    story = books.story(story_id)
    if story.version == 0 or not books.has(story_id, Kind.TRANSCRIPT):
        return None
    transcript, clean = books.transcript(story_id), books.version(story_id).clean
    if RawText(transcript.text).digest != clean.source_digest:
        return None
    times = [
        [s.start_ms, s.end_ms, s.text, s.flags, [(w.start_ms, w.end_ms, w.text) for w in s.words]]
        for s in transcript.segments
    ]
    return digest_of([story_id, clean.digest, times, books.recording(story_id).sha256])
