"""One line of the agenda: what it is, whether its quotes may be used then, which quotes fit, and changing it."""

from __future__ import annotations

import html
from datetime import timedelta
from functools import partial
from typing import Any

import streamlit as st

from desk import calendar
from desk.calendar import Choices, Detail
from stories.clock import today
from stories.people import Act
from stories.planned import Planned, PlannedState, Slot
from stories.words import say
from ui.parts import act, badge, badges, day, heading, name_of, small, told_plainly
from ui.state import flash, is_shown, next_turn, shown_before, turn
from ui.visit import Visit

DAYS_AHEAD = 14
"""A new item is planned two weeks ahead unless somebody says otherwise."""


def page(visit: Visit, item_id: str) -> None:
    detail = calendar.detail(visit.store, visit.staff, item_id)
    line, item = detail.line, detail.line.item
    st.html(f"<p class='vp-link'><a href='/agenda' target='_self'>← {html.escape(say('calendar.back'))}</a></p>")
    heading(item.title)
    state = badge(say("calendar.late_badge"), "stop") if line.is_late else badge(say(f"calendar.state_{item.state}"))
    badges(badge(day(item.day)), badge(say(f"calendar.slot_{item.slot}")), badge(line.owner), state)
    if line.piece:
        link = html.escape(f"/stukken?stuk={line.piece.id}")
        open_it = html.escape(f"{say('calendar.piece_open')}: {line.piece.title}")
        st.html(f"<p class='vp-link'><a href='{link}' target='_self'>{open_it}</a></p>")
    if line.is_blocked:
        st.html(f"<p class='vp-finding'>{html.escape(say('calendar.piece_blocked'))}</p>")
    for story, why in line.wrong:
        sentence = say("calendar.wrong", story=name_of(story), why=why)
        st.html(f"<p class='vp-finding'>{html.escape(sentence)}</p>")
    expected = shown_before(item_id, item.row_version)
    if visit.staff.may(Act.COMPOSE):
        _decide(visit, item, expected)
    _fits(detail)
    if visit.staff.may(Act.COMPOSE):
        with st.expander(say("calendar.edit")):
            _edit(visit, item, expected)
    is_shown(item_id, item.row_version)


def _decide(visit: Visit, item: Planned, expected: int) -> None:
    ways = {"call_off": PlannedState.AFGEBLAZEN, "done": PlannedState.GEDAAN}
    if item.state is not PlannedState.GEPLAND:
        ways = {"again": PlannedState.GEPLAND}
    for place, (word, state) in zip(st.columns(2), ways.items(), strict=False):
        with place:
            act(
                say(f"calendar.{word}"),
                partial(calendar.decide, visit.store, visit.staff, item.id, state, expected=expected),
                say("calendar.decided"), key=f"punt_{word}",
            )  # fmt: skip


def _fits(detail: Detail) -> None:
    item = detail.line.item
    if item.state is not PlannedState.GEPLAND:
        return
    st.html(f"<h2>{html.escape(say('calendar.fits'))}</h2>")
    if item.slot.use is None:
        small(say("calendar.fits_never"))
        return
    if item.day < today():
        small(say("calendar.fits_past"))
    if not detail.fits:
        small(say("calendar.fits_none"))
        return
    small(f"{say('calendar.fits_what')} {say('calendar.fits_use')}")
    for fit in detail.fits:
        with st.container(key=f"kaart_past_{fit.story.id}"):
            until = say("calendar.fits_until", day=day(fit.last_day)) if fit.last_day else ""
            st.html(f"<b>{html.escape(name_of(fit.story))}</b> {html.escape(until)}")
            for quote in fit.quotes:
                kind = html.escape(say(f"ui.quote_{quote.kind}"))
                st.html(f"<blockquote class='vp-quote'>{html.escape(quote.text)} <small>({kind})</small></blockquote>")


def new(visit: Visit) -> None:
    """The form for a new line."""
    number = turn("agenda_nieuw")  # empty fields once it was planned; what was refused stays to be mended
    with st.form(f"agenda_nieuw_{number}", border=False):
        said = _fields(calendar.choices(visit.store, visit.staff), None, visit.staff.id, f"nieuw_{number}")
        if st.form_submit_button(say("calendar.new_make"), type="primary"):
            with told_plainly():
                calendar.plan(visit.store, visit.staff, **said)
                next_turn("agenda_nieuw")
                flash(say("calendar.made"))
                st.rerun()


def _edit(visit: Visit, item: Planned, expected: int) -> None:
    key = f"{item.id}_{item.row_version}"
    with st.form(f"agenda_{key}", border=False):
        said = _fields(calendar.choices(visit.store, visit.staff), item, item.owner, key)
        if st.form_submit_button(say("calendar.save"), type="primary"):
            with told_plainly():
                calendar.move(visit.store, visit.staff, item.id, expected=expected, **said)
                flash(say("calendar.saved"))
                st.rerun()


def _fields(choices: Choices, item: Planned | None, owner: str, key: str) -> dict[str, Any]:
    """What `desk.calendar` needs to know of a line."""
    slots, owners = list(Slot), list(choices.owners)
    pieces, themes = ["", *choices.pieces], ["", *choices.themes]
    if item is not None and item.piece_id and item.piece_id not in pieces:
        pieces.append(item.piece_id)  # blocked by now: it stays until somebody chooses another
    if item is not None and item.theme and item.theme not in themes:
        themes.append(item.theme)
    when = item.day if item else today() + timedelta(days=DAYS_AHEAD)
    names, themed = choices.pieces | {"": say("calendar.no_piece")}, choices.themes | {"": say("calendar.no_theme")}
    small(say("calendar.field_title_how"))
    said = {
        "day": st.date_input(say("calendar.field_day"), value=when, format="DD-MM-YYYY", key=f"dag_{key}"),
        "slot": st.selectbox(
            say("calendar.field_slot"), slots, index=slots.index(item.slot) if item else 0, key=f"wat_{key}",
            format_func=lambda slot: say(f"calendar.slot_{slot}"),
        ),
        "title": st.text_input(say("calendar.field_title"), value=item.title if item else "", key=f"titel_{key}"),
        "owner": st.selectbox(
            say("calendar.field_owner"), owners, index=owners.index(owner) if owner in owners else 0, key=f"wie_{key}",
            format_func=lambda one: choices.owners.get(one, ""),
        ),
        "piece_id": st.selectbox(
            say("calendar.field_piece"), pieces, index=pieces.index(item.piece_id or "") if item else 0,
            key=f"stuk_{key}", format_func=lambda one: names.get(one, one),
        ) or None,
        "theme": st.selectbox(
            say("calendar.field_theme"), themes, index=themes.index(item.theme) if item else 0, key=f"opgave_{key}",
            format_func=lambda one: themed.get(one, one),
        ),
    }  # fmt: skip
    return said
