"""Parts of the agenda that only look: a month as a grid (on wide screens), and what ends soon."""

from __future__ import annotations

import calendar as weeks
import html
from collections.abc import Sequence
from datetime import date

import streamlit as st

from desk.calendar import Line
from desk.expiring import Ending
from stories.words import has, say
from ui.parts import day, name_of, small


def grid(month: date, lines: Sequence[Line], name: str) -> None:
    """A month as a calendar, behind one press; a phone shows the list alone."""
    names = [f"<th scope='col'>{html.escape(weekday)}</th>" for weekday in say("calendar.weekdays").split()]
    cells = []
    for week in weeks.Calendar().monthdatescalendar(month.year, month.month):
        cells.append("<tr>")
        for here in week:
            number = html.escape(str(here.day)) if here.month == month.month else ""
            cells.append(f"<td><small>{number}</small>")
            for line in lines:
                if line.item.day == here:
                    cells.append(
                        f"<a href='/agenda?punt={line.item.id}' target='_self'>{html.escape(line.item.title)}</a>"
                    )
            cells.append("</td>")
        cells.append("</tr>")
    caption = html.escape(say("calendar.grid", month=name))
    st.html(
        f"<details class='vp-month'><summary>{caption}</summary><table aria-label='{caption}'>"
        f"<thead><tr>{''.join(names)}</tr></thead><tbody>{''.join(cells)}</tbody></table></details>"
    )


def endings(found: Sequence[Ending]) -> None:
    """What ends soon, and the pieces and plans that it touches."""
    st.html(f"<h2>{html.escape(say('calendar.ends'))}</h2>")
    if not found:
        small(say("calendar.ends_none"))
        return
    rows = []
    for end in found:
        why = f"calendar.end_{end.why}"
        told = [say(why if has(why) else "calendar.end_other")]
        if end.channels:
            told.append(say("calendar.end_for", channels=", ".join(say(f"calendar.slot_{c}") for c in end.channels)))
        if end.ask_from:
            told.append(say("calendar.end_ask", day=day(end.ask_from)))
        if end.gone_on:
            told.append(say("calendar.end_gone", day=day(end.gone_on)))
        story = html.escape(name_of(end.story))
        rows.append(f"<li class='vp-link'><b>{day(end.day)}</b> {story}: {html.escape(' '.join(told))}")
        if end.pieces:
            rows.append(f"<br>{html.escape(say('calendar.end_used'))}")
        for piece in end.pieces:
            early = say("calendar.end_before") if end.day <= piece.publish_on else ""
            rows.append(f" <a href='/stukken?stuk={piece.id}' target='_self'>{html.escape(piece.title)}</a>")
            rows.append(f" ({day(piece.publish_on)}) <b>{html.escape(early)}</b>")
        for item in end.planned:
            early = say("calendar.end_before") if end.day <= item.day else ""
            rows.append(f" <a href='/agenda?punt={item.id}' target='_self'>{html.escape(item.title)}</a>")
            rows.append(f" ({day(item.day)}) <b>{html.escape(early)}</b>")
        rows.append("</li>")
    st.html(f"<ul class='vp-list'>{''.join(rows)}</ul>")
