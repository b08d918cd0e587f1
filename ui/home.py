"""The front page: tell a story, or follow the one you told. Staff find their door at the bottom, then their work."""

from __future__ import annotations

import html

import streamlit as st

from stories.people import Act
from stories.words import say
from ui.parts import heading
from ui.review_notes import called
from ui.visit import Visit


def page(visit: Visit) -> None:
    heading(say("tell.home_title"), say("tell.home_lead"))
    called(visit)
    for path, act in WORK:
        if visit.user is not None and visit.user.may(act):
            st.html(_go(f"/{path}", say("ui.home_work", page=say(f"ui.menu_{path}"))))
    st.html(_go("/vertel", say("tell.home_tell"), soft=visit.user is not None))
    st.html(_go("/mijn-verhaal", say("tell.home_follow"), soft=True))
    st.html(f"<ul class='vp-guide'>{''.join(f'<li>{html.escape(say(k))}</li>' for k in _PROMISES)}</ul>")
    if visit.user is None:
        guide = html.escape(say("tell.home_manual"))
        door = html.escape(say("tell.home_staff"))
        st.html(
            f"<p class='vp-foot'><a href='/handleiding/verteller' target='_self'>{guide}</a> · "
            f"<a href='/inloggen' target='_self'>{door}</a></p>"
        )
    else:
        name = html.escape(visit.user.name)
        st.html(
            f"<form class='vp-foot' method='post' action='/uitloggen'>{html.escape(say('tell.home_you_are'))} "
            f"<b>{name}</b>. <a href='/uitloggen' target='_self'>{html.escape(say('tell.home_log_out'))}</a></form>"
        )


WORK = (
    ("gesprekken", Act.TAKE_STORY),
    ("contacten", Act.OPEN_CONTACT),
    ("verhalen", Act.SEE_QUEUE),
    ("stukken", Act.EXPORT),
    ("beheer", Act.SEE_HEALTH),
)
"""Where each role begins."""

_PROMISES = ("tell.promise_hidden", "tell.promise_choose", "tell.promise_stop", "tell.promise_no_effect")


def _go(url: str, label: str, *, soft: bool = False) -> str:
    return f"<a class='vp-go{' soft' if soft else ''}' href='{url}' target='_self'>{html.escape(label)}</a>"
