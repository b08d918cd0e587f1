"""One story at the editor's: everything about it in tabs, and above them the one decision that comes next.

Which tab is open stands in the URL (`?deel=`), so that it survives a decision, and a colleague can be sent there.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from desk import changes, notes, queue, readback, reviewing, transcripts
from desk.presence import Deel
from desk.reviewing import Review
from stories.model import StoryKind
from stories.people import Act
from stories.stages import Stage, State
from stories.words import say
from ui import names, queue_parts, review_card, review_notes, review_sound, review_themes, second_reading
from ui.components.player import player
from ui.components.words import label_marks, words
from ui.parts import act, badge, badges, changes_told_by, heading, name_of, small
from ui.presence import who_else
from ui.review_consent import consent
from ui.review_history import history, since_shown
from ui.review_next import danger, next_step
from ui.review_parts import no_story
from ui.review_used import used
from ui.state import (
    another_story,
    asked_once,
    chosen,
    is_seen_line,
    is_shown,
    keep_begun_in_tabs,
    shown_before,
    tab_into_url,
)
from ui.visit import Visit
from ui.ways import to_story

LOOK_S = 2
"""Seconds between two looks whether the names are found."""

BEGUN = {Deel.THEMAS: ("thema_",), Deel.NOTITIES: review_notes.FIELDS}
"""How the fields of a tab begin: what somebody ticked or typed there stays while another tab is open."""


def page(visit: Visit) -> None:
    story_id = chosen("verhaal")
    if story_id is None:
        no_story()
        return
    another_story(story_id, *(prefix for prefixes in BEGUN.values() for prefix in prefixes))
    queue_parts.way_back()
    with changes_told_by(partial(since_shown, visit, story_id)):
        _story(visit, story_id)


def _story(visit: Visit, story_id: str) -> None:
    line = changes.newest_line(visit.store, visit.staff, story_id)
    paused = reviewing.paused_row(visit.store, visit.staff, story_id)
    if paused is not None:
        heading(name_of(paused), say("ui.paused_lead"))
        act(
            say("ui.resume"),
            partial(reviewing.resume, visit.store, visit.staff, story_id, expected=paused.row_version),
            say("ui.resumed"), key="verder_gaan",
        )  # fmt: skip
        review_notes.notes(visit, story_id)
        return
    seen = reviewing.review(visit.store, visit.staff, story_id)
    expected = shown_before(story_id, seen.story.row_version)
    _head(visit, seen)
    others = st.container()
    next_step(visit, seen, expected)
    queue_parts.next_story(visit, story_id)
    delen = [deel for deel in Deel if deel is not Deel.LUISTEREN or seen.story.kind is StoryKind.AUDIO]
    deel, place = _tabs(delen)
    keep_begun_in_tabs(deel, BEGUN)
    with place:
        _draw(visit, seen, deel, expected)
    danger(visit, seen)
    with others:
        who_else(visit, story_id, deel)
    is_shown(story_id, seen.story.row_version)
    is_seen_line(story_id, line)


def _tabs(delen: Sequence[Deel]) -> tuple[Deel, Any]:
    """The open tab and its place: the one of the URL, or the one that was pressed. Only that one is drawn."""
    asked = next((deel for deel in delen if deel == chosen("deel")), Deel.NAMEN)
    codes = {say(f"storypage.deel_{deel}"): str(deel) for deel in delen}
    tabs = st.tabs(
        [say(f"storypage.deel_{deel}") for deel in delen], default=say(f"storypage.deel_{asked}"), key="tabs_deel",
        on_change=tab_into_url, args=("tabs_deel", "deel", codes),
    )  # fmt: skip
    opened = next(((deel, tab) for deel, tab in zip(delen, tabs, strict=True) if tab.open), None)
    return opened or (asked, tabs[delen.index(asked)])


def _head(visit: Visit, seen: Review) -> None:
    heading(name_of(seen.story))
    still = sum(note.is_open for note in notes.notes(visit.store, visit.staff, seen.story.id))
    badges(
        badge(say(f"terms.state_{seen.story.state}")),
        badge(say("ui.version", number=seen.version.number)),
        *([badge(say("ui.example"), "warn")] if seen.story.is_example else []),
        *([badge(say("storypage.notes_open", count=still), "warn")] if still else []),
    )
    row = queue.queue_row(visit.store, visit.staff, seen.story.id)
    queue_parts.somebody_elses(visit, row)
    queue_parts.who_and_when(visit, row)


def _draw(visit: Visit, seen: Review, deel: Deel, expected: int) -> None:
    match deel:
        case Deel.LUISTEREN:
            _listen(visit, seen)
        case Deel.NAMEN:
            _text(visit, seen, expected)
            review_card.section(visit, seen, expected)
            review_sound.section(visit, seen)
        case Deel.THEMAS:
            review_themes.themes(visit, seen, expected)
        case Deel.TOESTEMMING:
            consent(visit, seen)
        case Deel.GESCHIEDENIS:
            history(visit, seen.story.id)
        case Deel.GEBRUIKT:
            used(visit, seen.story)
        case Deel.NOTITIES:
            review_notes.notes(visit, seen.story.id)


def _listen(visit: Visit, seen: Review) -> None:
    """The recording and its text have a page of their own."""
    if seen.story.state is not State.IN_REDACTIE or not visit.staff.may(Act.OPEN_ORIGINAL):
        small(say("storypage.listen_closed"))
        return
    small(say("storypage.listen_heard" if seen.heard else "ui.not_heard_yet"))
    small(say("storypage.listen_what"))
    link = html.escape(to_story("luisteren", seen.story.id))
    st.html(f"<a class='vp-go soft' href='{link}' target='_self'>{html.escape(say('storypage.listen_go'))}</a>")


def _text(visit: Visit, seen: Review, expected: int) -> None:
    user = visit.staff
    if seen.raw is not None and user.may(Act.OPEN_ORIGINAL):
        if seen.story.kind is StoryKind.AUDIO:
            player(f"/geluid/{seen.story.id}/audio", say("ui.review_sound"), key="geluid")
        if seen.story.stage is not Stage.TAGGED:
            _names_are_looked_for(visit, seen)
            return
        for wish in readback.wishes(visit.store, user, seen.story.id):
            st.html(f"<p class='vp-finding warn'><b>{html.escape(say('ui.review_wish'))}</b> {html.escape(wish)}</p>")
        names.look(visit, seen)
        left = reviewing.undecided(seen.findings, seen.decisions)
        if left:
            kept = [*seen.decisions, *(reviewing.keep(finding) for finding in left)]
            act(
                say("ui.review_keep_rest"),
                lambda: reviewing.decide_names(visit.store, user, seen.story.id, kept, expected=expected),
                say("ui.review_kept_rest"), key="rest_laten_staan",
            )  # fmt: skip
        return
    second_reading.before_text(seen)
    words(seen.version.clean.text, label_marks(seen.version.clean), key="schoon")
    second_reading.after_text(visit, seen)


def _names_are_looked_for(visit: Visit, seen: Review) -> None:
    """The text changed a moment ago: whoever looks at the names does not wait until the editor has been quiet."""
    small(say("ui.names_are_looked_for"))
    if asked_once(f"names_{seen.story.id}", seen.story.row_version):
        transcripts.find_names_now(visit.store, visit.staff, seen.story.id)

    @st.fragment(run_every=LOOK_S)
    def until_there() -> None:
        if queue.queue_row(visit.store, visit.staff, seen.story.id).story.stage is Stage.TAGGED:
            st.rerun()

    until_there()
