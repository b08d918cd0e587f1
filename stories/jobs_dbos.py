"""DBOS 3.4: the only file that knows it. Loaded by workers and by `forget`, never by the app.

What DBOS keeps is a job's id, the names of its steps, and after a failure a state and a catalogue key: it is told
nothing else, so its tables and log lines hold nothing of a story. Its system database is `jobs.db` in the data
folder, or the schema `dbos` in the PostgreSQL database of the settings (made with the rights on that database alone).

Facts that this file rests on, each guarded by a test in tests/jobs:
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
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from stories.database import make_engine, sqlite_file
from stories.quietlogs import in_short
from stories.settings import Settings

for _name in [name for name in os.environ if name.startswith("DBOS")]:
    del os.environ[_name]  # read at import: they could turn on its cloud, and with it traffic to outside

from dbos import DBOS, DBOSClient, DBOSConfig, SetEnqueueOptions, SetWorkflowID  # noqa: E402
from dbos._serialization import DBOSPortableJSON, PortableWorkflowError  # noqa: E402

APPLICATION = "vertelpunt"
# Pinned: DBOS only recovers work of the same version, and by default that is a hash of the source code, so a new
# release would strand what the old one left. Our job functions may run twice, so any release can go on.
APPLICATION_VERSION = "1"
QUEUE = "jobs"
MAX_STARTS = 25  # a job during which the worker dies this often is set aside: it may be what kills the worker
ACTIVE = ("ENQUEUED", "PENDING", "DELAYED")
SET_ASIDE = "MAX_RECOVERY_ATTEMPTS_EXCEEDED"
PART = 500  # ids per question

logger = logging.getLogger(__name__)


class RecordedFailure(Exception):
    """A failure that was recorded before a crash; its text is the text of the exception that `body` raised."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A workflow as DBOS keeps it."""

    id: str
    active: bool  # queued or claimed; a claimed one may be of a dead worker
    set_aside: bool  # its worker died MAX_STARTS times
    owner: str | None  # the executor that claimed it, when it is claimed


