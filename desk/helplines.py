"""Helplines of the house: when a person last looked whether each number is still right.

A check is a choice of the house (`stories.books_choices`) about exactly the line that was looked at: when a later
release of the app prints another line, nobody looked at that one yet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from publish.helplines import HELPLINES, Helpline
from stories.books_choices import Choice
from stories.clock import HOME, today
from stories.errors import NotFound
from stories.people import Act, User
from stories.store import Books, Store


@dataclass(frozen=True, slots=True)
class Row:
    """A helpline as it stands now; `by` is the name of whoever looked, empty when it came with the app. `version` is of
    the house's own check, 0 before the first."""

    line: Helpline
    is_old: bool
    by: str
    version: int


def helplines(books: Books) -> tuple[Helpline, ...]:
    """Every helpline, with the day of its last check."""
    return tuple(_checked(line, books.chosen(_name(line))) for line in HELPLINES)


def overview(store: Store, user: User) -> tuple[Row, ...]:
    """For an administrator, the longest unchecked first."""
    user.require(Act.EDIT_RULES)
    with store.read() as books:
        names = {one.id: one.name for one in books.users(include_inactive=True)}
        rows = []
        for line in HELPLINES:
            choice = books.chosen(_name(line))
            now = _checked(line, choice)
            by = names.get(choice.by, "") if choice and now is not line else ""
            old = now.is_old(today(), books.settings.helpline_days)
            rows.append(Row(now, old, by, choice.version if choice else 0))
    return tuple(sorted(rows, key=lambda row: row.line.checked_on))


def check(store: Store, user: User, code: str, *, expected: int, now: datetime | None = None) -> None:
    """Somebody looked: this line is still right. Raises NotFound, and Moved when a colleague was faster."""
    user.require(Act.EDIT_RULES)
    line = next((line for line in HELPLINES if line.code == code), None)
    if line is None:
        raise NotFound("stories.not_found")
    with store.write() as books:
        books.choose(Choice(_name(line), expected + 1, line.digest, user.id, now or datetime.now(UTC)))
        books.audit(user.id, "helpline_checked", subject=line.code)


def _name(line: Helpline) -> str:
    return f"helpline_{line.code}"


def _checked(line: Helpline, choice: Choice | None) -> Helpline:
    """The line, since when it is known to be right: the app's own check, or that of the house when it is later."""
    if choice is None or choice.body != line.digest:
        return line
    on = choice.at.astimezone(HOME).date()
    return replace(line, checked_on=on) if on >= line.checked_on else line
