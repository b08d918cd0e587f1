"""The composer as a test sees it: its piece, the fields of its blocks, and what is saved."""

from __future__ import annotations

import re
from typing import Any

from ui_help import House, Screen

from stories.model import Block, BlockKind, Piece, PieceState
from stories.people import Role


def the_only_piece(house: House) -> Piece:
    with house.store.read() as books:
        (piece,) = books.pieces()
    return piece


def open_piece(house: House, piece: Piece, role: Role = Role.REDACTEUR) -> Screen:
    return house.screen(role).open("stukken", stuk=piece.id)


def state(house: House, piece: Piece) -> PieceState:
    with house.store.read() as books:
        return books.piece(piece.id).state


def field(screen: Screen, piece: Piece, kind: BlockKind) -> Any:
    """The field with the words of the first block of this kind."""
    number = next(number for number, block in enumerate(piece.blocks) if block.kind is kind)
    return fields(screen)[number]


def fields(screen: Screen) -> dict[int, Any]:
    """The fields with words, by the number of their block."""
    found = [
        (re.fullmatch(r"blok_.*_(\d+)", str(one.key)), one) for one in [*screen.app.text_area, *screen.app.text_input]
    ]
    return {int(named[1]): one for named, one in found if named}


def blocks(house: House, piece: Piece) -> tuple[Block, ...]:
    with house.store.read() as books:
        return books.piece(piece.id).blocks
