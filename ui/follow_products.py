"""Mijn verhaal, the products: in which the story appears, and the teller's last word on each."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import lastwords
from desk.following import OwnStory
from desk.lastwords import Place, Product
from stories.lastword import LastWord
from stories.model import PieceState
from stories.words import say
from ui import handouts
from ui.follow_parts import is_young, topic_button, topic_head
from ui.parts import act, badge, badges, day, say_to, small
from ui.state import following, set_following
from ui.steps import Topic
from ui.visit import Visit

TONES = {PieceState.VRIJGEGEVEN: "good", PieceState.GEPUBLICEERD: "good", PieceState.GEBLOKKEERD: "stop"}


def products_of(visit: Visit, own: OwnStory) -> tuple[Product, ...]:
    return lastwords.products(visit.store, own.story.id)


def products(visit: Visit, own: OwnStory) -> None:
    young = is_young(own.story)
    topic_head(say("follow.go_products"), say_to(young, "follow.products_lead"))
    found = products_of(visit, own)
    if not handouts.told(visit, own.story.id) and not found:
        small(say_to(young, "follow.products_none"))
    for product in found:
        with st.container(key=f"kaart_{product.id}"):
            _head(product)
            if product.can_see or product.can_stop:
                label = say_to(young, "follow.product_look") if product.can_see else say("follow.product_open")
                topic_button(label, Topic.PRODUCT, key=f"groot_{product.id}", about=product.id)


def _head(product: Product) -> None:
    title = html.escape(product.title or say(f"follow.product_untitled_{product.kind}"))
    st.html(f"<h2>{title}</h2>")
    badges(
        badge(say(f"follow.kind_{product.kind}")),
        badge(say(f"follow.product_{product.state}"), TONES.get(product.state, "calm")),
        badge(day(product.publish_on)),
        *([badge(say(f"follow.said_{product.said}"))] if product.said else []),
    )
    _places(product)


def _places(product: Product) -> None:
    for place in product.out:
        small(_where(place))
    if any(place.channel == "mail" and (place.due or place.down_on) for place in product.out):
        small(say("register.told_mail"))


def after_stopping(visit: Visit, story_id: str) -> None:
    """For whoever stopped, also once everything is erased: where it stood, and whether it was taken down."""
    for product in lastwords.products(visit.store, story_id):
        if product.out:
            with st.container(key=f"kaart_{product.id}"):
                st.html(f"<h2>{html.escape(say(f'follow.product_untitled_{product.kind}'))}</h2>")
                _places(product)
    handouts.told(visit, story_id)


def _where(place: Place) -> str:
    """Where it stands or stood, since when, and whether it is being taken down."""
    if place.since is None:
        return say("register.told_nowhere")
    where = say(f"register.channel_{place.channel}")
    if place.down_on is not None:
        return say("register.told_down", where=where, day=day(place.since), down=day(place.down_on))
    out = say("register.told_out", where=where, day=day(place.since))
    return out if place.due is None else f"{out} {say('register.told_going', day=day(place.due))}"


def product(visit: Visit, own: OwnStory) -> None:
    """The finished product as readers will see it, and three answers of equal size."""
    young = is_young(own.story)
    topic_head(say_to(young, "follow.product_title"), back=Topic.PRODUCTS)
    found = next((p for p in products_of(visit, own) if p.id == following().about), None)
    if found is None:
        small(say("follow.product_gone"))
        return
    shown = following().seen or found.digest  # an answer is about what was on the screen when a button was pressed
    _head(found)
    if found.can_see:
        st.iframe(lastwords.see_product(visit.store, own.story.id, found.id), height=560)
    else:
        small(say_to(young, f"follow.product_hidden_{found.state}"))
    if found.can_answer:
        st.html(f"<h2>{html.escape(say_to(young, 'follow.product_ask'))}</h2>")
        if found.said is not LastWord.AKKOORD:
            _answer(visit, own, found, LastWord.AKKOORD, shown)
        label = say_to(young, "follow.product_note")
        note = st.text_area(label, key=f"wens_{shown[:12]}", height=110, max_chars=2000)
        _answer(visit, own, found, LastWord.ANDERS, shown, note)
    if found.can_stop:
        small(say_to(young, "follow.product_stop_lead"))
        _answer(visit, own, found, LastWord.STOP, shown)
    set_following(seen=found.digest)


def _answer(visit: Visit, own: OwnStory, found: Product, word: LastWord, shown: str, note: str = "") -> None:
    out_already = found.state is PieceState.GEPUBLICEERD and word is LastWord.STOP
    answer = partial(lastwords.answer_product, visit.store, own.story.id, found.id, word, note, digest=shown)
    act(
        say("follow.take_down" if out_already else f"follow.answer_{word}"), answer,
        say_to(is_young(own.story), "follow.took_down" if out_already else f"follow.answered_{word}"),
        key=f"groot_{word}", primary=word is LastWord.AKKOORD,
    )  # fmt: skip
