"""Pieces: choose words from released stories, make them into a newsletter, have it released, take it along."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import streamlit as st

from desk import lastwords, publishing
from stories import clock
from stories.lastword import LastWord
from stories.model import Block, BlockKind, Piece, PieceState, Quote
from stories.people import Act
from stories.words import say
from ui import alone, big_export
from ui.components.words import label_marks, words
from ui.parts import act, badge, badges, day, heading, name_of, plain, small, told_plainly
from ui.state import choose, chosen, is_shown, shown_before
from ui.todo import todo
from ui.visit import Visit

DAYS_AHEAD = 7
"""A newsletter is planned a week ahead unless somebody says otherwise."""


def page(visit: Visit) -> None:
    piece_id = chosen("stuk")
    if piece_id is not None:
        _piece(visit, piece_id)
        return
    heading(say("ui.pieces_title"), say("ui.pieces_lead"))
    if visit.staff.may(Act.EXPORT) or visit.staff.may(Act.EDIT_NAMES):
        todo(visit, "take_down", "product_changes")
    st.html(f"<p class='vp-link'><a href='/huisgeluid' target='_self'>{html.escape(say('house_files.title'))}</a></p>")
    for piece in publishing.pieces(visit.store, visit.staff):
        with st.container(key=f"kaart_{piece.id}"):
            title = html.escape(piece.title)
            state = badge(say(f"ui.piece_{piece.state}"), _TONE.get(piece.state, "calm"))
            st.html(
                f"<div class='vp-row vp-link'><a href='/stukken?stuk={piece.id}' target='_self'><b>{title}</b></a>"
                f"<span>{day(piece.publish_on)} {state}</span></div>"
            )
    if visit.staff.may(Act.COMPOSE):
        _choose_quotes(visit)


_TONE = {PieceState.VRIJGEGEVEN: "good", PieceState.TER_VRIJGAVE: "warn", PieceState.GEBLOKKEERD: "stop"}


def _choose_quotes(visit: Visit) -> None:
    st.html(f"<h2>{html.escape(say('ui.quotes_title'))}</h2>")
    small(say("ui.quotes_how"))
    basket: list[str] = []
    for cleared in publishing.cleared(visit.store, visit.staff):
        with st.expander(plain(name_of(cleared.story)), expanded=False):
            if not cleared.allowed:
                st.warning(cleared.why_not)
                continue
            clean = cleared.version.clean
            touched = words(
                clean.text,
                label_marks(clean),
                tints=[(quote.start, quote.end) for quote in cleared.quotes],
                pick=True,
                key=f"tekst_{cleared.story.id}",
            )
            if touched.picked:
                with told_plainly():
                    publishing.cut_quote(visit.store, visit.staff, cleared.story.id, *touched.picked)
                    st.rerun()
            for quote in cleared.quotes:
                if st.checkbox(plain(f"“{_short(quote)}” ({say(f'ui.quote_{quote.kind}')})"), key=f"mand_{quote.id}"):
                    basket.append(quote.id)
    with st.form("nieuw_stuk", border=False):
        title = st.text_input(say("ui.piece_title"), value=say("ui.piece_title_default"))
        when = st.date_input(say("ui.piece_when"), value=_today() + timedelta(days=DAYS_AHEAD), format="DD-MM-YYYY")
        if st.form_submit_button(say("ui.piece_make", count=len(basket)), type="primary"):
            with told_plainly():
                piece = publishing.compose(visit.store, visit.staff, basket, title=title, publish_on=when)
                choose("stuk", piece.id)
                st.rerun()


def _piece(visit: Visit, piece_id: str) -> None:
    piece, shown, exports = publishing.piece_view(visit.store, visit.staff, piece_id)
    st.html(f"<p class='vp-link'><a href='/stukken' target='_self'>← {html.escape(say('ui.pieces_title'))}</a></p>")
    heading(piece.title)
    badges(badge(say(f"ui.piece_{piece.state}"), _TONE.get(piece.state, "calm")), badge(day(piece.publish_on)))
    found = publishing.findings(visit.store, visit.staff, piece_id)
    _last_words(visit, piece_id)
    for finding in found:
        tone = "" if finding.blocks else " warn"
        st.html(f"<p class='vp-finding{tone}'>{html.escape(finding.sentence)}</p>")
    blocked = any(finding.blocks for finding in found)
    if not blocked and piece.state is PieceState.CONCEPT:
        st.success(say("ui.piece_ready"))
    if piece.state is PieceState.GEBLOKKEERD:
        small(say("ui.piece_locked"))
        return
    expected = shown_before(piece_id, piece.row_version)
    _decide(visit, piece, blocked, expected)
    for made in exports:
        label = html.escape(say("ui.download", when=day(made.made_at)))
        st.html(f"<a class='vp-go soft' href='/bundel/{made.id}' target='_self'>{label}</a>")
    seen, edited = st.tabs([say("ui.piece_preview"), say("ui.piece_edit")])
    with seen:
        st.iframe(shown, height=900)
    with edited:
        _edit(visit, piece, expected)
    is_shown(piece_id, piece.row_version)


def _last_words(visit: Visit, piece_id: str) -> None:
    """What each teller said of this piece; their own words only for whoever may open originals."""
    for said in lastwords.said_of(visit.store, visit.staff, piece_id):
        teller = say(f"terms.story_of_{said.role}")
        if said.word is not None:
            badges(badge(teller), badge(say(f"follow.said_{said.word}"), _WORD_TONE[said.word]))
        for note in said.notes:
            st.html(
                f"<div class='vp-finding warn'><b>{html.escape(say('ui.piece_wish', teller=teller))}</b> "
                f"({day(note.at)})<br>{html.escape(note.text)}</div>"
            )


_WORD_TONE = {LastWord.AKKOORD: "good", LastWord.ANDERS: "warn", LastWord.STOP: "stop"}


def _decide(visit: Visit, piece: Piece, blocked: bool, expected: int) -> None:
    store, user = visit.store, visit.staff
    if piece.state is PieceState.CONCEPT and user.may(Act.COMPOSE):
        act(
            say("ui.piece_offer"), partial(publishing.offer, store, user, piece.id, expected=expected),
            say("ui.piece_offered"), key="stuk_aanbieden", primary=True, disabled=blocked,
        )  # fmt: skip
    if piece.state is PieceState.TER_VRIJGAVE and user.may(Act.RELEASE_PIECE):
        alone.before_piece(visit, piece.id)
        act(
            say("ui.piece_release"), partial(publishing.release, store, user, piece.id, expected=expected),
            say("ui.piece_released"), key="stuk_vrijgeven", primary=True, disabled=blocked,
        )  # fmt: skip
    may_leave = piece.state is PieceState.VRIJGEGEVEN and big_export.before_bundle(visit, piece)
    if piece.state is PieceState.VRIJGEGEVEN and user.may(Act.EXPORT):
        act(
            say("ui.piece_export"), partial(publishing.export, store, user, piece.id),
            say("ui.piece_exported"), key="stuk_bundel", primary=True, disabled=blocked or not may_leave,
        )  # fmt: skip
        act(
            say("ui.piece_published"), partial(publishing.published, store, user, piece.id, expected=expected),
            say("ui.piece_published_done"), key="stuk_gepubliceerd", disabled=blocked,
        )  # fmt: skip


def _edit(visit: Visit, piece: Piece, expected: int) -> None:
    """Every block as a field, in order. Quotes may only be shortened with (...): the gate looks."""
    if not visit.staff.may(Act.COMPOSE) or piece.state in (PieceState.GEBLOKKEERD, PieceState.GEPUBLICEERD):
        small(say("ui.piece_locked"))
        return
    with st.form("stuk_bewerken", border=False):
        title = st.text_input(say("ui.piece_title"), value=piece.title)
        preheader = st.text_input(say("ui.piece_preheader"), value=piece.preheader)
        when = st.date_input(say("ui.piece_when"), value=piece.publish_on, format="DD-MM-YYYY")
        blocks = [_block(number, block) for number, block in enumerate(piece.blocks)]
        if st.form_submit_button(say("ui.piece_save"), type="primary"):
            with told_plainly():
                publishing.edit(
                    visit.store, visit.staff, piece.id, title=title, preheader=preheader, publish_on=when,
                    blocks=[block for block in blocks if block.text.strip()], expected=expected,
                )  # fmt: skip
                st.rerun()


def _block(number: int, block: Block) -> Block:
    label = say(f"ui.block_{block.kind}")
    if block.kind in (BlockKind.HEADING, BlockKind.CALL_TO_ACTION):
        return replace(block, text=st.text_input(label, value=block.text, key=f"blok_{number}"))
    return replace(block, text=st.text_area(label, value=block.text, key=f"blok_{number}"))


def _short(quote: Quote) -> str:
    text = " ".join(quote.text.split())
    return text if len(text) <= 90 else text[:87] + "..."


def _today() -> date:
    return clock.today()
