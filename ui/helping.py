"""Gesprekken: the stories that an ervaringswerker took, what each still misses, and the beginning of new ones."""

from __future__ import annotations

import html

import streamlit as st

from desk import helping, rules
from desk.helping import Case
from stories import tickets
from stories.stages import State
from stories.words import say
from ui import helping_case
from ui.components.giver import ACCEPT
from ui.components.sender import sender
from ui.helping_form import who_tells
from ui.helping_parts import TICKET_LIVES_S, back_to_list, codes_screen, task_line
from ui.parts import badge, badges, day, heading, minutes, name_of, plain, small, told_plainly
from ui.state import batch, choose, chosen, codes_to_give, flash, set_batch
from ui.visit import Visit


def page(visit: Visit) -> None:
    if codes_to_give() is not None:
        codes_screen(visit)
        return
    story_id, doing = chosen("geval"), chosen("doe")
    if story_id is not None:
        helping_case.page(visit, story_id)
    elif doing == "nieuw":
        _new(visit)
    elif doing == "veel":
        _many(visit)
    else:
        _list(visit)


def _list(visit: Visit) -> None:
    heading(say("helper.title"), say("helper.lead"))
    with st.container(horizontal=True, key="nieuw_of_veel"):
        st.button(say("helper.new"), key="nieuw", type="primary", on_click=choose, args=("doe", "nieuw"))
        st.button(say("helper.many"), key="veel", on_click=choose, args=("doe", "veel"))
    st.html(
        f"<p class='vp-link'><a href='/formulier' target='_blank'>{html.escape(say('helper.paper'))}</a> · "
        f"<a href='/formulier/uitleg' target='_blank'>{html.escape(say('helper.paper_notice'))}</a></p>"
    )
    cases = helping.cases(visit.store, visit.staff)
    if not cases:
        st.info(say("helper.none"))
    stopped = [case for case in cases if case.story.state is State.INGETROKKEN]
    going = [case for case in cases if case not in stopped]
    for title, rows in (
        ("without_consent", [case for case in going if not case.agreed]),
        ("with_consent", [case for case in going if case.agreed]),
        ("stopped", stopped),
    ):
        if rows:
            st.html(f"<h2>{html.escape(say(f'helper.{title}', count=len(rows)))}</h2>")
        for case in rows:
            _row(case)


def _row(case: Case) -> None:
    signs = [badge(say(f"terms.state_{case.story.state}")), badge(say("helper.number", id=case.number))]
    if case.length_ms:
        signs.append(badge(say("helper.lasts", length=minutes(case.length_ms))))
    signs += [badge(one.sentence, "warn") for one in case.missing]
    if case.erased_on is not None:
        signs.append(badge(say("helper.erased_on", day=day(case.erased_on)), "stop"))
    elif not case.missing:
        signs.append(badge(say("helper.complete"), "good"))
    with st.container(key=f"kaart_{case.story.id}"):
        st.button(
            plain(name_of(case.story)), key=f"open_{case.story.id}", type="tertiary", on_click=choose,
            args=("geval", case.story.id),
        )  # fmt: skip
        badges(*signs)
        for task in case.tasks:
            small(task_line(task))


def _new(visit: Visit) -> None:
    heading(say("helper.new"), say("helper.start_lead"))
    filled = who_tells("nieuw")
    if st.button(say("helper.start"), key="begin", type="primary", width="stretch"):
        with told_plainly():
            (story,) = helping.start(visit.store, visit.staff, filled.teller(), region=filled.region)
            choose("doe", None)
            choose("geval", story.id)
            flash(say("helper.started"))
            st.rerun()
    back_to_list()


def _many(visit: Visit) -> None:
    """Recordings first, each sealed in a case of its own; what was agreed comes after, and for each apart."""
    heading(say("helper.many"), say("helper.many_lead"))
    days = rules.shown_terms(visit.store).unconsented_days
    st.info(say("helper.many_safe", days=days))
    small(say("helper.many_same"))
    filled = who_tells("veel")
    if filled.role is None or filled.age_band is None:
        small(say("helper.many_first"))
        back_to_list()
        return
    order, cases = batch()
    issued = [tickets.issue(visit.settings, tickets.UPLOAD, story_id, TICKET_LIVES_S) for story_id in cases]
    numbers = [helping.number_of(story_id) for story_id in cases]
    sending = sender("veel", issued, accept=ACCEPT, most=helping.MOST_AT_ONCE, order=order, cases=numbers)
    if sending.wanted is not None and sending.wanted.order != order:
        with told_plainly():
            made = helping.start(
                visit.store, visit.staff, filled.teller(), region=filled.region, count=sending.wanted.count
            )
            set_batch(sending.wanted.order, tuple(story.id for story in made))
            st.rerun()
    if sending.sent:
        st.success(say("helper.many_done", count=len(cases)))
    back_to_list()
