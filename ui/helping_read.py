"""One case, reading it back: the text without names and the products, with what the teller says of each."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import readback
from desk.helping import CaseFile
from desk.lastwords import Product
from desk.readback import Heard
from stories.errors import VertelpuntError
from stories.lastword import LastWord
from stories.words import say
from ui.parts import act, badge, badges, day, paragraphs, small
from ui.visit import Visit


def read(visit: Visit, file: CaseFile) -> None:
    """Read to whoever told it, and write down what they say."""
    _text(visit, file)
    for product in readback.products(visit.store, visit.staff, file.story.id):
        with st.container(key=f"kaart_{product.id}"):
            _product(visit, file, product)


def _text(visit: Visit, file: CaseFile) -> None:
    story_id = file.story.id
    try:
        reading = readback.reading(visit.store, visit.staff, story_id)
    except VertelpuntError as error:
        small(error.message)
        return
    small(say("helper.read_lead"))
    if reading.outcome is not None:
        st.info(say(f"helper.read_said_{reading.outcome}"))
    with st.container(key="kaart_tekst"):
        paragraphs(reading.version.clean.text)
    number = reading.version.number
    outcome = st.segmented_control(
        say("helper.read_what"), list(Heard), key=f"gehoord_{story_id}_{number}",
        format_func=lambda one: say(f"helper.read_{one}"), width="stretch",
    )  # fmt: skip
    if outcome is None:
        return
    outcome, note, sure = Heard(outcome), "", True
    if outcome is Heard.ANDERS:
        note = st.text_area(say("helper.read_note"), key=f"wens_{story_id}_{number}", height=140)
    if outcome is Heard.STOP:
        small(say("helper.stop_lead"))
        sure = st.checkbox(say("helper.read_stop_sure"), key=f"stop_zeker_{story_id}")
    stopped = say("helper.read_stopped", days=visit.settings.grace_days)
    act(
        say("helper.read_keep"),
        partial(readback.read_back, visit.store, visit.staff, story_id, outcome, note, number=number),
        stopped if outcome is Heard.STOP else say("helper.read_kept"),
        key=f"bewaar_gehoord_{story_id}", primary=True, disabled=not sure,
    )  # fmt: skip


def _product(visit: Visit, file: CaseFile, product: Product) -> None:
    """The finished product, to look at together; the three answers are those of the teller's own screen."""
    story_id = file.story.id
    st.html(f"<h3>{html.escape(product.title or say(f'follow.product_untitled_{product.kind}'))}</h3>")
    badges(
        badge(say(f"follow.kind_{product.kind}")),
        badge(say(f"follow.product_{product.state}")),
        badge(day(product.publish_on)),
        *([badge(say(f"follow.said_{product.said}"))] if product.said else []),
    )
    if product.can_see and st.toggle(say("helper.product_show"), key=f"toon_{product.id}"):
        st.iframe(readback.see_product(visit.store, visit.staff, story_id, product.id), height=560)
    words = [word for word in LastWord if (product.can_stop if word is LastWord.STOP else product.can_answer)]
    if not words:
        return
    word = st.segmented_control(
        say("helper.read_what"), words, key=f"woord_{product.id}_{product.digest[:12]}",
        format_func=lambda one: say(f"follow.answer_{one}"), width="stretch",
    )  # fmt: skip
    if word is None:
        return
    word, note = LastWord(word), ""
    if word is LastWord.ANDERS:
        note = st.text_area(say("helper.read_note"), key=f"wens_{product.digest[:12]}", height=110, max_chars=2000)
    act(
        say("helper.read_keep"),
        partial(
            readback.answer_product, visit.store, visit.staff, story_id, product.id, word, note, digest=product.digest
        ),
        say("helper.read_kept"), key=f"bewaar_{product.id}", primary=True,
    )  # fmt: skip
