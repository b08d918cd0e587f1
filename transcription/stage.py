"""The way in: plan a recording, transcribe its chunks one by one, assemble the transcript.

    chunks = plan(flac, settings)
    language = spoken_language(flac, chunks, engine, settings.language)
    parts = [transcribe_chunk(flac, chunk, engine, language) for chunk in chunks]     # each a durable step
    transcript = assemble(recording.duration_ms, engine.name, language, parts)

Every function gives the same answer for the same input, alone or in order, today or after a crash.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from stories.audio import WHISPER_RATE, opened, read_span, write_flac
from stories.errors import Cancelled
from stories.model import Flag, Segment, Transcript
from stories.settings import Settings
from transcription.chunks import Chunk, listen
from transcription.engine import Engine
from transcription.hearing import read
from transcription.second import heard_twice
from transcription.sentences import in_sentences

AUTO = "auto"
UNDETERMINED = "und"
"""ISO 639-2 code for a language nobody could tell, because nobody speaks."""
CONVINCED = 0.8
"""Mean probability of a language with which it takes the place of the one in the settings."""
UNHEARD_MS = 1_000
"""This much speech without a word becomes an empty segment: "luister hier"."""
_WORD_EDGE_MS = 350  # a voice is detected this much around its words (padding and hysteresis)


def plan(audio: Path | BinaryIO, settings: Settings, *, from_ms: int = 0) -> tuple[Chunk, ...]:
    """The chunks of a recording after `from_ms`, in order; none when nobody speaks. Raises InputRefused for what is no
    recording."""
    return listen(audio, max_seconds=settings.max_audio_hours * 3600, from_ms=from_ms).chunks


def spoken_language(
    audio: Path | BinaryIO, chunks: Sequence[Chunk], engine: Engine, language: str, chosen: str | None = None
) -> str:
    """The language of a recording: what a person has `chosen`; else `language`, unless the engine is convinced that
    the first three chunks are in another one; with `auto` what most of them are in (`und` without speech).

    Convinced: one other language has a mean probability of at least 0.8. The first chunk alone settles most of them.
    """
    language = chosen or language
    if language != AUTO and (chosen or not engine.knows_languages):
        return language
    first, votes = chunks[:3], dict[str, float]()
    for heard_of, chunk in enumerate(first, start=1):
        heard, probability = engine.detect(read_span(audio, chunk.start_ms, chunk.end_ms))
        votes[heard] = votes.get(heard, 0.0) + probability
        most = max((votes[code] for code in votes if code != language), default=0.0)
        if language != AUTO and most + len(first) - heard_of < CONVINCED * len(first):
            return language
    if language != AUTO:
        return max(votes, key=lambda code: votes[code], default=language)
    return max(sorted(votes), key=lambda code: votes[code], default=UNDETERMINED)


def transcribe_chunk(audio: Path | BinaryIO, chunk: Chunk, engine: Engine, language: str) -> tuple[Segment, ...]:
    """The segments of one chunk, a sentence each, on the clock of the whole recording, with flags where there is doubt.

    In each segment with words, `text` is exactly its words joined by spaces. Speech in which no word was heard
    becomes a segment without text, flagged speech_without_text. What may be invented is heard a second time. With
    `auto` the language is detected for this chunk alone. Raises InputRefused as `read_span` does, and
    transcription.language_unknown.
    """
    samples = read_span(audio, chunk.start_ms, chunk.end_ms)
    if language == AUTO:
        language, _ = engine.detect(samples)
    spoken = in_sentences(reading.segment for reading in heard_twice(samples, chunk, engine, language))
    return tuple(sorted([*spoken, *_unheard(chunk, spoken)], key=lambda segment: (segment.start_ms, segment.end_ms)))


def translate_chunk(audio: Path | BinaryIO, chunk: Chunk, engine: Engine, language: str) -> tuple[Segment, ...]:
    """Whisper's own English of one chunk spoken in `language`, flagged like any text, without words: for beside the
    text, never instead of it. (large-v3-turbo never learned to translate.) Raises as `transcribe_chunk` does."""
    samples = read_span(audio, chunk.start_ms, chunk.end_ms)
    return tuple(reading.segment for reading in read(samples, chunk, engine, language, to_english=True))


def _unheard(chunk: Chunk, segments: Sequence[Segment]) -> list[Segment]:
    """Empty, flagged segments for speech of at least a second in which no word was heard."""
    heard = sorted(
        (at.start_ms - _WORD_EDGE_MS, at.end_ms + _WORD_EDGE_MS)
        for segment in segments
        for at in (segment.words or (segment,))
    )
    found = []
    for start, end in chunk.speech:
        at = start
        for first, last in [*heard, (end, end)]:
            if min(first, end) - at >= UNHEARD_MS:
                found.append(Segment(at, min(first, end), "", 0.0, flags=(Flag.SPEECH_WITHOUT_TEXT,)))
            at = max(at, last)
    return found


def assemble(
    duration_ms: int, model: str, language: str, chunks_of_segments: Iterable[Sequence[Segment]]
) -> Transcript:
    """One transcript of all chunks' segments, in order of time. No chunks: a transcript without segments."""
    segments = [segment for part in chunks_of_segments for segment in part]
    segments.sort(key=lambda segment: (segment.start_ms, segment.end_ms))
    return Transcript(language, duration_ms, model, tuple(segments))


def segments_to_json(segments: Sequence[Segment]) -> list[dict[str, Any]]:
    """A chunk's segments as JSON values, in the form of the transcript's contract. Story text: seal it."""
    rows: list[dict[str, Any]] = Transcript("", 0, "", tuple(segments)).to_json()["segments"]
    return rows


def segments_from_json(rows: Iterable[dict[str, Any]]) -> tuple[Segment, ...]:
    """The inverse of `segments_to_json`. Raises ValueError, KeyError or TypeError on anything else."""
    whole = {"language": "", "duration_ms": 0, "model": "", "segments": list(rows)}
    return Transcript.from_json(whole).segments


def transcribe_file(
    audio: Path,
    engine: Engine,
    settings: Settings,
    language: str,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Transcript:
    """A whole recording of any format we read, in one go: what the command line and the tests use.

    `progress(done, total)` counts ms of speech. Raises InputRefused for what is no recording and Cancelled when
    `should_stop()` says so between two chunks.
    """
    max_seconds = settings.max_audio_hours * 3600
    with opened(audio) as sound:
        is_flac = sound.is_flac
    if not is_flac:  # only FLAC can be read from any point exactly; a nameless temporary file, gone when closed
        with tempfile.TemporaryFile() as flac:
            write_flac(audio, flac, rate=WHISPER_RATE, max_seconds=max_seconds)
            return _transcribe(flac, engine, max_seconds, language, progress, should_stop)
    return _transcribe(audio, engine, max_seconds, language, progress, should_stop)


def _transcribe(
    audio: Path | BinaryIO,
    engine: Engine,
    max_seconds: float,
    language: str,
    progress: Callable[[int, int], None] | None,
    should_stop: Callable[[], bool] | None,
) -> Transcript:
    planned = listen(audio, max_seconds=max_seconds)
    spoken = spoken_language(audio, planned.chunks, engine, language)
    done, parts = 0, list[tuple[Segment, ...]]()
    for chunk in planned.chunks:
        if should_stop is not None and should_stop():
            raise Cancelled("transcription.cancelled")
        parts.append(transcribe_chunk(audio, chunk, engine, spoken))
        done += chunk.speech_ms
        if progress is not None:
            progress(done, planned.speech_ms)
    return assemble(planned.duration_ms, engine.name, spoken, parts)
