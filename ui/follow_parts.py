"""Pieces of screen of "Mijn verhaal": big buttons to a topic, the way back, where a story is, whom to call."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import date, datetime

import streamlit as st

from desk.timeline import Mark, Moment
from stories.model import Story, TellerRole
from stories.words import room, say
from ui.parts import day, heading, say_to, small
from ui.state import following, set_following
from ui.steps import Topic
from ui.visit import Visit

HELPLINES = ("112", "veilig_thuis", "kindertelefoon", "113")
"""Whom to call when somebody is not safe; names and numbers stand in the catalogue."""


def is_young(story: Story) -> bool:
    return story.teller.role in (TellerRole.KIND, TellerRole.JONGERE)


def go(topic: Topic, about: str = "") -> None:
    """On to another topic, drawn at once."""
    set_following(topic=topic, about=about, seen="", picked=None, code=None)
    st.rerun()


def big(label: str, *, key: str, primary: bool = False) -> bool:
    """A button as wide as the phone."""
    return st.button(label, key=key, type="primary" if primary else "secondary", width="stretch")


def topic_button(label: str, topic: Topic, *, key: str, about: str = "", primary: bool = False) -> None:
    if big(label, key=key, primary=primary):
        go(topic, about)


def topic_head(title: str, lead: str = "", *, back: Topic = Topic.HOME) -> None:
    """The way back stands first, where a thumb and a screen reader find it; then what this screen is about."""
    if st.button(say("follow.back"), key=f"terug_{following().topic}", type="tertiary"):
        go(back)
    heading(title, lead)


def way(moments: Sequence[Moment], *, young: bool) -> None:
    """Where the story is: the steps, with in words how each stands."""
    rows = []
    for moment in moments:
        values = {name: _shown(value) for name, value in moment.values.items()}
        sentence = html.escape(spoken(young, f"follow.when_{moment.code}", **values))
        stands = html.escape(say(f"follow.mark_{moment.mark}"))
        current = " aria-current='step'" if moment.mark in (Mark.NOW, Mark.STILL) else ""
        tone = html.escape(moment.mark)
        rows.append(f"<li class='{tone}'{current}><b>{sentence}</b><span>{stands}</span></li>")
    st.html(f"<ol class='vp-way'>{''.join(rows)}</ol>")


def now_line(moments: Sequence[Moment], *, young: bool) -> None:
    """The one step that counts now, for the top of a page."""
    moment = next((m for m in moments if m.mark in (Mark.NOW, Mark.STILL)), moments[-1])
    values = {name: _shown(value) for name, value in moment.values.items()}
    sentence = html.escape(spoken(young, f"follow.when_{moment.code}", **values))
    st.html(f"<p class='vp-now'>{sentence}</p>")


def spoken(young: bool, key: str, **values: object) -> str:
    """As `say_to`, for sentences of which most are the same for everybody."""
    room_name, _, name = key.partition(".")
    return say_to(young and f"{name}_young" in room(room_name), key, **values)


def _shown(value: object) -> object:
    return day(value) if isinstance(value, (date, datetime)) else value


def helplines(visit: Visit, *, young: bool) -> None:
    """Numbers to call now, and the organisation's own contact."""
    rows = []
    for name in HELPLINES:
        label = html.escape(say(f"follow.help_{name}"))
        number = html.escape(say(f"follow.help_{name}_number"))
        rows.append(f"<li><a href='tel:{number}'><b>{number}</b></a> {label}</li>")
    st.html(f"<ul class='vp-help'>{''.join(rows)}</ul>")
    contact = visit.settings.safeguarding_contact
    small(say("follow.help_own", contact=contact) if contact else say_to(young, "follow.help_none"))
