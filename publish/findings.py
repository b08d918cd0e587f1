"""What the gate says: one finding with its sentence in Dutch, and how findings are made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from publish.evidence import Evidence, StoryEvidence
from stories.model import Piece
from stories.words import say

Stage = Literal["compose", "release", "export"]
"""Composing and offering; releasing by a second person; and every step after that."""


@dataclass(frozen=True, slots=True)
class GateFinding:
    """One thing the gate noticed. `block_index` counts from 0; the Dutch sentence counts from 1."""

    code: str
    sentence: str
    blocks: bool
    story_id: str | None = None
    block_index: int | None = None


def blocks(name: str, /, *, story: str | None = None, index: int | None = None, **values: object) -> GateFinding:
    """Something that stands in the way."""
    return GateFinding(name, say(f"publish.{name}", **values), True, story, index)


def warns(name: str, /, *, story: str | None = None, index: int | None = None, **values: object) -> GateFinding:
    """Something that deserves a look."""
    return GateFinding(name, say(f"publish.{name}", **values), False, story, index)


def used(piece: Piece, evidence: Evidence) -> Iterator[tuple[StoryEvidence, list[int], set[str]]]:
    """Each story in the piece, with the blocks and the quotes that use it."""
    places: dict[str, list[int]] = {}
    quotes: dict[str, set[str]] = {}
    for index, block in enumerate(piece.blocks):
        source = evidence.source_of(block.quote_id)
        if source:
            places.setdefault(source[1].story.id, []).append(index)
            quotes.setdefault(source[1].story.id, set()).add(source[0].id)
    for story_id, indexes in places.items():
        yield evidence.stories[story_id], indexes, quotes[story_id]


def dutch_date(day: date) -> str:
    """`3 februari 2026`: the catalogue's months, so that no system locale matters."""
    return f"{day.day} {say('publish.months').split()[day.month - 1]} {day.year}"
