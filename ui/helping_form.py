"""The questions of the form as fields on the screen: the same table, the same codes, nothing filled in beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from desk import helping, paper
from desk.paper import Answer, Field
from stories import clock
from stories.model import AgeBand, Teller, TellerRole
from stories.words import say
from ui.parts import plain

MONTHS_AHEAD = 48
IN_A_ROW = 28
"""Letters that fit beside each other on a phone: answers with more of them are a list to open."""


def asked(field: Field) -> str:
    """The question with its code, as on paper."""
    return f"{field.code} · {field.label}"


def ask(field: Field, key: str) -> object:
    """One question; returns its answer, None while there is none."""
    name = f"{field.name}_{key}"
    label = plain(asked(field))
    match field.answer:
        case Answer.YES if field.channel is not None:
            return st.toggle(label, key=name)
        case Answer.YES:
            said = st.segmented_control(label, ("yes", "no"), format_func=lambda w: say(f"helper.form_{w}"), key=name)
            return None if said is None else said == "yes"
        case Answer.DAY:
            return st.date_input(label, value=None, format="DD-MM-YYYY", key=name)
        case Answer.EURO:
            return st.number_input(label, min_value=0, max_value=10_000, value=0, step=5, key=name)
        case Answer.ONE if sum(len(field.option(one)) for one in field.options) <= IN_A_ROW:
            return st.segmented_control(label, list(field.options), format_func=field.option, key=name, width="stretch")
        case Answer.ONE:
            return st.selectbox(
                label, list(field.options), index=None, placeholder=say("helper.choose"), format_func=field.option,
                key=name,
            )  # fmt: skip
    return st.text_input(label, key=name)


def ask_all(fields: Sequence[Field], key: str) -> dict[str, object]:
    """The answers by the name of the question; on a wide screen in two columns, on a phone in the order of the form."""
    half = (len(fields) + 1) // 2
    answers: dict[str, object] = {}
    for column, some in zip(st.columns(2, gap="large"), (fields[:half], fields[half:]), strict=True):
        with column:
            answers |= {field.name: ask(field, key) for field in some}
    return answers


@dataclass(frozen=True, slots=True)
class WhoTells:
    """Section A of the form."""

    role: TellerRole | None
    age_band: AgeBand | None
    turns_16_on: date | None
    region: str

    def teller(self) -> Teller:
        """Raises InputRefused while something is missing or does not fit."""
        return helping.teller_of(self.role, self.age_band, self.turns_16_on)


def who_tells(key: str, teller: Teller | None = None, region: str = "") -> WhoTells:
    """Who tells, how old, when they turn 16 (12 to 15 only), and where from."""
    role_field, age_field, month_field, region_field = paper.TELLER.fields
    role = st.segmented_control(
        plain(asked(role_field)), list(TellerRole), default=teller.role if teller else None, key=f"rol_{key}",
        format_func=role_field.option, width="stretch",
    )  # fmt: skip
    band = st.segmented_control(
        plain(asked(age_field)), list(AgeBand), default=teller.age_band if teller else None, key=f"leeftijd_{key}",
        format_func=age_field.option, width="stretch",
    )  # fmt: skip
    turns = None
    if band == AgeBand.FROM_12:
        months = _months(clock.today())
        before = teller.turns_16_on if teller else None
        turns = st.selectbox(
            plain(asked(month_field)), months, index=months.index(before) if before in months else None,
            key=f"zestien_{key}", placeholder=say("helper.unknown_month"), format_func=_month_name,
        )  # fmt: skip
    place = st.text_input(
        plain(asked(region_field)), value=region, key=f"regio_{key}", max_chars=helping.LONGEST_REGION,
        placeholder=say("helper.region_hint"),
    )  # fmt: skip
    return WhoTells(TellerRole(role) if role else None, AgeBand(band) if band else None, turns, place)


def _months(today: date) -> list[date]:
    """The first days of the months to come in which somebody of 12 to 15 may turn 16."""
    months = [today.year * 12 + today.month - 1 + ahead for ahead in range(1, MONTHS_AHEAD + 1)]
    return [date(month // 12, month % 12 + 1, 1) for month in months]


def _month_name(month: date) -> str:
    return f"{say('terms.months').split()[month.month - 1]} {month.year}"
