"""Mijn verhaal: with a receipt code, without an account. Where it is, hear and read it back, change it, stop it.

One topic per screen. Whoever told the story has the screens of `follow*`; the parent or guardian of a teller under 16
has a code of their own, and the screens of `representative`.
"""

from __future__ import annotations

import html
from collections.abc import Callable

import streamlit as st

from desk import following as desk
from desk import withdrawing
from desk.choosing import party_of
from desk.following import OwnStory
from desk.parts import TELLER
from stories.consent import Outcome, Purpose
from stories.people import Holder
from stories.stages import State
from stories.words import say
from ui import follow_again, follow_choices, follow_products, follow_read, follow_words, representative
from ui.cards import code_card
from ui.components.player import player
from ui.components.words import label_marks, words
from ui.follow_parts import go, helplines, is_young, now_line, topic_button, topic_head, way
from ui.giving import keep_typing
from ui.parts import act, badge, badges, day, heading, minutes, say_to, small, theme
from ui.pictures import pictures
from ui.state import follow_as, following, keep_begun, set_following
from ui.steps import Topic, Way
from ui.visit import Visit

Screen = Callable[[Visit, OwnStory], None]


def page(visit: Visit) -> None:
    holder = visit.holder
    if holder is None:
        heading(say("follow.title"), say("follow.lead"))
        link = html.escape(say("follow.give_code"))
        st.html(f"<a class='vp-go' href='/mijn-verhaal/code' target='_self'>{link}</a>")
        return
    follow_as(f"{holder.story_id}~{holder.holder}")
    erased = desk.erased_on(visit.store, holder.story_id)
    if erased is not None:
        heading(say("follow.erased_title"), say("follow.erased_lead", date=day(erased)))
        follow_products.after_stopping(visit, holder.story_id)
    elif holder.holder is Holder.VERTEGENWOORDIGER:
        representative.page(visit, holder)
    else:
        _of_teller(visit, desk.own_story(visit.store, holder.story_id))
    proof = html.escape(say("proof.title"))
    link = html.escape(say("follow.close"))
    st.html(f"<p class='vp-foot'><a href='/mijn-verhaal/bewijs' target='_self'>{proof}</a></p>")
    st.html(f"<p class='vp-foot'><a href='/mijn-verhaal/uit' target='_self'>{link}</a></p>")


def _of_teller(visit: Visit, own: OwnStory) -> None:
    topic = following().topic
    if topic is not Topic.MORE or following().about != Way.TYPEN:
        keep_typing(follow_words.MORE_KEY)
    if topic is not Topic.CORRECT:
        keep_begun(follow_words.FIELD)
    if own.story.state is State.INGETROKKEN and topic not in WHEN_STOPPED:
        topic = Topic.HOME
    SCREENS.get(topic, _home)(visit, own)


WHEN_STOPPED = frozenset({Topic.HOME, Topic.WHERE, Topic.READ, Topic.OTHERS, Topic.ABOUT, Topic.DANGER})
"""What is left of a story in the days of grace: to see it, and the way back."""


def _home(visit: Visit, own: OwnStory) -> None:
    young = is_young(own.story)
    heading(say("follow.title"))
    now_line(own.way, young=young)
    if own.story.state is State.INGETROKKEN:
        _stopped(visit, own, young)
        return
    pictures(HOME_PICTURES)
    _asks_for_attention(visit, own, young)
    topic_button(say("follow.go_where"), Topic.WHERE, key="groot_waar")
    topic_button(say("follow.go_read"), Topic.READ, key="groot_lees")
    topic_button(say("follow.go_more"), Topic.MORE, key="groot_meer")
    topic_button(say("follow.go_change"), Topic.CHANGE, key="groot_verander")
    topic_button(say("follow.go_may"), Topic.MAY, key="groot_mag")
    topic_button(say("follow.go_products"), Topic.PRODUCTS, key="groot_stukken")
    topic_button(say("follow.go_stop"), Topic.STOP, key="groot_stop")
    topic_button(say("follow.go_danger"), Topic.DANGER, key="groot_gevaar")


