"""Proposing a text, channels or terms. What would be refused, and what would change, is shown while it is made."""

from __future__ import annotations

import json
from functools import partial

import streamlit as st

from desk import rulechecks, rulemaking
from desk.rulemaking import Standing
from desk.rules import channels_from_json
from stories.consent import Form, Purpose
from stories.words import say
from ui import rules_shown
from ui.parts import act, channel, small
from ui.state import drop_fields, flash
from ui.visit import Visit


def notice(visit: Visit, standing: Standing, seen: int) -> None:
    field = f"voorstel_tekst_{standing.language}"  # what was typed stays, also when somebody else was faster
    small(say("rules.notice_how"))
    small(say("rules.notice_aloud"))
    text = st.text_area(say("rules.notice_field"), value=standing.draft, height=420, key=field)
    if st.button(say("rules.start_again"), key="opnieuw_beginnen"):
        drop_fields(field)
        flash(say("rules.started_again"))
        st.rerun()
    with st.expander(say("rules.notice_preview")):
        rules_shown.notice(text, key="voorbeeld")
    small(say("rules.parts"))
    parts = [
        part for part in rulechecks.NOTICE_PARTS
        if st.checkbox(say(f"rules.part_{part}"), key=f"deel_{part}_{standing.language}_{standing.newest}")
    ]  # fmt: skip
    propose(visit, standing, seen, text, parts=parts, ready=len(parts) == len(rulechecks.NOTICE_PARTS))


def purposes(visit: Visit, standing: Standing, seen: int) -> None:
    small(say("rules.purposes_how"))
    on = channels_from_json(json.loads(standing.draft))
    picked: list[tuple[Purpose, Form | None]] = []
    whole = [one for one in rulechecks.PURPOSES if rulechecks.could_be_offered(one) == (None,)]
    chosen = st.segmented_control(
        say("rules.without_form"), whole, selection_mode="multi", default=[one for one in whole if (one, None) in on],
        format_func=channel, key=f"doel_zonder_{standing.newest}",
    )  # fmt: skip
    picked += [(purpose, None) for purpose in chosen]
    for purpose in rulechecks.PURPOSES:
        if purpose in whole:
            continue
        forms = st.segmented_control(
            channel(purpose), rulechecks.FORMS, selection_mode="multi",
            default=[one for one in rulechecks.FORMS if (purpose, one) in on],
            format_func=_short, key=f"doel_{purpose}_{standing.newest}",
        )  # fmt: skip
        picked += [(purpose, one) for one in forms]
    propose(visit, standing, seen, rulechecks.purposes_body(picked))


def _short(form: Form) -> str:
    return say(f"rules.short_{form}")


def terms(visit: Visit, standing: Standing, seen: int) -> None:
    small(say("rules.terms_then_notice"))
    draft = json.loads(standing.draft)
    given = {}
    for name, (least, most) in rulechecks.LIMITS.items():
        given[name] = st.number_input(
            say(f"rules.ask_{name}"), min_value=least, max_value=most, value=min(max(draft[name], least), most), step=1,
            help=say("rules.between", least=least, most=most), key=f"termijn_{name}_{standing.newest}",
        )  # fmt: skip
    propose(visit, standing, seen, json.dumps(given))


def propose(
    visit: Visit, standing: Standing, seen: int, body: str, *, parts: list[str] | None = None, ready: bool = True
) -> None:
    """What would change, or why it cannot be, and the button."""
    if standing.waiting is not None and body == standing.draft:
        small(say("rules.already_proposed"))
        return
    tried = rulemaking.try_out(visit.store, visit.staff, standing.kind, body, standing.language)
    if tried.problem:
        st.warning(say("rules.not_yet"))
        small(tried.problem)
    elif not tried.changes:
        small(say("rules.no_changes"))
    else:
        small(say("rules.changes"))
        rules_shown.changes(tried.changes)
    act(
        say("rules.propose"),
        partial(
            rulemaking.propose, visit.store, visit.staff, standing.kind, body, standing.language,
            expected=seen, parts=parts or (),
        ),
        say("rules.proposed"), key="voorstellen", primary=True,
        disabled=bool(tried.problem) or not tried.changes or not ready,
    )  # fmt: skip
