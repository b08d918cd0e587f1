"""Work that takes long: asked for as a row, done by a worker process, safe against kill -9.

    enqueue(store, "process", story_id)                    # in the app: one row, nothing else
    Jobs(settings, {"process": process_story}).work_forever(stop.is_set)      # in the worker
    status(store, story_id); cancel(store, story_id)       # plain SQL, from anywhere
    forget(store, story_id)                                # at erasure

The app only writes rows in the table `job`; it never starts the job engine. A worker picks waiting rows up and
hands them to DBOS (see `jobs_engine.py`), with the job's id as the only thing DBOS ever stores. Call `enqueue`
outside `store.write()`: it has a transaction of its own, and SQLite has room for one writer at a time.

The life of a row:

    WAITING -> RUNNING -> DONE
       ^          |-----> WAITING    it failed; tried again after a pause, three times in all
       |          |-----> WAITING    it gave way to a shorter one; not counted as an attempt
       |          |-----> BLOCKED    NotReady: a model or a setting is missing; tried again every minute
       |          |-----> FAILED     a rule said no (the message is that rule's key), or three failures
       |          `-----> CANCELLED
    BLOCKED, and work of a worker that died

A job function may run twice, from its beginning: a finished step is not repeated, everything outside steps is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

import sqlalchemy as sa

from stories.database import transaction
from stories.model import new_id
from stories.settings import Settings
from stories.store import Store
from stories.tables import job as JOB


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    BLOCKED = "blocked"  # waits for somebody: a model, a setting
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


HIGHEST = 2**31 - 1  # the largest priority, and the last to be done
ENOUGH_MS = 2_000  # work of this length tells how fast a job is
AGAIN = "jobs.again"  # the message of a running job that was asked for once more
UNFINISHED = (JobState.WAITING, JobState.RUNNING, JobState.BLOCKED)


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
    worked_ms: int = 0  # what the work so far took, without waiting

    @property
    def remaining_ms(self) -> int | None:
        """What is left, at the speed this job had so far; None while that says nothing yet."""
        if self.done <= 0 or self.worked_ms < ENOUGH_MS or self.total < self.done:
            return None
        return (self.total - self.done) * self.worked_ms // self.done


class Run(Protocol):
    """What a job function gets besides the story id."""

    def step(self, name: str, work: Callable[[], None]) -> None:
        """Do `work` as one durable step: after a crash a finished step is not repeated. `work` is idempotent.

        `name` is stable, unique within the job, and holds nothing of a story. Steps are known by name, so a job
        function may skip a step whose result it finds in the store. Raises what `work` raises; after a crash, a
        failure that was already noted comes back as StepFailed. Raises Cancelled as `check_cancelled` does.
        """

    def progress(self, done: int, total: int) -> None:
        """Tell how far the work is, in units of the job's own choice."""

    def check_cancelled(self) -> None:
        """Raise Cancelled when somebody stopped this job."""

    def give_way(self) -> None:
        """Between two steps of long work: let a shorter job that waits go first. What was done stays done."""


JobFunction = Callable[[str, Run], None]


def now() -> datetime:
    return datetime.now(UTC)


def enqueue(store: Store, name: str, story_id: str, *, size: int = 0, after_s: float = 0) -> str:
    """Ask for a job; returns its id. Asking twice for the same unfinished work gives the same id.

    Of the jobs that wait, the one with the smallest `size` goes first (for audio: its milliseconds; 0 is first).
    It begins `after_s` seconds from now at the earliest, also when it waited already: so somebody who goes on changing
    a text is not run after. Asking again for a blocked job makes it try again now; for a running one, makes a new one
    follow it.
    """
    not_before = now() + timedelta(seconds=after_s) if after_s else None
    with transaction(store.engine, write=True) as connection:  # one writer at a time: nobody comes in between
        found = connection.execute(
            sa.select(JOB.c.id, JOB.c.state).where(
                JOB.c.name == name,
                JOB.c.story_id == story_id,
                JOB.c.state.in_(UNFINISHED),
                JOB.c.cancel_requested.is_(False),
            )
        ).first()
        if found is None:
            return add(connection, name, story_id, min(max(0, size), HIGHEST - 1), not_before)
        mine = JOB.c.id == found.id
        if found.state == JobState.BLOCKED:
            wake(connection, mine)
        if found.state == JobState.WAITING:
            connection.execute(sa.update(JOB).where(mine).values(not_before=not_before))
        if found.state == JobState.RUNNING:  # perhaps past the point where it would see what is new
            connection.execute(sa.update(JOB).where(mine).values(message=AGAIN, not_before=not_before))
        return str(found.id)


