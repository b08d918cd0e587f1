"""What was said, with its times and its doubt. Times are whole milliseconds on the clock of the canonical FLAC."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from stories.values import require


class Flag(StrEnum):
    """Why a transcribed segment is doubtful. Doubt is shown, never silently deleted."""

    SILENCE = "silence"
    LOOP = "loop"
    COMPRESSION = "compression"
    BOILERPLATE = "boilerplate"
    TOO_FAST = "too_fast"
    NO_SPEECH = "no_speech"
    LOW_CONFIDENCE = "low_confidence"
    SPEECH_WITHOUT_TEXT = "speech_without_text"


INVENTED = frozenset({Flag.SILENCE, Flag.LOOP, Flag.COMPRESSION, Flag.BOILERPLATE, Flag.TOO_FAST, Flag.NO_SPEECH})
"""With one of these the words are perhaps nobody's: they are not the story's text until a person says so."""


NOT_SURE = "[niet zeker verstaan]"
"""What stands in the text where a machine heard words that perhaps nobody said."""


@dataclass(frozen=True, slots=True)
class Word:
    start_ms: int
    end_ms: int
    text: str
    confidence: float

    def __post_init__(self) -> None:
        require(0 <= self.start_ms <= self.end_ms, "a word ends after it starts")
        require(0.0 <= self.confidence <= 1.0, "confidence lies between 0 and 1")


@dataclass(frozen=True, slots=True)
class Segment:
    """One sentence or breath of speech. `speaker` is None when unknown. `text` stays even when flagged; `said` is what
    counts as the story's."""

    start_ms: int
    end_ms: int
    text: str
    confidence: float
    speaker: str | None = None
    flags: tuple[Flag, ...] = ()
    words: tuple[Word, ...] = ()

    def __post_init__(self) -> None:
        require(0 <= self.start_ms <= self.end_ms, "a segment ends after it starts")
        require(0.0 <= self.confidence <= 1.0, "confidence lies between 0 and 1")

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Characters [start, end) of each word in `text`. A word that does not stand there takes no room."""
        found, at = list[tuple[int, int]](), 0
        for word in self.words:
            start = self.text.find(word.text, at)
            begin = max(at, start)
            at = begin if start < 0 else start + len(word.text)
            found.append((begin, at))
        return tuple(found)

    @property
    def said(self) -> str:
        """The text, or NOT_SURE while it may be invented."""
        return NOT_SURE if self.text and not INVENTED.isdisjoint(self.flags) else self.text


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said, on the clock of the recording. `to_json` is the contract of `python -m transcription`."""

    language: str
    duration_ms: int
    model: str
    segments: tuple[Segment, ...]

    def __post_init__(self) -> None:
        starts = [segment.start_ms for segment in self.segments]
        require(starts == sorted(starts), "segments are in order of time")

    @property
    def text(self) -> str:
        """The whole text, one segment per line as `said`: the text whose offsets the anonymiser uses."""
        return "\n".join(segment.said for segment in self.segments)

    def to_json(self) -> dict[str, Any]:
        return {
            "language": self.language,
            "duration_ms": self.duration_ms,
            "model": self.model,
            "segments": [
                {
                    "start_ms": s.start_ms,
                    "end_ms": s.end_ms,
                    "speaker": s.speaker,
                    "text": s.text,
                    "confidence": s.confidence,
                    "flags": [str(flag) for flag in s.flags],
                    "words": [asdict(word) for word in s.words],
                }
                for s in self.segments
            ],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Transcript:
        """The inverse of `to_json`. Raises ValueError, KeyError or TypeError on anything else."""
        return cls(
            language=data["language"],
            duration_ms=data["duration_ms"],
            model=data["model"],
            segments=tuple(
                Segment(
                    start_ms=s["start_ms"],
                    end_ms=s["end_ms"],
                    text=s["text"],
                    confidence=s["confidence"],
                    speaker=s["speaker"],
                    flags=tuple(Flag(flag) for flag in s["flags"]),
                    words=tuple(Word(**word) for word in s["words"]),
                )
                for s in data["segments"]
            ),
        )
