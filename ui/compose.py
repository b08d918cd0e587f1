"""Stukken: the list, and one piece: what still stands in its way, the next decision, its blocks and how it looks."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import lastwords, piecelist, publishing
from desk.piecelist import Line
from stories.lastword import LastWord
from stories.model import Piece, PieceKind, PieceState
from stories.people import Act
from stories.words import say
from ui import alone, big_export, bundle, compose_blocks, compose_preview, register
from ui.components.attention import attention
from ui.parts import act, badge, badges, day, go_to, heading, small, told_plainly, turn_pages
from ui.state import (
    choose_all,
    chosen,
    chosen_all,
    field_text,
    fill_fields,
    flash,
    is_shown,
    shown_before,
    take_attention,
)
from ui.todo import todo
from ui.visit import Visit

TONES = {PieceState.VRIJGEGEVEN: "good", PieceState.TER_VRIJGAVE: "warn", PieceState.GEBLOKKEERD: "stop"}
LOCKED = (PieceState.GEBLOKKEERD, PieceState.GEPUBLICEERD)


def page(visit: Visit) -> None:
    piece_id = chosen("stuk")
    if piece_id is not None:
        _piece(visit, piece_id)
        return
    heading(say("ui.pieces_title"), say("compose.pieces_lead"))
    if visit.staff.may(Act.EXPORT) or visit.staff.may(Act.EDIT_NAMES):
        todo(visit, "take_down", "product_changes")
    st.html(f"<p class='vp-link'><a href='/huisgeluid' target='_self'>{html.escape(say('house_files.title'))}</a></p>")
    if visit.staff.may(Act.COMPOSE):
        to = html.escape(say("compose.begin"))
        st.html(f"<p class='vp-link'><a href='/citaten' target='_self'>{to}</a></p>")
    kind, state = _choices()
    asked = chosen("p") or ""
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    found = piecelist.lines(visit.store, visit.staff, kind=kind, state=state, page=number)
    if not found.total:
        st.info(say("compose.pieces_none"))
    for line in found.rows:
        _line(line)
    turn_pages("p", found.page, found.pages)


def _choices() -> tuple[PieceKind | None, PieceState | None]:
    names = {
        "soort": {str(kind): say(f"compose.kind_{kind}") for kind in PieceKind},
        "staat": {str(state): say(f"ui.piece_{state}") for state in PieceState},
    }
    codes = {name: code if (code := chosen(name)) in known else None for name, known in names.items()}
    fill_fields({f"stukken_{name}": code or "" for name, code in codes.items()})
    with st.container(key="keuzes_stukken"):
        for name, known in names.items():
            st.selectbox(
                say(f"compose.choose_{name}"), ["", *known], format_func=partial(_named, known),
                key=f"stukken_{name}", on_change=_chosen, args=(name,),
            )  # fmt: skip
    kind, state = codes["soort"], codes["staat"]
    return PieceKind(kind) if kind else None, PieceState(state) if state else None


def _named(known: dict[str, str], code: str) -> str:
    return known.get(code) or say("queue.any")


def _chosen(name: str) -> None:
    now = {one: code for one, code in chosen_all().items() if one in ("soort", "staat")}
    choose_all({one: code for one, code in (now | {name: field_text(f"stukken_{name}")}).items() if code})


def _line(line: Line) -> None:
    piece = line.piece
    title = html.escape(piece.title)
    kind = badge(say(f"compose.kind_{piece.kind}"))
    state = badge(say(f"ui.piece_{piece.state}"), TONES.get(piece.state, "calm"))
    with st.container(key=f"kaart_{piece.id}"):
        st.html(
            f"<div class='vp-row vp-link'><a href='/stukken?stuk={piece.id}' target='_self'><b>{title}</b></a>"
            f"<div class='vp-badges'>{badge(day(piece.publish_on))}{kind}{state}</div></div>"
        )
        if line.blocks:
            more = len(line.blocks) - 1
            small(line.blocks[0] + (" " + say("compose.and_more", count=more) if more else ""))


# one piece


def _piece(visit: Visit, piece_id: str) -> None:
    piece, shown, exports = publishing.piece_view(visit.store, visit.staff, piece_id)
    st.html(f"<p class='vp-link'><a href='/stukken' target='_self'>← {html.escape(say('ui.pieces_title'))}</a></p>")
    heading(piece.title)
    badges(
        badge(say(f"compose.kind_{piece.kind}")),
        badge(say(f"ui.piece_{piece.state}"), TONES.get(piece.state, "calm")),
        badge(day(piece.publish_on)),
    )
    found = publishing.findings(visit.store, visit.staff, piece_id)
    _last_words(visit, piece_id)
    compose_preview.findings(found)
    blocked = any(finding.blocks for finding in found)
    if not blocked and piece.state is PieceState.CONCEPT:
        st.success(say("ui.piece_ready"))
    if piece.state is PieceState.GEBLOKKEERD:
        small(say("ui.piece_locked"))
        register.register_part(visit, piece)
        return
    expected = shown_before(piece_id, piece.row_version)
    _decide(visit, piece, blocked, expected)
    may_leave = piece.state is PieceState.VRIJGEGEVEN and big_export.before_bundle(visit, piece)
    bundle.bundle_part(visit, piece, exports, blocked=blocked or not may_leave)
    register.register_part(visit, piece)
    if visit.staff.may(Act.COMPOSE) and piece.state not in LOCKED:
        with st.container(key="werkbank"):
            left, right = st.columns([11, 9], gap="medium")
            with left:
                compose_blocks.edit(visit, piece, found, expected)
            with right:
                compose_preview.look(visit, piece, shown)
    else:
        small(say("ui.piece_locked"))
        compose_preview.look(visit, piece, shown)
    if visit.staff.may(Act.COMPOSE):
        _derive(visit, piece)
    is_shown(piece_id, piece.row_version)
    attention(*take_attention())


def _derive(visit: Visit, piece: Piece) -> None:
    """The same words for another channel, as far as their tellers allow them there."""
    with st.expander(say("compose.derive")), st.container(key="afleiden"):
        small(say("compose.derive_how"))
        kinds = [kind for kind in PieceKind if kind is not piece.kind]
        kind = st.selectbox(
            say("compose.make_what"), kinds, format_func=lambda kind: say(f"compose.kind_{kind}"), key="afleiden_soort"
        )
        if st.button(say("compose.derive_go"), key="afleiden_maken"):
            with told_plainly():
                made = publishing.derive(visit.store, visit.staff, piece.id, kind)
                left = [say("compose.left_out", teller=one.teller, why=one.why) for one in made.left_out]
                flash(" ".join([say("compose.derived"), *left]))
                go_to("stukken", stuk=made.piece.id)


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
