"""Giving one more part of a story afterwards: spoken, typed, or a file."""

from __future__ import annotations

import streamlit as st

from desk import receiving
from stories import tickets
from stories.words import say
from ui.components.giver import giver
from ui.parts import say_to, told_plainly
from ui.state import flash, keep_fields, next_turn, turn
from ui.steps import Way
from ui.tell_story import TICKET_LIVES_S, whose_messages
from ui.visit import Visit


def give(visit: Visit, story_id: str, way: Way, key: str, *, young: bool) -> None:
    """Take one part in, and draw anew when it is safely stored; `key` keeps two askings apart.

    What is being typed stays in its field until it is stored (`keep_typing` on screens without the field).
    """
    if way is not Way.TYPEN:
        ticket = tickets.issue(visit.settings, tickets.UPLOAD, story_id, TICKET_LIVES_S)
        if giver(ticket, microphone=way is Way.SPREKEN, key=f"{way}_{key}"):
            flash(say_to(young, "follow.more_saved"))
            st.rerun()
        whose_messages(visit, story_id)
        return
    hint = say_to(young, "tell.text_hint")
    text = st.text_area(say_to(young, "tell.text"), height=240, key=_field(key), placeholder=hint)
    if st.button(say("follow.more_save"), key=f"bewaar_{key}", type="primary", width="stretch"):
        with told_plainly():
            receiving.receive_text(visit.store, story_id, text)
            next_turn(key)
            flash(say_to(young, "follow.more_saved"))
            st.rerun()


def keep_typing(key: str) -> None:
    """On a screen without the field: what was typed there is still there when one comes back."""
    keep_fields(_field(key))


def _field(key: str) -> str:
    return f"tekst_{key}_{turn(key)}"
