"""Pieces of the queue that other pages use too: one story as a row, where it opens, who works on it, and the next."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from desk import queue
from desk.queue import Heading, QueueRow
from stories.jobs import JobState
from stories.model import StoryKind
from stories.people import Act, User
from stories.words import say
from ui.parts import act, badge, day, go_to, minutes, name_of, plain, small, told_plainly
from ui.state import flash
from ui.visit import Visit
from ui.ways import asked, to_list, to_story

CLOSED = (Heading.INGETROKKEN,)
"""What stands here opens for nobody."""

MOST_TAGS = 3
"""Opgaven shown on a row; the rest stands on the story's own page."""


def path_of(row: QueueRow, user: User) -> str | None:
    """The page where the work on this story is done, or None while there is nothing to open."""
    unheard = row.heading is Heading.WORDT_UITGESCHREVEN or (row.heading is Heading.NAMEN_NAKIJKEN and not row.heard)
    if row.story.kind is StoryKind.AUDIO and unheard and user.may(Act.OPEN_ORIGINAL):
        return "luisteren"
    opens = row.story.version or row.heading is Heading.GEPAUZEERD
    return "nakijken" if opens and row.heading not in CLOSED and user.may(Act.READ_STORY) else None


def row_of(row: QueueRow, user: User, *, with_heading: bool) -> None:
    """Draw one story of the queue: what it is called, what it needs, until when, and what is special about it."""
    when = last_day(row)
    signs = [badge(say(f"queue.heading_{row.heading}"))] if with_heading else []
    if when:
        signs.append(badge(when, "stop" if row.is_late else "calm"))
    if row.story.is_example:
        signs.append(badge(say("ui.example"), "warn"))
    if row.job and row.job.state is JobState.RUNNING and row.job.total:
        signs.append(badge(say("ui.progress", done=minutes(row.job.done), total=minutes(row.job.total))))
        left = row.job.remaining_ms
        if left is not None:
            signs.append(badge(say("ui.work_left", minutes=max(1, round(left / 60_000)))))
    if row.calls:
        signs.append(badge(_counted("queue.calls", row.calls), "warn"))
    if row.is_draft:
        signs.append(badge(say("ui.transcript_draft")))
    if row.waits_for:
        signs.append(badge(_why(row.waits_for), "warn"))
    name = html.escape(name_of(row.story))
    path = path_of(row, user)
    title = (
        f"<a href='{html.escape(to_story(path, row.story.id))}' target='_self'><b>{name}</b></a>"
        if path
        else f"<b>{name}</b>"
    )
    st.html(
        f"<div class='vp-row vp-link'><div>{title}</div><div class='vp-badges'>{''.join(signs)}</div></div>"
        f"<p class='vp-small'>{html.escape(about(row, user))}</p>"
    )


def last_day(row: QueueRow) -> str:
    """Until when, in words; empty where nothing is late."""
    if row.last_day is None:
        return ""
    if row.is_late:
        return _counted("queue.late", row.days_over)
    if row.days_over == 0:
        return say("queue.last_day_today")
    return say("queue.last_day_by_hand" if row.by_hand else "queue.last_day", day=day(row.last_day))


def about(row: QueueRow, user: User) -> str:
    """The quiet line of a row: how old, what is left, which opgaven, and whose it is."""
    parts = [_counted("queue.age", row.age) if row.age else say("queue.age_today"), say(f"terms.kind_{row.story.kind}")]
    if row.heading is Heading.NAMEN_NAKIJKEN:
        if not row.heard:
            parts.append(say("queue.not_heard" if row.story.kind is StoryKind.AUDIO else "queue.not_read"))
        if row.names_left:
            parts.append(_counted("queue.names_left", row.names_left))
    if row.notes > row.calls:
        parts.append(_counted("queue.notes", row.notes))
    parts += [tag.name if tag.confirmed else say("queue.tag_proposed", name=tag.name) for tag in row.tags[:MOST_TAGS]]
    return " · ".join(filter(None, [*parts, whose(row, user)]))


