"""A piece as its readers will get it, and what the gate says of it as a whole."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Protocol

import streamlit as st

from stories.model import Piece
from stories.words import say


class Finding(Protocol):
    """What the gate says (`publish.gate.GateFinding`)."""

    @property
    def sentence(self) -> str: ...

    @property
    def blocks(self) -> bool: ...

    @property
    def block_index(self) -> int | None: ...


def findings(found: Sequence[Finding]) -> None:
    """What stands in the way, at once; what only deserves a look, behind one press."""
    for finding in found:
        if finding.blocks:
            _say(finding)
    hints = [finding for finding in found if not finding.blocks]
    if hints:
        with st.expander(say("compose.hints", count=len(hints)), key="wenken"):
            for finding in hints:
                _say(finding)


def beside(found: Sequence[Finding], index: int) -> None:
    """What is about this block, where it stands."""
    for finding in found:
        if finding.block_index == index:
            _say(finding)


def _say(finding: Finding) -> None:
    tone = "" if finding.blocks else " warn"
    st.html(f"<p class='vp-finding{tone}'>{html.escape(finding.sentence)}</p>")


def look(piece: Piece, shown: str) -> None:
    with st.container(key="kijken"):
        st.html(f"<h2>{html.escape(say('ui.piece_preview'))}</h2>")
        st.iframe(shown, height=700)
