"""Contacten: what lies in the contact vault, who asked to open it, and what is open now. For contactpersonen."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from desk import contacts, reviewing
from desk.contacts import OPEN_FOR, Ask, Contact, Reason
from desk.helping import number_of
from stories.model import Story
from stories.people import Holder
from stories.stages import STOPPED
from stories.words import say
from ui.helping_parts import codes_screen
from ui.moments import moment
from ui.parts import act, badge, badges, day, heading, name_of, small, told_plainly
from ui.state import codes_to_give, set_codes_to_give
from ui.todo import todo
from ui.visit import Visit


def page(visit: Visit) -> None:
    if codes_to_give() is not None:
        codes_screen(visit)
        return
    heading(say("helper.vault_title"), say("helper.vault_lead"))
    todo(visit, "warn_unconsented", "ask_again")
    now = datetime.now(UTC)
    asks = contacts.asks(visit.store, visit.staff, now=now)
    opened = [ask for ask in asks if ask.by == visit.staff.id and ask.is_open(now)]
    waiting = [ask for ask in asks if ask not in opened]
    if opened:
        st.html(f"<h2>{html.escape(say('helper.vault_open_title'))}</h2>")
    for ask in opened:
        _open(visit, ask)
    st.html(f"<h2>{html.escape(say('helper.vault_waits'))}</h2>")
    if not waiting:
        small(say("helper.vault_nothing_waits"))
    for ask in waiting:
        _waiting(visit, ask)
    st.html(f"<h2>{html.escape(say('helper.vault_stories'))}</h2>")
    stories = contacts.with_contact(visit.store, visit.staff)
    if not stories:
        small(say("helper.vault_none"))
    for story in stories:
        _story(visit, story)


def _open(visit: Visit, ask: Ask) -> None:
    assert ask.granted_at is not None
    with st.container(key=f"kaart_open_{ask.id}"):
        st.html(f"<h3>{html.escape(name_of(ask.story))}</h3>")
        until = ask.granted_at + OPEN_FOR
        small(say("helper.vault_open_until", when=moment(until)))
        if st.button(say("helper.vault_open"), key=f"open_{ask.id}", type="primary", width="stretch"):
            with told_plainly():
                for holder, contact in contacts.open_contact(visit.store, visit.staff, ask.id).items():
                    _shown(holder, contact)
        if ask.reason is Reason.CODE_KWIJT:
            for holder in contacts.holders(ask.story):
                if st.button(say(f"helper.code_new_{holder}"), key=f"code_{ask.id}_{holder}", width="stretch"):
                    with told_plainly():
                        fresh = contacts.replace_code(visit.store, visit.staff, ask.id, holder)
                        teller = holder is Holder.VERTELLER
                        set_codes_to_give(ask.story.id, fresh if teller else None, None if teller else fresh)
                        st.rerun()


def _shown(holder: Holder, contact: Contact) -> None:
    """In this run only: the next press of anything takes it from the screen."""
    rows = [
        (say("helper.contact_name"), contact.name),
        (say("helper.contact_phone"), contact.phone),
        (say("helper.contact_email"), contact.email),
        (say("helper.contact_safely"), contact.safely),
    ]
    lines = "".join(f"<dt>{html.escape(what)}</dt><dd>{html.escape(value)}</dd>" for what, value in rows if value)
    st.html(f"<h4>{html.escape(say(f'helper.contact_of_{holder}'))}</h4><dl class='vp-contact'>{lines}</dl>")


def _waiting(visit: Visit, ask: Ask) -> None:
    with st.container(key=f"kaart_vraag_{ask.id}"):
        reason = say(f"helper.reason_{ask.reason}")
        st.html(f"<h3>{html.escape(name_of(ask.story))}</h3>")
        small(say("helper.vault_waits_line", who=ask.name, day=day(ask.at), reason=reason))
        if ask.by == visit.staff.id:
            small(say("helper.vault_own"))
        else:
            act(
                say("helper.vault_agree"), partial(contacts.approve_contact, visit.store, visit.staff, ask.id),
                say("helper.vault_agreed"), key=f"akkoord_{ask.id}", primary=True,
            )  # fmt: skip
        act(
            say("helper.vault_take_back" if ask.by == visit.staff.id else "helper.vault_refuse"),
            partial(contacts.refuse_contact, visit.store, visit.staff, ask.id),
            say("helper.vault_refused"), key=f"dicht_{ask.id}",
        )  # fmt: skip


def _story(visit: Visit, story: Story) -> None:
    with st.container(key=f"kaart_{story.id}"):
        st.html(f"<h3>{html.escape(name_of(story))}</h3>")
        badges(badge(say(f"terms.state_{story.state}")), badge(say("helper.number", id=number_of(story.id))))
        reason = st.selectbox(
            say("helper.vault_reason"), list(Reason), index=None, placeholder=say("helper.choose"),
            key=f"reden_{story.id}", format_func=lambda one: say(f"helper.reason_{one}"),
        )  # fmt: skip
        act(
            say("helper.vault_ask"),
            lambda: contacts.ask_contact(visit.store, visit.staff, story.id, Reason(reason)),
            say("helper.vault_asked"), key=f"vraag_{story.id}", disabled=reason is None,
        )  # fmt: skip
        if story.state not in STOPPED:
            with st.expander(say("helper.danger")):
                contact = visit.settings.safeguarding_contact or say("ui.danger_no_contact")
                small(say("ui.danger_text", contact=contact))
                act(
                    say("ui.pause"),
                    partial(reviewing.pause, visit.store, visit.staff, story.id, expected=story.row_version),
                    say("ui.paused"), key=f"pauzeren_{story.id}",
                )  # fmt: skip
