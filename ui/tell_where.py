"""Telling, where it may go: who may hear or read it, in which channels, how recognisable, and the last look."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from desk import rules
from stories.consent import Form, Purpose, Recognisability
from stories.told import Audience
from stories.words import say
from ui.parts import channel_with_form, heading, say_to, small
from ui.pictures import pictures
from ui.state import set_telling, telling
from ui.visit import Visit
from ui.walk import back_button, big_button, next_button, on


def audience(visit: Visit) -> None:
    t = telling()
    heading(say_to(t.young, "tell.audience"), say("tell.audience_lead"))
    for kind in Audience:
        if big_button(say(f"tell.audience_{kind}"), key=f"wie_{kind}", picture=kind, chosen=kind is t.tags.audience):
            kept = tuple(pair for pair in t.channels if pair[0] in kind.reaches)
            on(tags=replace(t.tags, audience=kind), channels=kept)
    back_button()


def channels(visit: Visit) -> None:
    t = telling()
    assert t.tags.audience is not None
    heading(say_to(t.young, "tell.channels"), say("tell.channels_lead"))
    asked = [pair for pair in rules.shown_channels(visit.store) if pair[0] in t.tags.audience.reaches]
    pictures({switch_key(*pair): pair[0] for pair in asked})
    chosen = tuple(pair for pair in asked if _switch(*pair))
    small(say("tell.print_stays"))
    special = tuple(pair for pair in t.channels if pair[0] is Purpose.BIJZONDER)
    if next_button(say("tell.next")):
        on(channels=chosen + special)
    back_button(channels=chosen + special)


def _switch(purpose: Purpose, form: Form | None) -> bool:
    label = channel_with_form(purpose, form)
    return st.toggle(label, key=switch_key(purpose, form), value=(purpose, form) in telling().channels)


def switch_key(purpose: Purpose, form: Form | None) -> str:
    return f"kanaal_{purpose}_{form}"


def special(visit: Visit) -> None:
    """Health, origin and belief need a yes of their own (GDPR art. 9)."""
    t = telling()
    heading(say("tell.special"), say_to(t.young, "tell.special_lead"))
    rest = tuple(pair for pair in t.channels if pair[0] is not Purpose.BIJZONDER)
    if big_button(say("tell.special_yes"), key="bijzonder_ja", picture="ja", chosen=t.special is True):
        on(special=True, channels=(*rest, (Purpose.BIJZONDER, None)))
    if big_button(say("tell.special_no"), key="bijzonder_nee", picture="nee", chosen=t.special is False):
        on(special=False, channels=rest)
    back_button()


def recognise(visit: Visit) -> None:
    t = telling()
    heading(say_to(t.young, "tell.recognise"), say("tell.recognise_lead"))
    for kind in Recognisability:
        if big_button(say(f"tell.recognise_{kind}"), key=kind, picture=kind, chosen=kind is t.recognisability):
            on(recognisability=kind)
    back_button()


def preview(visit: Visit) -> None:
    t = telling()
    heading(say_to(t.young, "tell.preview"), say_to(t.young, "tell.preview_lead"))
    with st.expander(say("tell.when")):
        small(say("tell.when_lead"))
        begins = st.date_input(say("tell.when_from"), value=t.embargo_until, format="DD-MM-YYYY", key="vanaf")
        ends = st.date_input(say("tell.when_until"), value=t.valid_until, format="DD-MM-YYYY", key="tot")
    wrong = begins is not None and ends is not None and ends < begins
    if wrong:
        st.warning(say("tell.when_wrong"))
    for wish in (True, False):
        word = "ja" if wish else "nee"
        label = say(f"tell.preview_{word}")
        if big_button(label, key=f"zien_{word}", picture=word, chosen=t.preview is wish) and not wrong:
            on(preview=wish, embargo_until=begins, valid_until=ends)
    set_telling(embargo_until=None if wrong else begins, valid_until=None if wrong else ends)
    back_button()
