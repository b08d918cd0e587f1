"""Durable work on DBOS 3.4. The only file that knows DBOS; loaded by workers and by `forget`, never by the app.

What DBOS keeps is a job's id, the names of its steps, and after a failure a catalogue key: it is told nothing
else, so its tables and log lines hold nothing of a story. Its system database is `jobs.db` in the data folder, or
the schema `dbos` in the PostgreSQL database of the settings (made with the rights on that database alone).

Facts about DBOS 3.4 that this file rests on, each guarded by a test in tests/jobs:
- a step whose result is recorded is not run again; a workflow is claimed by one executor at a time, and an
  execution that lost its claim cannot record anything any more;
- a workflow left by a BaseException that is not DBOS's own stays PENDING: that is how work is given back;
- DBOS recovers the PENDING work of its own executor id only; recovery for dead others is asked for here;
- `rewind_workflow` forgets a failed step and keeps the finished ones, under the same id.
"""

from __future__ import annotations

import contextlib
import contextvars
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

import sqlalchemy as sa

from stories.database import make_engine, sqlite_file, transaction
from stories.errors import Cancelled, Moved, NotReady, VertelpuntError
from stories.executors import Executors
from stories.jobs import AGAIN, HIGHEST, UNFINISHED, JobFunction, JobState, Pace, add, now, wake
from stories.quietlogs import in_short
from stories.settings import Settings
from stories.tables import job as JOB

for _name in [name for name in os.environ if name.startswith("DBOS")]:
    del os.environ[_name]  # read at import: they could turn on its cloud, and with it traffic to outside

from dbos import DBOS, DBOSClient, DBOSConfig, SetEnqueueOptions, SetWorkflowID, WorkflowStatus  # noqa: E402
from dbos._serialization import DBOSPortableJSON, PortableWorkflowError  # noqa: E402

APPLICATION = "vertelpunt"
# Pinned: DBOS only recovers work of the same version, and by default that is a hash of the source code, so a new
# release would strand what the old one left. Our job functions may run twice, so any release can go on.
APPLICATION_VERSION = "1"
QUEUE = "jobs"
MAX_STARTS = 25  # a job during which the worker dies this often is set aside: it may be what kills the worker
MOST_TROUBLE = 20  # rounds in a row that fail before the worker gives up and is started afresh
GRACE_S = 2.0  # what a running step gets to finish when the worker stops
ACTIVE = ("ENQUEUED", "PENDING", "DELAYED")

logger = logging.getLogger(__name__)
_one_per_process = threading.Lock()  # DBOS is one per process


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
    def recorded(cls, error: BaseException) -> StepFailed:
        state, _, key = str(error).partition(" ")
        if state not in list(JobState):
            return cls(JobState.WAITING, "jobs.failed")
        return cls(JobState(state), key)


class GivenBack(BaseException):
    """The worker stops: leave this job, unfinished, to the next worker. Not an Exception, so no job catches it."""


