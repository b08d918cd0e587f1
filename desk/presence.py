"""Who else has this story open now. Told by a sign of life every `BEAT_S`; no history is kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from desk.opening import open_to_staff
from stories.people import Act, User
from stories.store import Store
from stories.words import say

BEAT_S = 20
"""Seconds between two signs of life of a page that is open."""

FRESH = timedelta(seconds=BEAT_S / 2)
"""A sign of life this young is not written again: a page that is drawn anew costs no write."""

GONE_AFTER = timedelta(seconds=60)
"""Whoever gave no sign of life for so long is gone: three beats [P]."""


class Deel(StrEnum):
    """The parts of a story's page, as they stand in its URL (`?deel=`)."""

    LUISTEREN = "luisteren"
    NAMEN = "namen"
    THEMAS = "themas"
    TOESTEMMING = "toestemming"
    GESCHIEDENIS = "geschiedenis"
    GEBRUIKT = "gebruikt"
    NOTITIES = "notities"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody else who looks at the story now, and at which part of it."""

    name: str
    deel: Deel


def here(store: Store, user: User, story_id: str, deel: Deel, *, now: datetime | None = None) -> tuple[Colleague, ...]:
    """Say that this user has this part open; returns who else is there, by name.

    Raises NotFound, Refused and ConsentRefused for a story that this user cannot open.
    """
    user.require(Act.READ_STORY)
    now = now or datetime.now(UTC)
    since = now - GONE_AFTER
    with store.read() as books:
        open_to_staff(books, story_id)
        present = books.notebook.present(story_id, since=since)
        names = {one.id: one.name for one in books.users()}
    if not any(one.user_id == user.id and one.part == deel and now - one.seen_at < FRESH for one in present):
        with store.write() as books:
            books.notebook.forget_present(before=since)
            books.notebook.is_here(story_id, user.id, deel, now)
    others = [one for one in present if one.user_id != user.id]
    found = [Colleague(names.get(one.user_id, say("audit.nobody")), Deel(one.part)) for one in others]
    return tuple(sorted(found, key=lambda one: one.name.casefold()))


def tidy(store: Store, *, now: datetime | None = None) -> None:
    """Forget who is gone, also when nobody opened a story since."""
    with store.write() as books:
        books.notebook.forget_present(before=(now or datetime.now(UTC)) - GONE_AFTER)
