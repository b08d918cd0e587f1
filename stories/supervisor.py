"""The worker as a process of its own: started, watched and started again by the app.

    supervisor = Supervisor([sys.executable, "-m", "pipeline", "worker"])
    supervisor.start(); ...; supervisor.stop()               # both return soon; a thread watches
    worker_main(jobs)                                        # in the worker: until stdin closes or SIGTERM

The worker's stdin is a pipe that the app holds open and never writes to. When the app is gone, however it went, the
pipe closes and the worker stops, so no orphan stays behind.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import NoReturn

from stories.executors import alive
from stories.jobs import Jobs
from stories.quietlogs import in_short

__all__ = ["Supervisor", "alive", "lower_priority", "worker_main"]

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
HEALTHY_S = 60.0  # after a life this long the pause is short again
STOP_S = 5.0  # what a worker gets between being asked to stop and being made to

logger = logging.getLogger(__name__)


class Supervisor:
    """Keeps one worker process alive."""

    def __init__(
        self, command: Sequence[str], *, environment: Mapping[str, str] | None = None, pause_s: float = FIRST_PAUSE_S
    ) -> None:
        """`command` is the worker's program; `environment` replaces this process's own; `pause_s` is the first pause
        before a restart, doubled after every quick death."""
        self._command = list(command)
        self._environment = dict(environment) if environment is not None else None
        self._first_pause_s = pause_s
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._starts = 0

    def start(self) -> None:
        """Start watching; returns at once. Starting twice does nothing."""
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop the worker: it gives its work back; returns when it is gone (within about 8 seconds)."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    @property
    def pid(self) -> int | None:
        """The worker's process number; None when there is none just now."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    @property
    def starts(self) -> int:
        """How often a worker was started."""
        return self._starts

    def _watch(self) -> None:
        pause = self._first_pause_s
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self._process = subprocess.Popen(  # noqa: S603  our own program, no shell
                    self._command,
                    stdin=subprocess.PIPE,
                    env=self._environment,
                    start_new_session=True,  # Ctrl-C in a terminal is for the app, which then stops the worker
                )
            except OSError as error:
                logger.error("the worker does not start (%s)", type(error).__name__)
            else:
                self._starts += 1
                self._wait(self._process)
            if time.monotonic() - began > HEALTHY_S:
                pause = self._first_pause_s
            if not self._stop.wait(pause):
                pause = min(pause * 2, LONGEST_PAUSE_S)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        while process.poll() is None:
            if self._stop.wait(0.2):
                _end(process)
                return
        if process.stdin:
            process.stdin.close()
        logger.warning("the worker stopped (exit %s); starting it again", process.returncode)


def _end(process: subprocess.Popen[bytes]) -> None:
    """First politely, by closing its stdin; then by SIGTERM; then by SIGKILL."""
    if process.stdin:
        process.stdin.close()
    for harder, wait_s in ((process.terminate, STOP_S), (process.kill, 2.0)):
        try:
            process.wait(wait_s)
            return
        except subprocess.TimeoutExpired:
            harder()
    process.wait()


def lower_priority() -> None:
    """Let everything else on this machine go first: pages stay quick while the worker computes.

    On Linux SCHED_IDLE as well as nice 19: at normal priority two busy cores made a page take 12 s instead of 0.1 s,
    at SCHED_IDLE 0.8 s. Call before the worker starts threads: they inherit it. Where it is refused, work goes on.
    """
    try:
        os.nice(19)
        if sys.platform == "linux":
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    except (OSError, AttributeError) as error:
        logger.info("priority stays as it is (%s)", type(error).__name__)


def worker_main(jobs: Jobs, stdin_guard: bool = True) -> NoReturn:
    """Work until stdin closes (with `stdin_guard`) or SIGTERM or SIGINT comes, then end the process.

    A worker started by hand in a terminal keeps its stdin open; one without any stdin passes `stdin_guard=False`.
    """
    stop = threading.Event()

    def asked(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, asked)
    signal.signal(signal.SIGINT, asked)
    if stdin_guard:
        threading.Thread(target=_until_eof, args=(stop,), name="stdin", daemon=True).start()
    threading.Thread(target=_leave_in_time, args=(stop,), name="last-resort", daemon=True).start()
    try:
        jobs.work_forever(stop.is_set)
    except Exception as error:
        logger.error("the worker cannot work: %s", in_short(error))
        _leave(1)
    _leave(0)


def _until_eof(stop: threading.Event) -> None:
    try:
        while os.read(0, 4096):  # the descriptor, not sys.stdin: its lock would be held when the process ends
            pass
    except OSError:
        logger.info("no stdin to watch")
    stop.set()


def _leave_in_time(stop: threading.Event) -> None:
    stop.wait()
    time.sleep(STOP_S - 1.0)
    _leave(0)


def _leave(code: int) -> NoReturn:
    """End now. Threads of a step that is under way would keep a normal exit waiting; the step runs again later."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)
