"""A transcript as subtitles: WebVTT (W3C WebVTT: Web Video Text Tracks) and SubRip (.srt, as players read it).

A line that was typed has no length; it is shown for two seconds where it stands.
"""

from __future__ import annotations

from collections.abc import Sequence

from stories.model import Segment, Transcript
from transcription.align import one_line
from transcription.editing import is_typed

TYPED_SHOWN_MS = 2_000


def shown(transcript: Transcript, lines: Sequence[str] | None = None) -> list[tuple[Segment, str]]:
    """Each segment with the text to show: `lines`, one per segment, or else what was `said`. Without empty ones.

    Raises ValueError when there are more or fewer lines than segments.
    """
    texts = [segment.said for segment in transcript.segments] if lines is None else lines
    pairs = [(segment, one_line(text)) for segment, text in zip(transcript.segments, texts, strict=True)]
    return [(segment, text) for segment, text in pairs if text]


def to_vtt(transcript: Transcript, lines: Sequence[str] | None = None, note: str = "") -> str:
    """WebVTT text: one cue per segment with text, `<v Naam>` where the speaker is known; `note` as a comment on top.

    Without `lines` it holds the *raw* transcript, which stays inside the house.
    """
    head = ["WEBVTT", f"NOTE {_escaped(one_line(note))}"] if note else ["WEBVTT"]
    cues = [
        f"{_times(segment, '.')}\n"
        + (f"<v {_escaped(one_line(segment.speaker))}>" if segment.speaker else "")
        + _escaped(text)
        for segment, text in shown(transcript, lines)
    ]
    return "\n\n".join([*head, *cues]) + "\n"


def to_srt(transcript: Transcript, lines: Sequence[str] | None = None) -> str:
    """SubRip text: numbered cues, `Naam: ` where the speaker is known."""
    cues = [
        f"{number}\n{_times(segment, ',')}\n{_plain(with_speaker(segment, text))}\n"
        for number, (segment, text) in enumerate(shown(transcript, lines), 1)
    ]
    return "\n".join(cues)


def with_speaker(segment: Segment, text: str) -> str:
    """`Naam: text`, or the text alone."""
    return f"{one_line(segment.speaker)}: {text}" if segment.speaker else text


def clock(at_ms: int, mark: str = "") -> str:
    """`01:02:03`, and with a mark for the decimals also those: `01:02:03.004`."""
    seconds, ms = divmod(at_ms, 1000)
    whole = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{whole}{mark}{ms:03d}" if mark else whole


def _times(segment: Segment, mark: str) -> str:
    end = segment.start_ms + TYPED_SHOWN_MS if is_typed(segment) else max(segment.end_ms, segment.start_ms + 1)
    return f"{clock(segment.start_ms, mark)} --> {clock(end, mark)}"


def _escaped(text: str) -> str:
    """`&`, `<` and `>` (so also `-->`) as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(text: str) -> str:
    """SubRip knows no entities: what would begin a tag or an arrow is written with a look-alike."""
    return text.replace("<", "‹").replace(">", "›")
