"""One person who may release: the administrator's switch, and what every release screen says while it is on."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import oneperson
from desk.oneperson import Alone
from stories.clock import HOME
from stories.words import say
from ui.moments import moment
from ui.parts import act, badge, badges, day, small
from ui.visit import Visit


def card(visit: Visit) -> None:
    """For the page of the house."""
    mode = oneperson.mode(visit.store, visit.staff)
    on = mode.since is not None
    with st.container(key="kaart_een_persoon"):
        st.html(f"<h2>{html.escape(say('oneperson.title'))}</h2>")
        since = say("oneperson.is_on", day=day(mode.since)) if mode.since else say("oneperson.is_off")
        badges(badge(since, "warn" if on else "calm"))
        small(say("oneperson.what"))
        if on:
            small(say("oneperson.off_means"))
        act(
            say("oneperson.turn_off" if on else "oneperson.turn_on"),
            partial(oneperson.turn, visit.store, visit.staff, not on, expected=mode.version),
            say("oneperson.turned_off" if on else "oneperson.turned_on"), key="een_persoon",
        )  # fmt: skip


def before_story(visit: Visit, story_id: str) -> None:
    """Above the button that releases a story."""
    _shown(oneperson.of_story(visit.store, visit.staff, story_id))


def before_piece(visit: Visit, piece_id: str) -> None:
    """Above the button that releases a piece."""
    _shown(oneperson.of_piece(visit.store, visit.staff, piece_id))


def _shown(alone: Alone | None) -> None:
    if alone is None:
        return
    badges(badge(say("oneperson.on_here"), "warn"))
    if not alone.own:
        return
    if alone.ready_at is None:
        small(say("oneperson.own_not_offered"))
    elif alone.is_ready:
        small(say("oneperson.own_ready"))
    else:
        at = alone.ready_at.astimezone(HOME)
        small(say("oneperson.own_wait", when=moment(at)))
