"""One case, consent: who said what so far, the proof of it, and a form to write down what was said now."""

from __future__ import annotations

import html

import streamlit as st

from desk import answering, entry, helping, paper, proofs, rules
from desk.helping import CaseFile
from stories import tickets
from stories.consent import Outcome, Purpose, Way, required_parties
from stories.stages import State
from stories.words import say
from ui.components.giver import giver
from ui.components.sender import PROOFS, sender
from ui.helping_form import ask_all, who_tells
from ui.helping_parts import TICKET_LIVES_S
from ui.parts import act, day, small, told_plainly
from ui.state import flash
from ui.visit import Visit


def consent(visit: Visit, file: CaseFile) -> None:
    story = file.story
    so_far(file)
    if story.state is State.CONCEPT and not file.consent.events:
        with st.expander(say("helper.correct")):
            _correct(visit, file)
    st.html(f"<h2>{html.escape(say('helper.answers_more' if file.consent.events else 'helper.answers_fill'))}</h2>")
    small(say("helper.answers_lead"))
    way = st.segmented_control(
        say("helper.way"), list(Way), default=None, key=f"hoe_{story.id}", format_func=lambda w: say(f"helper.way_{w}"),
        width="stretch",
    )  # fmt: skip
    if way is None:
        return
    way = Way(way)
    if way is Way.SCHERM:
        with st.expander(say("helper.answers_notice")):
            notice(visit)
    else:
        _proof(visit, file, way)
    _form(visit, file, way)


def so_far(file: CaseFile) -> None:
    """What was said last about keeping and writing out, by everybody who was asked."""
    lines = []
    for party in (*required_parties(file.story.teller), *_others(file)):
        said = file.consent.last(party, Purpose.VERWERKEN, None)
        if said is not None:
            about = say("helper.who_said", party=say(f"terms.party_{party}"), what=say(f"terms.outcome_{said.outcome}"))
            lines.append(f"<li>{html.escape(about)} ({day(said.at)})</li>")
    st.html(f"<h2>{html.escape(say('helper.answers_now'))}</h2>")
    if not lines:
        small(say("helper.answers_none"))
        return
    st.html(f"<ul class='vp-list'>{''.join(lines)}</ul>")


def _others(file: CaseFile) -> list[object]:
    required = required_parties(file.story.teller)
    return list(dict.fromkeys(event.party for event in file.consent.events if event.party not in required))


def notice(visit: Visit) -> None:
    """What the teller is to know first, to be read or told, as plain text."""
    for kind, text in paper.lines_of(rules.shown_notice(visit.store)[1]):
        if kind in ("h1", "h2"):
            st.html(f"<h3>{html.escape(text)}</h3>")
        elif kind == "li":
            st.html(f"<p class='vp-small vp-point'>{html.escape(text)}</p>")
        else:
            small(text)


def _correct(visit: Visit, file: CaseFile) -> None:
    small(say("helper.correct_lead"))
    filled = who_tells(file.story.id, file.story.teller, file.story.region)
    if st.button(say("helper.correct_save"), key=f"verbeter_{file.story.id}"):
        with told_plainly():
            helping.correct_teller(visit.store, visit.staff, file.story.id, filled.teller(), region=filled.region)
            flash(say("helper.corrected"))
            st.rerun()


def _proof(visit: Visit, file: CaseFile, way: Way) -> None:
    story_id = file.story.id
    ticket = tickets.issue(visit.settings, tickets.UPLOAD, proofs.subject(story_id), TICKET_LIVES_S)
    with st.container(key="kaart_bewijs"):
        st.html(f"<h3>{html.escape(say('helper.proof_title'))}</h3>")
        small(say("helper.proof_lead"))
        if file.proofs:
            small(say("helper.proof_there", count=len(file.proofs)))
        by_voice = way is Way.GESPROKEN and st.toggle(say("helper.proof_speak"), key=f"bewijs_spreken_{story_id}")
        if by_voice:
            if giver(ticket, microphone=True, key=f"bewijs_{story_id}"):
                st.rerun()
        elif sender(f"bewijs_{story_id}", [ticket], accept=PROOFS).sent:
            st.rerun()
        if not file.loose_proof:
            small(say("helper.proof_in_office"))
            return
        small(say("helper.proof_loose"))
        if any(sitting.way is not Way.SCHERM and not sitting.proof for sitting in file.sittings):
            act(
                say("helper.proof_bind"), lambda: answering.bind_proof(visit.store, visit.staff, story_id),
                say("helper.proof_bound"), key=f"bind_{story_id}",
            )  # fmt: skip


def _form(visit: Visit, file: CaseFile, way: Way) -> None:
    story, age_band = file.story, file.story.teller.age_band
    if any(event.outcome is Outcome.JA and event.purpose is not Purpose.VERWERKEN for event in file.consent.events):
        small(say("helper.answers_all_again"))
    turn = len(file.sittings)  # fresh fields once something was written down
    with st.form(f"antwoorden_{story.id}_{turn}", border=False):
        filled: dict[str, object] = {}
        on_it: list[paper.Field] = []
        for section in (paper.SAID, paper.channels(file.offered), paper.LIMITS, paper.MEETING):
            fields = section.asked_of(age_band)
            st.html(f"<h3>{html.escape(section.letter)}. {html.escape(section.title)}</h3>")
            filled |= ask_all(fields, f"{story.id}_{turn}")
            on_it += fields
        version = None
        if way is Way.PAPIER:
            version = st.selectbox(
                say("helper.notice_version"), file.notices, index=0 if len(file.notices) == 1 else None,
                key=f"uitleg_{story.id}_{turn}", placeholder=say("helper.choose"),
                format_func=lambda number: say("helper.notice_version_n", number=number),
            )  # fmt: skip
        if st.form_submit_button(say("helper.answers_save"), type="primary", width="stretch"):
            with told_plainly():
                entry.record_form(
                    visit.store, visit.staff, story.id, filled, on_it, way=way, notice_version=version,
                    proof=0 if way is Way.SCHERM else file.loose_proof,
                )  # fmt: skip
                flash(say("helper.answers_saved"))
                st.rerun()
