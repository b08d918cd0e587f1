"""Insights: what all released stories say together. Every choice is a code in the URL, so a view can be sent."""

from __future__ import annotations

import html
from collections.abc import Mapping

import streamlit as st

from desk import insights
from desk.facts import PURPOSES
from desk.figures import ALL, ROLES
from desk.insights import Seen, in_words, named, said_by
from stories.consent import Purpose
from stories.people import Act
from stories.words import say
from ui.insights_table import links, shown_table
from ui.parts import heading, plain, small
from ui.state import choose, chosen
from ui.visit import Visit

GAPS_AT_ONCE = 5
"""More gaps than this stand behind a press."""


def page(visit: Visit) -> None:
    heading(say("insights.title"), say("insights.lead"))
    seen = insights.look(visit.store, visit.staff, insights.chosen({name: chosen(name) for name in insights.CODES}))
    _filters(seen)
    st.html(
        f"<p class='vp-now'>{html.escape(say('insights.tellers_count', count=in_words(seen.cell, seen.limit)))}</p>"
    )
    takes_along = visit.staff.may(Act.EXPORT_INSIGHTS) and seen.selection.purpose is not Purpose.INTERN_LEREN
    shown_table(seen, takes_along=takes_along)
    _quotes(visit, seen)
    _gaps(seen)
    if visit.staff.may(Act.EXPORT_INSIGHTS):
        _take_along(seen)
    limit = seen.limit
    small(say("insights.how", limit=limit, example=say("insights.between", low=limit, high=2 * limit - 1)))


def _filters(seen: Seen) -> None:
    now, names = seen.selection, seen.names
    tables = [table for table in seen.tables if table.code in ("balans", "verandertheorie")]
    with st.container(key="keuzes"):
        _choice("doel", say("insights.purpose"), {str(p): say(f"insights.purpose_{p}") for p in PURPOSES}, now.purpose)
        _choice("jaar", say("insights.year"), {"": "", **{str(y): str(y) for y in seen.years}}, now.year)
        _choice("rol", say("insights.role"), {"": "", **{str(r): say(f"insights.role_{r}") for r in ROLES}}, now.role)
        _choice("regio", say("insights.region"), {"": "", **seen.regions}, now.region)
        _choice("opgave", say("insights.opgave"), {"": "", **{o: names[o] for o in seen.opgaven}}, now.opgave)
        _choice("lens", say("insights.lens"), {"": "", **{c: names[c] for t in tables for c in t.columns}}, now.lens)


def _choice(name: str, label: str, options: Mapping[str, str], chosen_now: object) -> None:
    """One filter. What is chosen goes into the URL, and the page is drawn anew."""
    now = "" if chosen_now is None else str(chosen_now)
    codes = [*options, *([now] if now not in options else [])]

    def words(code: str) -> str:
        return options.get(code, code) if code else say("insights.all")

    picked = st.selectbox(plain(label), codes, index=codes.index(now), format_func=words, key=f"keuze_{name}")
    if picked != now:
        choose(name, picked or None)
        st.rerun()


def _quotes(visit: Visit, seen: Seen) -> None:
    """The words behind the chosen cell; the story itself for whoever may open it."""
    tag = seen.selection.tag
    if tag == ALL:
        small(say("insights.quotes_choose"))
        return
    st.html(f"<h2>{html.escape(say('insights.quotes_title', about=named(tag, seen.names)))}</h2>")
    if not seen.cell.visible:
        small(say("insights.quotes_small", limit=seen.limit))
    elif not seen.quotes:
        small(say("insights.quotes_none"))
    for quoted in seen.quotes:
        by = html.escape(said_by(quoted))
        st.html(f"<blockquote class='vp-quote'>“{html.escape(quoted.quote.text)}” <span>{by}</span></blockquote>")
        if visit.staff.may(Act.READ_STORY):
            there = html.escape(f"/nakijken?verhaal={quoted.story_id}")
            words = html.escape(say("insights.quote_open"))
            st.html(f"<p class='vp-link'><a href='{there}' target='_self'>{words}</a></p>")


def _gaps(seen: Seen) -> None:
    """What is missing; of the chosen opgave alone, once one is chosen."""
    opgave = seen.selection.opgave
    gaps = [gap for gap in seen.gaps if opgave in (None, gap.opgave)]
    st.html(f"<h2>{html.escape(say('insights.gaps_title'))}</h2>")
    if not gaps:
        small(say("insights.gaps_none"))
        return
    first = [f"<li>{html.escape(gap.sentence)}</li>" for gap in gaps[:GAPS_AT_ONCE]]
    st.html(f"<ul class='vp-list'>{''.join(first)}</ul>")
    more = [f"<li>{html.escape(gap.sentence)}</li>" for gap in gaps[GAPS_AT_ONCE:]]
    if more:
        label = html.escape(say("insights.gaps_more", count=len(gaps) - GAPS_AT_ONCE))
        st.html(
            f"<details class='vp-small'><summary>{label}</summary><ul class='vp-list'>{''.join(more)}</ul></details>"
        )


def _take_along(seen: Seen) -> None:
    """The files; what stays inside has none."""
    st.html(f"<h2>{html.escape(say('insights.export_title'))}</h2>")
    purpose = seen.selection.purpose
    if purpose is Purpose.INTERN_LEREN:
        small(say("insights.export_inside"))
        return
    forms = ["csv", "xlsx"]
    if purpose is Purpose.KENNISKRING and seen.selection.opgave:
        forms.append("docx")
    links(seen, forms)
    if purpose is Purpose.KENNISKRING and not seen.selection.opgave:
        small(say("insights.export_docx_choose"))
