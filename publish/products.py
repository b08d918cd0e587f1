"""Which function makes the files of each kind of piece, and which shows it: the one list of what can leave.

A kind without a line here cannot leave the house.
"""

from __future__ import annotations

from collections.abc import Callable

from publish import newsletter
from publish.letter import Letter
from publish.rendering import Files, Render, Sounds, Studio
from stories.model import PieceKind


def _newsletter(letter: Letter, sounds: Sounds, studio: Studio) -> Files:
    return newsletter.render(letter)


RENDERERS: dict[PieceKind, Render] = {
    PieceKind.NIEUWSBRIEF: _newsletter,
}
"""Called after the gate said yes; see `publish.rendering`."""

PREVIEWS: dict[PieceKind, Callable[[Letter], str]] = {
    PieceKind.NIEUWSBRIEF: newsletter.to_html,
}
"""One HTML page, as readers or listeners will get it."""

WITH_SOUND = frozenset({PieceKind.VLOG, PieceKind.PODCAST})
"""Kinds that take the computer minutes to make."""
