"""The worker: hands rows to the durable engine, does the jobs, and keeps rows and engine in agreement.

A row leads; the engine (`jobs_dbos.py`) knows a job by its id and remembers which steps are finished. Whatever of
the two is lost or stale, the next look-round puts right:

    a row that waits                                     is handed over
    a row under way, without a workflow                  is handed over again
    a workflow claimed by a worker that is dead          is queued again
    a workflow without a row, or with a finished one     is removed
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import TracebackType
from typing import Any

import sqlalchemy as sa

from stories.database import transaction
from stories.errors import Cancelled, Moved, NotReady, VertelpuntError
from stories.executors import Executors
from stories.jobs import AGAIN, HIGHEST, UNFINISHED, JobFunction, JobState, Pace, add, now, wake
from stories.jobs_dbos import Dbos, RecordedFailure, durable_step, recorded_steps
from stories.quietlogs import in_short
from stories.settings import Settings
from stories.tables import job as JOB

MOST_TROUBLE = 20  # rounds in a row that fail before the worker gives up and is started afresh
GRACE_S = 2.0  # what a running step gets to finish when the worker stops

logger = logging.getLogger(__name__)
_one_per_process = threading.Lock()  # there is room for one DBOS in a process


class StepFailed(Exception):
    """How a failed step is recorded and, after a crash, found again: how it failed and a catalogue key."""

    def __init__(self, state: JobState, key: str) -> None:
        super().__init__(f"{state} {key}")
        self.state = state
        self.key = key

    @classmethod
    def of(cls, error: Exception) -> StepFailed:
        """What an error means for its job. WAITING is: try again."""
        match error:
            case StepFailed():
                return error
            case Cancelled():
                return cls(JobState.CANCELLED, error.key)
            case NotReady():
                return cls(JobState.BLOCKED, error.key)
            case Moved():
                return cls(JobState.WAITING, error.key)
            case VertelpuntError():
                return cls(JobState.FAILED, error.key)
            case _:
                return cls(JobState.WAITING, "jobs.failed")

    @classmethod
    def recorded(cls, error: RecordedFailure) -> StepFailed:
        state, _, key = str(error).partition(" ")
        if state not in list(JobState):
            return cls(JobState.WAITING, "jobs.failed")
        return cls(JobState(state), key)


class GivesWay(Exception):
    """A shorter job waits: this one goes back into the queue, behind it."""


class GivenBack(BaseException):
    """The worker stops: leave this job, unfinished, to the next worker. Not an Exception, so no job catches it."""


class Engine:
    """One worker: `with Engine(...) as engine: engine.turn()`, over and over."""

    def __init__(
        self,
        settings: Settings,
        database: sa.Engine,
        functions: Mapping[str, JobFunction],
        pace: Pace,
        concurrency: int,
    ) -> None:
        self._database = database
        self._functions = functions
        self._pace = pace
        self._concurrency = concurrency
        self._executors = Executors(database, pace)
        self._dbos = Dbos(settings, self._executors.me)
        self._stopping = threading.Event()
        self._running: set[str] = set()
        self._stale: set[str] = set()
        self._next_look = 0.0
        self._trouble = 0

    # start and stop

    def __enter__(self) -> Engine:
        if not _one_per_process.acquire(blocking=False):
            raise RuntimeError("one worker per process")
        try:
            self._executors.start()
            self._dbos.start(self._work, concurrency=self._concurrency, poll_s=self._pace.poll_s)
            with transaction(self._database, write=True) as connection:
                wake(connection)  # perhaps what was missing is why the worker was started again
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stopping.set()
        deadline = time.monotonic() + GRACE_S
        while self._running and time.monotonic() < deadline:
            time.sleep(0.05)
        self._close()

    def _close(self) -> None:
        self._dbos.stop()
        self._executors.stop()
        _one_per_process.release()

    # what the worker's main loop does

    def turn(self) -> None:
        """One round: hand over what is due; now and then look whether everything still agrees; a short rest."""
        try:
            if time.monotonic() >= self._next_look:
                self._next_look = time.monotonic() + self._pace.reconcile_s
                self._recover()
                self._reconcile()
                self._sweep()
                with transaction(self._database, write=True) as connection:
                    wake(connection, JOB.c.updated_at < now() - timedelta(seconds=self._pace.blocked_s))
            self._submit()
            self._trouble = 0
        except Exception as error:  # a database that is away for a moment must not end the worker
            self._trouble += 1
            logger.warning("the worker's round failed, time %d: %s", self._trouble, in_short(error))
            if self._trouble >= MOST_TROUBLE:
                raise
        time.sleep(self._pace.poll_s)

    def busy(self) -> bool:
        open_states = (JobState.WAITING.value, JobState.RUNNING.value)
        with transaction(self._database, write=False) as connection:
            waiting = connection.execute(sa.select(JOB.c.id).where(JOB.c.state.in_(open_states)).limit(1)).first()
        return waiting is not None or bool(self._running)

    def _submit(self) -> None:
        """Hand waiting rows to DBOS. The claim keeps two workers from rewinding the same job twice."""
        other = JOB.alias("other")  # cancelled, but still in its last step: two would be in each other's way
        same = (other.c.story_id == JOB.c.story_id, other.c.name == JOB.c.name)
        running = sa.exists().where(*same, other.c.state == JobState.RUNNING.value)
        mine = (JOB.c.state == JobState.WAITING.value, JOB.c.workflow_id.is_(None), ~running)
        with transaction(self._database, write=False) as connection:
            rows = connection.execute(
                sa.select(JOB.c.id, JOB.c.priority, JOB.c.attempts, JOB.c.updated_at)
                .where(*mine, sa.or_(JOB.c.not_before.is_(None), JOB.c.not_before <= now()))
                .order_by(JOB.c.priority, JOB.c.created_at)
                .limit(200)
            ).all()
        for row in rows:
            if row.attempts and now() < row.updated_at + timedelta(seconds=self._pause(row.attempts)):
                continue
            with transaction(self._database, write=True) as connection:
                claimed = connection.execute(
                    sa.update(JOB)
                    .where(JOB.c.id == row.id, *mine, JOB.c.updated_at == row.updated_at)
                    .values(workflow_id=row.id, updated_at=now())
                ).rowcount
            if claimed:
                self._dbos.hand_over(row.id, min(row.priority + 1, HIGHEST))

    def _pause(self, attempts: int) -> float:
        return self._pace.retry_s[min(attempts, len(self._pace.retry_s)) - 1] if self._pace.retry_s else 0.0

    def _recover(self) -> None:
        """Take the work of dead workers into the queue again."""
        dead = self._executors.dead()
        lost = {owner for owner in self._dbos.claimed() if owner in dead or not self._executors.known(owner)}
        if lost:
            logger.warning("taking over the work of %d stopped worker(s)", len(lost))
            self._dbos.take_over(lost)
        self._executors.bury(dead)

    def _reconcile(self) -> None:
        """Rows that say a workflow is under way, while there is none: hand them over again."""
        with transaction(self._database, write=False) as connection:
            rows = connection.execute(
                sa.select(JOB.c.id, JOB.c.state, JOB.c.updated_at, JOB.c.cancel_requested).where(
                    JOB.c.state.in_((JobState.WAITING.value, JobState.RUNNING.value)), JOB.c.workflow_id.isnot(None)
                )
            ).all()
        flows = self._dbos.flows([row.id for row in rows])
        for row in rows:
            flow = flows.get(row.id)
            if row.id in self._running or (flow and flow.active):
                continue
            values: dict[str, Any] = {"state": JobState.WAITING.value, "workflow_id": None}
            if row.cancel_requested:
                values = {"state": JobState.CANCELLED.value, "message": "jobs.cancelled"}
            elif flow and flow.set_aside:
                values = {"state": JobState.FAILED.value, "message": "jobs.crashed"}
            # Only if nothing happened to the row since it was read.
            with transaction(self._database, write=True) as connection:
                connection.execute(
                    sa.update(JOB)
                    .where(JOB.c.id == row.id, JOB.c.state == row.state, JOB.c.updated_at == row.updated_at)
                    .values(updated_at=now(), **values)
                )

    def _sweep(self) -> None:
        """Workflows whose job is finished or forgotten: remove them. Seen twice in a row, so nothing is ending."""
        flows = self._dbos.flows()
        if not flows:
            return
        # Rows are read after the flows: a row always comes before its workflow.
        with transaction(self._database, write=False) as connection:
            wanted = {str(row.id) for row in connection.execute(sa.select(JOB.c.id).where(JOB.c.state.in_(UNFINISHED)))}
        stale = set(flows) - wanted - self._running
        ended = stale & self._stale
        self._stale = stale
        self._dbos.remove([flows[each] for each in sorted(ended)])

    # one job

    def _work(self, job_id: str) -> None:
        """The workflow. Returns None whatever happens: the outcome is in our row, DBOS keeps the steps."""
        self._running.add(job_id)
        try:
            self._work_on(job_id)
        except (NotReady, sa.exc.SQLAlchemyError) as error:
            if self._stopping.is_set():
                raise GivenBack from None
            logger.warning("job %s: its row could not be written (%s)", job_id, type(error).__name__)
        finally:
            self._running.discard(job_id)

    def _work_on(self, job_id: str) -> None:
        with transaction(self._database, write=True) as connection:
            row = connection.execute(sa.select(JOB).where(JOB.c.id == job_id)).first()
            if row is None or row.state not in (JobState.WAITING, JobState.RUNNING):
                return
            connection.execute(
                sa.update(JOB).where(JOB.c.id == job_id).values(state=JobState.RUNNING.value, updated_at=now())
            )
        function = self._functions.get(row.name)
        if function is None:
            self._finish(job_id, JobState.FAILED, "jobs.unknown")
            return
        try:
            run = _Run(self._database, row, self._stopping)
            run.check_cancelled()
            function(row.story_id, run)
        except GivesWay:
            self._finish(job_id, JobState.WAITING, None, workflow_id=None)
        except Exception as error:
            if self._stopping.is_set():  # most likely the engine stopped under its hands
                raise GivenBack from None
            self._fail(job_id, row.attempts + 1, error)
        else:
            self._finish(job_id, JobState.DONE, None, done=JOB.c.total)

    def _fail(self, job_id: str, attempts: int, error: Exception) -> None:
        failure = StepFailed.of(error)
        state, key = failure.state, failure.key
        if not isinstance(error, VertelpuntError | StepFailed):
            logger.error("job %s failed, time %d: %s", job_id, attempts, in_short(error))
        if state is not JobState.WAITING:
            self._finish(job_id, state, key)
        elif attempts >= self._pace.attempts:
            self._finish(job_id, JobState.FAILED, key, attempts=attempts)
        else:
            again = "jobs.failed_once" if key == "jobs.failed" else key
            self._finish(job_id, JobState.WAITING, again, attempts=attempts, workflow_id=None)

    def _finish(self, job_id: str, state: JobState, message: str | None, **values: Any) -> None:
        with transaction(self._database, write=True) as connection:
            running = (JOB.c.id == job_id, JOB.c.state == JobState.RUNNING.value)
            row = connection.execute(sa.select(JOB).where(*running)).first()
            if row is None:
                return
            changed = {"state": state.value, "message": message, "updated_at": now(), **values}
            connection.execute(sa.update(JOB).where(*running).values(**changed))
            if row.message == AGAIN and state not in UNFINISHED:
                add(connection, row.name, row.story_id, row.priority, row.not_before)


class _Run:
    """See `stories.jobs.Run`."""

    def __init__(self, database: sa.Engine, row: sa.Row[Any], stopping: threading.Event) -> None:
        self._database = database
        self._job_id: str = row.id
        self._priority: int = row.priority
        self._stopping = stopping
        self._worked_ms: int = row.worked_ms
        self._looked_at: float | None = None  # the clock starts when the work itself does, not while a model loads
        self._asked: set[str] = set()
        self._recorded = recorded_steps(self._job_id)
        self._replayed: set[str] = set()

    def step(self, name: str, work: Callable[[], None]) -> None:
        if name in self._asked:
            raise ValueError("a step's name is unique within its job")
        self._asked.add(name)
        self.check_cancelled()
        if name in self._replayed:
            return
        # DBOS knows steps by their order. A job that finds a result in the store and skips its step would shift
        # all later ones, so what is recorded is replayed in the recorded order until this name is reached.
        last = self._recorded.index(name) + 1 if name in self._recorded else len(self._recorded)
        for recorded in self._recorded[:last]:
            self._replayed.add(recorded)
            self._durably(recorded, _never)
        known = name in self._recorded
        del self._recorded[:last]
        if not known:
            self._durably(name, work)

    def _durably(self, name: str, work: Callable[[], None]) -> None:
        cause: list[Exception] = []

        def body() -> None:
            try:
                work()
            except Exception as error:
                cause.append(error)
                raise StepFailed.of(error) from None

        try:
            durable_step(name, body)
        except StepFailed:
            raise cause[0] from None
        except RecordedFailure as error:
            raise StepFailed.recorded(error) from None

    def progress(self, done: int, total: int) -> None:
        moment = time.monotonic()
        if self._looked_at is not None:
            self._worked_ms += round((moment - self._looked_at) * 1000)
        self._looked_at = moment
        # It is but a number: no reason to stop.
        with contextlib.suppress(NotReady), transaction(self._database, write=True) as connection:
            connection.execute(
                sa.update(JOB)
                .where(JOB.c.id == self._job_id, JOB.c.state == JobState.RUNNING.value)
                .values(updated_at=now(), done=done, total=total, worked_ms=self._worked_ms)
            )

    def give_way(self) -> None:
        shorter = (JOB.c.state == JobState.WAITING.value, JOB.c.priority < self._priority, JOB.c.attempts == 0)
        due = sa.or_(JOB.c.not_before.is_(None), JOB.c.not_before <= now())
        with transaction(self._database, write=False) as connection:
            waits = connection.execute(sa.select(JOB.c.id).where(*shorter, due).limit(1)).first()
        if waits is not None:
            raise GivesWay

    def check_cancelled(self) -> None:
        if self._stopping.is_set():
            raise GivenBack
        with transaction(self._database, write=False) as connection:
            row = connection.execute(sa.select(JOB.c.cancel_requested).where(JOB.c.id == self._job_id)).first()
        if row is None or row.cancel_requested:  # no row: the story was erased
            raise Cancelled("jobs.cancelled")


def _never() -> None:
    raise RuntimeError("a recorded step was not recorded")
