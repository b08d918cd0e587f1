"""An installation with real worker processes, and the job functions they run (`python jobs_place.py` is a worker).

What a job did is read from `did.txt`: one line per piece of work, written before and after.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from stories import jobs, jobs_dbos
from stories.database import WRITER_LOCK
from stories.errors import InputRefused, NotReady
from stories.jobs import Jobs, JobState, JobStatus, Pace, Run
from stories.jobs_engine import Engine
from stories.settings import Settings
from stories.store import Store
from stories.tables import job as JOB

STEPS = ("one", "two", "three", "four", "five")
QUICK = Pace(poll_s=0.1, reconcile_s=0.3, heartbeat_s=0.3, lease_s=1.5, blocked_s=0.8, retry_s=(0.2, 0.4))
EITHER = pytest.mark.parametrize(
    "store", ["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.soak])], indirect=True
)
"""For what hardly depends on the database: on PostgreSQL in the soak only."""
ON_POSTGRES = pytest.mark.parametrize("store", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
ROOT = Path(__file__).resolve().parents[2]


def functions(folder: Path) -> dict[str, Callable[[str, Run], None]]:
    """Job functions that leave traces in `folder`."""
    pause = float(os.environ.get("STEP_S", "0.3"))

    def write(line: str) -> None:
        with (folder / "did.txt").open("a") as file:
            file.write(line + "\n")

    def work(story_id: str, name: str) -> None:
        write(f"{story_id} start {name}")
        time.sleep(pause)
        write(f"{story_id} end {name}")

    def five(story_id: str, run: Run) -> None:
        for number, name in enumerate(STEPS, start=1):
            run.step(name, lambda name=name: work(story_id, name))
            run.progress(number, len(STEPS))

    def by_stage(story_id: str, run: Run) -> None:
        """Like the pipeline: what the store says is done is not even asked for."""
        for name in STEPS:
            mark = folder / f"{story_id}-{name}"
            if not mark.exists():
                run.step(f"{name}-make", lambda name=name: work(story_id, f"{name}-make"))
                run.step(f"{name}-mark", lambda name=name, mark=mark: (work(story_id, f"{name}-mark"), mark.touch())[0])

    def polite(story_id: str, run: Run) -> None:
        """Long work that lets shorter work go first between its steps; it asks for some itself, half-way."""
        run.progress(0, len(STEPS))
        for number, name in enumerate(STEPS, start=1):
            run.give_way()
            run.step(name, lambda name=name: work(story_id, name))
            if (name, story_id) == ("two", "long"):
                run.step("ask", lambda: (jobs.enqueue(Store.open(Settings()), "polite", "short", size=1), None)[1])
            run.progress(number, len(STEPS))

    def needs_model(story_id: str, run: Run) -> None:
        run.step("one", lambda: work(story_id, "one"))
        run.step("two", lambda: model(story_id))

    def model(story_id: str) -> None:
        write(f"{story_id} start model")
        if not (folder / "model").exists():
            raise NotReady("stories.not_found")

    def flaky(story_id: str, run: Run) -> None:
        run.step("one", lambda: work(story_id, "one"))
        run.step("two", lambda: fail_twice(story_id))

    def fail_twice(story_id: str) -> None:
        write(f"{story_id} start try")
        if (folder / "did.txt").read_text().count(f"{story_id} start try") < 3:
            raise ValueError("Sanne zei dat haar moeder niets at")

    def broken(story_id: str, run: Run) -> None:
        run.step("one", lambda: fail_always(story_id))

    def fail_always(story_id: str) -> None:
        write(f"{story_id} start try")
        raise ValueError("Sanne zei dat haar moeder niets at")

    def refused(story_id: str, run: Run) -> None:
        run.step("one", lambda: refuse(story_id))

    def refuse(story_id: str) -> None:
        write(f"{story_id} start try")
        raise InputRefused("stories.not_found")

    def patient(story_id: str, run: Run) -> None:
        """One long step that looks now and then whether it must stop."""
        run.step("long", lambda: wait(story_id, run))

    def wait(story_id: str, run: Run) -> None:
        write(f"{story_id} start long")
        for _ in range(40):
            run.check_cancelled()
            time.sleep(0.1)
        write(f"{story_id} end long")

    return {
        "patient": patient,
        "five": five,
        "polite": polite,
        "by_stage": by_stage,
        "needs_model": needs_model,
        "flaky": flaky,
        "broken": broken,
        "refused": refused,
    }


class Installation:
    """A data folder, a database, and the workers a test starts."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.settings = store.settings
        self.folder = folder
        self.workers: list[subprocess.Popen[bytes]] = []

    def close(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGCONT)
                worker.kill()
            worker.wait()
            if worker.stdin:
                worker.stdin.close()

    # asking

    def enqueue(self, name: str, story_id: str = "s1", **values: int) -> str:
        return jobs.enqueue(self.store, name, story_id, **values)

    def job(self, story_id: str = "s1") -> JobStatus:
        return jobs.status(self.store, story_id)[0]

    def jobs(self, *names: str, pace: Pace = QUICK) -> Jobs:
        known = functions(self.folder)
        return Jobs(self.settings, {name: known[name] for name in names or known}, store=self.store, pace=pace)

    def engine(self, pace: Pace = QUICK) -> Engine:
        return Engine(self.settings, self.store.engine, functions(self.folder), pace, 1)

    def engine_contents(self) -> str:
        """Everything DBOS keeps, as text."""
        if not self.settings.database_url:
            engine, schema = sa.create_engine(f"sqlite:///{self.settings.data_dir / 'jobs.db'}"), None
        else:
            engine, schema = sa.create_engine(self.settings.database_url), "dbos"
        try:
            tables = sa.MetaData()
            tables.reflect(engine, schema=schema)
            with engine.connect() as connection:
                return "\n".join(
                    f"{table.name} {tuple(row)}"
                    for table in tables.sorted_tables
                    for row in connection.execute(table.select())
                )
        finally:
            engine.dispose()

    # worker processes

    def environment(self, **extra: str) -> dict[str, str]:
        own = {
            "WORK_FOLDER": str(self.folder),
            "VERTELPUNT_DATA_DIR": str(self.settings.data_dir),
            "VERTELPUNT_DATABASE_URL": self.settings.database_url,
            "VERTELPUNT_MASTER_KEY_FILE": str(self.settings.master_key_file),
            "PYTHONPATH": str(ROOT),
        }
        return {**os.environ, **own, **extra}

    @property
    def command(self) -> list[str]:
        return [sys.executable, str(Path(__file__).resolve())]

    def worker(self, **extra: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log.txt").open("ab") as log:
            started = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                env=self.environment(**extra),
                stderr=log,
                stdout=subprocess.DEVNULL,
            )
        self.workers.append(started)
        return started

    def kill_worker_during(self, step: str, end: bool = False, **extra: str) -> str:
        """Start a worker, wait until it does (or has done) a step once more, and kill -9 it.

        Returns the step it was killed in: a quick worker may have come to the next one.
        """
        line = f"{'end' if end else 'start'} {step}"
        before = self.times(line)
        worker = self.worker(**extra)
        self.until(lambda: self.times(line) > before)
        worker.kill()
        worker.wait()
        return self.did()[-1].split()[-1]

    def freeze(self, worker: subprocess.Popen[bytes]) -> None:
        """Stop a worker in its tracks, but not while it holds a lock of the database: that blocks everybody."""
        while True:
            worker.send_signal(signal.SIGSTOP)
            with self.store.engine.connect() as connection:
                if connection.scalar(sa.text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": WRITER_LOCK}):
                    return
            worker.send_signal(signal.SIGCONT)
            time.sleep(0.01)

    # looking

    def did(self) -> list[str]:
        file = self.folder / "did.txt"
        return file.read_text().splitlines() if file.exists() else []

    def times(self, what: str, story_id: str = "s1") -> int:
        return self.did().count(f"{story_id} {what}")

    def log(self) -> str:
        return (self.folder / "log.txt").read_text()

    def until(self, true: Callable[[], bool], within_s: float = 60.0) -> None:
        deadline = time.monotonic() + within_s
        while not true():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {within_s} s; did: {self.did()}; log: {self.log()}")
            time.sleep(0.03)

    def until_state(self, state: JobState, story_id: str = "s1", within_s: float = 60.0) -> JobStatus:
        self.until(lambda: self.job(story_id).state is state, within_s)
        return self.job(story_id)

    def update(self, **values: Any) -> None:
        with self.store.connect(write=True) as connection:
            connection.execute(sa.update(JOB).values(**values))


def main() -> None:
    """A worker, as `python -m pipeline worker` is one."""
    from stories.supervisor import lower_priority, worker_main

    jobs_dbos.MAX_STARTS = int(os.environ.get("MAX_STARTS", jobs_dbos.MAX_STARTS))
    if "POLITE" in os.environ:  # most tests would rather be quick
        lower_priority()
    folder = Path(os.environ["WORK_FOLDER"])
    worker_main(Jobs(Settings(_env_file=None), functions(folder), pace=QUICK))


if __name__ == "__main__":
    main()
