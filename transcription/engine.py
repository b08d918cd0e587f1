"""What a speech engine is: sound in, heard segments out. Whisper is one; a test may bring another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from stories.audio import Samples
from stories.errors import InputRefused
from transcription.models import ModelInfo


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One word as the engine gives it. Times in ms from the start of the chunk. A leading space starts a new word;
    a piece without one belongs to the word before it."""

    start_ms: int
    end_ms: int
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Heard:
    """One segment as the engine gives it, times in ms from the start of the chunk.

    `log_probability` is the mean over its tokens (natural logarithm, at most 0); `compression` is how many times
    smaller the window's text becomes when zipped: above 2.4 it repeats itself (Whisper, Radford et al. 2022, 4.5).
    `no_speech` (0-1) is how likely the engine thinks it that nobody speaks in the window.
    """

    start_ms: int
    end_ms: int
    text: str
    log_probability: float
    compression: float
    no_speech: float
    words: tuple[HeardWord, ...] = ()


def to_ms(seconds: float) -> int:
    """Whisper's seconds as whole milliseconds, never before the beginning."""
    return max(0, round(float(seconds) * 1000))


def require_language(language: str, known: frozenset[str]) -> None:
    """Raise InputRefused transcription.language_unknown or model_english_only for what an engine does not know."""
    if language not in known:
        key = "language_unknown" if len(known) > 1 else "model_english_only"
        raise InputRefused(f"transcription.{key}", language=language)


class Engine(Protocol):
    """A loaded speech model. The same samples always give the same answer, whatever was heard before."""

    @property
    def name(self) -> str:
        """What the transcript says it was made with: a model's name, never a path."""

    @property
    def info(self) -> ModelInfo:
        """The model it was loaded from."""

    @property
    def knows_languages(self) -> bool:
        """Whether `detect` can be believed: not with the practice model, nor with one that knows a single language."""

    def transcribe(
        self, samples: Samples, language: str, *, careful: bool = False, to_english: bool = False
    ) -> Sequence[Heard]:
        """Hear at most 30 s of mono 16 kHz sound, spoken in `language` (an ISO 639-1 code).

        `careful` is another, equally repeatable way of decoding, for the second try at what is in doubt. Everything
        that was decoded is returned, also what the engine itself would leave out: doubt is flagged, not hidden.
        `to_english` gives Whisper's own translation instead, without word times.
        Raises InputRefused (transcription.language_unknown, model_english_only) for a language it does not know.
        """

    def detect(self, samples: Samples) -> tuple[str, float]:
        """The most likely language of the first 30 s, and its probability."""
