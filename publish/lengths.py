"""How long a piece is, as far as can be said before it is made: words, characters, and how long it takes to hear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from publish.evidence import ClipEvidence
from publish.plain import one_line
from stories.model import Block, BlockKind, Piece, PieceKind
from stories.products import SPOKEN

WORDS_A_MINUTE = 120
"""How fast a script is spoken (publishing: two-column scripts count with it)."""

MOST_WORDS = {PieceKind.NIEUWSBRIEF: 700, PieceKind.ITEM: 200, PieceKind.KENNISKRING: 330}
"""What is read to its end, our own choice; for a kenniskring what fits on one A4 with headings and quotes."""

MOST_MINUTES = {PieceKind.PODCAST: 30, PieceKind.VLOG: 5}
"""What is heard to its end, our own choice."""

MOST_CHARACTERS, SEEN_FIRST = 3_000, 140
"""Of a post on LinkedIn: all of it, and what everybody sees before "meer"."""

_NEITHER_READ_NOR_HEARD = frozenset({BlockKind.NOTE, BlockKind.VISUAL, BlockKind.MUSIC})
_SEEN = frozenset({BlockKind.HEADING, BlockKind.ON_SCREEN_TEXT})


@dataclass(frozen=True, slots=True)
class Length:
    """`words` and `characters` as a reader gets them. `seconds`: how long it is heard, an estimate for the words that
    have no sound yet, without music; None for a kind that is read."""

    words: int
    characters: int
    seconds: int | None = None


def length(piece: Piece, clips: Mapping[str, ClipEvidence]) -> Length:
    """Of the whole piece, with the durations of the clips that are known."""
    texts = [one_line(block.text) for block in piece.blocks if block.kind not in _NEITHER_READ_NOR_HEARD]
    texts = [text for text in texts if text]
    seconds = sum(_seconds(block, clips) for block in piece.blocks) if piece.kind in SPOKEN else None
    return Length(
        words=sum(len(text.split()) for text in texts),
        characters=len("\n\n".join(texts)),
        seconds=None if seconds is None else round(seconds),
    )


def _seconds(block: Block, clips: Mapping[str, ClipEvidence]) -> float:
    if block.kind in _NEITHER_READ_NOR_HEARD | _SEEN:
        return 0.0
    known = clips.get(block.clip_id or "")
    return known.clip.duration_ms / 1000 if known else len(block.text.split()) * 60 / WORDS_A_MINUTE
