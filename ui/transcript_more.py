"""Under the transcript: to read it, take it along or replace it, who speaks, and other languages."""

from __future__ import annotations

import html

import streamlit as st

from desk import speaking, transcribing, transcript_files, transcripts, translating
from desk.transcripts import Opened
from stories.errors import VertelpuntError
from stories.people import Act
from stories.words import has, say
from ui.components.picker import picker
from ui.parts import act, plain, small, told_plainly
from ui.state import flash
from ui.visit import Visit


def below(visit: Visit, seen: Opened) -> None:
    """What is needed now and then, folded away."""
    edits = visit.staff.may(Act.EDIT_TEXT)
    if edits and seen.transcript.language not in ("nl", "en"):
        with st.expander(say("ui.english")), told_plainly():
            _english(visit, seen)
    if st.toggle(say("ui.reading"), key="leesversie"):  # made only when somebody wants it: an hour is 9,000 words
        small(say("ui.reading_what"))
        text = html.escape(transcripts.reading(seen))
        st.html(f"<div class='vp-text' style='white-space:pre-wrap'>{text}</div>")
    with st.expander(say("ui.files")):
        _files(visit, seen, edits)
    if edits:
        with st.expander(say("ui.speakers")), told_plainly():
            _speakers(visit, seen)
        with st.expander(say("ui.transcript_language")):
            _language(visit, seen)


def _files(visit: Visit, seen: Opened, edits: bool) -> None:
    small(say("ui.files_clean"))
    _links(seen.story.id, "")
    small(say("ui.files_original"))
    _links(seen.story.id, "?origineel=1")
    if not edits:
        return
    small(say("ui.files_in"))
    chosen = picker(
        say("ui.files_choose"), accept=".vtt,.srt,.json", most=transcript_files.MAX_BYTES,
        too_big=say("ui.files_too_big"), key=f"bestand_{seen.story.id}",
    )  # fmt: skip
    if chosen is None:
        return
    try:
        transcript_files.imported(
            visit.store, visit.staff, seen.story.id, chosen.data,
            expected=seen.story.row_version, name_hint=chosen.name_end,
        )  # fmt: skip
        flash(say("ui.files_taken"))
    except VertelpuntError as error:
        flash(error.message, refused=True)
    st.rerun()


def _links(story_id: str, query: str) -> None:
    links = "".join(
        f"<a href='/uitschrift/{html.escape(story_id)}/{html.escape(form)}{html.escape(query)}' target='_self' "
        f"download>{html.escape(say(f'ui.file_{form}'))}</a>"
        for form in transcript_files.FORMATS
    )
    st.html(f"<p class='vp-tabs'>{links}</p>")


def _speakers(visit: Visit, seen: Opened) -> None:
    small(say("ui.speakers_what"))
    if speaking.is_listening(visit.store, visit.staff, seen.story.id):
        small(say("ui.speakers_busy"))
        return
    count = st.segmented_control(say("ui.speakers_count"), range(2, speaking.MOST + 1), default=2, key="stemmen")
    act(
        say("ui.speakers_go"),
        lambda: speaking.propose(visit.store, visit.staff, seen.story.id, int(count or 2)),
        say("ui.speakers_busy"), key="sprekers",
    )  # fmt: skip


def _english(visit: Visit, seen: Opened) -> None:
    small(say("ui.english_what"))
    there = translating.english(visit.store, visit.staff, seen.story.id)
    for line in there.lines:
        st.html(f"<p class='vp-small'>{html.escape(line)}</p>")
    if there.is_coming:
        small(say("ui.english_busy"))
    elif not there.lines:
        act(
            say("ui.english_go"), lambda: translating.ask(visit.store, visit.staff, seen.story.id),
            say("ui.english_busy"), key="engels",
        )  # fmt: skip


def _language(visit: Visit, seen: Opened) -> None:
    small(say("ui.transcript_language_how"))
    code = st.selectbox(
        say("ui.transcript_language_choose"), transcribing.LANGUAGES, index=None, key="taal_van_het_verhaal",
        format_func=lambda value: plain(language_name(value)), placeholder=say("ui.transcript_language_none"),
    )  # fmt: skip
    act(
        say("ui.transcript_language_go"),
        lambda: transcribing.choose_language(
            visit.store, visit.staff, seen.story.id, code or "", expected=seen.story.row_version
        ),
        say("ui.transcript_language_gone"), key="taal_opnieuw", disabled=code is None,
    )  # fmt: skip


def language_name(code: str) -> str:
    return say(f"ui.language_{code}") if has(f"ui.language_{code}") else code
