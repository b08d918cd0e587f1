"""What the engine heard in one chunk becomes segments: on the recording's clock, words clipped to speech, flagged."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np

from stories.audio import WHISPER_RATE, Samples
from stories.model import INVENTED, Flag, Segment, Word
from transcription import doubt
from transcription.chunks import Chunk
from transcription.engine import Engine, Heard
from transcription.voice import Span


@dataclass(frozen=True, slots=True)
class Reading:
    """One segment and how likely the engine finds its text (mean log-probability)."""

    segment: Segment
    log_probability: float

    @property
    def is_doubtful(self) -> bool:
        """Whether its text is perhaps nobody's."""
        return not INVENTED.isdisjoint(self.segment.flags)

    def flagged(self, flag: Flag) -> Reading:
        flags = {*self.segment.flags, flag}
        segment = replace(self.segment, flags=tuple(known for known in Flag if known in flags))
        return replace(self, segment=segment)


def read(
    samples: Samples, chunk: Chunk, engine: Engine, language: str, *, careful: bool = False, to_english: bool = False
) -> list[Reading]:
    """All segments with text that the engine hears in the samples of `chunk`, in order of time."""
    sound, clock = _without_pauses(samples, chunk) if chunk.is_too_long else (samples, None)
    heard = engine.transcribe(sound, language, careful=careful, to_english=to_english)
    if clock is not None:
        heard = [clock.put_back(one) for one in heard]
    made = [_reading(one, chunk, samples) for one in heard if one.text.strip()]
    looped = doubt.repeats([reading.segment.text for reading in made])
    made = [reading.flagged(Flag.LOOP) if index in looped else reading for index, reading in enumerate(made)]
    return sorted(made, key=lambda reading: (reading.segment.start_ms, reading.segment.end_ms))


@dataclass(frozen=True, slots=True)
class _Clock:
    """Where the speech of a chunk lies in the chunk, and where in the sound without pauses (ms from their starts)."""

    there: tuple[int, ...]
    here: tuple[int, ...]

    def put_back(self, heard: Heard) -> Heard:
        words = tuple(
            replace(word, start_ms=self._at(word.start_ms), end_ms=self._at(word.end_ms, is_end=True))
            for word in heard.words
        )
        start, end = self._at(heard.start_ms), self._at(heard.end_ms, is_end=True)
        return replace(heard, start_ms=start, end_ms=end, words=words)

    def _at(self, heard_ms: int, *, is_end: bool = False) -> int:
        """At a seam, a beginning belongs to what follows and an end to what came before."""
        found = (bisect_left if is_end else bisect_right)(self.here, heard_ms) - 1
        index = max(0, found)
        return self.there[index] + heard_ms - self.here[index]


def _without_pauses(samples: Samples, chunk: Chunk) -> tuple[Samples, _Clock]:
    parts = [samples[_sample(start, chunk) : _sample(end, chunk)] for start, end in chunk.speech]
    lengths = [end - start for start, end in chunk.speech]
    here = tuple(accumulate(lengths[:-1], initial=0))
    return np.concatenate(parts), _Clock(tuple(start - chunk.start_ms for start, _ in chunk.speech), here)


def _reading(heard: Heard, chunk: Chunk, samples: Samples) -> Reading:
    words = _words(heard, chunk)
    inside = [_nearest(word, chunk.speech) for word in words]
    if words:
        words = [word if span is None else _clipped(word, span) for word, span in zip(words, inside, strict=True)]
        words = _in_order(words)
        start, end = words[0].start_ms, max(word.end_ms for word in words)
        text = " ".join(word.text for word in words)
        confidence = sum(word.confidence for word in words) / len(words)
        in_speech = sum(span is not None for span in inside) / len(words)
    else:
        start, end = (_on_clock(at, chunk) for at in (heard.start_ms, heard.end_ms))
        text, confidence, in_speech = " ".join(heard.text.split()), math.exp(heard.log_probability), 1.0
    confidence = round(min(1.0, max(0.0, confidence)), 4)
    sound = samples[_sample(start, chunk) : _sample(end, chunk)]
    around = [index for index, span in enumerate(chunk.speech) if span[0] < end and span[1] > start]
    speech = [
        samples[_sample(first, chunk) : _sample(last, chunk)] for first, last in (chunk.speech[i] for i in around)
    ]
    flags = doubt.flags_of(
        text,
        words=len(words) or len(text.split()),
        duration_ms=end - start,
        confidence=confidence,
        log_probability=heard.log_probability,
        no_speech=heard.no_speech,
        window_compression=heard.compression,
        dbfs=doubt.loudness(sound),
        in_speech=in_speech,
        voice=max((chunk.peaks[index] for index in around), default=0) if chunk.peaks else 100,
        rise_db=doubt.rise(np.concatenate(speech)) if speech else math.inf,
    )
    return Reading(Segment(start, end, text, confidence, flags=flags, words=tuple(words)), heard.log_probability)


def _words(heard: Heard, chunk: Chunk) -> list[Word]:
    """The engine's words on the recording's clock; a piece without a leading space joins the word before it."""
    words: list[Word] = []
    for piece in heard.words:
        text = piece.text.strip()
        if not text:
            continue
        start, end = _on_clock(piece.start_ms, chunk), _on_clock(piece.end_ms, chunk)
        sure = round(min(1.0, max(0.0, piece.probability)), 4)
        if words and not piece.text[0].isspace():
            last = words[-1]
            merged = replace(last, text=last.text + text, end_ms=max(last.end_ms, end))
            words[-1] = replace(merged, confidence=min(last.confidence, sure))
        else:
            words.append(Word(start, end, " ".join(text.split()), sure))
    return words


def _on_clock(at_ms: int, chunk: Chunk) -> int:
    return min(chunk.start_ms + at_ms, chunk.end_ms)


def _sample(at_ms: int, chunk: Chunk) -> int:
    return (at_ms - chunk.start_ms) * WHISPER_RATE // 1000


def _nearest(word: Word, speech: Sequence[Span]) -> Span | None:
    """The span of speech in which most of this word lies; None when it lies in none."""
    shared = [(min(word.end_ms, end) - max(word.start_ms, start), (start, end)) for start, end in speech]
    most, span = max(shared, default=(-1, None))
    return span if most > 0 or (most == 0 and word.start_ms == word.end_ms) else None


def _clipped(word: Word, span: Span) -> Word:
    return replace(word, start_ms=max(word.start_ms, span[0]), end_ms=min(word.end_ms, span[1]))


def _in_order(words: Sequence[Word]) -> list[Word]:
    """Clipping and Whisper's own repairs may put a word before its predecessor; a reader's cursor must not jump."""
    ordered, at = list[Word](), 0
    for word in words:
        at = max(at, word.start_ms)
        ordered.append(replace(word, start_ms=at, end_ms=max(at, word.end_ms)))
    return ordered
