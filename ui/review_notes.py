"""Notities: what colleagues write to each other about a story; and, elsewhere, where somebody was named."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import notes as desk
from desk.notes import Called, Shown
from stories import clock
from stories.people import Act
from stories.words import say
from ui.moments import time_of
from ui.parts import act, badge, badges, day, plain, small
from ui.state import begin_field, next_turn, turn
from ui.visit import Visit

FIELDS = ("notitie_", "genoemd_")
"""How the keys of fields begin in which a note is written: what was begun stays when another tab is opened."""


def notes(visit: Visit, story_id: str) -> None:
    """The notes of one story, which whoever is named there has seen from now on; and room for a new one."""
    found = desk.notes(visit.store, visit.staff, story_id)
    desk.seen(visit.store, visit.staff, story_id)
    colleagues = {one.id: plain(one.name) for one in desk.colleagues(visit.store, visit.staff)}
    small(say("notes.lead"))
    still = [one for one in found if one.is_open]
    if not found:
        small(say("notes.none"))
    for one in still:
        _note(visit, one, colleagues)
    _new(visit, story_id, colleagues)
    done = [one for one in found if not one.is_open]
    if done:
        with st.expander(say("notes.done_title", count=len(done))):
            for one in done:
                _note(visit, one, colleagues)


def _note(visit: Visit, shown: Shown, colleagues: dict[str, str]) -> None:
    note = shown.note
    with st.container(key=f"kaart_notitie_{note.id}"):
        about = say("notes.wrote", name=shown.name, day=day(note.at), time=time_of(note.at))
        if note.edited_at is not None:
            about += f" ({say('notes.changed')})"
        small(about)
        st.html(f"<div class='vp-text vp-note'>{html.escape(note.text)}</div>")
        if shown.named:
            badges(*(badge(f"@{name}") for name in shown.named))
        if note.resolved_at is not None:
            small(say("notes.done_by", name=shown.resolved_name, day=day(note.resolved_at)))
            return
        with st.container(horizontal=True):
            act(
                say("notes.resolve"), partial(desk.resolve, visit.store, visit.staff, note.id), say("notes.resolved"),
                key=f"notities_klaar_{note.id}", width="content",
            )  # fmt: skip
            if shown.own:
                _own(visit, shown, colleagues)


def _own(visit: Visit, shown: Shown, colleagues: dict[str, str]) -> None:
    note = shown.note
    with st.popover(say("notes.edit")):
        field = f"notitie_{note.id}"
        begin_field(field, note.text)
        words = st.text_area(say("notes.text"), key=field, height=110, max_chars=desk.NOTE.max_characters)
        named = _whom(colleagues, f"genoemd_{note.id}", [one for one in note.mentions if one in colleagues])
        act(
            say("notes.edit_save"), partial(desk.rewrite, visit.store, visit.staff, note.id, words, named),
            say("notes.edited"), key=f"notities_bewaar_{note.id}",
        )  # fmt: skip
    act(
        say("notes.take_back"), partial(desk.take_back, visit.store, visit.staff, note.id), say("notes.taken_back"),
        key=f"notities_weg_{note.id}", width="content",
    )  # fmt: skip


def _new(visit: Visit, story_id: str, colleagues: dict[str, str]) -> None:
    """One field, and whom it is for. What is refused stays in the field."""
    name = f"{story_id}_{turn('notitie')}"
    words = st.text_area(say("notes.text"), key=f"notitie_{name}", height=110, max_chars=desk.NOTE.max_characters)
    small(say("notes.warning"))
    named = _whom(colleagues, f"genoemd_{name}", [])

    def write() -> None:
        desk.write(visit.store, visit.staff, story_id, words, named)
        next_turn("notitie")

    act(say("notes.save"), write, say("notes.saved"), key="notities_nieuw", primary=True)


def _whom(colleagues: dict[str, str], key: str, before: list[str]) -> list[str]:
    if not colleagues:
        return []
    begin_field(key, before)
    return st.multiselect(
        say("notes.mention"), list(colleagues), format_func=lambda one: f"@{colleagues[one]}",
        placeholder=say("notes.mention_choose"), key=key,
    )  # fmt: skip


def called(visit: Visit) -> None:
    """Where colleagues named this user and they have not looked yet; nothing when that is nowhere."""
    if visit.user is None or not visit.user.may(Act.READ_STORY):
        return
    found = desk.calls(visit.store, visit.user)
    if not found:
        return
    with st.container(key="kaart_genoemd"):
        st.html(f"<h2>{html.escape(say('notes.calls_title', count=len(found)))}</h2>")
        for one in found:
            _call(one)


def _call(one: Called) -> None:
    line = html.escape(say("notes.call", name=one.name, day=day(clock.today(one.mention.at))))
    link = html.escape(f"/nakijken?verhaal={one.story.id}&deel=notities")
    word = html.escape(say("notes.call_open"))
    st.html(f"<p class='vp-small vp-link'>{line} <a href='{link}' target='_self'>{word}</a></p>")
