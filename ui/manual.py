"""The way to the manual, at the foot of every page of staff."""

from __future__ import annotations

import html

import streamlit as st

from stories.people import User
from stories.words import say


def link(user: User) -> None:
    """The page of somebody's one role; who has more of them chooses."""
    page = html.escape(f"/{next(iter(user.roles))}" if len(user.roles) == 1 else "")
    st.html(f"<p class='vp-foot'><a href='/handleiding{page}' target='_blank'>{html.escape(say('ui.manual'))}</a></p>")