class _NoContents(logging.Filter):
    """Nothing but DBOS's own sentence: an exception it wants to show could quote anything."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def _outside_workflow(call: Callable[[], Any]) -> Any:
    """Call DBOS as if from outside: asked within a workflow, its questions would be recorded as steps."""
    return contextvars.Context().run(call)


def _own_file(settings: Settings) -> Path:
    return (settings.data_dir / "jobs.db").absolute()


def delete_workflows(settings: Settings, ids: Sequence[str]) -> None:
    """Remove what DBOS keeps about these jobs. From any process; without a system database there is nothing."""
    if not ids:
        return
    if sqlite_file(settings):
        file = _own_file(settings)
        if not file.exists():
            return
        with contextlib.closing(_Client(f"sqlite:///{file}", None)) as client:
            client.delete(ids)
        return
    engine = make_engine(settings)
    try:
        if sa.inspect(engine).has_table("workflow_status", schema="dbos"):
            with contextlib.closing(_Client(None, engine)) as client:
                client.delete(ids)
    finally:
        engine.dispose()


class _Client:
    """DBOS from outside a worker."""

    def __init__(self, url: str | None, engine: sa.Engine | None) -> None:
        logging.getLogger("dbos").setLevel(logging.WARNING)
        self._client = DBOSClient(
            system_database_url=url,
            system_database_engine=engine,
            serializer=DBOSPortableJSON,
            application_name=APPLICATION,
        )

    def delete(self, ids: Iterable[str]) -> None:
        self._client.delete_workflows(list(ids))

    def close(self) -> None:
        self._client.destroy()


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
        self._settings = settings
        self._database = database
        self._functions = functions
        self._pace = pace
        self._concurrency = concurrency
        self._executors = Executors(database, pace)
        self._stopping = threading.Event()
        self._running: set[str] = set()
        self._stale: set[str] = set()
        self._next_look = 0.0
        self._trouble = 0
        self._own_engine: sa.Engine | None = None

    # start and stop

    def __enter__(self) -> Engine:
        if not _one_per_process.acquire(blocking=False):
            raise RuntimeError("one worker per process")
        try:
            self._executors.start()
            self._launch()
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
        DBOS.destroy(destroy_registry=True)
        if self._own_engine is not None:
            self._own_engine.dispose()
        self._executors.stop()
        _one_per_process.release()

    def _launch(self) -> None:
        log = logging.getLogger("dbos")
        if not any(isinstance(each, _NoContents) for each in log.filters):
            log.addFilter(_NoContents())
        config = DBOSConfig(
            name=APPLICATION,
            application_version=APPLICATION_VERSION,
            executor_id=self._executors.me,
            serializer=DBOSPortableJSON,  # the default is pickle: whoever can write the file could run code
            use_listen_notify=False,
            enable_otlp=False,
            log_level="WARNING",
        )
        if sqlite_file(self._settings):
            file = _own_file(self._settings)
            file.parent.mkdir(parents=True, exist_ok=True)
            _use_wal(file)
            config["system_database_url"] = f"sqlite:///{file}"
            config["db_engine_kwargs"] = {"hide_parameters": True}
        else:
            # An engine of our own: with a URL, DBOS goes to the database `postgres`, and wants CREATE DATABASE.
            self._own_engine = make_engine(self._settings)
            config["system_database_engine"] = self._own_engine
        DBOS(config=config)

        @DBOS.workflow(name="job", max_recovery_attempts=MAX_STARTS)
        def workflow(job_id: str) -> None:
            self._work(job_id)

        self._workflow = workflow
        DBOS.listen_queues([QUEUE])
        DBOS.launch()
        self._queue = DBOS.register_queue(
            QUEUE,
            worker_concurrency=self._concurrency,
            polling_interval_sec=self._pace.poll_s,
            on_conflict="always_update",
        )

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
        except (
            NotReady,
            sa.exc.SQLAlchemyError,
        ) as error:  # a database that is away for a moment must not end the worker
            logger.warning("the database did not answer (%s); trying again", type(error).__name__)
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
                .where(*mine)
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
                self._hand_over(row.id, min(row.priority + 1, HIGHEST))

    def _pause(self, attempts: int) -> float:
        return self._pace.retry_s[min(attempts, len(self._pace.retry_s)) - 1] if self._pace.retry_s else 0.0

    def _hand_over(self, job_id: str, priority: int) -> None:
        known = DBOS.get_workflow_status(job_id)
        if known is None:
            with SetWorkflowID(job_id), SetEnqueueOptions(priority=priority):
                self._queue.enqueue(self._workflow, job_id)
        elif known.status not in ACTIVE:
            steps = DBOS.list_workflow_steps(job_id)
            failed = [step["function_id"] for step in steps if step["error"] is not None]
            start = min(failed, default=len(steps) + 1)
            DBOS.rewind_workflow(job_id, start_step=start, queue_name=QUEUE, application_version=APPLICATION_VERSION)

    def _recover(self) -> None:
        """Take the work of dead workers into the queue again."""
        dead = self._executors.dead()
        pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        owners = {flow.executor_id for flow in pending if flow.executor_id}
        lost = {owner for owner in owners if owner in dead or not self._executors.known(owner)}
        if lost:
            logger.warning("taking over the work of %d stopped worker(s)", len(lost))
            DBOS._recover_pending_workflows(sorted(lost))
        self._executors.bury(dead)

    def _reconcile(self) -> None:
        """Rows that say a workflow is under way, while there is none: hand them over again."""
        with transaction(self._database, write=False) as connection:
            rows = connection.execute(
                sa.select(JOB.c.id, JOB.c.state, JOB.c.updated_at, JOB.c.cancel_requested).where(
                    JOB.c.state.in_((JobState.WAITING.value, JobState.RUNNING.value)), JOB.c.workflow_id.isnot(None)
                )
            ).all()
        flows = self._flows([row.id for row in rows])
        for row in rows:
            flow = flows.get(row.id)
            if row.id in self._running or (flow and flow.status in ACTIVE):
                continue
            values: dict[str, Any] = {"state": JobState.WAITING.value, "workflow_id": None}
            if row.cancel_requested:
                values = {"state": JobState.CANCELLED.value, "message": "jobs.cancelled"}
            elif flow and flow.status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED":
                values = {"state": JobState.FAILED.value, "message": "jobs.crashed"}
            with transaction(
                self._database, write=True
            ) as connection:  # only if nothing happened to the row since it was read
                connection.execute(
                    sa.update(JOB)
                    .where(JOB.c.id == row.id, JOB.c.state == row.state, JOB.c.updated_at == row.updated_at)
                    .values(updated_at=now(), **values)
                )

    def _flows(self, ids: Sequence[str]) -> dict[str, WorkflowStatus]:
        found: dict[str, WorkflowStatus] = {}
        for start in range(0, len(ids), 500):
            part = list(ids[start : start + 500])
            flows = DBOS.list_workflows(workflow_ids=part, load_input=False, load_output=False)
            found |= {flow.workflow_id: flow for flow in flows}
        return found

    def _sweep(self) -> None:
        """Workflows whose job is finished or forgotten: remove them. Seen twice in a row, so nothing is ending."""
        flows = {flow.workflow_id: flow for flow in DBOS.list_workflows(load_input=False, load_output=False)}
        if not flows:
            return
        with transaction(
            self._database, write=False
        ) as connection:  # after the flows: a row always comes before its workflow
            wanted = {str(row.id) for row in connection.execute(sa.select(JOB.c.id).where(JOB.c.state.in_(UNFINISHED)))}
        stale = set(flows) - wanted - self._running
        ended = stale & self._stale
        self._stale = stale
        active = [each for each in ended if flows[each].status in ACTIVE]
        if active:
            DBOS.cancel_workflows(active)
        if ended:
            DBOS.delete_workflows(sorted(ended))

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
            run = _Run(self._database, job_id, self._stopping)
            run.check_cancelled()
            function(row.story_id, run)
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
                add(connection, row.name, row.story_id, row.priority)


class _Run:
    """See `stories.jobs.Run`."""

    def __init__(self, database: sa.Engine, job_id: str, stopping: threading.Event) -> None:
        self._database = database
        self._job_id = job_id
        self._stopping = stopping
        self._asked: set[str] = set()
        steps = _outside_workflow(lambda: DBOS.list_workflow_steps(job_id))
        self._recorded = [str(step["function_name"]) for step in steps]
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
            DBOS.run_step({"name": name}, body)
        except StepFailed:
            raise cause[0] from None
        except PortableWorkflowError as error:
            raise StepFailed.recorded(error) from None

    def progress(self, done: int, total: int) -> None:
        with contextlib.suppress(NotReady), transaction(self._database, write=True) as connection:  # it is but a number
            connection.execute(
                sa.update(JOB)
                .where(JOB.c.id == self._job_id, JOB.c.state == JobState.RUNNING.value)
                .values(updated_at=now(), done=done, total=total)
            )

    def check_cancelled(self) -> None:
        if self._stopping.is_set():
            raise GivenBack
        with transaction(self._database, write=False) as connection:
            row = connection.execute(sa.select(JOB.c.cancel_requested).where(JOB.c.id == self._job_id)).first()
        if row is None or row.cancel_requested:  # no row: the story was erased
            raise Cancelled("jobs.cancelled")


def _never() -> None:
    raise RuntimeError("a recorded step was not recorded")


def _use_wal(file: Path) -> None:
    """Readers (DBOS asks often) do not wait for a writer."""
    engine = sa.create_engine(f"sqlite:///{file}")
    # Another worker may be at it; it is for speed alone.
    with contextlib.suppress(sa.exc.OperationalError), engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    engine.dispose()
