"""Mijn verhaal, a text that came back to its teller: as others will read it, and two answers of equal size."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import withteller
from desk.following import OwnStory
from desk.readback import Heard
from stories.lastword import LastWord
from stories.stages import State
from stories.words import say
from ui.follow_parts import is_young
from ui.parts import act, say_to
from ui.state import is_shown, shown_before
from ui.visit import Visit

SAID = {Heard.AKKOORD: LastWord.AKKOORD, Heard.ANDERS: LastWord.ANDERS}
"""The answers have the words that a product is answered with. Whoever wants to stop does so where stopping is."""


def answer(visit: Visit, own: OwnStory) -> None:
    """Under the text, while the editors wait for a word of the teller."""
    if own.story.state is not State.BIJ_TELLER:
        return
    young, name = is_young(own.story), f"nalezen_{own.story.id}"
    shown = shown_before(name, own.story.version)  # an answer is about what was on the screen
    st.html(f"<h2>{html.escape(say_to(young, 'follow.product_ask'))}</h2>")
    _button(visit, own, Heard.AKKOORD, "", shown)
    wish = st.text_area(say_to(young, "follow.product_note"), key=f"wens_{shown}", height=110, max_chars=2000)
    _button(visit, own, Heard.ANDERS, wish, shown)
    is_shown(name, own.story.version)


def _button(visit: Visit, own: OwnStory, heard: Heard, wish: str, shown: int) -> None:
    act(
        say(f"follow.answer_{SAID[heard]}"),
        partial(withteller.answer, visit.store, own.story.id, heard, wish, number=shown),
        say_to(is_young(own.story), f"follow.answered_{SAID[heard]}"),
        key=f"groot_{heard}", primary=heard is Heard.AKKOORD,
    )  # fmt: skip
