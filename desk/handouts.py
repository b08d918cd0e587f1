"""A4's with quotes that left by the insights: of which story a quote stands in which, since when.

They are known from the audit alone, which stays when a story is erased: one line for every quote that left, with the A4
it stands in (`detail`: its id and its opgave). A withdrawal makes a task of each; it is done once and for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from stories import clock
from stories.model import Task, new_id
from stories.store import Books, Store

ACTION = "quote_in_insights"

TAKE_DOWN = "take_down"
"""The kind of a task: what went out must go."""

MOST = 10_000
"""Lines looked back at."""


@dataclass(frozen=True, slots=True)
class Handout:
    """One A4. `due`: the last day to ask for it back, while that is asked; `down_on`: when it was asked."""

    id: str
    theme: str
    day: date
    by: str  # a user id
    quotes: int
    due: date | None = None
    down_on: date | None = None


def noted(books: Books, by: str, quotes: Sequence[tuple[str, str]], theme: str) -> None:
    """An A4 leaves with these quotes, each as the ids of its story and of itself."""
    id = new_id("a")
    for story_id, quote_id in quotes:
        books.audit(by, ACTION, story_id=story_id, subject=quote_id, detail=f"{id} {theme}")


def found(books: Books, *, story_id: str | None = None) -> tuple[Handout, ...]:
    """All of them, or those in which this story is quoted (with the tasks about it alone), the newest first."""
    tasks: dict[str, list[Task]] = {}
    for task in books.tasks(open_only=False):
        if task.kind == TAKE_DOWN and story_id in (None, task.story_id):
            tasks.setdefault(task.subject, []).append(task)
    lines: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for line in books.audit_trail(action=ACTION, story_id=story_id, limit=MOST):
        id, _, theme = str(line["detail"]).partition(" ")
        lines.setdefault((id or str(line["subject"]), theme), []).append(line)
    return tuple(_handout(id, theme, group, tasks.get(id, [])) for (id, theme), group in lines.items())


def told(store: Store, story_id: str) -> tuple[Handout, ...]:
    """For whoever holds the code of this story: in which A4's it is quoted, and whether they were asked back."""
    with store.read() as books:
        return found(books, story_id=story_id)


def _handout(id: str, theme: str, lines: Sequence[dict[str, Any]], tasks: Sequence[Task]) -> Handout:
    first = lines[0]
    due = min((task.due for task in tasks if task.done_at is None), default=None)
    done = [task.done_at for task in tasks if task.done_at is not None]
    at, by = first["at"], str(first["actor"])
    return Handout(
        id, theme, clock.today(at), by, len(lines), due, clock.today(max(done)) if done and due is None else None
    )
