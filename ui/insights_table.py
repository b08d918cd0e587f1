"""A table of insights with its chart. The chart is a picture with words and patterns; the table says the same."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from desk import insight_files
from desk.insights import Row, Seen, Selection, Table, in_words
from stories.model import TellerRole
from stories.words import say
from ui.parts import small
from ui.state import chosen


def address(selection: Selection, view: str) -> str:
    """The page with this selection, and which table is open."""
    return "/inzichten?" + urlencode(selection.codes | {"beeld": view})


def links(seen: Seen, forms: Sequence[str], table: str = "") -> None:
    """Files to take along: made, counted and checked when they are asked for."""
    more = {"tabel": table} if table else {}
    shown = []
    for form in forms:
        place = html.escape(f"/inzicht/{form}?" + urlencode(seen.selection.codes | more))
        shown.append(f"<a href='{place}' target='_self'>{html.escape(say(f'insights.export_{form}'))}</a>")
    st.html(f"<p class='vp-tabs'>{''.join(shown)}</p>")


def shown_table(seen: Seen, *, takes_along: bool) -> None:
    """One table with its chart; the others are a press away."""
    table = seen.table(chosen("beeld") or "") or seen.tables[0]
    tabs = []
    for one in seen.tables:
        place = html.escape(address(seen.selection, one.code))
        current = "page" if one is table else "false"
        words = html.escape(say(f"insights.tab_{one.code}"))
        tabs.append(f"<a href='{place}' target='_self' aria-current='{html.escape(current)}'>{words}</a>")
    st.html(f"<nav class='vp-tabs'>{''.join(tabs)}</nav>")
    with st.container(key="kaart_tabel"):
        st.html(f"<h2>{html.escape(table.title)}</h2>")
        drawn = base64.b64encode(insight_files.drawing(table, seen.limit).encode()).decode()
        told = html.escape(say("insights.chart_of", title=table.title))
        st.html(f"<img class='vp-chart' src='data:image/svg+xml;base64,{html.escape(drawn)}' alt='{told}'>")
        _grid(seen, table)
        if any(shown.low is None for row in table.rows for shown in row.bands):
            small(say("insights.not_shown_why"))
        if takes_along:
            links(seen, ["svg", "png"], table.code)


def _grid(seen: Seen, table: Table) -> None:
    heads = [f"<th scope='col'>{html.escape(text)}</th>" for text in (table.first, *table.heads)]
    cells = []
    for row in table.rows:
        cells.append(f"<tr><th scope='row'>{html.escape(row.label)}</th>")
        for column, shown in zip(table.columns, row.bands, strict=True):
            words = html.escape(in_words(shown, seen.limit))
            behind = _behind(seen.selection, table, row, column)
            if shown.visible and behind is not None:
                place = html.escape(address(behind, table.code))
                cells.append(f"<td><a href='{place}' target='_self'>{words}</a></td>")
            else:
                cells.append(f"<td>{words}</td>")
        cells.append("</tr>")
    st.html(
        f"<div class='vp-scroll' tabindex='0' role='region' aria-label='{html.escape(table.title)}'>"
        f"<table class='vp-table'><thead><tr>{''.join(heads)}</tr></thead><tbody>{''.join(cells)}</tbody></table></div>"
    )


def _behind(selection: Selection, table: Table, row: Row, column: str) -> Selection | None:
    """The selection that a cell stands for."""
    match table.code:
        case "opgaven":
            return replace(selection, opgave=row.code, lens=None)
        case "balans" | "verandertheorie":
            return replace(selection, opgave=row.code, lens=column)
        case "rollen":
            return replace(selection, role=TellerRole(row.code))
        case "regios":
            return replace(selection, region=row.code)
    return replace(selection, year=int(row.code)) if row.code.isdigit() else None
