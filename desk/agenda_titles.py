"""Titles of the agenda when a story is erased: those that may name somebody in it, or say its words, go with it.

The words of a story are known until its key is gone, so they are sought just before. A title that is typed is not
compared with the names of all stories: a refusal would tell whoever types which names there are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import anonymise
from stories import clock
from stories.errors import SealBroken
from stories.model import Task, new_id
from stories.planned import Planned, PlannedState
from stories.store import Books
from stories.words import say

NEW_TITLE = "agenda_title"
"""The kind of a task: a line of the agenda lost its title."""

NEW_TITLE_DAYS = 7
RUN = 4
"""So many words in a row are the story's and no coincidence."""


def forget(books: Books, story_id: str, by: str, now: datetime) -> int:
    """To be called in the transaction that erases a story, before it does: returns how many titles were replaced.

    A line that is still planned becomes a task, because somebody counts on it.
    """
    lines = books.planned_between(date.min, date.max)
    if not lines:
        return 0
    touched = _touched(books, story_id, {line.id: line.title for line in lines})
    for line in lines:
        if line.id in touched:
            books.save_planned(replace(line, title=say("store.erased_block")), expected=line.row_version)
            books.audit(by, "planned_title_gone", story_id=story_id, subject=line.id)
            _ask(books, line, story_id, clock.today(now))
    return len(touched)


def given(books: Books, item_id: str, now: datetime) -> None:
    """Somebody typed another title: what was asked is done."""
    for task in books.tasks():
        if (task.kind, task.subject) == (NEW_TITLE, item_id):
            books.finish_task(task.id, now)


def _touched(books: Books, story_id: str, titles: Mapping[str, str]) -> Collection[str]:
    try:
        names = [*anonymise.sought(books.names(story_id)), *books.intake_names(story_id)]
        said = _runs(books.version(story_id).clean.text) if books.story(story_id).version else set()
    except SealBroken:  # nobody can say what stood in it
        return titles
    leaks = {leak.where for leak in anonymise.residual(titles, names)}
    return leaks | {item_id for item_id, title in titles.items() if said & _runs(title)}


def _ask(books: Books, line: Planned, story_id: str, today: date) -> None:
    if line.state is PlannedState.GEPLAND and line.day >= today:
        due = min(line.day, today + timedelta(days=NEW_TITLE_DAYS))
        books.add_task(Task(new_id("t"), NEW_TITLE, story_id, line.id, owner="communicatie", due=due))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
