"""A piece as its readers will get it, and what the gate says of it as a whole."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Protocol

import streamlit as st

from desk import publishing
from stories.model import Piece
from stories.words import say
from ui.parts import small
from ui.visit import Visit

AT_ONCE = 4
"""Of what stands in the way so many lines are shown at the top; each stands at its block too."""


class Finding(Protocol):
    """What the gate says (`publish.gate.GateFinding`)."""

    @property
    def sentence(self) -> str: ...

    @property
    def blocks(self) -> bool: ...

    @property
    def block_index(self) -> int | None: ...


def findings(found: Sequence[Finding]) -> None:
    """What stands in the way, at once; what is more than that or only deserves a look, behind one press."""
    stops = [finding for finding in found if finding.blocks]
    hints = [finding for finding in found if not finding.blocks]
    for finding in stops[:AT_ONCE]:
        _say(finding)
    for name, rest in (("stops", stops[AT_ONCE:]), ("hints", hints)):
        if rest:
            with st.expander(say(f"compose.{name}", count=len(rest))):
                for finding in rest:
                    _say(finding)


def beside(found: Sequence[Finding], index: int) -> None:
    """What is about this block, where it stands."""
    for finding in found:
        if finding.block_index == index:
            _say(finding)


def _say(finding: Finding) -> None:
    tone = "" if finding.blocks else " warn"
    st.html(f"<p class='vp-finding{tone}'>{html.escape(finding.sentence)}</p>")


def look(visit: Visit, piece: Piece, shown: str) -> None:
    """The piece itself, under how long it is and how its own sentences read."""
    with st.container(key="kijken"):
        st.html(f"<h2>{html.escape(say('ui.piece_preview'))}</h2>")
        small(" ".join(publishing.hints(visit.store, visit.staff, piece.id).lines))
        st.iframe(shown, height=700)
