"""Administering: is the house in order? No story content is shown here to anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from desk import naming
from desk.models import Standing, standings
from desk.reviewing import with_names
from stories import executors
from stories.people import Act, User
from stories.settings import Settings
from stories.store import Store


@dataclass(frozen=True, slots=True)
class Health:
    """What the administrator sees at a glance."""

    models: tuple[Standing, ...]  # of the settings: for the final text, and for the draft
    worker_seen_at: datetime | None
    worker_alive: bool
    audit_whole: bool
    stories: dict[str, int]  # per editorial state
    database: str  # "sqlite" or "postgresql"
    names_s: tuple[int, int] | None = None  # median seconds an editor looks at the names of a story; of how many


WORKER_SILENT_AFTER_S = 30
"""A heartbeat comes every five seconds; after this many the worker is shown as gone."""


def health(store: Store, settings: Settings, user: User) -> Health:
    """Models, worker, audit chain and counts."""
    user.require(Act.SEE_HEALTH)
    seen = executors.alive(store)
    counts: dict[str, int] = {}
    with store.read() as books:
        for story in books.stories(limit=100_000):
            counts[story.state] = counts.get(story.state, 0) + 1
        whole = books.audit_is_whole()
        names_s = naming.time_spent(books)
    return Health(
        models=standings(settings),
        worker_seen_at=seen,
        worker_alive=seen is not None and (datetime.now(UTC) - seen).total_seconds() < WORKER_SILENT_AFTER_S,
        audit_whole=whole,
        stories=counts,
        database=store.engine.dialect.name,
        names_s=names_s,
    )


def audit_trail(store: Store, user: User, *, limit: int = 200) -> tuple[dict[str, Any], ...]:
    """The newest audit lines: who did what to which id, never any content."""
    user.require(Act.SEE_AUDIT)
    with store.read() as books:
        return with_names(books, books.audit_trail(limit=limit))
