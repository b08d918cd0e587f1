"""What waits for a person: tasks with an owner and a last day, made by withdrawals, last words and the daily job.

A task of an ervaringswerker is theirs alone and stands with their case (`desk.helping`); one of a role is anybody's
with that role.
"""

from __future__ import annotations

from datetime import UTC, datetime

from desk import handouts, register
from stories.errors import NotFound
from stories.model import Task
from stories.people import Act, User
from stories.store import Store

OWNERS: dict[str, Act] = {
    "communicatie": Act.EXPORT,
    "redactie": Act.EDIT_NAMES,
    "contactpersoon": Act.OPEN_CONTACT,
}
"""Which right makes somebody one of the owners of a task."""

OWN_SCREEN = frozenset({"open_contact", "open_names"})
"""Kinds that are done where they are asked, not ticked off."""


def waiting(store: Store, user: User) -> tuple[Task, ...]:
    """The open tasks of this user's roles, the first due first."""
    if not any(user.may(act) for act in OWNERS.values()):
        user.require(Act.EXPORT)
    with store.read() as books:
        return tuple(task for task in books.tasks() if _is_theirs(user, task))


def done(store: Store, user: User, task_id: str) -> None:
    """Somebody did it. Raises NotFound for one that is done or somebody's own, NotAllowed for another role's."""
    with store.write() as books:
        task = next((one for one in books.tasks() if one.id == task_id and one.owner in OWNERS), None)
        if task is None:
            raise NotFound("stories.not_found")
        user.require(OWNERS[task.owner])
        if task.kind == handouts.TAKE_DOWN:  # the register knows what else that ends
            register.note_down(books, user.id, task.subject, datetime.now(UTC))
            return
        books.finish_task(task_id, datetime.now(UTC))
        books.audit(user.id, "task_done", story_id=task.story_id, subject=task_id, detail=task.kind)


def _is_theirs(user: User, task: Task) -> bool:
    act = OWNERS.get(task.owner)
    return act is not None and user.may(act) and task.kind not in OWN_SCREEN
