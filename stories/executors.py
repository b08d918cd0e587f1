"""Which workers live: a row per worker with a heartbeat, and who may be taken for dead.

A worker's id is `<machine>.<pid>.<random>`. Dead is
- a worker of this machine whose process is gone (known at once, so a restarted worker goes straight on), and
- a worker whose heartbeat did not move during a whole lease, measured on our own clock: clocks of machines differ.
"""

from __future__ import annotations

import hashlib
import logging
import os
import platform
import secrets
import threading
import time
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from stories.database import transaction
from stories.errors import NotReady
from stories.jobs import Pace, now
from stories.quietlogs import in_short
from stories.store import Store
from stories.tables import executor as EXECUTOR

logger = logging.getLogger(__name__)


def machine() -> str:
    """A mark for this boot of this machine or container: process numbers mean something only within it."""
    parts = [platform.node()]
    for source in (Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")):
        try:
            parts.append(str(source.readlink()) if source.is_symlink() else source.read_text(encoding="ascii"))
        except OSError:
            parts.append("")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


class Executors:
    """This worker's heartbeat, and its view of the others."""

    def __init__(self, database: sa.Engine, pace: Pace) -> None:
        self._database = database
        self._pace = pace
        self._machine = machine()
        self.me = f"{self._machine}.{os.getpid()}.{secrets.token_hex(4)}"
        self._started = now()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat_on, name="heartbeat", daemon=True)
        self._seen: dict[str, tuple[datetime, float]] = {}

    def start(self) -> None:
        """Be known before taking any work."""
        self._beat()
        self._thread.start()

    def stop(self) -> None:
        """Say goodbye: whoever comes next may take over at once."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=self._pace.heartbeat_s)
        try:
            self.bury([self.me])
        except NotReady:
            logger.warning("this worker could not sign off; the lease will tell")

    def _beat(self) -> None:
        moment = now()
        with transaction(self._database, write=True) as connection:
            mine = sa.update(EXECUTOR).where(EXECUTOR.c.id == self.me).values(heartbeat_at=moment)
            if not connection.execute(mine).rowcount:  # the first time, or buried while this machine slept
                connection.execute(
                    sa.insert(EXECUTOR).values(id=self.me, started_at=self._started, heartbeat_at=moment)
                )

    def _beat_on(self) -> None:
        while not self._stop.wait(self._pace.heartbeat_s):
            try:
                self._beat()
            except Exception as error:  # without a heartbeat others would take our work
                logger.warning("no heartbeat; trying again: %s", in_short(error))

    def _rows(self) -> dict[str, datetime]:
        with transaction(self._database, write=False) as connection:
            return {
                str(row.id): row.heartbeat_at
                for row in connection.execute(sa.select(EXECUTOR.c.id, EXECUTOR.c.heartbeat_at))
            }

    def known(self, executor: str) -> bool:
        """Whether this worker has a row (one that stopped properly has none)."""
        return executor == self.me or executor in self._rows()

    def dead(self) -> set[str]:
        """The workers with a row that will not do anything any more."""
        rows = self._rows()
        rows.pop(self.me, None)
        self._seen = {executor: seen for executor, seen in self._seen.items() if executor in rows}
        found = set()
        for executor, heartbeat in rows.items():
            before = self._seen.get(executor)
            if before is None or before[0] != heartbeat:
                self._seen[executor] = (heartbeat, time.monotonic())
            elif time.monotonic() - before[1] >= self._pace.lease_s:
                found.add(executor)
            if self._process_is_gone(executor):
                found.add(executor)
        return found

    def _process_is_gone(self, executor: str) -> bool:
        where, _, rest = executor.partition(".")
        number = rest.partition(".")[0]
        if where != self._machine or not number.isdigit():
            return False
        if int(number) == os.getpid():
            return True  # our own number with another id: we are its successor
        try:
            os.kill(int(number), 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False  # there is such a process, of somebody else
        return False

    def bury(self, executors: Collection[str]) -> None:
        """Remove rows of the dead, once their work is given to others."""
        if executors:
            with transaction(self._database, write=True) as connection:
                connection.execute(sa.delete(EXECUTOR).where(EXECUTOR.c.id.in_(executors)))


def alive(store: Store) -> datetime | None:
    """When a worker last showed a sign of life (every 5 s when all is well); None when there is no worker."""
    with transaction(store.engine, write=False) as connection:
        newest: datetime | None = connection.execute(sa.select(sa.func.max(EXECUTOR.c.heartbeat_at))).scalar()
    return newest
