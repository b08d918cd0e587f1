"""The basket: the chosen quotes in their order, and what is made of them."""

from __future__ import annotations

import html
from datetime import timedelta
from functools import partial

import streamlit as st

from desk import basket
from desk.basket import Basket, goes_into
from desk.quoting import Shown
from stories.clock import today
from stories.model import PieceKind
from stories.words import say
from ui.parts import act, go_to, name_of, plain, small, told_plainly
from ui.state import flash
from ui.visit import Visit

DAYS_AHEAD = 7
"""A piece is planned a week ahead unless somebody says otherwise."""


def contents(visit: Visit) -> None:
    chosen = basket.basket(visit.store, visit.staff)
    if not chosen.rows:
        st.info(say("compose.basket_empty"))
        return
    kind = _kind(chosen)
    with st.container(key="mandje"):
        for number, row in enumerate(chosen.rows):
            _row(visit, row, kind, first=number == 0, last=number == len(chosen.rows) - 1)
    _make(visit, chosen, kind)
    act(
        say("compose.basket_clear"), partial(basket.clear, visit.store, visit.staff), say("compose.basket_cleared"),
        key="mand_leeg", width="content",
    )  # fmt: skip


def _kind(chosen: Basket) -> PieceKind:
    """What is to be made; first what most of these quotes may go into."""
    kinds = sorted(PieceKind, key=lambda kind: -len(chosen.fitting(kind)))
    return st.selectbox(
        say("compose.make_what"), kinds, format_func=lambda kind: say(f"compose.kind_{kind}"), key="mand_soort"
    )


def _row(visit: Visit, row: Shown, kind: PieceKind, *, first: bool, last: bool) -> None:
    """One quote: its words, whose they are, and a word when it may not go along."""
    may = goes_into(row, kind)
    with st.container(key=f"kaart_mand_{row.quote.id}"):
        st.html(
            f"<blockquote class='vp-quote'>{html.escape(row.quote.text)}"
            f"<br><span>{html.escape(name_of(row.story))}</span></blockquote>"
        )
        if not may:
            why = row.why_not or say("compose.not_for", kind=say(f"compose.a_{kind}"))
            st.html(f"<p class='vp-finding warn'>{html.escape(why)}</p>")
        with st.container(horizontal=True, gap="small"):
            st.button(
                say("compose.up"), key=f"mand_op_{row.quote.id}", on_click=basket.move, disabled=first,
                args=(visit.store, visit.staff, row.quote.id, -1),
            )  # fmt: skip
            st.button(
                say("compose.down"), key=f"mand_neer_{row.quote.id}", on_click=basket.move, disabled=last,
                args=(visit.store, visit.staff, row.quote.id, 1),
            )  # fmt: skip
            act(
                say("compose.take_out"), partial(basket.take_out, visit.store, visit.staff, row.quote.id),
                say("compose.taken_out"), key=f"mand_uit_{row.quote.id}", width="content",
            )  # fmt: skip


def _make(visit: Visit, chosen: Basket, kind: PieceKind) -> None:
    fitting = len(chosen.fitting(kind))
    with st.form("nieuw_stuk", border=False):
        title = st.text_input(say("ui.piece_title"), placeholder=say("compose.title_made"))
        when = st.date_input(say("ui.piece_when"), value=today() + timedelta(days=DAYS_AHEAD), format="DD-MM-YYYY")
        if fitting < len(chosen.rows):
            small(say("compose.some_stay", count=len(chosen.rows) - fitting))
        label = plain(say("compose.make", kind=say(f"compose.a_{kind}"), count=fitting))
        if st.form_submit_button(label, type="primary", disabled=not fitting, key="mand_maak"):
            with told_plainly():
                piece = basket.make(visit.store, visit.staff, kind, title=title, publish_on=when)
                flash(say("compose.made"))
                go_to("stukken", stuk=piece.id)
