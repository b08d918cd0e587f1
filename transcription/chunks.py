"""The chunk plan: which stretches of a recording are transcribed, each as one durable step of at most 28 s of speech.

The plan depends on the recording alone, so that making it again after a crash gives the same chunks and keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from stories.audio import WHISPER_RATE, Samples, samples
from stories.model import require
from transcription.voice import WINDOW_MS, Span, VoiceRules, probabilities, speech_spans

MAX_HEARD_MS = 28_000
"""Whisper hears windows of 30 s; two are left so that a chunk never spills into a second one."""
MAX_CHUNK_MS = 60_000
"""A chunk that lasts longer than a window is heard without its pauses, so that windows are full of speech."""
MAX_GAP_MS = 4_000
"""A longer pause starts a new chunk: Whisper invents words in long silence."""
BLOCK_S = 300.0


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of the recording, on its clock, with the spans of speech in it (padded).

    `peaks`: for each span how sure the voice detector was at its surest, in percent; empty when that is not known.
    """

    index: int
    start_ms: int
    end_ms: int
    speech: tuple[Span, ...] = ()
    peaks: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        require(0 <= self.start_ms < self.end_ms, "a chunk ends after it starts")
        require(self.end_ms - self.start_ms <= MAX_CHUNK_MS, "a chunk lasts at most a minute")
        require(self.heard_ms <= MAX_HEARD_MS, "what is heard of a chunk lasts at most 28 seconds")
        require(len(self.peaks) in (0, len(self.speech)), "each span of speech has one peak")

    @property
    def key(self) -> str:
        """Stable name of this chunk's step: the same recording gives the same keys."""
        return f"chunk-{self.index:05d}-{self.start_ms}-{self.end_ms}"

    @property
    def speech_ms(self) -> int:
        return sum(end - start for start, end in self.speech)

    @property
    def is_too_long(self) -> bool:
        """Whether its pauses are left out when it is heard."""
        return self.end_ms - self.start_ms > MAX_HEARD_MS

    @property
    def heard_ms(self) -> int:
        """How much sound the engine gets."""
        return self.speech_ms if self.is_too_long and self.speech else self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class Plan:
    """How long the recording is (ms, counted in samples) and what is to be heard. No chunks: nobody speaks."""

    duration_ms: int
    chunks: tuple[Chunk, ...]

    @property
    def speech_ms(self) -> int:
        """Work to be done, for progress."""
        return sum(chunk.speech_ms for chunk in self.chunks)


def listen(
    audio: Path | BinaryIO,
    *,
    max_seconds: float | None = None,
    block_s: float = BLOCK_S,
    rules: VoiceRules | None = None,
    from_ms: int = 0,
) -> Plan:
    """Stream a recording once and plan its chunks; memory does not grow with its length.

    `from_ms`: what comes before was heard already; the chunks begin after it, on the clock of the whole recording.
    Raises InputRefused as `stories.audio.samples` does.
    """
    blocks = _after(samples(audio, block_s=block_s, max_seconds=max_seconds), from_ms * WHISPER_RATE // 1000)
    rest = plan_blocks(blocks, rules=rules)
    return Plan(from_ms + rest.duration_ms, tuple(_later(chunk, from_ms) for chunk in rest.chunks))


def _after(blocks: Iterable[Samples], skip: int) -> Iterator[Samples]:
    """The blocks without their first `skip` samples."""
    for block in blocks:
        if skip < len(block):
            yield block[skip:]
        skip = max(0, skip - len(block))


def _later(chunk: Chunk, by_ms: int) -> Chunk:
    speech = tuple((start + by_ms, end + by_ms) for start, end in chunk.speech)
    return replace(chunk, start_ms=chunk.start_ms + by_ms, end_ms=chunk.end_ms + by_ms, speech=speech)


def plan_blocks(blocks: Iterable[Samples], *, rules: VoiceRules | None = None) -> Plan:
    """As `listen`, from 16 kHz blocks."""
    counted = 0

    def counting() -> Iterator[Samples]:
        nonlocal counted
        for block in blocks:
            counted += len(block)
            yield block

    probability = np.concatenate(list(probabilities(counting())))
    duration_ms = counted * 1000 // WHISPER_RATE
    spans = speech_spans(probability, duration_ms, rules)
    return Plan(duration_ms, joined(spans, probability))


def joined(spans: Sequence[Span], probability: Samples) -> tuple[Chunk, ...]:
    """Spans of speech as chunks that are as long as may be; `probability` is what the spans were found in."""
    return tuple(_chunk(index, group, probability) for index, group in enumerate(_grouped(spans)))


def _grouped(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """As few groups as will do, and those of a stretch without a long pause about equally long: a last sentence that
    is heard all by itself is heard badly."""
    for stretch in _apart(spans):
        full = _filled(stretch, MAX_HEARD_MS)
        fair = sum(end - start for start, end in stretch) // len(full)
        limits = range(fair, MAX_HEARD_MS, 250)
        yield from next((groups for limit in limits if len(groups := _filled(stretch, limit)) == len(full)), full)


def _apart(spans: Sequence[Span]) -> list[list[Span]]:
    """Split at every pause that is too long to hear."""
    stretches = list[list[Span]]()
    for span in spans:
        if not stretches or span[0] - stretches[-1][-1][1] > MAX_GAP_MS:
            stretches.append([])
        stretches[-1].append(span)
    return stretches


def _filled(spans: Sequence[Span], limit_ms: int) -> list[list[Span]]:
    """Groups filled one after the other with at most `limit_ms` of speech each."""
    groups, speech_ms = [[spans[0]]], spans[0][1] - spans[0][0]
    for span in spans[1:]:
        speech_ms += span[1] - span[0]
        if speech_ms > limit_ms or span[1] - groups[-1][0][0] > MAX_CHUNK_MS:
            groups.append([])
            speech_ms = span[1] - span[0]
        groups[-1].append(span)
    return groups


def _chunk(index: int, group: Sequence[Span], probability: Samples) -> Chunk:
    peaks = (probability[start // WINDOW_MS : -(-end // WINDOW_MS)].max() for start, end in group)
    return Chunk(index, group[0][0], group[-1][1], tuple(group), tuple(round(100 * float(peak)) for peak in peaks))


def chunks_to_json(chunks: Sequence[Chunk]) -> list[Any]:
    """A plan's chunks as JSON values, to be kept before the first one is heard. Times only: no word of a story."""
    return [
        [chunk.index, chunk.start_ms, chunk.end_ms, [list(span) for span in chunk.speech], list(chunk.peaks)]
        for chunk in chunks
    ]


def chunks_from_json(rows: Iterable[Any]) -> tuple[Chunk, ...]:
    """The inverse of `chunks_to_json`; also of a plan kept before there were peaks. Raises ValueError or TypeError on
    anything else."""
    return tuple(
        Chunk(index, start, end, tuple((first, last) for first, last in speech), tuple(*peaks))
        for index, start, end, speech, *peaks in rows
    )
