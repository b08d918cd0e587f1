"""Mijn verhaal: with the receipt code, without an account. See it, change your mind, stop everything."""

from __future__ import annotations

import html

import streamlit as st

from desk import following, telling, withdrawing
from stories.consent import Outcome, Party, Purpose, required_parties
from stories.model import TellerRole
from stories.stages import State
from stories.words import say
from ui.components.player import player
from ui.parts import (
    CHANNELS,
    act,
    allowed_list,
    badge,
    badges,
    channel,
    channel_with_form,
    heading,
    name_of,
    say_to,
    small,
)
from ui.visit import Visit


def page(visit: Visit) -> None:
    if visit.holder is None:
        heading(say("follow.title"), say("follow.lead"))
        link = html.escape(say("follow.give_code"))
        st.html(f"<a class='vp-go' href='/mijn-verhaal/code' target='_self'>{link}</a>")
        return
    own = following.own_story(visit.store, visit.holder.story_id)
    young = own.story.teller.role in (TellerRole.KIND, TellerRole.JONGERE)
    heading(say("follow.title"), name_of(own.story))
    badges(
        badge(say(f"terms.state_{own.story.state}")),
        *([badge(say(own.story.waiting_for), "warn")] if own.story.waiting_for else []),
    )

    with st.container(key="kaart_eigen"):
        st.html(f"<h2>{html.escape(say_to(young, 'follow.told'))}</h2>")
        if own.duration_ms:
            player(f"/geluid/{own.story.id}/audio", say_to(young, "follow.told"), key="eigen_geluid")
        if own.text:
            st.html(f"<div class='vp-text' style='white-space:pre-wrap'>{html.escape(own.text)}</div>")

    with st.container(key="kaart_mag"):
        st.html(f"<h2>{html.escape(say('follow.may'))}</h2>")
        allowed_list(own.may)
        if own.pieces:
            st.html(f"<h3>{html.escape(say('follow.used'))}</h3>")
            st.html("<ul class='vp-list'>" + "".join(f"<li>{html.escape(t)}</li>" for t in own.pieces) + "</ul>")

    parties = required_parties(own.story.teller)
    if own.story.state is not State.INGETROKKEN:
        parent = own.consent.last(Party.VERTEGENWOORDIGER, Purpose.VERWERKEN, None)
        if Party.VERTEGENWOORDIGER in parties and (parent is None or parent.outcome is Outcome.TWIJFEL):
            _ask_representative(visit, own)
        _stop(visit, own, parties[-1], young)  # whoever holds the code: the teller, also when that is a child
    st.html(f"<p class='vp-foot'><a href='/mijn-verhaal/uit' target='_self'>{html.escape(say('follow.close'))}</a></p>")


def _ask_representative(visit: Visit, own: following.OwnStory) -> None:
    """The parent who was not there: says yes or no here, on their own phone, with the same code."""
    with st.container(key="kaart_ouder"):
        st.html(f"<h2>{html.escape(say('follow.parent'))}</h2>")
        small(say("follow.parent_small"))
        chosen = [
            (purpose, shape)
            for purpose, shape in CHANNELS
            if st.toggle(channel_with_form(purpose, shape), key=f"ouder_{purpose}_{shape}")
        ]
        act(
            say("follow.parent_yes"),
            lambda: telling.representative_says(visit.store, own.story.id, Outcome.JA, chosen),
            say("follow.parent_done"), key="ouder_ja", primary=True,
        )  # fmt: skip
        act(
            say("follow.parent_no"),
            lambda: telling.representative_says(visit.store, own.story.id, Outcome.NEE, ()),
            say("follow.parent_refused"), key="ouder_nee",
        )  # fmt: skip


def _stop(visit: Visit, own: following.OwnStory, party: Party, young: bool) -> None:
    """As easy as giving: one purpose, or everything."""
    with st.container(key="kaart_stop"):
        st.html(f"<h2>{html.escape(say('follow.stop'))}</h2>")
        small(say_to(young, "follow.stop_small"))
        for purpose in own.may:
            if purpose is Purpose.VERWERKEN:
                continue
            act(
                say("follow.stop_one", what=channel(purpose)),
                lambda p=purpose: withdrawing.withdraw(visit.store, own.story.id, party, purpose=p),
                say_to(young, "follow.stopped_one", what=channel(purpose)), key=f"stop_{purpose}",
            )  # fmt: skip
        sure = st.checkbox(say("follow.sure"), key="zeker")
        act(
            say("follow.stop_all"),
            lambda: withdrawing.withdraw(visit.store, own.story.id, party),
            say_to(young, "follow.stopped_all", days=visit.settings.grace_days), key="stop_alles", disabled=not sure,
        )  # fmt: skip
