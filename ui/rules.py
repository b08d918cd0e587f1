"""The rules of the house: what counts now, what another administrator proposed, and proposing something yourself."""

from __future__ import annotations

import html
from collections.abc import Callable
from functools import partial

import streamlit as st

from desk import rulemaking
from desk.rulemaking import Overview, Standing, Status, Version
from stories.people import User
from stories.rulebook import RuleKind
from stories.words import say
from ui import rules_forms, rules_shown, rules_themes
from ui.parts import act, badge, badges, day, heading, small
from ui.state import choose, chosen, is_shown, shown_before
from ui.visit import Visit

_FORMS: dict[RuleKind, Callable[[Visit, Standing, int], None]] = {
    RuleKind.NOTICE: rules_forms.notice,
    RuleKind.PURPOSES: rules_forms.purposes,
    RuleKind.TERMS: rules_forms.terms,
    RuleKind.THEMES: rules_themes.themes,
}


def page(visit: Visit) -> None:
    overview = rulemaking.overview(visit.store, visit.staff)
    picked = next((one for one in overview.standings if _path(one) == chosen("regel")), None)
    if picked is not None:
        _one(visit, overview, picked)
        return
    heading(say("rules.title"), say("rules.lead"))
    _alone(overview)
    for standing in overview.standings:
        with st.container(key=f"kaart_{_path(standing)}"):
            st.html(f"<h2>{html.escape(_name(standing, overview))}</h2>")
            _counts(standing)
            if st.button(say("rules.open"), key=f"open_{_path(standing)}", width="stretch"):
                choose("regel", _path(standing))
                st.rerun()


def _one(visit: Visit, overview: Overview, standing: Standing) -> None:
    seen = shown_before(_path(standing), standing.newest)
    heading(_name(standing, overview), say(f"rules.what_{standing.kind}"))
    st.html(f"<p class='vp-link'><a href='/regels' target='_self'>{html.escape(say('rules.back'))}</a></p>")
    _alone(overview)
    if standing.waiting is not None:
        _waiting(visit, standing, standing.waiting, seen)
    with st.container(key="kaart_nu"):
        st.html(f"<h2>{html.escape(say('rules.now'))}</h2>")
        _counts(standing)
        for sentence in standing.drift:
            small(sentence)
        rules_shown.body(standing.kind, standing.now.body, key="nu")
        if standing.kind is RuleKind.TERMS:
            small(say("rules.grace_setting", count=visit.settings.grace_days))
    with st.container(key="kaart_voorstel"):
        st.html(f"<h2>{html.escape(say('rules.make'))}</h2>")
        if standing.waiting is not None:
            small(say("rules.make_replaces"))
        _FORMS[standing.kind](visit, standing, seen)
    _history(standing)
    is_shown(_path(standing), standing.newest)


def _path(standing: Standing) -> str:
    return f"{standing.kind}-{standing.language}" if standing.language else str(standing.kind)


def _name(standing: Standing, overview: Overview) -> str:
    """The language is only said when there is more than one."""
    several = sum(one.kind is standing.kind for one in overview.standings) > 1
    name = say(f"rules.name_{standing.kind}")
    return f"{name} ({rules_shown.language_name(standing.language)})" if several else name


def _alone(overview: Overview) -> None:
    if not overview.others:
        st.warning(say("rules.alone"))


def _counts(standing: Standing) -> None:
    """Which version counts, since when, and whose it is."""
    now = standing.now
    badges(
        badge(say("rules.version", number=now.number), "good"),
        badge(say("rules.since", day=day(now.approved_at)) if now.approved_at else say("rules.built_in")),
        *([badge(say("rules.waits_badge"), "warn")] if standing.waiting else []),
        *([badge(say("rules.drift_badge"), "stop")] if standing.drift else []),
    )
    if now.approved_at is not None:
        small(say("rules.made_by", proposer=_who(now.proposer), approver=_who(now.approver)))
    if standing.drift:
        small(say("rules.drift"))


def _who(user: User | None) -> str:
    return user.name if user else say("rules.somebody")


def _waiting(visit: Visit, standing: Standing, waiting: Version, seen: int) -> None:
    with st.container(key="kaart_wacht"):
        st.html(f"<h2>{html.escape(say('rules.proposal', number=waiting.number))}</h2>")
        small(say("rules.proposed_by", proposer=_who(waiting.proposer), day=day(waiting.proposed_at)))
        rules_shown.changes(standing.changes)
        with st.expander(say("rules.whole")):
            rules_shown.body(standing.kind, waiting.body, key="wacht")
        if waiting.proposer is not None and waiting.proposer.id == visit.staff.id:
            small(say("rules.own_proposal"))
        else:
            read = st.checkbox(say("rules.read_all"), key=f"gelezen_{waiting.number}")
            act(
                say("rules.approve"),
                partial(rulemaking.approve, visit.store, visit.staff, standing.kind, seen, standing.language),
                say("rules.approved"), key="goedkeuren", primary=True, disabled=not read,
            )  # fmt: skip
        act(
            say("rules.drop"),
            partial(rulemaking.drop, visit.store, visit.staff, standing.kind, seen, standing.language),
            say("rules.dropped"), key="van_tafel",
        )  # fmt: skip


def _history(standing: Standing) -> None:
    with st.expander(say("rules.history")):
        for version in standing.versions:
            small(_line(version))
        readable = {version.number: version for version in standing.versions if version.status is not Status.DROPPED}
        number = st.selectbox(
            say("rules.history_choose"), list(readable), index=None,
            format_func=lambda number: say("rules.version", number=number), key="versie_lezen",
        )  # fmt: skip
        if number is not None:
            rules_shown.body(standing.kind, readable[number].body, key="oud")


def _line(version: Version) -> str:
    parts = [say("rules.history_line", number=version.number, status=say(f"rules.status_of_{version.status}"))]
    if version.proposed_at is not None:
        key = "rules.history_dropped" if version.status is Status.DROPPED else "rules.history_proposed"
        parts.append(say(key, proposer=_who(version.proposer), day=day(version.proposed_at)))
    if version.approved_at is not None:
        parts.append(say("rules.history_approved", approver=_who(version.approver), day=day(version.approved_at)))
    return " ".join(parts)
