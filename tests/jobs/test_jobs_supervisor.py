"""The worker as a process: kept alive, ended with its app, out of everybody's way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jobs_place import Installation

from stories.executors import Executors, alive
from stories.jobs import JobState, Pace
from stories.supervisor import Supervisor


def _gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_killed_worker_is_started_again_and_finishes_its_job(sqlite_place: Installation) -> None:
    place = sqlite_place
    place.enqueue("five")
    supervisor = Supervisor(place.command, environment=place.environment(), pause_s=0.1)
    supervisor.start()
    try:
        place.until(lambda: place.times("start three") == 1)
        first = supervisor.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        place.until_state(JobState.DONE)
        assert supervisor.starts == 2
        second = supervisor.pid
        assert second not in (None, first)
    finally:
        supervisor.stop()
    assert supervisor.pid is None
    assert second is not None
    assert _gone(second)
    assert alive(place.store) is None, "a worker that stops signs off"


def test_a_worker_that_cannot_start_is_tried_again_ever_more_slowly(tmp_path: Path) -> None:
    supervisor = Supervisor([sys.executable, "-c", "raise SystemExit(3)"], pause_s=0.1)
    supervisor.start()
    time.sleep(1.5)
    supervisor.stop()
    assert 2 <= supervisor.starts <= 5
    missing = Supervisor([str(tmp_path / "nothing")], pause_s=0.1)
    missing.start()
    time.sleep(0.3)
    missing.stop()
    assert missing.starts == 0


@pytest.mark.parametrize("how", ["stdin", pytest.param("SIGTERM", marks=pytest.mark.soak)])
def test_a_worker_ends_in_the_middle_of_a_step_of_half_a_minute(sqlite_place: Installation, how: str) -> None:
    place = sqlite_place
    place.enqueue("five")
    worker = place.worker(STEP_S="30")
    place.until(lambda: place.times("start one") == 1)
    if how == "stdin":
        assert worker.stdin is not None
        worker.stdin.close()
    else:
        worker.terminate()
    assert worker.wait(20) == 0
    assert place.job().state is JobState.RUNNING
    assert place.job().attempts == 0
    place.worker(STEP_S="0.01")
    place.until_state(JobState.DONE)
    assert place.times("start one") == 2
    assert "Traceback" not in place.log()


def test_a_step_that_looks_whether_it_must_stop_is_given_back(sqlite_place: Installation) -> None:
    place = sqlite_place
    place.enqueue("patient")
    worker = place.worker()
    place.until(lambda: place.times("start long") == 1)
    worker.terminate()
    assert worker.wait(5) == 0
    assert (place.job().state, place.job().attempts) == (JobState.RUNNING, 0)
    place.worker()
    place.until_state(JobState.DONE)
    assert (place.times("start long"), place.times("end long")) == (2, 1)


def test_no_worker_outlives_an_app_that_was_killed(sqlite_place: Installation) -> None:
    place = sqlite_place
    app = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import json, sys, time\n"
            "from stories.supervisor import Supervisor\n"
            "supervisor = Supervisor(json.loads(sys.argv[1]))\n"
            "supervisor.start()\n"
            "while supervisor.pid is None: time.sleep(0.01)\n"
            "print(supervisor.pid, flush=True)\n"
            "time.sleep(60)",
            f'["{place.command[0]}", "{place.command[1]}"]',
        ],
        env=place.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert app.stdout is not None
    pid = int(app.stdout.readline())
    place.until(lambda: alive(place.store) is not None)
    app.kill()
    app.wait()
    app.stdout.close()
    # Nobody reaps an orphan in a container without an init: a zombie counts as ended.
    place.until(lambda: _gone(pid) or "State:\tZ" in Path(f"/proc/{pid}/status").read_text(), within_s=5)


@pytest.mark.skipif(sys.platform != "linux", reason="SCHED_IDLE is Linux's")
def test_the_worker_goes_after_everything_else(sqlite_place: Installation) -> None:
    worker = sqlite_place.worker(POLITE="1")
    sqlite_place.until(lambda: alive(sqlite_place.store) is not None)
    for task in Path(f"/proc/{worker.pid}/task").iterdir():
        assert os.sched_getscheduler(int(task.name)) == os.SCHED_IDLE
    assert os.getpriority(os.PRIO_PROCESS, worker.pid) == 19


def test_a_worker_elsewhere_is_dead_after_a_lease_without_heartbeats_and_not_before(place: Installation) -> None:
    pace = Pace(heartbeat_s=0.1, lease_s=0.4)
    here = Executors(place.store.engine, pace)
    elsewhere = Executors(place.store.engine, pace)
    elsewhere.me = "elsewhere.1.x"
    here.start()
    elsewhere.start()
    for _ in range(3):
        assert here.dead() == set()
        time.sleep(0.3)
    elsewhere._stop.set()
    time.sleep(0.2)
    assert here.dead() == set()
    time.sleep(0.5)
    assert here.dead() == {"elsewhere.1.x"}
    here.bury(["elsewhere.1.x"])
    assert not here.known("elsewhere.1.x")
    here.stop()
    assert alive(place.store) is None


def test_a_dead_process_of_this_machine_is_known_at_once(sqlite_place: Installation) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    here = Executors(sqlite_place.store.engine, Pace())
    other = Executors(sqlite_place.store.engine, Pace())
    other.me = f"{here.me.partition('.')[0]}.{ended.pid}.x"
    other._beat()
    assert here.dead() == {other.me}
