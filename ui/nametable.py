"""Wie is wie: who asked to open a name table, what is open now, and asking for one. For editors and releasers."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from desk import nametable
from desk.helping import number_of
from desk.nametable import OPEN_FOR, Ask, Reason
from stories.words import say
from ui.moments import time_of
from ui.parts import act, day, heading, name_of, small, told_plainly
from ui.visit import Visit


def page(visit: Visit) -> None:
    heading(say("nametable.title"), say("nametable.lead"))
    now = datetime.now(UTC)
    asks = nametable.asks(visit.store, visit.staff, now=now)
    opened = [ask for ask in asks if ask.by == visit.staff.id and ask.is_open(now)]
    if opened:
        st.html(f"<h2>{html.escape(say('nametable.open_title'))}</h2>")
    for ask in opened:
        _open(visit, ask)
    st.html(f"<h2>{html.escape(say('nametable.waits'))}</h2>")
    waiting = [ask for ask in asks if ask not in opened]
    if not waiting:
        small(say("nametable.nothing_waits"))
    for ask in waiting:
        _waiting(visit, ask)
    st.html(f"<h2>{html.escape(say('nametable.ask_title'))}</h2>")
    _asking(visit)


def _open(visit: Visit, ask: Ask) -> None:
    assert ask.granted_at is not None
    with st.container(key=f"kaart_open_{ask.id}"):
        st.html(f"<h3>{html.escape(name_of(ask.story))}</h3>")
        until = ask.granted_at + OPEN_FOR
        small(say("nametable.open_until", when=time_of(until)))
        if st.button(say("nametable.open"), key=f"open_{ask.id}", type="primary", width="stretch"):
            with told_plainly():  # in this run only: the next press of anything takes it from the screen
                rows = nametable.open_table(visit.store, visit.staff, ask.id)
                lines = "".join(
                    f"<dt>{html.escape(row.label)}</dt><dd>{html.escape(row.original)}</dd>" for row in rows
                )
                st.html(f"<dl class='vp-contact'>{lines}</dl>" if rows else html.escape(say("nametable.empty")))


def _waiting(visit: Visit, ask: Ask) -> None:
    own = ask.by == visit.staff.id
    with st.container(key=f"kaart_vraag_{ask.id}"):
        st.html(f"<h3>{html.escape(name_of(ask.story))}</h3>")
        reason = say(f"nametable.reason_{ask.reason}")
        small(say("nametable.waits_line", who=ask.name, day=day(ask.at), reason=reason))
        if own:
            small(say("nametable.own"))
        else:
            act(
                say("nametable.agree"), partial(nametable.approve_table, visit.store, visit.staff, ask.id),
                say("nametable.agreed"), key=f"akkoord_{ask.id}", primary=True,
            )  # fmt: skip
        act(
            say("nametable.take_back" if own else "nametable.refuse"),
            partial(nametable.refuse_table, visit.store, visit.staff, ask.id),
            say("nametable.refused"), key=f"dicht_{ask.id}",
        )  # fmt: skip


def _asking(visit: Visit) -> None:
    stories = {story.id: story for story in nametable.with_table(visit.store, visit.staff)}
    if not stories:
        small(say("nametable.none"))
        return
    story_id = st.selectbox(
        say("nametable.which"), list(stories), index=None, placeholder=say("helper.choose"), key="welk_verhaal",
        format_func=lambda one: f"{name_of(stories[one])} · {number_of(one)}",
    )  # fmt: skip
    reason = st.selectbox(
        say("nametable.why"), list(Reason), index=None, placeholder=say("helper.choose"), key="waarom",
        format_func=lambda one: say(f"nametable.reason_{one}"),
    )  # fmt: skip
    act(
        say("nametable.ask"),
        lambda: nametable.ask_table(visit.store, visit.staff, str(story_id), Reason(reason)),
        say("nametable.asked"), key="vraag_namen", disabled=story_id is None or reason is None,
    )  # fmt: skip
