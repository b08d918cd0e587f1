"""The house: is everything in order, who has an account, what was done. No story content."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from desk import accounts, administering, examples, rulemaking
from stories.people import Role
from stories.words import say
from ui import alone, helplines, models
from ui.moments import moment
from ui.parts import act, badge, badges, heading, small, told_plainly
from ui.state import flash
from ui.visit import Visit


def page(visit: Visit) -> None:
    heading(say("ui.house_title"))
    health = administering.health(visit.store, visit.settings, visit.staff)
    badges(
        badge(
            say("ui.worker_alive" if health.worker_alive else "ui.worker_gone"),
            "good" if health.worker_alive else "stop",
        ),
        badge(
            say("ui.audit_whole" if health.audit_whole else "ui.audit_broken"), "good" if health.audit_whole else "stop"
        ),
        badge(say("ui.database", kind=health.database)),
    )
    if health.names_s:
        seconds, count = health.names_s
        key = "names.time_spent_one" if count == 1 else "names.time_spent"
        small(say(key, minutes=f"{seconds / 60:.1f}".replace(".", ","), count=count))
    with st.container(key="kaart_model"):
        st.html(f"<h2>{html.escape(say('models.menu_card'))}</h2>")
        for standing in health.models:
            models.standing(standing)
        more = html.escape(say("models.menu_open"))
        st.html(f"<p class='vp-link'><a href='/spraakmodellen' target='_self'>{more}</a></p>")
    with st.container(key="kaart_voorbeelden"):
        st.html(f"<h2>{html.escape(say('ui.examples_title'))}</h2>")
        small(say("ui.examples_what"))
        act(
            say("ui.examples_load"), partial(examples.load, visit.store, visit.settings, visit.staff),
            say("ui.examples_loaded"), key="voorbeelden", primary=not health.stories,
        )  # fmt: skip
    _rules(visit)
    alone.card(visit)
    helplines.card(visit)
    _people(visit)
    with st.expander(say("ui.audit_title")):
        trail = administering.audit_trail(visit.store, visit.staff, limit=100)
        _lines(f"{happened(line)} {line.get('story_id') or ''}" for line in trail)


def happened(line: Mapping[str, Any]) -> str:
    """One line of the audit in plain words: "23 nov 2026, 14:05: Ed gaf het verhaal vrij." Of today without the day."""
    return f"{moment(line['at'])}: {line['name']} {say('audit.' + line['action'])}."


def _lines(lines: Iterable[str]) -> None:
    """One under the other, close together."""
    st.html("".join(f"<p class='vp-small'>{html.escape(line)}</p>" for line in lines) or "<p></p>")


def _rules(visit: Visit) -> None:
    standings = rulemaking.overview(visit.store, visit.staff).standings
    waiting = sum(standing.waiting is not None for standing in standings)
    with st.container(key="kaart_regels"):
        st.html(f"<h2>{html.escape(say('rules.menu_card'))}</h2>")
        small(say("rules.menu_what"))
        if waiting:
            badges(badge(say("rules.menu_waiting", count=waiting), "warn"))
        if any(standing.drift for standing in standings):
            badges(badge(say("rules.menu_drift"), "stop"))
        st.html(f"<p class='vp-link'><a href='/regels' target='_self'>{html.escape(say('rules.menu_open'))}</a></p>")


def _people(visit: Visit) -> None:
    with st.container(key="kaart_mensen"):
        st.html(f"<h2>{html.escape(say('ui.people_title'))}</h2>")
        users = accounts.users(visit.store, visit.staff)
        _lines(f"{user.name}: {', '.join(sorted(say(f'terms.role_{role}') for role in user.roles))}" for user in users)
        new = len(users)  # a new form once somebody was added; what was refused stays to be mended
        with st.form(f"nieuwe_gebruiker_{new}", border=False):
            name = st.text_input(say("ui.person_name"), key=f"naam_{new}")
            password = st.text_input(
                say("ui.person_password"), type="password", help=say("ui.person_password_help"), key=f"wachtwoord_{new}"
            )
            roles = st.multiselect(
                say("ui.person_roles"), list(Role), format_func=lambda r: say(f"terms.role_{r}"), key=f"rollen_{new}"
            )
            if st.form_submit_button(say("ui.person_add"), type="primary"):
                with told_plainly():
                    accounts.add_user(visit.store, visit.staff, name, password, roles)
                    flash(say("ui.person_added"))
                    st.rerun()
