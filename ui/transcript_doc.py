"""From a transcript at the desk to what the browser shows of it."""

from __future__ import annotations

from collections.abc import Iterator

from desk.places import places
from desk.transcripts import Opened, is_typed
from stories.model import INVENTED, NOT_SURE, Segment
from stories.words import say
from ui.components.transcript import Doc, Line


def doc_of(seen: Opened, *, may_edit: bool) -> Doc:
    lines = tuple(_line(seen, at, segment) for at, segment in enumerate(seen.transcript.segments))
    return Doc(
        audio_url=f"/geluid/{seen.story.id}/audio",
        lines=lines,
        speakers=tuple(dict.fromkeys(line.speaker for line in lines if line.speaker)),
        revision=seen.story.row_version,
        may_edit=may_edit,
        can_undo=seen.can_undo,
        names=tuple(_names(seen)),
    )


def _line(seen: Opened, at: int, segment: Segment) -> Line:
    return Line(
        index=at,
        start_ms=segment.start_ms,
        end_ms=segment.end_ms,
        text=segment.text,
        words=tuple(_words(segment)),
        speaker=segment.speaker,
        flags=tuple((str(flag), say(f"ui.flag_{flag}")) for flag in segment.flags),
        unsure=bool(segment.text) and not INVENTED.isdisjoint(segment.flags),
        heard=at not in seen.to_hear,
        typed=is_typed(segment),
        other=seen.others.get(at),
    )


def _words(segment: Segment) -> Iterator[tuple[int, int, int, int, float]]:
    """Each word with its place in the text. One that takes no room still has its number: a line is split before one."""
    for word, (start, end) in zip(segment.words, segment.places, strict=True):
        yield word.start_ms, word.end_ms, start, end, word.confidence


def _names(seen: Opened) -> Iterator[tuple[int, int, int, str]]:
    """The marks of names, line by line; not in a line of which the text is not shown."""
    found = places(seen.findings, seen.decisions)
    begin = 0
    for at, segment in enumerate(seen.transcript.segments):
        end = begin + len(segment.said)
        if segment.said != NOT_SURE:
            for mark in found:
                if mark.start < end and begin < mark.end:
                    yield at, max(mark.start, begin) - begin, min(mark.end, end) - begin, mark.state
        begin = end + 1
