"""Listening: which sentences of a recording somebody really heard.

A sentence counts as heard when its whole sound was played while its text was what it is now; another text must be
listened to again. Only heard sentences may become a literal quote, and a story is offered for release only when all of
them were heard. What is kept are times and hashes, sealed with the story.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stories.model import Flag, RawText, Segment, Story, StoryKind, StoryVersion, Transcript
from stories.store import Books
from stories.vault import Kind

HEARD = "beluisterd"
"""Role of an approval of a raw text (its digest): somebody heard or read all of it."""

EDGE_MS = 250
"""A player starts and stops this much beside the word it was asked for."""

Span = tuple[int, int]
"""[start, end) in milliseconds on the clock of the recording."""


@dataclass(frozen=True, slots=True)
class Listened:
    """What was played since the text last changed there, and which sentences were heard, as (start, end, hash)."""

    played: tuple[Span, ...] = ()
    heard: frozenset[tuple[int, int, str]] = frozenset()


def spoken(segment: Segment) -> bool:
    """Whether there is something to listen to: words that were said, or a voice in which no words were heard."""
    unheard = Flag.SPEECH_WITHOUT_TEXT in segment.flags
    return segment.end_ms > segment.start_ms and (bool(segment.text.strip()) or unheard)


def heard(books: Books, story_id: str, transcript: Transcript) -> frozenset[int]:
    """The indices of the sentences that were heard, with the text that they have now."""
    known = _read(books, story_id).heard
    return frozenset(at for at, segment in enumerate(transcript.segments) if _key(segment) in known)


def to_hear(books: Books, story_id: str, transcript: Transcript) -> frozenset[int]:
    """The indices of the sentences that nobody listened to yet."""
    done = heard(books, story_id, transcript)
    return frozenset(at for at, one in enumerate(transcript.segments) if spoken(one) and at not in done)


def heard_whole(books: Books, story_id: str) -> bool:
    """Whether there is speech and all of it was heard."""
    transcript = books.transcript(story_id)
    return any(map(spoken, transcript.segments)) and not to_hear(books, story_id, transcript)


def heard_all(books: Books, story: Story, version: StoryVersion) -> bool:
    """Whether somebody heard (or read) all of the original: sentence by sentence, or by saying so."""
    if any(a.role == HEARD and a.digest == version.clean.source_digest for a in books.approvals(story.id)):
        return True
    return story.kind is StoryKind.AUDIO and heard_whole(books, story.id)


def add(books: Books, story_id: str, transcript: Transcript, spans: Iterable[Span]) -> None:
    """These stretches were played."""
    before = _read(books, story_id)
    played = joined([*before.played, *spans])
    now = {_key(one) for one in transcript.segments if spoken(one) and _covers(played, one)}
    _keep(books, story_id, Listened(played, before.heard | now))


def add_all(books: Books, story_id: str, transcript: Transcript) -> None:
    """Somebody heard the whole recording."""
    add(books, story_id, transcript, [(0, transcript.duration_ms)])


def changed(books: Books, story_id: str, before: Sequence[Segment], after: Sequence[Segment]) -> None:
    """Some sentences have another text now: what was played there before says nothing about it."""
    known = _read(books, story_id)
    same = {_key(one) for one in before}
    played = known.played
    for one in after:
        if _key(one) not in same:
            played = tuple(piece for span in played for piece in _without(span, (one.start_ms, one.end_ms)))
    _keep(books, story_id, Listened(played, known.heard))


def _key(segment: Segment) -> tuple[int, int, str]:
    return segment.start_ms, segment.end_ms, RawText(segment.said).digest


def _covers(played: Sequence[Span], segment: Segment) -> bool:
    middle = (segment.start_ms + segment.end_ms) // 2
    first, last = min(segment.start_ms + EDGE_MS, middle), max(segment.end_ms - EDGE_MS, middle)
    return any(start <= first and last <= end for start, end in played)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    result: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if result and start <= result[-1][1] + EDGE_MS:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def _without(span: Span, hole: Span) -> list[Span]:
    pieces = [(span[0], min(span[1], hole[0])), (max(span[0], hole[1]), span[1])]
    return [(start, end) for start, end in pieces if start < end]


def _read(books: Books, story_id: str) -> Listened:
    if not books.has(story_id, Kind.LISTENED):
        return Listened()
    data = json.loads(books.fetch(story_id, Kind.LISTENED))
    return Listened(
        tuple((start, end) for start, end in data["played"]),
        frozenset((start, end, digest) for start, end, digest in data["heard"]),
    )


def _keep(books: Books, story_id: str, listened: Listened) -> None:
    data = {"played": listened.played, "heard": sorted(listened.heard)}
    books.keep(story_id, Kind.LISTENED, json.dumps(data).encode())
    story = books.story(story_id)
    if story.version:
        books.queue.note(story_id, heard=heard_all(books, story, books.version(story_id)))
