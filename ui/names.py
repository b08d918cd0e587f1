"""Looking at the names of a story: every place that may point at somebody, and what an editor says of it."""

from __future__ import annotations

import html

import streamlit as st

from desk import naming
from desk.naming import Change
from desk.places import Does
from desk.reviewing import Review
from stories.errors import VertelpuntError
from stories.model import StoryKind
from stories.people import Act
from stories.words import say
from ui.components import naming as screen
from ui.components.words import label_marks, words
from ui.state import refused, set_refused
from ui.visit import Visit

KEY = "origineel"


def look(visit: Visit, seen: Review) -> None:
    """Every place, in the text and (of a recording) with its sound; what the text becomes is another view of it."""
    looking = naming.opened(visit.store, visit.staff, seen.story.id)
    spoken = seen.story.kind is StoryKind.AUDIO
    done = screen.naming(
        looking,
        sound_url=f"/geluid/{seen.story.id}/audio" if spoken else "",
        may_edit=visit.staff.may(Act.EDIT_NAMES),
        refused=refused(KEY),
        key=KEY,
    )
    if done is not None:
        try:
            _carry_out(visit, seen.story.id, done)
        except VertelpuntError as error:
            set_refused(KEY, error.message)
        st.rerun()
    if not looking.after and looking.clean.labels:  # which label is of which place cannot be said: both are shown
        st.html(f"<h3>{html.escape(say('ui.review_clean'))}</h3>")
        words(looking.clean.text, label_marks(looking.clean), key="schoon")


def _carry_out(visit: Visit, story_id: str, done: screen.Touched) -> None:
    store, user = visit.store, visit.staff
    if done.seconds:
        naming.spent(store, user, story_id, done.seconds)
    match done.action:
        case "mask" | "keep":
            made = Change(Does(done.action), done.start, done.end, done.everywhere, done.type, done.replacement)
            naming.change(store, user, story_id, made, expected=done.revision)
        case "undo":
            naming.undo(store, user, story_id, expected=done.revision)
        case "redo":
            naming.redo(store, user, story_id, expected=done.revision)
