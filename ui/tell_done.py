"""Telling, the end: look back once, send it, and keep the code."""

from __future__ import annotations

import html

import streamlit as st

from desk import receiving
from desk import telling as desk
from stories.consent import Purpose, Recognisability
from stories.model import joined
from stories.words import say
from ui.parts import channel_with_form, heading, paragraphs, qr, say_to, small, told_plainly
from ui.state import Step, forget_telling, telling
from ui.tell_who import answers, circumstances
from ui.visit import Visit
from ui.walk import back_button, go, next_button


def check(visit: Visit) -> None:
    """Everything once more in short sentences; and the question that may not be forgotten."""
    t = telling()
    assert t.story_id is not None
    heading(say("tell.check"))
    lines = "".join(f"<li>{html.escape(line)}</li>" for line in _summary(visit))
    st.html(f"<ul class='vp-guide'>{lines}</ul>")
    with st.container(key="kaart_gevaar"):
        danger = st.checkbox(say("tell.danger"), key="gevaar")
        if danger:
            small(say_to(t.young, "tell.danger_what"))
            paragraphs(say("tell.danger_call"))
            if visit.settings.safeguarding_contact:
                small(say_to(t.young, "tell.danger_contact", contact=visit.settings.safeguarding_contact))
    small(say_to(t.young, "tell.no_effect"))
    if next_button(say("tell.send")):
        with told_plainly():
            desk.answer_again(visit.store, t.story_id, answers(), circumstances=circumstances())
            desk.tag(visit.store, t.story_id, t.tags)
            codes = desk.hand_in(visit.store, t.story_id, danger=danger)
            go(Step.DONE, codes=(codes.teller, codes.representative))
    back_button()


def _summary(visit: Visit) -> list[str]:
    t = telling()
    assert t.story_id is not None
    parts = receiving.parts(visit.store, t.story_id)
    lines = [say("tell.check_parts_one" if len(parts) == 1 else "tell.check_parts", count=len(parts))]
    if not t.shares:
        return [*lines, say_to(t.young, "tell.check_inside")]
    named = [channel_with_form(*pair) for pair in t.channels if pair[0] is not Purpose.BIJZONDER]
    lines.append(say("tell.check_where", channels=joined(named)) if named else say_to(t.young, "tell.check_nowhere"))
    lines.append(say(f"tell.check_{t.recognisability or Recognisability.ONHERKENBAAR}"))
    if t.preview:
        lines.append(say_to(t.young, "tell.check_preview"))
    return lines


def done(visit: Visit) -> None:
    t = telling()
    assert t.codes is not None
    own, parent = t.codes
    heading(say_to(t.young, "tell.done_title"), say("tell.done_waits") if parent else say_to(t.young, "tell.done_lead"))
    code_box(visit, own, say_to(t.young, "tell.done_code"))
    paragraphs(say_to(t.young, "tell.done_keep"))
    if parent:
        st.html(f"<h2>{html.escape(say('tell.done_parent'))}</h2>")
        small(say("tell.done_parent_what"))
        code_box(visit, parent, say("tell.done_parent_code"))
    if st.button(say("tell.done_close"), key="groot_klaar", width="stretch"):
        forget_telling()
        st.rerun()


def code_box(visit: Visit, code: str, label: str) -> None:
    groups = "".join(f"<span>{html.escape(pair)}</span> " for pair in _pairs(code))
    named = html.escape(label)
    st.html(f"<div class='vp-code' role='group' aria-label='{named}'>{groups}</div>")
    # behind the #, because browsers never send that part to a server: the code stays out of every log
    if visit.settings.public_url:  # a phone cannot reach "localhost"
        qr(f"{visit.settings.origin}/mijn-verhaal/code#{code.replace(' ', '')}", say("tell.done_qr"))


def _pairs(code: str) -> tuple[str, str]:
    """The code in two halves that each stay on one line: `1234 5678`, `9012 3456`."""
    parts = code.split()
    return " ".join(parts[:2]), " ".join(parts[2:])
