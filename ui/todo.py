"""The list of what waits for somebody of this role, above the work itself."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import todo as desk
from stories.model import Task
from stories.words import has, say
from ui.parts import act, day, small
from ui.visit import Visit

WHERE = {
    "take_down": ("/gepubliceerd", "register.todo_open"),
    "product_changes": ("/stukken?stuk={}", "ui.todo_piece"),
    "agenda_title": ("/agenda?punt={}", "ui.todo_agenda_open"),
}
"""Where a kind of task is done, and the words of the link to it."""


def todo(visit: Visit, *kinds: str) -> None:
    """Draw the open tasks of these kinds (all kinds when none is named); nothing when there are none."""
    tasks = [task for task in desk.waiting(visit.store, visit.staff) if not kinds or task.kind in kinds]
    if not tasks:
        return
    with st.container(key="kaart_taken"):
        st.html(f"<h2>{html.escape(say('ui.todo_title', count=len(tasks)))}</h2>")
        for task in tasks:
            small(_line(task))
            if task.kind in WHERE:
                link, word = WHERE[task.kind]
                there = html.escape(link.format(task.subject))
                st.html(f"<p class='vp-link'><a href='{there}' target='_self'>{html.escape(say(word))}</a></p>")
            act(
                say("ui.todo_done"), partial(desk.done, visit.store, visit.staff, task.id), say("ui.todo_noted"),
                key=f"taak_{task.id}",
            )  # fmt: skip


def _line(task: Task) -> str:
    name = f"ui.todo_{task.kind}"
    return say(name if has(name) else "ui.todo_other", day=day(task.due))
