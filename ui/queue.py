"""The queue: every story, under what it needs next."""

from __future__ import annotations

import html

import streamlit as st

from desk import queue
from desk.queue import QueueRow
from stories.jobs import JobState
from stories.model import StoryKind
from stories.people import Act
from stories.words import say
from ui.parts import badge, heading, minutes, name_of
from ui.todo import todo
from ui.visit import Visit

LISTENING = ("wordt_uitgeschreven", "namen_nakijken")
"""Under these headings a recording is opened where it is listened to."""

REFRESH_S = 5
"""Seconds between two looks at the queue while somebody watches it."""


def page(visit: Visit) -> None:
    heading(say("ui.queue_title"), say("ui.queue_lead"))
    if visit.staff.may(Act.EDIT_NAMES):
        todo(visit, "read_back_changes")

    @st.fragment(run_every=REFRESH_S)
    def live() -> None:
        seen = queue.queue(visit.store, visit.staff)
        rows = seen.rows
        if not rows:
            st.info(say("ui.queue_empty"))
        for name in queue.HEADINGS:
            under = [row for row in rows if row.heading == name]
            if under:
                st.html(f"<h2>{html.escape(say(f'queue.heading_{name}'))} ({seen.counts[name].stories})</h2>")
            for row in under:
                _row(row)

    live()


def _row(row: QueueRow) -> None:
    story = row.story
    signs = [badge(say(f"terms.kind_{story.kind}"))]
    if story.is_example:
        signs.append(badge(say("ui.example"), "warn"))
    if row.job and row.job.state is JobState.RUNNING and row.job.total:
        signs.append(badge(say("ui.progress", done=minutes(row.job.done), total=minutes(row.job.total))))
        left = row.job.remaining_ms
        if left is not None:
            signs.append(badge(say("ui.work_left", minutes=max(1, round(left / 60_000)))))
    if row.is_draft:
        signs.append(badge(say("ui.transcript_draft")))
    if row.waits_for:
        signs.append(badge(_why(row.waits_for), "warn"))
    name = html.escape(name_of(story))
    spoken = story.kind is StoryKind.AUDIO
    page = "luisteren" if spoken and row.heading in LISTENING else "nakijken"
    title = (
        f"<a href='/{page}?verhaal={story.id}' target='_self'><b>{name}</b></a>"
        if story.version or row.heading == "gepauzeerd" or (spoken and row.heading in LISTENING)
        else f"<b>{name}</b>"
    )
    with st.container(key=f"kaart_{story.id}"):
        st.html(f"<div class='vp-row vp-link'><div>{title}</div><div class='vp-badges'>{''.join(signs)}</div></div>")


def _why(key: str) -> str:
    """The sentence for a reason; an instruction to the administrator is told in full on the health page."""
    return say("ui.waits_for_model") if key.startswith(("transcription.", "models.")) else say(key)
