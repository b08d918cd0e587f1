"""A transcript as WebVTT subtitles (W3C WebVTT: Web Video Text Tracks)."""

from __future__ import annotations

from stories.model import Transcript


def to_vtt(transcript: Transcript) -> str:
    """WebVTT text: one cue per segment with words, `<v Naam>` where the speaker is known.

    Subtitles hold the *raw* transcript: they stay inside the house, as the transcript does.
    """
    cues = [
        f"{_clock(segment.start_ms)} --> {_clock(max(segment.end_ms, segment.start_ms + 1))}\n"
        + (f"<v {_escaped(segment.speaker)}>" if segment.speaker else "")
        + _escaped(segment.text)
        for segment in transcript.segments
        if segment.text.strip()
    ]
    return "\n\n".join(["WEBVTT", *cues]) + "\n"


def _clock(at_ms: int) -> str:
    seconds, ms = divmod(at_ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{ms:03d}"


def _escaped(text: str) -> str:
    """`&`, `<` and `>` (so also `-->`) as entities, on one line: a blank line would end the cue."""
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
