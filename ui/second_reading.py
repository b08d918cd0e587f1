"""A child's story is read through by a second person: the text as it will be read, whole, and then one button."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import secondreading
from desk.reviewing import Review
from stories.words import say
from ui.parts import act, badge, badges, small
from ui.visit import Visit


def before_text(seen: Review) -> None:
    """Above the text: what the second reader looks for."""
    if not seen.reading.needed:
        return
    if seen.reading.done:
        badges(badge(say("names.reading_is_done"), "good"))
    elif seen.reading.may:
        st.html(f"<h3>{html.escape(say('names.reading_title'))}</h3>")
        small(say("names.reading_how"))


def after_text(visit: Visit, seen: Review) -> None:
    """Below the text, where whoever read it ends up."""
    if not seen.reading.needed or seen.reading.done or not seen.reading.may:
        return
    act(
        say("names.reading_done"),
        partial(
            secondreading.mark_read_through, visit.store, visit.staff, seen.story.id, digest=seen.version.digest
        ),
        say("names.reading_noted"), key="nagelezen", primary=True,
    )  # fmt: skip
