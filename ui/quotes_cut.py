"""Cutting words from one story: its anonymised text, in which words are chosen; what is cut goes into the basket."""

from __future__ import annotations

import html

import streamlit as st

from desk import basket, quoting
from stories.people import Act
from stories.words import say
from ui.components.words import label_marks, words
from ui.parts import name_of, small, told_plainly
from ui.state import flash
from ui.visit import Visit


def words_of(visit: Visit, story_id: str) -> None:
    """Raises NotFound, and Refused when the story is not released."""
    source = quoting.source(visit.store, visit.staff, story_id)
    with st.container(key="kaart_knippen"):
        st.html(f"<h2>{html.escape(name_of(source.story))}</h2>")
        if source.why_not:
            st.html(f"<p class='vp-finding'>{html.escape(source.why_not)}</p>")
            return
        composes = visit.staff.may(Act.COMPOSE)
        small(say("compose.cut_how" if composes else "compose.cut_not_you"))
        clean = source.version.clean
        key = f"tekst_{story_id}"
        touched = words(clean.text, label_marks(clean), tints=source.cut, pick=composes, key=key)
        if touched.picked:
            with told_plainly():
                basket.cut(visit.store, visit.staff, story_id, *touched.picked)
                flash(say("compose.cut_done"))
                st.rerun()
