"""Which function makes the files of each kind of piece, and which shows it: the one list of what can leave.

A kind without a line here cannot leave the house.
"""

from __future__ import annotations

from collections.abc import Callable

from publish import kenniskring, newsletter, podcast, social, vlog
from publish.evidence import Evidence
from publish.letter import Letter, lay_out, to_read
from publish.pictures import credited
from publish.rendering import Render
from stories.model import Piece, PieceKind

RENDERERS: dict[PieceKind, Render] = {
    PieceKind.NIEUWSBRIEF: newsletter.render,
    PieceKind.ITEM: newsletter.render_item,
    PieceKind.VLOG: vlog.render,
    PieceKind.PODCAST: podcast.render,
    PieceKind.POST: social.render,
    PieceKind.KENNISKRING: kenniskring.render,
}
"""Called after the gate said yes; see `publish.rendering`."""

PREVIEWS: dict[PieceKind, Callable[[Letter], str]] = {
    PieceKind.NIEUWSBRIEF: newsletter.preview,
    PieceKind.ITEM: newsletter.preview_item,
    PieceKind.VLOG: vlog.preview,
    PieceKind.PODCAST: podcast.preview,
    PieceKind.POST: social.preview,
    PieceKind.KENNISKRING: kenniskring.preview,
}
"""One HTML page, as readers or listeners will get it."""

WITH_SOUND = frozenset({PieceKind.VLOG, PieceKind.PODCAST})
"""Kinds that take the computer minutes to make."""


def preview(piece: Piece, evidence: Evidence) -> str:
    """The page of any piece, also of one that the gate stops: what has no source and unsafe links are left out."""
    letter = lay_out(piece, evidence, strict=False)
    if piece.kind not in WITH_SOUND:
        letter = credited(to_read(letter), evidence.files)
    return PREVIEWS[piece.kind](letter)
