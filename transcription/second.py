"""The second try: what may be invented is heard again, in other ways that are just as repeatable.

First the whole chunk with careful decoding, then each stretch that is still in doubt cut out alone, so that nothing
around it leads the engine astray. A second reading is taken only when nothing in it looks invented and the engine
finds it likely; it is marked `low_confidence` all the same, because the first ear heard something else. What stays
doubtful keeps its first text and its flags: an empty or doubtful second reading never wipes out a first one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stories.audio import WHISPER_RATE, Samples
from stories.model import Flag
from transcription.chunks import Chunk
from transcription.doubt import UNLIKELY
from transcription.engine import Engine
from transcription.hearing import Reading, read


def heard_twice(samples: Samples, chunk: Chunk, engine: Engine, language: str) -> list[Reading]:
    """The segments of a chunk, in order of time; those in doubt were heard again and the better reading kept."""
    readings = read(samples, chunk, engine, language)
    if not _doubtful(readings):
        return readings
    careful = read(samples, chunk, engine, language, careful=True)
    kept = [reading for stretch in _stretches(readings, careful) for reading in stretch.better()]
    return _alone(kept, samples, chunk, engine, language) if _doubtful(kept) else kept


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of the time line in which no segment of either reading crosses the edge: it can be swapped whole."""

    first: list[Reading]
    second: list[Reading]

    def better(self) -> list[Reading]:
        if not _doubtful(self.first) or not _is_good(self.second):
            return self.first
        return [reading.flagged(Flag.LOW_CONFIDENCE) for reading in self.second]


def _doubtful(readings: Sequence[Reading]) -> bool:
    return any(reading.is_doubtful for reading in readings)


def _is_good(readings: Sequence[Reading]) -> bool:
    likely = all(reading.log_probability >= UNLIKELY for reading in readings)
    return bool(readings) and likely and not _doubtful(readings)


def _stretches(first: Sequence[Reading], second: Sequence[Reading]) -> list[_Stretch]:
    """Both readings cut into the same stretches, in order of time."""
    both = sorted(
        [(reading, True) for reading in first] + [(reading, False) for reading in second],
        key=lambda each: (each[0].segment.start_ms, each[0].segment.end_ms),
    )
    found, end = list[_Stretch](), -1
    for reading, is_first in both:
        if not found or reading.segment.start_ms >= end:
            found.append(_Stretch([], []))
        (found[-1].first if is_first else found[-1].second).append(reading)
        end = max(end, reading.segment.end_ms)
    return found


def _alone(readings: Sequence[Reading], samples: Samples, chunk: Chunk, engine: Engine, language: str) -> list[Reading]:
    """Each doubtful segment's own speech heard by itself, never beyond the segments beside it."""
    kept = list[Reading]()
    for index, reading in enumerate(readings):
        left = readings[index - 1].segment.end_ms if index else chunk.start_ms
        right = readings[index + 1].segment.start_ms if index + 1 < len(readings) else chunk.end_ms
        part = _cut(chunk, reading, left, right) if reading.is_doubtful else None
        if part is None:
            kept.append(reading)
            continue
        first, last = ((at - chunk.start_ms) * WHISPER_RATE // 1000 for at in (part.start_ms, part.end_ms))
        kept += _Stretch([reading], read(samples[first:last], part, engine, language)).better()
    return kept


def _cut(chunk: Chunk, reading: Reading, left: int, right: int) -> Chunk | None:
    """The speech in which a segment lies, between its neighbours; None where nobody speaks or it is the whole chunk."""
    touched = [
        (max(start, left), min(end, right), peak)
        for (start, end), peak in zip(chunk.speech, chunk.peaks or (100,) * len(chunk.speech), strict=True)
        if start < reading.segment.end_ms and end > reading.segment.start_ms
    ]
    touched = [part for part in touched if part[0] < part[1]]
    speech = tuple((start, end) for start, end, _ in touched)
    if not speech or speech == chunk.speech:
        return None
    return Chunk(chunk.index, speech[0][0], speech[-1][1], speech, tuple(peak for *_, peak in touched))
