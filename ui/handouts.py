"""A4's with quotes that left by Inzichten: what must be asked back, what left, and what a teller knows of it."""

from __future__ import annotations

import html
from collections.abc import Sequence
from functools import partial

import streamlit as st

from desk import handouts, register
from desk.register import Sheet
from stories import clock
from stories.words import say
from ui.parts import act, day, plain, small
from ui.visit import Visit


def must_go(visit: Visit, sheet: Sheet) -> None:
    """One that must be asked back, before when, and what cannot be undone."""
    assert sheet.due is not None
    with st.container(key=f"kaart_{sheet.id}"):
        title = say("handouts.about", about=sheet.about) if sheet.about else say("handouts.must_go")
        st.html(f"<b>{html.escape(title)}</b><br><span class='vp-small'>{html.escape(_taken(sheet))}</span>")
        late = sheet.due < clock.today()
        sentence = say("handouts.due_late" if late else "handouts.due", day=day(sheet.due))
        undo = say("handouts.undo", by=sheet.by)
        st.html(
            f"<p class='vp-finding{'' if late else ' warn'}'><b>{html.escape(sentence)}</b><br>{html.escape(undo)}</p>"
        )
        act(
            say("handouts.is_gone"), partial(register.take_down, visit.store, visit.staff, sheet.id),
            say("handouts.gone_noted"), key=f"weg_{sheet.id}", primary=True, width="content",
        )  # fmt: skip


def all_of_them(sheets: Sequence[Sheet]) -> None:
    """What left, folded away."""
    if not sheets:
        return
    with st.expander(plain(say("handouts.title", count=len(sheets)))):
        small(say("handouts.lead"))
        st.html(f"<ul class='vp-list'>{''.join(f'<li>{html.escape(_line(one))}</li>' for one in sheets)}</ul>")


def told(visit: Visit, story_id: str) -> bool:
    """For whoever holds the code: on which days words of this story left on an A4, and whether it was asked back.
    False when there is none."""
    known = handouts.told(visit.store, story_id)
    for one in known:
        with st.container(key=f"kaart_{one.id}"):
            st.html(f"<h2>{html.escape(say('handouts.told_title'))}</h2>")
            small(say("handouts.told", day=day(one.day)))
            key, when = ("handouts.told_going", one.due) if one.due else ("handouts.told_gone", one.down_on)
            if when is not None:
                small(say(key, day=day(when)))
                small(say("handouts.told_undo"))
    return bool(known)


def _taken(sheet: Sheet) -> str:
    key = "handouts.taken" if sheet.quotes == 1 else "handouts.taken_more"
    return say(key, day=day(sheet.day), by=sheet.by, count=sheet.quotes)


def _line(sheet: Sheet) -> str:
    parts = [_taken(sheet), say("handouts.about", about=sheet.about) if sheet.about else ""]
    if sheet.down_on is not None:
        parts.append(say("handouts.was_asked", day=day(sheet.down_on)))
    return " · ".join(filter(None, parts))
