"""Mijn verhaal, the words: tell more, correct what was typed, leave something out."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import correcting
from desk.following import OwnStory
from stories.stages import STOPPED
from stories.words import say
from ui.components.words import words
from ui.follow_parts import big, go, is_young, topic_button, topic_head
from ui.giving import give
from ui.parts import act, say_to, small, told_plainly
from ui.pictures import pictures
from ui.state import begin_field, flash, following, set_following
from ui.steps import Topic, Way
from ui.visit import Visit

MORE_KEY = "meer"

FIELD = "correctie_"
"""How the keys of the fields begin in which a text is corrected."""

JOINED = "tekst"
"""What `correct` is about when it is the joined text; else the number of a part."""

SHOWN_WORDS = 24
"""Of a passage that was left out, so many words are shown to know it by."""


def more(visit: Visit, own: OwnStory) -> None:
    young = is_young(own.story)
    chosen = next((way for way in Way if way == following().about), None)
    if chosen is None:
        topic_head(say("follow.go_more"), say_to(young, "follow.more_lead"))
        if _open(own, young):
            pictures({f"groot_{way}": way for way in Way})
            for way in Way:
                topic_button(say(f"tell.way_{way}"), Topic.MORE, key=f"groot_{way}", about=way)
        return
    topic_head(say_to(young, f"tell.tell_{chosen}"), back=Topic.MORE)
    if _open(own, young):
        give(visit, own.story.id, chosen, MORE_KEY, young=young)


def change(visit: Visit, own: OwnStory) -> None:
    """What can be changed in the words, and nothing that cannot."""
    young = is_young(own.story)
    topic_head(say("follow.go_change"))
    if not _open(own, young):
        return
    if own.text is not None and own.text.typed:
        topic_button(say("follow.go_correct"), Topic.CORRECT, key="groot_verbeter", about=JOINED)
    for given in own.parts:
        if given.text is not None:
            number = given.part.number
            label = say("follow.go_correct_part", number=number)
            topic_button(label, Topic.CORRECT, key=f"groot_verbeter_{number}", about=str(number))
    if own.text is not None:
        topic_button(say("follow.go_leave_out"), Topic.LEAVE_OUT, key="groot_weglaten")
    elif own.duration_ms or any(given.text is None for given in own.parts):
        small(say_to(young, "follow.leave_out_later"))
    topic_button(say("follow.go_more"), Topic.MORE, key="groot_meer")
    topic_button(say("follow.go_may"), Topic.MAY, key="groot_mag")


def correct(visit: Visit, own: OwnStory) -> None:
    """One text in one field; saved as a whole, or not at all."""
    young = is_young(own.story)
    topic_head(say("follow.go_correct"), say_to(young, "follow.correct_lead"), back=Topic.CHANGE)
    about = following().about
    part = next((given for given in own.parts if about == str(given.part.number) and given.text is not None), None)
    if about == JOINED and own.text is not None and own.text.typed:
        text, digest, number = own.text.raw.text, own.text.raw.digest, None
    elif part is not None and part.text is not None:
        text, digest, number = part.text, part.part.sha256, part.part.number
    else:  # joined meanwhile
        go(Topic.CHANGE)
        return
    seen = following().seen or digest  # what this tab shows, also when the text was changed in another one
    set_following(seen=seen)
    field = f"{FIELD}{about}_{seen[:12]}"
    begin_field(field, text)
    new = st.text_area(say_to(young, "tell.text"), height=320, key=field)
    if big(say("follow.correct_save"), key="verbeter_bewaar", primary=True):
        with told_plainly():
            set_following(seen="")
            correcting.correct_text(visit.store, own.story.id, new, seen=seen if number is None else "", part=number)
            flash(say_to(young, "follow.corrected"))
            go(Topic.HOME)


def leave_out(visit: Visit, own: OwnStory) -> None:
    """Press the first word and the last word, or drag; then say that this is what should go."""
    young = is_young(own.story)
    topic_head(say("follow.go_leave_out"), say_to(young, "follow.leave_out_lead"), back=Topic.CHANGE)
    if own.text is None or not _open(own, young):
        return
    picked = following().picked
    tints = [span for _, span in own.text.hidden] + ([picked] if picked else [])
    touched = words(own.text.raw.text, tints=tints, pick=True, key="weglaten")
    if touched.picked is not None and touched.picked != picked:
        set_following(picked=touched.picked, seen=own.text.raw.digest)
        st.rerun()
    if picked is not None:
        _ask(visit, own, picked, young)
    if own.text.hidden:
        st.html(f"<h2>{html.escape(say('follow.hidden'))}</h2>")
    for number, (passage, _) in enumerate(own.text.hidden):
        with st.container(key=f"kaart_weg_{number}"):
            _quote(passage.words)
            act(
                say("follow.put_back"), partial(correcting.include, visit.store, own.story.id, passage),
                say("follow.was_put_back"), key=f"terugzetten_{number}",
            )  # fmt: skip


def _ask(visit: Visit, own: OwnStory, picked: tuple[int, int], young: bool) -> None:
    """Is this what should go? At the bottom of the screen, wherever in the text one is (`look.css`)."""
    assert own.text is not None
    with st.container(key="kaart_gekozen"):
        small(say("follow.leave_out_this"))
        _quote(own.text.raw.text[slice(*picked)])
        act(
            say("follow.leave_out_yes"), partial(_exclude, visit, own.story.id, picked),
            say_to(young, "follow.left_out"), key="weglaten_ja", primary=True,
        )  # fmt: skip
        if big(say("follow.leave_out_no"), key="weglaten_nee"):
            set_following(picked=None)
            st.rerun()


def _quote(passage: str) -> None:
    found = passage.split()
    shown = " ".join(found[:SHOWN_WORDS]) + (" ..." if len(found) > SHOWN_WORDS else "")
    st.html(f"<blockquote class='vp-quote'>{html.escape(shown)}</blockquote>")


def _exclude(visit: Visit, story_id: str, picked: tuple[int, int]) -> None:
    set_following(picked=None)
    correcting.exclude(visit.store, story_id, *picked, seen=following().seen)


def _open(own: OwnStory, young: bool) -> bool:
    """May words be changed now? Otherwise say why not."""
    if own.story.state not in STOPPED:
        return True
    small(say_to(young, "follow.closed_now"))
    return False
