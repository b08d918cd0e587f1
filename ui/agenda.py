"""The agenda: what goes out when, what is late or missing, which quotes fit, and what ends soon."""

from __future__ import annotations

import html
from datetime import date, timedelta
from functools import partial

import streamlit as st

from desk import calendar
from desk.cadence import Gap
from desk.calendar import Calendar, Line
from stories.clock import today
from stories.people import Act
from stories.planned import CHANNELS, PlannedState
from stories.words import say
from ui import agenda_item, agenda_month
from ui.parts import act, badge, day, heading, plain, small, told_plainly
from ui.state import chosen, flash
from ui.todo import todo
from ui.visit import Visit

MONTHS = 3
"""So many months are shown at once: a quarter."""


def page(visit: Visit) -> None:
    item_id = chosen("punt")
    if item_id is not None:
        agenda_item.page(visit, item_id)
        return
    heading(say("calendar.title"), say("calendar.lead"))
    first = _first()
    last = _months_on(first, MONTHS) - timedelta(days=1)
    shown = calendar.overview(visit.store, visit.staff, first, last)
    if visit.staff.may(Act.EXPORT):
        todo(visit, "agenda_title")
    _gaps(visit, shown.gaps)
    if shown.late:
        st.html(f"<h2>{html.escape(say('calendar.late'))}</h2>")
        _lines(shown.late)
    _planned(shown, first)
    if visit.staff.may(Act.COMPOSE):
        with st.expander(say("calendar.new")):
            agenda_item.new(visit)
    agenda_month.endings(shown.endings)
    if visit.staff.may(Act.COMPOSE):
        with st.expander(say("calendar.cadence")):
            _cadence(visit)
    with st.expander(say("calendar.export")):
        small(say("calendar.export_what"))
        for titles, label in (("0", "calendar.export_bare"), ("1", "calendar.export_titles")):
            link = html.escape(f"/agenda.ics?titels={titles}")
            st.html(f"<p class='vp-link'><a href='{link}' target='_self'>{html.escape(say(label))}</a></p>")


def _gaps(visit: Visit, gaps: tuple[Gap, ...]) -> None:
    """The first empty period of every channel, with one press to fill it, and how many follow."""
    with st.container(key="kaart_gaten"):
        st.html(f"<h2>{html.escape(say('calendar.gaps'))}</h2>")
        if not gaps:
            small(say("calendar.no_gaps"))
        for channel in CHANNELS:
            here = [gap for gap in gaps if gap.slot.channel == channel]
            if here:
                _gap(visit, here[0], len(here) - 1)


def _gap(visit: Visit, gap: Gap, more: int) -> None:
    sentence = say("calendar.gap", channel=say(f"calendar.channel_{gap.slot.channel}"), when=gap.when)
    if more:
        sentence += " " + say("calendar.gap_more_one" if more == 1 else "calendar.gap_more", count=more)
    text, button = st.columns([3, 1], vertical_alignment="center")
    with text:
        small(sentence)
    if visit.staff.may(Act.COMPOSE):
        with button:
            fill = partial(
                calendar.plan, visit.store, visit.staff, day=gap.proposed, slot=gap.slot,
                title=say(f"calendar.slot_{gap.slot}"),
            )  # fmt: skip
            label = say("calendar.gap_plan", day=day(gap.proposed).rpartition(" ")[0])
            act(label, fill, say("calendar.made"), key=f"gat_{gap.slot.channel}")


def _planned(shown: Calendar, first: date) -> None:
    st.html(f"<h2>{html.escape(say('calendar.planned'))}</h2>")
    earlier, later = (_months_on(first, step).isoformat()[:7] for step in (-MONTHS, MONTHS))
    st.html(
        f"<nav class='vp-tabs' aria-label='{html.escape(say('calendar.planned'))}'>"
        f"<a href='/agenda?vanaf={html.escape(earlier)}' target='_self'>← {html.escape(say('calendar.earlier'))}</a>"
        f"<a href='/agenda' target='_self'>{html.escape(say('calendar.this_month'))}</a>"
        f"<a href='/agenda?vanaf={html.escape(later)}' target='_self'>{html.escape(say('calendar.later'))} →</a></nav>"
    )
    if not shown.lines:
        small(say("calendar.nothing"))
    for month in (_months_on(first, step) for step in range(MONTHS)):
        lines = [line for line in shown.lines if (line.item.day.year, line.item.day.month) == (month.year, month.month)]
        name = f"{say('publish.months').split()[month.month - 1]} {month.year}"
        st.html(f"<h3>{html.escape(name.capitalize())}</h3>")
        if lines:
            _lines(lines)
            agenda_month.grid(month, lines, name)
        else:
            small(say("calendar.nothing_month"))


def _lines(lines: tuple[Line, ...] | list[Line]) -> None:
    """One row per item: every sign is in words."""
    rows = []
    for line in lines:
        item, weekdays = line.item, say("calendar.weekdays").split()
        signs = [badge(say(f"calendar.slot_{item.slot}"))]
        if line.is_late:
            signs.append(badge(say("calendar.late_badge"), "stop"))
        elif item.state is not PlannedState.GEPLAND:
            signs.append(badge(say(f"calendar.state_{item.state}"), "good"))
        if line.wrong or line.is_blocked:
            signs.append(badge(say("calendar.wrong_badge"), "stop"))
        rows.append(
            f"<li class='vp-link'><span>{html.escape(weekdays[item.day.weekday()])} {day(item.day)}</span>"
            f"<a href='/agenda?punt={item.id}' target='_self'>{html.escape(item.title)}</a>"
            f"<span>{html.escape(line.owner)}</span><span class='vp-badges'>{''.join(signs)}</span></li>"
        )
    st.html(f"<ul class='vp-agenda'>{''.join(rows)}</ul>")


def _cadence(visit: Visit) -> None:
    now = calendar.how_often(visit.store, visit.staff)
    small(say("calendar.cadence_what"))
    with st.form(f"ritme_{now.version}", border=False):
        chosen_now = {
            channel: int(
                st.number_input(
                    plain(say(f"calendar.channel_{channel}").capitalize()), min_value=0, max_value=52, step=1,
                    value=now.per_year.get(channel, 0), key=f"ritme_{channel}_{now.version}",
                )
            )
            for channel in CHANNELS
        }  # fmt: skip
        if st.form_submit_button(say("calendar.save")):
            with told_plainly():
                calendar.set_cadence(visit.store, visit.staff, chosen_now, expected=now.version)
                flash(say("calendar.cadence_saved"))
                st.rerun()


def _first() -> date:
    """The month in the URL (`?vanaf=2027-01`), else this one."""
    try:
        asked = date.fromisoformat(f"{chosen('vanaf')}-01")
    except ValueError:
        return today().replace(day=1)
    return asked if 2000 <= asked.year <= 2200 else today().replace(day=1)


def _months_on(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)
