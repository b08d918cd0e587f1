"""One conversation of an ervaringswerker: what it still needs, and one part of the work at a time."""

from __future__ import annotations

import html
from collections.abc import Callable
from functools import partial

import streamlit as st

from desk import contacts, helping, readback, reviewing
from desk.contacts import Contact
from desk.helping import CaseFile
from stories.people import Holder
from stories.stages import STOPPED, State
from stories.words import say
from ui.helping_consent import consent
from ui.helping_parts import back_to_list, task_line
from ui.helping_read import read
from ui.helping_story import keep_words, others, story
from ui.parts import act, badge, badges, day, heading, name_of, small, told_plainly
from ui.state import choose, flash, set_codes_to_give
from ui.visit import Visit

Part = Callable[[Visit, CaseFile], None]


def page(visit: Visit, story_id: str) -> None:
    file = helping.case(visit.store, visit.staff, story_id)
    heading(name_of(file.story))
    _signs(file)
    for task in file.case.tasks:
        small(task_line(task))
        act(
            say("helper.done"), partial(helping.finish, visit.store, visit.staff, task.id), say("helper.task_done"),
            key=f"taak_{task.id}",
        )  # fmt: skip
    if file.story.state is State.INGETROKKEN:
        if file.case.erased_on is not None:
            small(say("helper.withdrawn_until", day=day(file.case.erased_on)))
        back_to_list()
        return
    parts = _parts(file)
    name = st.segmented_control(
        say("helper.parts"), list(parts), default=next(iter(parts)), required=True, key=f"deel_{story_id}",
        format_func=lambda one: say(f"helper.tab_{one}"), label_visibility="collapsed", width="stretch",
    )  # fmt: skip
    if name != "story":
        keep_words(file)
    parts.get(name, consent)(visit, file)
    if file.story.state is not State.CONCEPT:
        _danger(visit, file)
    back_to_list()


def _signs(file: CaseFile) -> None:
    case = file.case
    badges(
        badge(say(f"terms.state_{file.story.state}")),
        badge(say("helper.number", id=case.number)),
        *[badge(one.sentence, "warn") for one in case.missing],
        *([] if case.missing else [badge(say("helper.complete"), "good")]),
    )
    if case.erased_on is not None and file.story.state is not State.INGETROKKEN:
        small(say("helper.erased_not_sent" if case.agreed else "helper.erased_soon", day=day(case.erased_on)))


def _parts(file: CaseFile) -> dict[str, Part]:
    """The parts of the work, in the order in which they are usually done."""
    reach: dict[str, Part] = {"contact": contact} if file.contact_wanted or file.contact_kept else {}
    if file.story.state is State.CONCEPT:
        return {"consent": consent, "story": story, "others": others} | reach | {"send": send}
    return {"read": read, "answers": consent} | reach | {"code": code}


def send(visit: Visit, file: CaseFile) -> None:
    """Hand it in, or throw it away."""
    story_id = file.story.id
    small(say("helper.send_lead"))
    with st.container(key="kaart_gevaar"):
        danger = st.checkbox(say("helper.danger_yes"), key=f"gevaar_{story_id}")
        if danger:
            small(_whom_to_call(visit))
    if st.button(say("helper.send"), key=f"instuur_{story_id}", type="primary", width="stretch"):
        with told_plainly():
            codes = helping.hand_in(visit.store, visit.staff, story_id, danger=danger)
            set_codes_to_give(story_id, codes.teller, codes.representative)
            flash(say("helper.sent"))
            st.rerun()
    with st.expander(say("helper.throw_title")):
        small(say("helper.throw_lead"))
        sure = st.checkbox(say("helper.throw_sure"), key=f"zeker_{story_id}")
        if st.button(say("helper.throw"), key=f"wis_{story_id}", disabled=not sure):
            with told_plainly():
                helping.throw_away(visit.store, visit.staff, story_id)
                choose("geval", None)
                flash(say("helper.thrown"))
                st.rerun()


def _whom_to_call(visit: Visit) -> str:
    return say("ui.danger_text", contact=visit.settings.safeguarding_contact or say("ui.danger_no_contact"))


def contact(visit: Visit, file: CaseFile) -> None:
    """How to reach somebody: into the vault, and not seen again."""
    small(say("helper.contact_lead"))
    if not file.contact_wanted:
        small(say("helper.contact_not_asked"))
    for holder in Holder:
        if holder in file.contact_wanted or holder in file.contact_kept:
            with st.container(key=f"kaart_contact_{holder}"):
                _contact_of(visit, file, holder)


def _contact_of(visit: Visit, file: CaseFile, holder: Holder) -> None:
    st.html(f"<h3>{html.escape(say(f'helper.contact_of_{holder}'))}</h3>")
    if holder in file.contact_kept:
        st.success(say("helper.contact_there"))
    if holder not in file.contact_wanted:
        return
    if holder in file.contact_kept:
        small(say("helper.contact_again"))
    with st.form(f"contact_{file.story.id}_{holder}", border=False, clear_on_submit=True):
        filled = Contact(
            name=st.text_input(say("helper.contact_name"), max_chars=contacts.LONGEST, key=f"contact_naam_{holder}"),
            phone=st.text_input(say("helper.contact_phone"), max_chars=contacts.LONGEST, key=f"contact_tel_{holder}"),
            email=st.text_input(say("helper.contact_email"), max_chars=contacts.LONGEST, key=f"contact_mail_{holder}"),
            safely=st.text_input(
                say("helper.contact_safely"), max_chars=contacts.LONGEST, key=f"contact_hoe_{holder}",
                placeholder=say("helper.contact_safely_hint"),
            ),
        )  # fmt: skip
        if st.form_submit_button(say("helper.contact_keep"), type="primary"):
            with told_plainly():
                contacts.keep_contact(visit.store, visit.staff, file.story.id, holder, filled)
                flash(say("helper.contact_kept"))
                st.rerun()


def code(visit: Visit, file: CaseFile) -> None:
    """A lost code, and stopping in person."""
    st.html(f"<h2>{html.escape(say('helper.code_lost'))}</h2>")
    small(say("helper.code_lost_lead"))
    for holder in file.holders:
        if st.button(say(f"helper.code_new_{holder}"), key=f"code_{holder}", width="stretch"):
            with told_plainly():
                fresh = helping.new_code(visit.store, visit.staff, file.story.id, holder)
                teller = holder is Holder.VERTELLER
                set_codes_to_give(file.story.id, fresh if teller else None, None if teller else fresh)
                st.rerun()
    st.html(f"<h2>{html.escape(say('helper.stop_title'))}</h2>")
    small(say("helper.stop_lead"))
    sure = st.checkbox(say("helper.read_stop_sure"), key=f"alles_zeker_{file.story.id}")
    act(
        say("helper.stop"), partial(readback.stop, visit.store, visit.staff, file.story.id),
        say("helper.read_stopped", days=visit.settings.grace_days), key=f"stop_{file.story.id}", disabled=not sure,
    )  # fmt: skip


def _danger(visit: Visit, file: CaseFile) -> None:
    if file.story.state in STOPPED:
        return
    with st.expander(say("helper.danger")):
        small(_whom_to_call(visit))
        act(
            say("ui.pause"),
            partial(reviewing.pause, visit.store, visit.staff, file.story.id, expected=file.story.row_version),
            say("ui.paused"), key="pauzeren",
        )  # fmt: skip
