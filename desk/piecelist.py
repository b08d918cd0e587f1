"""The list of pieces: by kind and state, with what still stands in the way of each."""

from __future__ import annotations

from dataclasses import dataclass

from desk import publishing
from stories.model import Piece, PieceKind, PieceState
from stories.people import User
from stories.store import Store

PAGE = 20
"""Pieces on one page of the list."""

OPEN = (PieceState.CONCEPT, PieceState.TER_VRIJGAVE, PieceState.VRIJGEGEVEN)
"""States in which something can still stand in the way."""


@dataclass(frozen=True, slots=True)
class Line:
    """A piece, and what blocks its next step: the gate's sentences."""

    piece: Piece
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """One page of pieces, newest first."""

    rows: tuple[Line, ...]
    total: int
    page: int
    pages: int


def lines(
    store: Store, user: User, *, kind: PieceKind | None = None, state: PieceState | None = None, page: int = 1
) -> Lines:
    """For whoever makes, releases or takes along pieces."""
    pieces = [one for one in publishing.pieces(store, user) if kind in (None, one.kind) and state in (None, one.state)]
    pages = max(1, -(-len(pieces) // PAGE))
    page = min(max(1, page), pages)
    rows = []
    for piece in pieces[(page - 1) * PAGE : page * PAGE]:
        found = publishing.findings(store, user, piece.id) if piece.state in OPEN else ()
        rows.append(Line(piece, tuple(finding.sentence for finding in found if finding.blocks)))
    return Lines(tuple(rows), len(pieces), page, pages)
