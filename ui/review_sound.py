"""Nakijken, "Veilig geluid": a recording with what is masked bleeped away, and a second pair of ears."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import redacting
from desk.redacting import Safe, Standing
from desk.reviewing import Review
from stories.jobs import JobState
from stories.model import StoryKind
from stories.people import Act
from stories.stages import Stage, State
from stories.words import say
from ui.components.player import player
from ui.parts import act, small
from ui.state import played_whole, set_played_whole
from ui.visit import Visit

LOOK_S = 2
"""Seconds between two looks how far it is."""


def section(visit: Visit, seen: Review) -> None:
    """For spoken stories; folded while nobody has to do anything."""
    if seen.story.kind is not StoryKind.AUDIO or seen.story.stage is not Stage.TAGGED:
        return
    safe = redacting.seen(visit.store, visit.staff, seen.story.id)
    how = "coming" if safe.is_coming else "heard" if safe.heard_by else str(safe.standing)
    with st.expander(say(f"safe_sound.title_{how}"), expanded=how not in ("missing", "heard")):
        if safe.is_coming:
            _coming(visit, seen.story.id)
        elif safe.standing is Standing.READY:
            _listen(visit, seen.story.id, safe)
        else:
            _ask(visit, seen, safe)


def _ask(visit: Visit, seen: Review, safe: Safe) -> None:
    """There is none: why, and a button to have it made."""
    if safe.standing is Standing.STALE:
        small(say("safe_sound.stale"))
    if safe.reason:
        _trouble(safe.reason)
    small(say("safe_sound.what"))
    if not visit.staff.may(Act.OPEN_ORIGINAL) or seen.story.state is not State.IN_REDACTIE:
        small(say("safe_sound.only_editors"))
        return
    label = say("safe_sound.ask_again" if safe.reason or safe.standing is Standing.STALE else "safe_sound.ask")
    do = partial(redacting.ask, visit.store, visit.staff, seen.story.id)
    act(label, do, say("safe_sound.asked"), key="veilig_maken")


def _trouble(sentence: str) -> None:
    st.html(f"<p class='vp-finding warn'>{html.escape(sentence)}</p>")


def _coming(visit: Visit, story_id: str) -> None:
    """How far it is; drawn anew when it is there."""

    @st.fragment(run_every=LOOK_S)
    def until_there() -> None:
        now = redacting.seen(visit.store, visit.staff, story_id)
        if not now.is_coming:
            st.rerun()
        job = now.job
        if job is not None and job.state is JobState.BLOCKED and job.message:
            _trouble(say(job.message))
        elif job is None or not job.total or job.state is not JobState.RUNNING:
            small(say("safe_sound.waits"))
        else:
            st.progress(min(1.0, job.done / job.total))
            small(say("safe_sound.hears", done=min(job.done + 1, job.total), total=job.total))

    until_there()


def _listen(visit: Visit, story_id: str, safe: Safe) -> None:
    """Play it, and say that all of it was heard."""
    small(_gone(safe))
    url = f"/geluid/{story_id}/veilig?v={safe.digest[:12]}"  # another recording is another address: nothing is mixed
    if player(url, say("safe_sound.listen"), key="veilig_geluid", watch=True):
        set_played_whole(safe.digest)
    if safe.heard_by:
        count = len(safe.heard_by)
        small(say("safe_sound.heard_one" if count == 1 else "safe_sound.heard", count=count))
    if not safe.may_approve:
        small(say("safe_sound.not_you"))
    elif visit.staff.id not in safe.heard_by:
        small(say("safe_sound.confirm_what"))
        ready = played_whole(safe.digest)
        if not ready:
            small(say("safe_sound.confirm_first"))
        do = partial(redacting.mark_redacted_heard, visit.store, visit.staff, story_id, digest=safe.digest)
        act(
            say("safe_sound.confirm"), do, say("safe_sound.confirmed"),
            key="veilig_gehoord", primary=True, disabled=not ready,
        )  # fmt: skip


def _gone(safe: Safe) -> str:
    """How much was bleeped away."""
    count, whole = len(safe.spans), sum(span.is_whole for span in safe.spans)
    if not count:
        return say("safe_sound.gone_none")
    seconds = max(1, round(safe.gone_ms / 1000))
    said = say("safe_sound.gone_one" if count == 1 else "safe_sound.gone", count=count, seconds=seconds)
    if whole:
        said += " " + say("safe_sound.whole_one" if whole == 1 else "safe_sound.whole", count=whole)
    return said
