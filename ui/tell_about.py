"""Telling, what it is about: pictures to press, all of them optional. The teller's tags stand beside everybody's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from desk import rules
from stories.told import Feeling, Lens, TellerTags
from stories.words import say
from ui.parts import heading, plain, say_to, theme
from ui.pictures import NAMES, pictures
from ui.state import telling
from ui.visit import Visit
from ui.walk import back_button, next_button, on

OTHER = "iedereen"
"""The picture of a theme that was added after our pictures were drawn."""


def about(visit: Visit) -> None:
    heading(say_to(telling().young, "tell.about"), say("tell.about_lead"))
    themes = rules.shown_themes(visit.store)
    chosen = _pick(
        [(row["id"], plain(theme(row["id"], row["naam"]))) for row in themes], "gaat_over", telling().tags.opgaven
    )
    _go_on(replace(telling().tags, opgaven=chosen))


def feel(visit: Visit) -> None:
    heading(say("tell.feel"), say("tell.about_lead"))
    chosen = _pick([(kind, say(f"tell.feel_{kind}")) for kind in Feeling], "voelt", telling().tags.feelings)
    _go_on(replace(telling().tags, feelings=tuple(Feeling(kind) for kind in chosen)))


def lens(visit: Visit) -> None:
    heading(say_to(telling().young, "tell.lens"), say("tell.about_lead"))
    options = [(kind, say(f"tell.lens_{kind}")) for kind in Lens]
    chosen = _pick(options, "vertelt", telling().tags.lenses)
    _go_on(replace(telling().tags, lenses=tuple(Lens(kind) for kind in chosen)))


def _pick(options: Sequence[tuple[str, str]], name: str, before: Sequence[str]) -> tuple[str, ...]:
    """Pictures with a word, as many as one likes."""
    pictures({f"prent_{name}_{value}": value if value in NAMES else OTHER for value, _ in options})
    with st.container(key=f"prenten_{name}"):
        return tuple(
            value for value, label in options if st.checkbox(label, value=value in before, key=f"prent_{name}_{value}")
        )


def _go_on(tags: TellerTags) -> None:
    if next_button(say("tell.next")):
        on(tags=tags)
    back_button(tags=tags)
