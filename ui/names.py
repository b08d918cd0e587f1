"""Looking at the names of a story: every place that may point at somebody, and what an editor says of it."""

from __future__ import annotations

import html

import streamlit as st

from desk import naming
from desk.names import Style, set_style, suggested
from desk.naming import Change
from desk.places import Does
from desk.reviewing import Review
from stories.errors import VertelpuntError
from stories.model import StoryKind
from stories.people import Act
from stories.words import say
from ui.components import naming as screen
from ui.components.words import label_marks, words
from ui.parts import plain, refusal, told_plainly
from ui.state import ask_about, asked_about, refused, set_refused
from ui.visit import Visit

KEY = "origineel"


def look(visit: Visit, seen: Review) -> None:
    """Every place, in the text and (of a recording) with its sound; what the text becomes is another view of it."""
    looking = naming.opened(visit.store, visit.staff, seen.story.id)
    spoken, may_edit = seen.story.kind is StoryKind.AUDIO, visit.staff.may(Act.EDIT_NAMES)
    done = screen.naming(
        looking,
        sound_url=f"/geluid/{seen.story.id}/audio" if spoken else "",
        may_edit=may_edit,
        ideas=ideas(visit, seen.story.id, looking),
        refused=refused(KEY),
        key=KEY,
    )
    if done is not None:
        try:
            carry_out(visit, seen.story.id, done)
        except VertelpuntError as error:
            set_refused(KEY, refusal(error))
        st.rerun()
    if may_edit:
        _style(visit, seen, looking.style)
    if not looking.after and looking.clean.labels:  # which label is of which place cannot be said: both are shown
        st.html(f"<h3>{html.escape(say('ui.review_clean'))}</h3>")
        words(looking.clean.text, label_marks(looking.clean), key="schoon")


def _style(visit: Visit, seen: Review, style: Style) -> None:
    """Numbers, roles or other names, for the whole story."""
    picked = st.radio(
        say("names.style"), list(Style), index=list(Style).index(style),
        format_func=lambda one: plain(say(f"replacing.style_{one}")), key=f"stijl_{seen.version.number}",
    )  # fmt: skip
    if picked is not style:
        with told_plainly():
            set_style(visit.store, visit.staff, seen.story.id, picked, expected=seen.story.row_version)
            st.rerun()


def ideas(visit: Visit, story_id: str, looking: naming.Looking) -> screen.Ideas | None:
    """What the place that was asked about could become; asked anew in every version."""
    asked = asked_about(story_id)
    if asked is None or not any(one.place.span == asked for one in looking.shown):
        return None
    return screen.Ideas(asked[0], suggested(visit.store, visit.staff, story_id, *asked))


def carry_out(visit: Visit, story_id: str, done: screen.Touched) -> None:
    """What an editor did with a place. Raises what the desk does."""
    store, user = visit.store, visit.staff
    if done.seconds:
        naming.spent(store, user, story_id, done.seconds)
    match done.action:
        case "mask" | "keep" | "free":
            made = Change(
                Does(done.action), done.start, done.end, done.everywhere, done.type, done.replacement, done.person
            )
            naming.change(store, user, story_id, made, expected=done.revision)
        case "suggest":
            ask_about(story_id, (done.start, done.end))
        case "undo":
            naming.undo(store, user, story_id, expected=done.revision)
        case "redo":
            naming.redo(store, user, story_id, expected=done.revision)
