"""Gepubliceerd: what stands where since when, what must be taken down, and what cannot be undone."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import register
from desk.register import CHANNELS, Out
from stories import clock
from stories.model import Piece, PieceState
from stories.people import Act
from stories.words import say
from ui import handouts
from ui.parts import act, badge, day, heading, small, told_plainly
from ui.state import flash
from ui.visit import Visit


def page(visit: Visit) -> None:
    heading(say("register.title"), say("register.lead"))
    found = register.listed(visit.store, visit.staff)
    sheets = register.sheets(visit.store, visit.staff)
    must_go = [one for one in found if one.due is not None]
    to_ask = [one for one in sheets if one.due is not None]
    stands = [one for one in found if one.due is None and one.down_at is None]
    gone = [one for one in found if one.due is None and one.down_at is not None]
    if must_go or to_ask:
        st.html(f"<h2>{html.escape(say('register.must_go', count=len(must_go) + len(to_ask)))}</h2>")
    for one in must_go:
        _must_go(visit, one)
    for sheet in to_ask:
        handouts.must_go(visit, sheet)
    st.html(f"<h2>{html.escape(say('register.stands', count=len(stands)))}</h2>")
    if not stands:
        small(say("register.stands_none"))
    for one in stands:
        with st.container(key=f"kaart_{one.id}"):
            _row(one)
            _gone_button(visit, one, label=say("register.also_gone"))
    if gone:
        with st.expander(say("register.gone", count=len(gone))):
            for one in gone:
                _row(one)
    handouts.all_of_them(sheets)


def register_part(visit: Visit, piece: Piece) -> None:
    """On the page of a piece: where it stands, and a form to write down where it went."""
    if not visit.staff.may(Act.EXPORT) or piece.state in (PieceState.CONCEPT, PieceState.TER_VRIJGAVE):
        return
    found = register.of_piece(visit.store, visit.staff, piece.id)
    if found:
        st.html(f"<h2>{html.escape(say('register.piece_title'))}</h2>")
    for one in found:
        if one.due is not None:
            _must_go(visit, one)
        else:
            _row(one)
    may_be_out = register.may_be_out(visit.store, visit.staff, piece.id)
    with st.expander(say("register.note" if may_be_out else "register.note_out"), expanded=False):
        if not may_be_out:
            small(say("register.note_out_lead"))
        _form(visit, piece, may_be_out)


def _form(visit: Visit, piece: Piece, may_be_out: bool) -> None:
    with st.form("publicatie", border=False):
        channel = st.selectbox(
            say("register.where"), CHANNELS, format_func=lambda code: say(f"register.channel_{code}"), index=None,
            placeholder=say("register.where_choose"), key="publicatie_waar",
        )  # fmt: skip
        on = st.date_input(say("register.when"), value=clock.today(), max_value=clock.today(), format="DD-MM-YYYY")
        url = st.text_input(say("register.url"), placeholder="https://", key="publicatie_adres")
        small(say("register.url_help"))
        label = say("register.note_do" if may_be_out else "register.note_out_do")
        if st.form_submit_button(label, type="primary", key="publicatie_noteren"):
            with told_plainly():
                note = partial(register.publish, expected=piece.row_version) if may_be_out else register.note_out
                note(visit.store, visit.staff, piece.id, channel=channel or "", on=on, url=url)
                flash(say("register.noted" if may_be_out else "register.noted_out"))
                st.rerun()


def _must_go(visit: Visit, one: Out) -> None:
    with st.container(key=f"kaart_{one.id}"):
        _row(one)
        assert one.due is not None
        late = one.due < clock.today()
        sentence = say("register.due_late" if late else "register.due", day=day(one.due))
        undo = say(f"register.undo_{one.channel}")
        st.html(
            f"<p class='vp-finding{'' if late else ' warn'}'><b>{html.escape(sentence)}</b><br>{html.escape(undo)}</p>"
        )
        _gone_button(visit, one, label=say("register.is_gone"), primary=True)


def _gone_button(visit: Visit, one: Out, *, label: str, primary: bool = False) -> None:
    act(
        label, partial(register.take_down, visit.store, visit.staff, one.id), say("register.gone_noted"),
        key=f"weg_{one.id}", primary=primary, width="content",
    )  # fmt: skip


def _row(one: Out) -> None:
    title = html.escape(one.title or say("register.no_title"))
    where = say(f"register.channel_{one.channel}") if one.channel else say("register.channel_unnoted")
    about = [say(f"follow.kind_{one.kind}"), where]
    if one.published_on is not None:
        about.append(say("register.since", day=day(one.published_on)))
    state = badge(say("register.badge_stands"), "warn" if one.due else "good")
    if one.down_at is not None:
        about.append(say("register.down", day=day(one.down_at), by=one.down_by or say("audit.nobody")))
        state = badge(say("register.badge_gone"))
    address = html.escape(one.url)
    link = f"<br><a href='{address}' target='_blank' rel='noreferrer'>{address}</a>" if address else ""
    st.html(
        f"<div class='vp-row vp-link'><div><a href='/stukken?stuk={html.escape(one.piece_id)}' target='_self'>"
        f"<b>{title}</b></a><br><span class='vp-small'>{html.escape(' · '.join(about))}</span>{link}</div>"
        f"<div>{state}</div></div>"
    )
