"""Editing a transcript: a change is a value that can be applied, undone, and kept.

    change = retyped(transcript, 3, "Ik ging toen naar school.")
    transcript = apply(transcript, change)
    transcript = apply(transcript, change.undone())        # and it is as it was

A change holds the segments it replaces, so that it refuses to land on anything else. Words a person did not touch keep
their second in the sound. Lines that were typed by the teller (`is_typed`) are never changed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stories.errors import InputRefused, Moved
from stories.model import Flag, Segment, Transcript, Word, require
from transcription.align import mean_confidence, one_line, retimed, worded
from transcription.stage import segments_from_json, segments_to_json

MAX_LINE = 10_000
"""Characters of one segment: eleven minutes of speech without a breath."""
MAX_SPEAKER = 60


@dataclass(frozen=True, slots=True)
class Change:
    """`before`, from index `at`, becomes `after`. Holds story text: seal it."""

    at: int
    before: tuple[Segment, ...]
    after: tuple[Segment, ...]

    def __post_init__(self) -> None:
        require(self.at >= 0, "a change begins at a segment")

    def undone(self) -> Change:
        """The change that takes this one back."""
        return Change(self.at, self.after, self.before)

    def to_json(self) -> dict[str, Any]:
        return {"at": self.at, "before": segments_to_json(self.before), "after": segments_to_json(self.after)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Change:
        """The inverse of `to_json`. Raises ValueError, KeyError or TypeError on anything else."""
        return cls(data["at"], segments_from_json(data["before"]), segments_from_json(data["after"]))


def apply(transcript: Transcript, change: Change) -> Transcript:
    """The transcript with the change. Raises Moved when what it replaces does not stand there."""
    segments, stop = transcript.segments, change.at + len(change.before)
    if change.at > len(segments) or segments[change.at : stop] != change.before:
        raise Moved("transcription.text_moved")
    return replace(transcript, segments=segments[: change.at] + change.after + segments[stop:])


def is_typed(segment: Segment) -> bool:
    """A line of the transcript that its teller typed: it has no length, for nobody said it."""
    return segment.start_ms == segment.end_ms and not segment.words and bool(segment.text)


def retyped(transcript: Transcript, index: int, text: str) -> Change:
    """A person typed what was said in this segment. Words that stayed keep their time and confidence; doubt is gone.

    Raises InputRefused for a typed line, a segment that is not there, or more text than one breath holds.
    """
    segment = _spoken(transcript, index)
    if len(text) > MAX_LINE:
        raise InputRefused("transcription.line_too_long", count=MAX_LINE)
    texts = one_line(text).split()
    words = retimed(worded(segment), texts, segment.start_ms, segment.end_ms)
    return _one(transcript, index, _with_words(segment, words, flags=()))


def emptied(transcript: Transcript, index: int) -> Change:
    """Nobody said this. The segment stays, empty and without flags, so that nothing asks to listen there again."""
    return retyped(transcript, index, "")


def confirmed(transcript: Transcript, index: int) -> Change:
    """What was doubtful was said after all: the flags go."""
    return _one(transcript, index, replace(_spoken(transcript, index), flags=()))


def split(transcript: Transcript, index: int, word: int) -> Change:
    """Two segments, the second from word number `word` (0 < word < number of words). Both keep speaker and flags."""
    segment = _spoken(transcript, index)
    words = worded(segment)
    if not 0 < word < len(words):
        raise InputRefused("transcription.no_such_word")
    left, right = words[:word], words[word:]
    cut = min(right[0].start_ms, segment.end_ms)
    left_end = max(segment.start_ms, min(segment.end_ms, max(one.end_ms for one in left)))
    first = _with_words(replace(segment, end_ms=left_end), left)
    second = _with_words(replace(segment, start_ms=max(segment.start_ms, cut)), right)
    return _placed(transcript, index, index + 1, [first, second])


def merged(transcript: Transcript, index: int) -> Change:
    """This segment and the next become one, with every word, the speaker of the first and the flags of both.

    Raises InputRefused at the end, beside a typed line, and where two people spoke through each other.
    """
    first = _spoken(transcript, index)
    if index + 1 >= len(transcript.segments):
        raise InputRefused("transcription.nothing_follows")
    second = _spoken(transcript, index + 1)
    words = worded(first) + worded(second)
    if [word.start_ms for word in words] != sorted(word.start_ms for word in words):
        raise InputRefused("transcription.said_together")
    flags = tuple(flag for flag in Flag if flag in first.flags + second.flags)
    whole = replace(first, end_ms=max(first.end_ms, second.end_ms))
    return _placed(transcript, index, index + 2, [_with_words(whole, words, flags=flags)])


def named(transcript: Transcript, old: str | None, new: str) -> Change:
    """Every segment of one speaker gets another name; None is whoever has no name yet."""
    name = _name(new)
    return _speakers(transcript, lambda _, segment: name if segment.speaker == old else segment.speaker)


def spoken_by(transcript: Transcript, indices: Iterable[int], speaker: str | None) -> Change:
    """These segments were said by this speaker, or by nobody knows whom (None). Typed lines among them stay."""
    chosen = set(indices)
    if not all(0 <= index < len(transcript.segments) for index in chosen):
        raise InputRefused("transcription.no_such_line")
    name = None if speaker is None else _name(speaker)
    return _speakers(transcript, lambda index, segment: name if index in chosen else segment.speaker)


def swapped(transcript: Transcript, a: str, b: str) -> Change:
    """What one of two speakers said, the other said, and the reverse."""
    other = {a: b, b: a}
    return _speakers(transcript, lambda _, segment: other.get(segment.speaker or "", segment.speaker))


def replaced(transcript: Transcript, segments: Sequence[Segment]) -> Change:
    """All segments become these: the smallest change that does it."""
    before, after = transcript.segments, tuple(segments)
    first = 0
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    return Change(first, before[first : len(before) - last], after[first : len(after) - last])


def _speakers(transcript: Transcript, who: Callable[[int, Segment], str | None]) -> Change:
    segments = [
        segment if is_typed(segment) else replace(segment, speaker=who(index, segment))
        for index, segment in enumerate(transcript.segments)
    ]
    return replaced(transcript, segments)


def _name(text: str) -> str:
    name = one_line(text.replace("<", " ").replace(">", " "))  # subtitles write a name between these
    if not name:
        raise InputRefused("transcription.speaker_empty")
    if len(name) > MAX_SPEAKER:
        raise InputRefused("transcription.speaker_too_long", count=MAX_SPEAKER)
    return name


def _spoken(transcript: Transcript, index: int) -> Segment:
    if not 0 <= index < len(transcript.segments):
        raise InputRefused("transcription.no_such_line")
    if is_typed(transcript.segments[index]):
        raise InputRefused("transcription.line_was_typed")
    return transcript.segments[index]


def _with_words(segment: Segment, words: Sequence[Word], flags: tuple[Flag, ...] | None = None) -> Segment:
    return replace(
        segment,
        text=" ".join(word.text for word in words),
        words=tuple(words),
        confidence=mean_confidence(words),
        flags=segment.flags if flags is None else flags,
    )


def _one(transcript: Transcript, index: int, segment: Segment) -> Change:
    return Change(index, (transcript.segments[index],), (segment,))


def _placed(transcript: Transcript, first: int, stop: int, segments: Sequence[Segment]) -> Change:
    """Segments [first, stop) become these; what begins between them keeps its place on the clock."""
    latest = max(segment.start_ms for segment in segments)
    end = stop
    while end < len(transcript.segments) and transcript.segments[end].start_ms <= latest:
        end += 1
    after = sorted([*segments, *transcript.segments[stop:end]], key=lambda segment: (segment.start_ms, segment.end_ms))
    return Change(first, transcript.segments[first:end], tuple(after))
