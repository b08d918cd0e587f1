"""Proposing a theme: a new one, or other words for one there is."""

from __future__ import annotations

import json

import streamlit as st

from desk import rulechecks, rulemaking
from desk.rulemaking import Standing
from stories.words import say
from ui.parts import small
from ui.rules_forms import propose
from ui.visit import Visit

_NEW = ""
OPGAVE = "opgave"
_EMPTY = {
    "naam": "", "nr": None, "bevestigd": "nee", "bron": "", "betekenis": "", "woorden": [], "actief": True,
    "soort": OPGAVE,
}  # fmt: skip


def themes(visit: Visit, standing: Standing, seen: int) -> None:
    rows = {row["id"]: row for row in json.loads(standing.draft)}
    picked = st.selectbox(
        say("rules.theme_choose"), [_NEW, *rows], index=None, key=f"thema_{standing.newest}",
        format_func=lambda one: _name(rows[one]) if one else say("rules.theme_add"),
    )  # fmt: skip
    body = standing.draft
    if picked is not None:
        theme = _fields(rows.get(picked, _EMPTY), f"{picked}_{standing.newest}")
        if picked or theme["naam"]:
            theme["id"] = picked or rulechecks.theme_id(theme["naam"], list(rows))
            body = rulemaking.with_theme(body, theme)
        small(say("rules.theme_in_proposal"))
    propose(visit, standing, seen, body)


def _name(row: dict) -> str:
    return row["naam"] if row["soort"] == OPGAVE else f"{say('themes.kind_' + row['soort'])}: {row['naam']}"


def _fields(row: dict, key: str) -> dict:
    kind = row["soort"]
    if not row["naam"]:
        kind = st.segmented_control(
            say("themes.field_kind"), [OPGAVE, "niveau", "lens"], default=OPGAVE, required=True,
            format_func=lambda one: say(f"themes.kind_{one}"), key=f"soort_{key}",
        )  # fmt: skip
    name = st.text_input(say("rules.field_naam"), row["naam"], rulechecks.LONGEST_THEME_NAME, key=f"naam_{key}")
    status, number, source = row["bevestigd"], None, row["bron"]
    if kind == OPGAVE:
        status = st.segmented_control(
            say("rules.field_bevestigd"), rulechecks.STATUSES, default=status, required=True,
            format_func=lambda one: say(f"rules.confirmed_{one}"), key=f"bevestigd_{key}",
        )  # fmt: skip
    if status != "nee" and kind == OPGAVE:
        number = st.number_input(
            say("rules.field_nr"), min_value=1, max_value=99, value=row["nr"], step=1, help=say("rules.number_help"),
            key=f"nummer_{key}",
        )  # fmt: skip
        source = st.text_input(
            say("rules.field_bron"), "" if source == "geen" else source, rulechecks.LONGEST_SOURCE, key=f"bron_{key}"
        )
    meaning = st.text_area(
        say("rules.field_betekenis"), row["betekenis"], height=100, max_chars=rulechecks.LONGEST_MEANING,
        key=f"betekenis_{key}",
    )  # fmt: skip
    words = st.text_area(say("rules.field_woorden"), "\n".join(row["woorden"]), height=260, key=f"woorden_{key}")
    active = st.toggle(say("rules.field_actief"), row["actief"], key=f"actief_{key}")
    return {
        "naam": name, "nr": number, "bevestigd": status, "bron": source, "betekenis": meaning,
        "woorden": [line.strip() for line in words.splitlines() if line.strip()], "actief": active, "soort": kind,
    }  # fmt: skip
