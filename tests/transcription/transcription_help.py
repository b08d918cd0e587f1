"""Helpers of the transcription tests: the truth about a recording, and word error rate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stories.model import Transcript

ROOT = Path(__file__).resolve().parents[2]
RATE = 16_000


@dataclass(frozen=True)
class Truth:
    """A recording and what is really said in it: (word, start in ms)."""

    audio: Path
    words: tuple[tuple[str, float], ...]

    @property
    def text(self) -> str:
        return " ".join(word for word, _ in self.words)


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def word_error_rate(truth: str, heard: str) -> float:
    """Levenshtein distance over words, divided by the number of true words."""
    a, b = words_of(truth), words_of(heard)
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[:], i
        for j, y in enumerate(b, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
    return row[-1] / len(a)


@dataclass(frozen=True)
class Said:
    """One true word and when it sounds (ms)."""

    text: str
    start_ms: int
    end_ms: int


def unflagged_inventions(transcript: Transcript, truth: Sequence[Said], *, apart_ms: int = 700) -> list[str]:
    """Words of segments without any flag that nobody says within `apart_ms` of that place. Each true word counts
    once."""
    left, invented = list(truth), []
    for segment in transcript.segments:
        for word in segment.words:
            text = "".join(words_of(word.text))
            same = [
                said
                for said in left
                if said.text == text and said.start_ms - apart_ms <= word.start_ms <= said.end_ms + apart_ms
            ]
            if same:
                left.remove(same[0])
            elif not segment.flags:
                invented.append(word.text)
    return invented
