"""A block that was taken out of a piece can be put back where it stood; and where the keyboard goes after each press.

What was taken out lies in this tab alone, as the fields of the page do. Words of a teller who does not allow them any
more, or whose story is gone, are forgotten when the page is drawn.
"""

from __future__ import annotations

import html
from collections.abc import Mapping

import streamlit as st

from stories.consent import Form, Verdict
from stories.model import Block, Piece
from stories.products import form_of
from stories.words import say
from ui.state import attend, set_taken_out, taken_out

MOST = 10
"""Blocks that can be put back (our own choice)."""

Taken = tuple[tuple[int, Block], ...]


def taken(piece: Piece, forms: Mapping[str, Mapping[Form, Verdict]]) -> Taken:
    """What can be put back now, the last one last."""
    kept = tuple((at, block) for at, block in taken_out(piece.id) if block.quote_id is None or _may(block, forms))
    set_taken_out(piece.id, kept)
    return tuple((min(at, len(piece.blocks)), block) for at, block in kept)


def quotes_taken(piece: Piece) -> tuple[str, ...]:
    """The quotes among it."""
    return tuple(block.quote_id for _, block in taken_out(piece.id) if block.quote_id)


def _may(block: Block, forms: Mapping[str, Mapping[Form, Verdict]]) -> bool:
    return bool(forms.get(block.quote_id or "", {}).get(form_of(block)))


def row(block: Block) -> bool:
    """Where it stood: what it was, never its words. True when it is put back."""
    with st.container(key="terug", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            f"<p class='vp-small'>{html.escape(say('undo.taken_out', kind=say(f'compose.block_{block.kind}')))}</p>"
        )
        return st.form_submit_button(say("undo.back"), key="blok_terug")


def forget(piece: Piece) -> None:
    """Saved as it is: nothing comes back."""
    set_taken_out(piece.id, ())


def after(piece: Piece, what: str, at: int, block: Block, known: Taken) -> None:
    """What this tab remembers once `what` was done with the block at `at`; `known` is what could be put back before."""
    kind = say(f"compose.block_{block.kind}")
    match what:
        case "up" | "down":
            to = at + (1 if what == "down" else -1)
            other = "down" if what == "up" else "up"
            said = say("undo.moved", kind=kind, to=to + 1, count=len(piece.blocks))
            attend((f"blok_{what}_{to}", f"blok_{other}_{to}"), said)
        case "out":
            set_taken_out(piece.id, (*known, (at, block))[-MOST:])
            attend(("blok_terug",), say("undo.out", kind=kind))
        case "back":
            set_taken_out(piece.id, known[:-1])
            attend((f"kaart_blok_{at}",), say("undo.is_back", kind=kind, to=at + 1))
        case "in":
            attend((f"kaart_blok_{at + 1}",), say("undo.is_in", kind=kind, to=at + 2))
        case "more":
            attend(("kaart_erbij",), say("compose.insert_what"))
        case "less":
            attend((f"blok_more_{at}",), "")
