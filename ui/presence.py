"""Who else has this story open now: one quiet line, looked at anew every twenty seconds."""

from __future__ import annotations

import streamlit as st

from desk import presence
from desk.presence import BEAT_S, Colleague, Deel
from stories.errors import VertelpuntError
from stories.words import say
from ui.parts import listed, small
from ui.visit import Visit


def who_else(visit: Visit, story_id: str, deel: Deel) -> None:
    """Say that this user is here, and who else is. A story that closed meanwhile says nothing: its page tells why."""

    @st.fragment(run_every=BEAT_S)
    def beat() -> None:
        try:
            others = presence.here(visit.store, visit.staff, story_id, deel)
        except VertelpuntError:
            return
        if others:
            small(_line(others))

    beat()


def _line(others: tuple[Colleague, ...]) -> str:
    if len(others) == 1:
        return say("storypage.here_one", who=others[0].name, deel=_deel(others[0]))
    each = [say("storypage.here_each", who=one.name, deel=_deel(one)) for one in others]
    return say("storypage.here_more", who=listed(each))


def _deel(one: Colleague) -> str:
    return say(f"storypage.deel_{one.deel}")