def hands(visit: Visit, row: QueueRow, *, over: bool = False) -> None:
    """The button with which somebody takes a story or gives it back; `over`: also one to take it from a colleague."""
    if not visit.staff.may(Act.READ_STORY) or row.heading in queue.FINISHED or row.heading is Heading.GEPAUZEERD:
        return
    store, user, story_id = visit.store, visit.staff, row.story.id
    if row.assigned_to == user.id:
        label, do, done = (
            say("queue.give_back"),
            partial(queue.give_back, store, user, story_id),
            say("queue.given_back"),
        )
    elif row.assigned_to is None or over:
        label = say("queue.take") if row.assigned_to is None else say("queue.take_over", name=_name(row))
        do = partial(queue.take, store, user, story_id, expected=row.assigned_to)
        done = say("queue.taken" if row.assigned_to is None else "queue.taken_over", name=_name(row))
    else:
        return
    act(label, do, done, key=f"pakken_{story_id}", width="content")


def somebody_elses(visit: Visit, row: QueueRow) -> None:
    """On the pages of a story that a colleague works on: who, and the button to take it over. It is no lock."""
    if row.assigned_to in (None, visit.staff.id) or row.heading in queue.FINISHED or row.heading is Heading.GEPAUZEERD:
        return
    with st.container(key="kaart_bezig", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width="stretch"):
            small(say("queue.busy", name=_name(row)))
        hands(visit, row, over=True)


def who_and_when(visit: Visit, row: QueueRow) -> None:
    """On the story's own page: whose it is, until when, and (for whoever may) another day."""
    story_id = row.story.id
    told = [say("queue.who_and_when"), last_day(row), whose(row, visit.staff)]
    with st.expander(plain(" · ".join(filter(None, told)))):
        hands(visit, row)
        set_day = row.last_day if row.by_hand else None
        given = st.date_input(
            say("queue.until"), value=set_day, format="DD-MM-YYYY", key=f"klaar_voor_{story_id}",
            help=say("queue.until_how"),
        )  # fmt: skip
        change = partial(queue.set_last_day, visit.store, visit.staff, story_id, expected=set_day)
        if given is not None and given != set_day:
            act(say("queue.until_set"), partial(change, given), say("queue.until_is_set"), key="dag_zetten")
        if set_day is not None:
            act(say("queue.until_off"), partial(change, None), say("queue.until_is_off"), key="dag_weg")


def way_back() -> None:
    """The way to the list that this story was opened from."""
    _way(to_list(), say("queue.back"))


def next_story(visit: Visit, after: str) -> None:
    """The way to the story that comes next in the list that this one was opened from; none behind the last."""
    row = queue.next_for(visit.store, visit.staff, asked(), after=after)
    path = path_of(row, visit.staff) if row else None
    if row is not None and path is not None:
        words = say("queue.next_story", name=name_of(row.story), heading=say(f"queue.heading_{row.heading}"))
        _way(to_story(path, row.story.id), words)


def _way(there: str, words: str) -> None:
    st.html(f"<p class='vp-link'><a href='{html.escape(there)}' target='_self'>{html.escape(words)}</a></p>")


def take_next(visit: Visit) -> None:
    """The button that takes the most urgent story and opens it."""
    if st.button(say("queue.next"), key="volgende", type="primary"):
        filters = asked()
        row = queue.next_for(visit.store, visit.staff, filters)
        path = path_of(row, visit.staff) if row else None
        if row is None or path is None:
            flash(say("queue.next_none"))
            st.rerun()
        with told_plainly():
            if row.assigned_to is None:
                queue.take(visit.store, visit.staff, row.story.id, expected=None)
            go_to(path, verhaal=row.story.id, **filters.codes)


def whose(row: QueueRow, user: User) -> str:
    if row.assigned_to is None:
        return ""
    return say("queue.mine") if row.assigned_to == user.id else say("queue.somebodys", name=_name(row))


def _name(row: QueueRow) -> str:
    return row.assigned_name or say("queue.somebody")


def _counted(key: str, count: int) -> str:
    return say(f"{key}_one") if count == 1 else say(key, days=count, count=count)


def _why(key: str) -> str:
    """The sentence for a reason; an instruction to the administrator is told in full on the health page."""
    return say("ui.waits_for_model") if key.startswith(("transcription.", "models.")) else say(key)
