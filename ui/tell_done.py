"""Telling, the end: look back once, send it, and keep the code."""

from __future__ import annotations

import html

import streamlit as st

from desk import receiving
from desk import telling as desk
from stories.consent import Purpose, Recognisability
from stories.people import Holder
from stories.words import say
from ui.cards import code_card
from ui.parts import channel_with_form, heading, listed, paragraphs, say_to, small, told_plainly
from ui.state import forget_telling, telling
from ui.steps import Step
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
    lines.append(say("tell.check_where", channels=listed(named)) if named else say_to(t.young, "tell.check_nowhere"))
    lines.append(say(f"tell.check_{t.recognisability or Recognisability.ONHERKENBAAR}"))
    if t.preview:
        lines.append(say_to(t.young, "tell.check_preview"))
    return lines


def done(visit: Visit) -> None:
    t = telling()
    assert t.codes is not None
    own, parent = t.codes
    heading(say_to(t.young, "tell.done_title"), say("tell.done_waits") if parent else say_to(t.young, "tell.done_lead"))
    code_card(visit.settings, own, young=t.young)
    paragraphs(say_to(t.young, "tell.done_keep"))
    if parent:
        st.html(f"<h2>{html.escape(say('tell.done_parent'))}</h2>")
        small(say("tell.done_parent_what"))
        code_card(visit.settings, parent, Holder.VERTEGENWOORDIGER)
    if st.button(say("tell.done_close"), key="groot_klaar", width="stretch"):
        forget_telling()
        st.rerun()