class Dbos:
    """DBOS in this process. There can be one at a time; see `Engine`."""

    def __init__(self, settings: Settings, me: str) -> None:
        """`me` is this worker's executor id, unique for every start."""
        self._settings = settings
        self._me = me
        self._engine: sa.Engine | None = None

    def start(self, work: Callable[[str], None], *, concurrency: int, poll_s: float) -> None:
        """Make or migrate the system database (several workers may do so at once) and take work from the queue."""
        _only_warnings()
        config = DBOSConfig(
            name=APPLICATION,
            application_version=APPLICATION_VERSION,
            executor_id=self._me,
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
            # An engine of our own: given a URL, DBOS goes to the database `postgres`, and wants CREATE DATABASE.
            self._engine = make_engine(self._settings)
            config["system_database_engine"] = self._engine
        DBOS(config=config)

        def workflow(job_id: str) -> None:
            work(job_id)

        self._workflow = DBOS.workflow(name="job", max_recovery_attempts=MAX_STARTS)(workflow)
        DBOS.listen_queues([QUEUE])
        DBOS.launch()
        self._queue = DBOS.register_queue(
            QUEUE, worker_concurrency=concurrency, polling_interval_sec=poll_s, on_conflict="always_update"
        )

    def stop(self) -> None:
        DBOS.destroy(destroy_registry=True)
        if self._engine is not None:
            self._engine.dispose()

    def hand_over(self, job_id: str, priority: int) -> None:
        """Queue a job, or queue it again from its first step that is not finished. Queued already: no difference.

        `priority` is from 1 to 2**31 - 1; the smallest goes first.
        """
        flow = self.flows([job_id]).get(job_id)
        if flow is None:
            with SetWorkflowID(job_id), SetEnqueueOptions(priority=priority):
                self._queue.enqueue(self._workflow, job_id)
        elif not flow.active:
            steps = DBOS.list_workflow_steps(job_id)
            failed = [int(step["function_id"]) for step in steps if step["error"] is not None]
            start = min(failed, default=len(steps) + 1)
            DBOS.rewind_workflow(job_id, start_step=start, queue_name=QUEUE, application_version=APPLICATION_VERSION)

    def flows(self, ids: Sequence[str] | None = None) -> dict[str, Flow]:
        """Workflows by id: these, or all."""
        if ids is None:
            return self._flows()
        found: dict[str, Flow] = {}
        for start in range(0, len(ids), PART):
            found |= self._flows(workflow_ids=list(ids[start : start + PART]))
        return found

    def claimed(self) -> set[str]:
        """The executors that have claimed work, dead or alive."""
        return {flow.owner for flow in self._flows(status="PENDING").values() if flow.owner}

    def _flows(self, **which: Any) -> dict[str, Flow]:
        return {
            flow.workflow_id: Flow(
                flow.workflow_id,
                active=flow.status in ACTIVE,
                set_aside=flow.status == SET_ASIDE,
                owner=flow.executor_id if flow.status == "PENDING" else None,
            )
            for flow in DBOS.list_workflows(load_input=False, load_output=False, **which)
        }

    def take_over(self, executors: Collection[str]) -> None:
        """Queue again what these dead executors had claimed. Two workers may do so at once."""
        DBOS._recover_pending_workflows(sorted(executors))

    def remove(self, flows: Collection[Flow]) -> None:
        """Drop all that is kept about these; one that still runs cannot record anything any more."""
        active = [flow.id for flow in flows if flow.active]
        if active:
            DBOS.cancel_workflows(active)
        if flows:
            DBOS.delete_workflows(sorted(flow.id for flow in flows))


def recorded_steps(job_id: str) -> list[str]:
    """The names of the steps on record, in their order. Within a workflow too."""
    # Asked within a workflow's context, the question itself would be recorded as a step.
    steps = contextvars.Context().run(lambda: DBOS.list_workflow_steps(job_id))
    return [str(step["function_name"]) for step in steps]


def durable_step(name: str, body: Callable[[], None]) -> None:
    """The next step of the workflow that runs in this thread: `body` is run unless its result is on record.

    Raises what `body` raises, or RecordedFailure when that happened before a crash. The text of an exception of
    `body` is kept, so it holds codes only.
    """
    try:
        DBOS.run_step({"name": name}, body)
    except PortableWorkflowError as error:
        raise RecordedFailure(str(error)) from None


def delete_workflows(settings: Settings, ids: Sequence[str]) -> None:
    """Remove what DBOS keeps about these jobs. From any process.

    Without a system database there is nothing to remove. When it does not answer, a worker's next look-round
    removes them: their rows are gone.
    """
    _only_warnings()
    on_sqlite = sqlite_file(settings) is not None
    if not ids or (on_sqlite and not _own_file(settings).exists()):
        return
    engine = None if on_sqlite else make_engine(settings)
    try:
        if engine is None or sa.inspect(engine).has_table("workflow_status", schema="dbos"):
            client = DBOSClient(
                system_database_url=f"sqlite:///{_own_file(settings)}" if engine is None else None,
                system_database_engine=engine,
                serializer=DBOSPortableJSON,
                application_name=APPLICATION,
                retry_connection_errors=False,
            )
            try:
                client.delete_workflows(list(ids))
            finally:
                client.destroy()
    except sa.exc.SQLAlchemyError as error:
        logger.warning("%d workflow(s) not removed yet: %s", len(ids), in_short(error))
    finally:
        if engine is not None:
            engine.dispose()


class _NoContents(logging.Filter):
    """Nothing but DBOS's own sentence: an exception it wants to show could quote anything."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def _only_warnings() -> None:
    log = logging.getLogger("dbos")
    log.setLevel(logging.WARNING)
    if not any(isinstance(each, _NoContents) for each in log.filters):
        log.addFilter(_NoContents())


def _own_file(settings: Settings) -> Path:
    return (settings.data_dir / "jobs.db").absolute()


def _use_wal(file: Path) -> None:
    """Readers (DBOS asks often) do not wait for a writer."""
    engine = sa.create_engine(f"sqlite:///{file}")
    # Another worker may be at it; it is for speed alone.
    with contextlib.suppress(sa.exc.OperationalError), engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    engine.dispose()
