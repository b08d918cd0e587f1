"""Pieces of the ervaringswerker's screens: back to the list, codes to hand over, one task."""

from __future__ import annotations

import html

import streamlit as st

from stories.model import Task
from stories.people import Holder
from stories.words import room, say
from ui.cards import code_card
from ui.parts import day, heading, small
from ui.state import choose, codes_given, codes_to_give
from ui.visit import Visit

TICKET_LIVES_S = 4 * 3600
"""Long enough to record an interview at one's own pace and send it."""


def back_to_list() -> None:
    st.button(say("helper.back_to_list"), key="naar_lijst", type="tertiary", on_click=_to_list)


def _to_list() -> None:
    for name in ("geval", "doe"):
        choose(name, None)


def codes_screen(visit: Visit) -> None:
    """The codes of a story that was just handed in, or a new one: for the teller, and on no other screen."""
    to_give = codes_to_give()
    assert to_give is not None
    _, teller, representative = to_give
    heading(say("helper.codes_title"), say("helper.codes_lead"))
    if teller:
        st.html(f"<h2>{html.escape(say('helper.codes_teller'))}</h2>")
        code_card(visit.settings, teller)
    if representative:
        st.html(f"<h2>{html.escape(say('helper.codes_representative'))}</h2>")
        small(say("helper.codes_representative_lead"))
        code_card(visit.settings, representative, Holder.VERTEGENWOORDIGER)
    st.button(say("helper.codes_given"), key="code_gegeven", type="primary", width="stretch", on_click=codes_given)


def task_line(task: Task) -> str:
    """What somebody must do, in words; a kind that has none of its own is told in general."""
    name = f"task_{task.kind}"
    return say(f"helper.{name if name in room('helper') else 'task_other'}", day=day(task.due))
