"""Listening to a story: its sound and its text, sentence by sentence, before anybody looks at names."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import changes, queue, transcribing, transcripts
from desk.presence import Deel
from desk.queue import QueueRow
from desk.transcripts import Opened, editing
from stories.errors import NotFound, VertelpuntError
from stories.jobs import UNFINISHED, JobState, JobStatus
from stories.model import StoryKind
from stories.people import Act
from stories.stages import Stage, State
from stories.words import say
from ui import queue_parts
from ui import transcript_more as more
from ui.components.transcript import Touched, transcript
from ui.parts import act, badge, badges, changes_told_by, heading, minutes, name_of, refusal, small
from ui.presence import who_else
from ui.review_history import since_shown
from ui.review_parts import no_story, steps
from ui.state import chosen, flash, is_seen_line
from ui.transcript_doc import doc_of
from ui.transcript_names import decide, names_of
from ui.visit import Visit
from ui.ways import to_story

REFRESH_S = 5


def page(visit: Visit) -> None:
    story_id = chosen("verhaal")
    if story_id is None:
        no_story()
        return
    row = queue.queue_row(visit.store, visit.staff, story_id)
    queue_parts.way_back()
    heading(name_of(row.story))
    if row.story.kind is StoryKind.TEXT:
        small(say("transcript.typed_story"))
        link = html.escape(to_story("nakijken", story_id))
        st.html(f"<a class='vp-go soft' href='{link}' target='_self'>{html.escape(say('transcript.typed_go'))}</a>")
        return
    if row.story.state is State.INGEDIEND:
        _being_written(visit, row)
        return
    queue_parts.somebody_elses(visit, row)
    steps(row.story, "luisteren")
    who_else(visit, story_id, Deel.LUISTEREN)
    try:
        seen = transcripts.opened(visit.store, visit.staff, story_id)
    except NotFound:  # heard anew, in another language
        _being_written(visit, row)
        return
    line = changes.newest_line(visit.store, visit.staff, story_id)
    _about(seen)
    key = f"uitschrift_{story_id}"
    names = names_of(visit, seen, key=key)
    done = transcript(doc_of(seen, may_edit=visit.staff.may(Act.EDIT_TEXT)), names=names, key=key)
    if done is not None:
        with changes_told_by(partial(since_shown, visit, story_id)):
            _carry_out(visit, seen, done)
    more.below(visit, seen)
    is_seen_line(story_id, line)


def _about(seen: Opened) -> None:
    language = seen.transcript.language
    badges(
        badge(say("ui.transcript_model", model=seen.transcript.model)),
        *([badge(say("ui.transcript_draft"), "warn")] if seen.final_waits else []),
        *(
            [badge(say("ui.transcript_other_language", language=more.language_name(language)), "warn")]
            if language != "nl"
            else []
        ),
    )
    if language != "nl":
        small(say("ui.transcript_other_names"))


def _carry_out(visit: Visit, seen: Opened, done: Touched) -> None:
    """One thing the editor did; what is refused is said, and the browser keeps what was typed."""
    try:
        if done.did is not None:
            decide(visit, seen.story.id, done.did, key=f"uitschrift_{seen.story.id}")
        else:
            _do(visit, seen, done)
    except VertelpuntError as error:
        flash(refusal(error), refused=True)
    st.rerun()


def _do(visit: Visit, seen: Opened, done: Touched) -> None:
    store, user, story_id, at = visit.store, visit.staff, seen.story.id, done.index or 0
    change = partial(transcripts.change, store, user, story_id, expected=done.revision)
    match done.action:
        case "heard":
            transcripts.listened(store, user, story_id, done.spans)
        case "retype":
            transcripts.retype(store, user, story_id, at, done.text or "", expected=done.revision)
        case "undo":
            transcripts.undo(store, user, story_id, expected=done.revision)
        case "take_other":
            transcripts.take_other(store, user, story_id, at, expected=done.revision)
        case "keep_own":
            transcripts.keep_own(store, user, story_id, at)
        case "split":
            change(lambda text: editing.split(text, at, done.word or 0))
        case "merge":
            change(lambda text: editing.merged(text, at))
        case "confirm":
            change(lambda text: editing.confirmed(text, at))
        case "empty":
            change(lambda text: editing.emptied(text, at))
        case "speaker":
            change(lambda text: editing.spoken_by(text, done.indices, done.name))
        case "name_speaker":
            change(lambda text: editing.named(text, done.old, done.new or ""))
        case "swap":
            first, second, *_ = [*dict.fromkeys(s.speaker for s in seen.transcript.segments if s.speaker), "", ""]
            change(lambda text: editing.swapped(text, first, second))


def _being_written(visit: Visit, row: QueueRow) -> None:
    """There is no text yet: how far the computer is, and what an editor can do about it."""
    story_id = row.story.id
    if row.story.waiting_for:  # somebody's yes
        small(say(row.story.waiting_for))
        return
    small(say("ui.transcript_not_yet"))

    @st.fragment(run_every=REFRESH_S)
    def live() -> None:
        now = queue.queue_row(visit.store, visit.staff, story_id)
        if now.job is not None:
            progress(now.job)
        moved = (now.story.state, now.story.stage) != (row.story.state, row.story.stage)
        if moved and now.story.state is not State.INGEDIEND and now.story.stage is not Stage.CAPTURED:
            st.rerun()  # once: while nothing moves, a page without a text would be drawn for ever

    live()
    if not visit.staff.may(Act.EDIT_TEXT):
        return
    if row.job is not None and row.job.state in UNFINISHED:
        stop = partial(transcribing.stop_work, visit.store, visit.staff, story_id)
        act(say("ui.work_stop"), stop, say("ui.work_stopped"), key="werk_stoppen")
    else:
        again = partial(transcribing.work_again, visit.store, visit.staff, story_id)
        act(say("ui.work_again"), again, say("ui.work_goes_on"), key="werk_opnieuw", primary=True)


def progress(job: JobStatus) -> None:
    """Seconds of speech done, and what is left at the speed of this very job."""
    if not job.total:
        missing = job.message is not None and job.message.startswith(("transcription.", "models."))
        small(say("ui.waits_for_model" if missing else "ui.work_waits"))
        return
    st.progress(min(1.0, job.done / job.total))
    small(say("ui.progress", done=minutes(job.done), total=minutes(job.total)))
    left = job.remaining_ms
    if left is not None and job.state is JobState.RUNNING:
        small(say("ui.work_left", minutes=max(1, round(left / 60_000))))
