"""The task of reading a text to its teller: made when it is sent, over once they answered or need not any more."""

from __future__ import annotations

from datetime import datetime

from stories.store import Books

READ_TASK = "read_back"
"""The kind of the task; its owner is the ervaringswerker who took the story."""


def over(books: Books, story_id: str, now: datetime) -> None:
    """Nobody has to read this story to its teller any more."""
    for task in books.tasks():
        if (task.kind, task.story_id) == (READ_TASK, story_id):
            books.finish_task(task.id, now)
