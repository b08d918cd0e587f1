"""A piece with words of many stories: whoever takes it along asks a colleague, who says yes here."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import bigexport
from stories.model import Piece
from stories.people import Act
from stories.words import say
from ui.parts import act, small
from ui.visit import Visit


def before_bundle(visit: Visit, piece: Piece) -> bool:
    """Above the button that makes the bundle; True when this user may press it."""
    if not (visit.staff.may(Act.EXPORT) or visit.staff.may(Act.RELEASE_PIECE)):
        return False
    big = bigexport.of_piece(visit.store, visit.staff, piece.id)
    if big is None:
        return True
    st.html(f"<h3>{html.escape(say('bigexport.title'))}</h3>")
    if big.may_agree:
        small(say("bigexport.agree_what", count=big.stories))
        act(
            say("bigexport.agree"),
            partial(bigexport.agree, visit.store, visit.staff, piece.id, digest=piece.digest),
            say("bigexport.agreed"), key="groot_akkoord",
        )  # fmt: skip
    if big.is_open:
        small(say("bigexport.open"))
    elif big.asked:
        small(say("bigexport.waits"))
    else:
        small(say("bigexport.needs_second", count=big.stories, most=bigexport.MANY))
        if visit.staff.may(Act.EXPORT):
            act(
                say("bigexport.ask"),
                partial(bigexport.ask, visit.store, visit.staff, piece.id, digest=piece.digest),
                say("bigexport.asked"), key="groot_vragen",
            )  # fmt: skip
    return big.is_open