HOME_PICTURES = {
    "groot_waar": "later",
    "groot_lees": "voorlezen",
    "groot_meer": "spreken",
    "groot_verander": "typen",
    "groot_mag": "iedereen",
    "groot_stukken": "nieuwsbrief",
    "groot_stop": "nee",
    "groot_gevaar": "gevaar",
    "groot_ouder": "ouder",
    "groot_stuk": "nieuwsbrief",
}


def _asks_for_attention(visit: Visit, own: OwnStory, young: bool) -> None:
    """What the story waits for that its teller can do something about."""
    party = party_of(own.story.teller, Holder.VERTELLER)
    follow_again.asks_again(visit, own.story.id, party, young=young, recorded_by=TELLER)
    if own.story.state is State.BIJ_TELLER:
        topic_button(say("follow.go_others"), Topic.OTHERS, key="groot_nalezen")
    if own.waits_for_parent:
        topic_button(say_to(young, "follow.go_parent"), Topic.PARENT, key="groot_ouder")
    asked = [p for p in follow_products.products_of(visit, own) if p.can_answer and p.said is None]
    if asked:
        with st.container(key="kaart_stuk"):
            small(say_to(young, "follow.product_waits"))
            topic_button(say_to(young, "follow.product_look"), Topic.PRODUCT, key="groot_stuk", about=asked[0].id)
    said = own.consent.last(party, Purpose.VERWERKEN, None)
    if said is not None and said.outcome in (Outcome.TWIJFEL, Outcome.NEE):
        with st.container(key="kaart_twijfel"):
            small(say_to(young, "follow.doubting"))
            follow_choices.yes_again(visit, young)


def _stopped(visit: Visit, own: OwnStory, young: bool) -> None:
    """The days of grace: what happens when, and the way back for whoever stopped."""
    until = own.erased_after
    if until is not None:
        small(say_to(young, "follow.grace", date=day(until)))
    follow_products.after_stopping(visit, own.story.id)
    party = party_of(own.story.teller, Holder.VERTELLER)
    said = own.consent.last(party, Purpose.VERWERKEN, None)
    if said is not None and said.outcome is Outcome.INGETROKKEN:
        act(
            say("follow.undo"), lambda: withdrawing.undo(visit.store, own.story.id, party),
            say_to(young, "follow.undone"), key="groot_bedacht", primary=True,
        )  # fmt: skip
    else:
        small(say_to(young, "follow.stopped_by_other"))
        act(
            say("follow.stop_too"), lambda: withdrawing.withdraw(visit.store, own.story.id, party),
            say_to(young, "follow.stopped_all"), key="stop_ook",
        )  # fmt: skip
    topic_button(say("follow.go_read"), Topic.READ, key="groot_lees")


def _where(visit: Visit, own: OwnStory) -> None:
    young = is_young(own.story)
    topic_head(say("follow.go_where"))
    way(own.way, young=young)
    used = [p for p in follow_products.products_of(visit, own) if p.title]
    if used:
        st.html(f"<h2>{html.escape(say('follow.used'))}</h2>")
        rows = "".join(
            f"<li>{html.escape(p.title)} ({html.escape(say(f'follow.product_{p.state}'))})</li>" for p in used
        )
        st.html(f"<ul class='vp-list'>{rows}</ul>")
    follow_again.how_long(visit, own.story.id, young=young)


def _read(visit: Visit, own: OwnStory) -> None:
    young = is_young(own.story)
    topic_head(say_to(young, "follow.told"))
    if own.duration_ms:
        player(f"/geluid/{own.story.id}/audio", say_to(young, "follow.recording"), key="eigen_geluid")
    if own.text is not None:
        with st.container(key="kaart_tekst"):
            words(own.text.raw.text, tints=[span for _, span in own.text.hidden], key="eigen_tekst")
        if own.text.hidden:
            small(say_to(young, "follow.hidden_are_tinted"))
    for given in own.parts:
        number = given.part.number
        label = say("follow.part", number=number)
        st.html(f"<h2>{html.escape(label)}</h2>")
        if given.part.duration_ms is not None:
            small(say("follow.part_lasts", length=minutes(given.part.duration_ms)))
            player(f"/geluid/{own.story.id}/deel/{number}", label, key=f"deel_{number}")
        if given.text is not None:
            st.html(f"<div class='vp-text' style='white-space:pre-wrap'>{html.escape(given.text)}</div>")
    if own.parts and own.text is not None:
        small(say("follow.part_comes"))
    if own.others_see is not None:
        topic_button(say("follow.go_others"), Topic.OTHERS, key="groot_anderen")
    topic_button(say("follow.go_about"), Topic.ABOUT, key="groot_over")


