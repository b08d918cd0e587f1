"""Geschiedenis: what happened to a story, newest first, under the day on which it did; and what others just did."""

from __future__ import annotations

import html
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import streamlit as st

from desk import changes, reviewing
from stories import clock
from stories.words import say
from ui.moments import moment, time_of
from ui.parts import day
from ui.state import seen_line
from ui.visit import Visit


def history(visit: Visit, story_id: str) -> None:
    lines = reviewing.history(visit.store, visit.staff, story_id)
    today = clock.today()
    for on, of_day in groupby(lines, key=lambda line: clock.today(line["at"])):
        heading = say("storypage.history_today") if on == today else day(on)
        rows = "".join(f"<li>{html.escape(row)}</li>" for row in _rows(of_day))
        st.html(f"<h3>{html.escape(heading)}</h3><ul class='vp-list vp-past'>{rows}</ul>")


def _rows(lines: Iterator[dict[str, Any]]) -> Iterator[str]:
    """The same by the same person, one after another, is one line with how often."""
    told = ((line["at"], line["name"], changes.did(line["action"], line["detail"])) for line in lines)
    for (name, did), same in groupby(told, key=lambda one: one[1:]):
        times = [at for at, _, _ in same]
        row = say("storypage.history_line", time=time_of(times[0]), name=name, did=did)
        yield row + (f" ({say('storypage.history_times', count=len(times))})" if len(times) > 1 else "")


def since_shown(visit: Visit, story_id: str) -> tuple[str, ...]:
    """What was done to a story since this tab showed it, as sentences."""
    line = seen_line(story_id)
    if not line:
        return ()
    return tuple(
        say(
            "storypage.moved_line",
            when=moment(one.at),
            who=say("storypage.moved_you") if one.by_self else one.name,
            did=one.did,
        )
        for one in changes.changes_since(visit.store, visit.staff, story_id, line)
    )
