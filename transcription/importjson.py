"""The two kinds of JSON a transcript comes in: our own contract (ms) and Whisper's `segments` (seconds).

Every value is looked at before it is believed. What is wrong about a word's time costs that word list, not the text.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, NoReturn

from stories.errors import InputRefused
from stories.model import Flag, Segment, Word
from transcription.align import mean_confidence, one_line
from transcription.editing import MAX_SPEAKER

MAX_SEGMENTS = 20_000
MAX_MS = 1_000_000 * 3_600_000
"""More than any recording: what is larger is no time."""


def from_json(text: str) -> tuple[str, str, list[Segment]]:
    """Language, model and segments, in the file's own order and not yet checked against a recording.

    Raises InputRefused.
    """
    try:
        data = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise InputRefused("transcription.import_unreadable") from None
    about = data if isinstance(data, dict) else {}
    rows = about.get("segments") if about else data
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputRefused("transcription.import_unreadable")
    if len(rows) > MAX_SEGMENTS:
        raise InputRefused("transcription.import_too_many", count=MAX_SEGMENTS)
    segments = [_ours(row) if "start_ms" in row else _whispers(row) for row in rows]
    return _code(about.get("language")), _model(about.get("model")), segments


def _no_number(_: str) -> NoReturn:
    raise ValueError("JSON knows no NaN or Infinity")


def _ours(row: dict[str, Any]) -> Segment:
    start, end = _ms(row.get("start_ms"), 1), _ms(row.get("end_ms"), 1)
    words = [_word(word, 1, "text", "confidence") for word in _list(row.get("words"))]
    known = {str(flag) for flag in Flag}
    given = [flag for flag in _list(row.get("flags")) if isinstance(flag, str) and flag in known]
    flags = tuple(flag for flag in Flag if flag in given)
    return _segment(start, end, row, words, _share(row.get("confidence")), flags, may_be_typed=True)


def _whispers(row: dict[str, Any]) -> Segment:
    start, end = _ms(row.get("start"), 1000), _ms(row.get("end"), 1000)
    words = [_word(word, 1000, "word", "probability") for word in _list(row.get("words"))]
    return _segment(start, end, row, words, None, (), may_be_typed=False)


def _segment(
    start: int,
    end: int,
    row: dict[str, Any],
    words: list[Word | None],
    confidence: float | None,
    flags: tuple[Flag, ...],
    *,
    may_be_typed: bool,
) -> Segment:
    if end < start:
        raise InputRefused("transcription.import_times")
    text = one_line(_string(row.get("text")))
    speaker = one_line(_string(row.get("speaker") or ""))[:MAX_SPEAKER].strip() or None
    sound = [word for word in words if word is not None and word.text]
    starts = [word.start_ms for word in sound]
    fits = (
        None not in words
        and starts == sorted(starts)
        and all(start <= word.start_ms and word.end_ms <= end for word in sound)
        and " ".join(word.text for word in sound) == text
    )
    kept = tuple(sound) if fits else ()
    if not kept and text and start == end and not may_be_typed:
        end = start + 1  # said by somebody, so not without any length
    mean = mean_confidence(kept) if confidence is None else confidence
    return Segment(start, end, text, mean, speaker, flags, kept)


def _word(value: object, unit: int, text: str, share: str) -> Word | None:
    """A word with its times, or None when something is wrong with it."""
    if not isinstance(value, dict) or not isinstance(value.get(text), str):
        return None
    try:
        word = Word(0, 0, one_line(value[text]), _share(value.get(share)) or 0.0)
        return replace(word, start_ms=_ms(value.get("start_ms" if unit == 1 else "start"), unit),
                       end_ms=_ms(value.get("end_ms" if unit == 1 else "end"), unit))  # fmt: skip
    except (InputRefused, ValueError):
        return None


def _ms(value: object, unit: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value * unit <= MAX_MS:
        raise InputRefused("transcription.import_times")
    return round(value * unit)


def _share(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value <= 1 else None  # type: ignore[arg-type, operator]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise InputRefused("transcription.import_unreadable")
    return value


def _code(value: object) -> str:
    return value if isinstance(value, str) and re.fullmatch(r"[a-z]{2,3}", value) else "und"


def _model(value: object) -> str:
    return one_line(value)[:100] if isinstance(value, str) and one_line(value) else "import"
