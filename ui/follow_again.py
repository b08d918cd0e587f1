"""Mijn verhaal, asked again: at 16 the young person decides alone, and a yes that ends is asked for anew."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import keeping, renewing, sixteen
from stories.consent import Outcome, Party
from stories.words import say
from ui.parts import act, day, say_to, small
from ui.pictures import pictures
from ui.visit import Visit


def asks_again(visit: Visit, story_id: str, party: Party, *, young: bool, recorded_by: str) -> None:
    """A card with one question, when there is one to ask of `party`; nothing otherwise."""
    if party is Party.KIND and sixteen.may_answer(visit.store, story_id):
        _sixteen(visit, story_id)
        return
    last_day = renewing.ends_soon(visit.store, story_id, party)
    if last_day is not None:
        with st.container(key="kaart_opnieuw"):
            small(say_to(young, "follow.again_lead", date=day(last_day)))
            again = partial(renewing.renew_as_it_stood, visit.store, story_id, party, recorded_by=recorded_by)
            pictures({"groot_opnieuw_ja": "ja", "groot_opnieuw_nee": "nee"})
            act(
                say("follow.again_yes"), partial(again, Outcome.JA), say_to(young, "follow.again_done"),
                key="groot_opnieuw_ja",
            )  # fmt: skip
            act(
                say("follow.again_no"), partial(again, Outcome.NEE), say_to(young, "follow.stopped_all"),
                key="groot_opnieuw_nee",
            )  # fmt: skip


def _sixteen(visit: Visit, story_id: str) -> None:
    """Nothing that a parent allowed goes on by itself: the channels are asked after the yes."""
    with st.container(key="kaart_zestien"):
        small(say("follow.sixteen_lead"))
        own = partial(sixteen.own_yes_at_16, visit.store, story_id)
        pictures({"groot_zestien_ja": "ja", "groot_zestien_nee": "nee"})
        act(say("follow.sixteen_yes"), partial(own, Outcome.JA), say("follow.sixteen_done"), key="groot_zestien_ja")
        act(
            say("follow.sixteen_no"),
            partial(own, Outcome.NEE),
            say("follow.stopped_all_young"),
            key="groot_zestien_nee",
        )


def how_long(visit: Visit, story_id: str, *, young: bool) -> None:
    """Until when what is kept, in words: from the function that the daily job acts on."""
    lines = [kept.in_words(young=young) for kept in keeping.kept_until(visit.store, story_id)]
    rows = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
    st.html(f"<h2>{html.escape(say('follow.how_long'))}</h2><ul class='vp-list'>{rows}</ul>")