def add(connection: sa.Connection, name: str, story_id: str, priority: int, not_before: datetime | None = None) -> str:
    """A new row that waits; returns its id."""
    job_id = new_id("j")
    moment = now()
    connection.execute(
        sa.insert(JOB).values(
            id=job_id,
            name=name,
            story_id=story_id,
            state=JobState.WAITING.value,
            done=0,
            total=0,
            attempts=0,
            message=None,
            created_at=moment,
            updated_at=moment,
            priority=priority,
            workflow_id=None,
            cancel_requested=False,
            not_before=not_before,
        )
    )
    return job_id


def wake(connection: sa.Connection, *which: sa.ColumnElement[bool]) -> int:
    """Let blocked jobs try again. The message stays until the job gets further."""
    return connection.execute(
        sa.update(JOB)
        .where(JOB.c.state == JobState.BLOCKED.value, *which)
        .values(state=JobState.WAITING.value, workflow_id=None, updated_at=now())
    ).rowcount


def status(store: Store, *story_ids: str) -> tuple[JobStatus, ...]:
    """All jobs of a story (or of several), newest first."""
    columns = (JOB.c.id, JOB.c.name, JOB.c.story_id, JOB.c.state, JOB.c.done, JOB.c.total, JOB.c.attempts)
    query = (
        sa.select(*columns, JOB.c.message, JOB.c.updated_at, JOB.c.worked_ms)
        .where(JOB.c.story_id.in_(story_ids))
        .order_by(JOB.c.created_at.desc(), JOB.c.id)
    )
    with transaction(store.engine, write=False) as connection:
        rows = connection.execute(query).mappings().all()
    return tuple(
        JobStatus(
            **{
                **row,
                "state": JobState(row["state"]),
            }
        )
        for row in rows
    )


def cancel(store: Store, story_id: str) -> int:
    """Stop all unfinished jobs of a story; returns how many.

    What waits is cancelled at once; what runs stops at its next step or `check_cancelled`.
    """
    unfinished = (JOB.c.story_id == story_id, JOB.c.state.in_(UNFINISHED), JOB.c.cancel_requested.is_(False))
    with transaction(store.engine, write=True) as connection:
        stopped = connection.execute(
            sa.update(JOB)
            .where(*unfinished, JOB.c.state != JobState.RUNNING.value)
            .values(state=JobState.CANCELLED.value, cancel_requested=True, message="jobs.cancelled", updated_at=now())
        ).rowcount
        asked = connection.execute(
            sa.update(JOB).where(*unfinished).values(cancel_requested=True, updated_at=now())
        ).rowcount
    return stopped + asked


def forget(store: Store, story_id: str) -> int:
    """At erasure: drop every job of a story, from our table and from the job engine; returns how many.

    Work on it that still runs stops at its next step. What a stopping worker leaves behind (its own id, nothing
    of the story) the next look-round of a worker removes.
    """
    from stories.jobs_dbos import delete_workflows

    with transaction(store.engine, write=True) as connection:
        ids = [str(row.id) for row in connection.execute(sa.select(JOB.c.id).where(JOB.c.story_id == story_id))]
        connection.execute(sa.delete(JOB).where(JOB.c.story_id == story_id))
    delete_workflows(store.settings, ids)
    return len(ids)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the worker looks, and how long it waits; seconds. Tests turn these down."""

    poll_s: float = 0.5
    reconcile_s: float = 5.0
    heartbeat_s: float = 5.0
    lease_s: float = 15.0  # three heartbeats missed: this worker is gone
    blocked_s: float = 60.0
    retry_s: tuple[float, ...] = (5.0, 30.0)  # one pause after each failure but the last: three attempts

    def __post_init__(self) -> None:
        if not 0 < self.heartbeat_s < self.lease_s:
            raise ValueError("a lease is longer than a heartbeat")

    @property
    def attempts(self) -> int:
        return len(self.retry_s) + 1


class Jobs:
    """The worker's side: job functions by name, and the engine that runs them durably."""

    def __init__(
        self,
        settings: Settings,
        functions: Mapping[str, JobFunction],
        *,
        store: Store | None = None,
        pace: Pace | None = None,
        concurrency: int = 1,
    ) -> None:
        """`concurrency` is how many jobs this worker does at a time (more workers do more)."""
        self._settings = settings
        self._functions = dict(functions)
        self._store = store
        self._pace = pace or Pace()
        self._concurrency = concurrency

    def work_forever(self, should_stop: Callable[[], bool]) -> None:
        """Do jobs until `should_stop()` is true. A step that runs then gets two seconds; the rest is given back."""
        with self._engine() as engine:
            while not should_stop():
                engine.turn()

    def work_until_idle(self) -> None:
        """Run everything that is waiting and return (for `make demo` and tests). Blocked jobs stay blocked."""
        with self._engine() as engine:
            engine.turn()
            while engine.busy():
                engine.turn()

    def _engine(self) -> Any:
        from stories.jobs_engine import Engine  # DBOS is loaded in workers only

        store = self._store or Store.open(self._settings)
        return Engine(self._settings, store.engine, self._functions, self._pace, self._concurrency)
