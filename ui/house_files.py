"""Geluid en beeld van ons: intro, slot, muziek, presentatie and pictures for products. Nothing of a teller is here."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import house_files
from desk.house_files import Shelf
from stories import tickets
from stories.model import digest_of
from stories.people import Act
from stories.products import FileKind, HouseFile
from stories.words import say
from ui.components.giver import giver
from ui.components.player import player
from ui.components.sender import sender
from ui.parts import act, badge, badges, heading, minutes, small
from ui.visit import Visit

TICKET_LIVES_S = 3600

SOUNDS = ".m4a,.mp3,.aac,.ogg,.oga,.opus,.wav,.flac,.aif,.aiff,.webm,.mp4"
PICTURES = ".jpg,.jpeg,.png,.webp"


def page(visit: Visit) -> None:
    heading(say("house_files.title"), say("house_files.lead"))
    st.html(f"<p class='vp-link'><a href='/stukken' target='_self'>{html.escape(say('house_files.back'))}</a></p>")
    shelf = house_files.shelf(visit.store, visit.staff)
    if visit.staff.may(Act.COMPOSE):
        _add(visit)
    st.html(f"<h2>{html.escape(say('house_files.list_title'))}</h2>")
    if not shelf.files:
        small(say("house_files.empty"))
    for file in shelf.files:
        _card(visit, shelf, file)


def _add(visit: Visit) -> None:
    with st.container(key="kaart_toevoegen"):
        st.html(f"<h2>{html.escape(say('house_files.add_title'))}</h2>")
        kind = st.segmented_control(
            say("house_files.add_what"), list(FileKind), default=None, key="huis_soort", width="stretch",
            format_func=lambda one: say(f"house_files.kind_{one}"),
        )  # fmt: skip
        if kind is None:
            return
        kind = FileKind(kind)
        small(say(f"house_files.about_{kind}"))
        if kind is not FileKind.PRESENTATIE:
            small(say("house_files.rights"))
        about = house_files.errand(visit.staff, kind)
        ticket = tickets.issue(visit.settings, tickets.UPLOAD, about, TICKET_LIVES_S)
        speaks = kind is FileKind.PRESENTATIE and st.toggle(say("house_files.speak"), key="huis_spreken")
        if speaks:
            if giver(ticket, microphone=True, key="huis_opname"):
                st.rerun()
        elif sender(f"huis_{kind}", [ticket], accept=PICTURES if kind is FileKind.BEELD else SOUNDS).sent:
            st.rerun()


def _card(visit: Visit, shelf: Shelf, file: HouseFile) -> None:
    with st.container(key=f"kaart_{file.id}"):
        st.html(f"<h3>{html.escape(file.name)}</h3>")
        signs = [badge(say(f"house_files.kind_{file.kind}"))]
        if file.duration_ms:
            signs.append(badge(say("house_files.length", length=minutes(file.duration_ms))))
        if file.synthetic:
            signs.append(badge(say("house_files.computer"), "warn"))
        if file.id in shelf.used:
            signs.append(badge(say("house_files.used"), "good"))
        badges(*signs)
        url = f"/geluid/{file.id}/huis"
        if file.kind is FileKind.BEELD:
            st.html(f"<img class='vp-picture' src='{url}' alt='{html.escape(file.name, quote=True)}'>")
        else:
            player(url, say("house_files.listen", name=file.name), key=f"luister_{file.id}")
        small(say("house_files.credit_shown", credit=file.credit) if file.credit else say("house_files.credit_none"))
        if visit.staff.may(Act.COMPOSE):
            with st.expander(say("house_files.change")):
                _change(visit, file)


def _change(visit: Visit, file: HouseFile) -> None:
    as_shown = f"{file.id}_{digest_of([file.name, file.credit, file.synthetic])[:8]}"
    # what somebody else changed meanwhile has other fields and another button: a press on the old ones saves nothing
    name = st.text_input(say("house_files.name"), file.name, key=f"naam_{as_shown}", max_chars=house_files.MOST_CHARS)
    credit = st.text_input(
        say("house_files.credit"), file.credit, key=f"van_{as_shown}", max_chars=house_files.MOST_CHARS,
        placeholder=say("house_files.credit_help"),
    )  # fmt: skip
    synthetic = st.checkbox(say("house_files.synthetic"), file.synthetic, key=f"computer_{as_shown}")
    do = partial(house_files.describe, visit.store, visit.staff, file, name=name, credit=credit, synthetic=synthetic)
    act(say("house_files.save"), do, say("house_files.saved"), key=f"bewaar_{as_shown}", primary=True)
    st.divider()
    small(say("house_files.put_away_what"))
    away = partial(house_files.put_away, visit.store, visit.staff, file.id)
    act(say("house_files.put_away"), away, say("house_files.put_away_done"), key=f"opruimen_{file.id}")