def _others(visit: Visit, own: OwnStory) -> None:
    young = is_young(own.story)
    topic_head(say("follow.go_others"), say_to(young, "follow.others_lead"), back=Topic.READ)
    if own.others_see_is_old:
        small(say("follow.others_old"))
    if own.others_see is not None:
        words(own.others_see.text, label_marks(own.others_see), key="schoon")
        follow_read.answer(visit, own)


def _about(visit: Visit, own: OwnStory) -> None:
    young = is_young(own.story)
    topic_head(say("follow.go_about"), back=Topic.READ)
    tags = own.tags
    chosen = [
        *(badge(theme(known, own.themes[known])) for known in tags.opgaven if known in own.themes),
        *(badge(say(f"tell.feel_{feeling}")) for feeling in tags.feelings),
        *(badge(say(f"tell.lens_{lens}")) for lens in tags.lenses),
    ]
    st.html(f"<h2>{html.escape(say('follow.tags'))}</h2>")
    if chosen:
        badges(*chosen)
    else:
        small(say("follow.tags_none"))
    if tags.audience is not None:
        small(say_to(young, "follow.audience", who=say(f"tell.audience_{tags.audience}")))
    st.html(f"<h2>{html.escape(say('follow.persons'))}</h2>")
    if not own.third_persons:
        small(say("follow.persons_none"))
    rows = "".join(
        f"<li><b>{html.escape(person.name)}</b>: {html.escape(say(f'tell.agreed_{person.agreed}'))}</li>"
        for person in own.third_persons
    )
    st.html(f"<ul class='vp-list'>{rows}</ul>")
    small(say_to(young, "follow.persons_hidden"))


def _danger(visit: Visit, own: OwnStory) -> None:
    """Whom to call comes first; standing still is one press, and asks nothing."""
    young = is_young(own.story)
    topic_head(say("follow.go_danger"), say_to(young, "follow.danger_lead"))
    helplines(visit, young=young)
    if own.story.state is State.GEPAUZEERD:
        small(say_to(young, "follow.danger_still"))
        return
    small(say_to(young, "follow.danger_what"))
    act(
        say_to(young, "follow.danger_yes"), lambda: desk.flag_danger(visit.store, own.story.id),
        say_to(young, "follow.danger_done"), key="groot_gevaar_ja", primary=True,
    )  # fmt: skip


def _parent(visit: Visit, own: OwnStory) -> None:
    """The parent's own code: handed over by the teller, and made again when it is lost."""
    topic_head(say("follow.parent_title"), say("follow.parent_lead"))
    if not own.waits_for_parent:
        go(Topic.HOME)
    code = following().code
    if code is not None:
        code_card(visit.settings, code, Holder.VERTEGENWOORDIGER)
        small(say("follow.parent_keep"))
        return
    small(say("follow.parent_has" if own.has_parents_code else "follow.parent_none"))
    if st.button(say("follow.parent_make"), key="groot_oudercode", width="stretch"):
        set_following(code=desk.code_for_representative(visit.store, own.story.id))
        st.rerun()


SCREENS: dict[Topic, Screen] = {
    Topic.HOME: _home,
    Topic.WHERE: _where,
    Topic.READ: _read,
    Topic.OTHERS: _others,
    Topic.ABOUT: _about,
    Topic.DANGER: _danger,
    Topic.PARENT: _parent,
    Topic.MORE: follow_words.more,
    Topic.CHANGE: follow_words.change,
    Topic.CORRECT: follow_words.correct,
    Topic.LEAVE_OUT: follow_words.leave_out,
    Topic.MAY: follow_choices.may,
    Topic.CHANNEL: follow_choices.channel,
    Topic.RECOGNISE: follow_choices.recognise,
    Topic.FROM: follow_choices.begins,
    Topic.UNTIL: follow_choices.ends,
    Topic.PREVIEW: follow_choices.preview,
    Topic.AUDIENCE: follow_choices.audience,
    Topic.STOP: follow_choices.stop,
    Topic.PRODUCTS: follow_products.products,
    Topic.PRODUCT: follow_products.product,
}
