"""The thin adapter around the job engine (DBOS 3.4). Ids only go in and out; the work is named functions.

    jobs = Jobs(settings, {"process": process_story})     # in the worker
    jobs.work_forever(until)                               # recovers what a dead worker left behind
    enqueue(store, "process", story_id)                    # in the app: a row first, then the engine

(Contract; implementation follows.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from stories.settings import Settings
from stories.store import Store


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    BLOCKED = "blocked"  # waits for somebody: a model, a setting
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class JobStatus:
    """Our own row about a job: what a screen shows. `message` is a catalogue key, never story text."""

    id: str
    name: str
    story_id: str
    state: JobState
    done: int  # work units done (for audio: milliseconds of speech)
    total: int
    attempts: int
    message: str | None
    updated_at: datetime


class Run(Protocol):
    """What a job function gets besides the story id."""

    def step(self, name: str, work: Callable[[], None]) -> None:
        """Do `work` as one durable step: after a crash a finished step is not repeated. `work` is idempotent."""

    def progress(self, done: int, total: int) -> None: ...

    def check_cancelled(self) -> None:
        """Raise Cancelled when somebody stopped this job."""


JobFunction = Callable[[str, Run], None]


def enqueue(store: Store, name: str, story_id: str) -> str:
    """Ask for a job; returns its id. Asking twice for the same unfinished work gives the same id."""
    raise NotImplementedError


def status(store: Store, story_id: str) -> tuple[JobStatus, ...]:
    raise NotImplementedError


def cancel(store: Store, story_id: str) -> int:
    """Stop all unfinished jobs of a story (acts between steps); returns how many."""
    raise NotImplementedError


class Jobs:
    def __init__(self, settings: Settings, functions: Mapping[str, JobFunction]) -> None: ...

    def work_forever(self, should_stop: Callable[[], bool]) -> None: ...

    def work_until_idle(self) -> None:
        """Run everything that is waiting and return (for `make demo` and tests)."""
