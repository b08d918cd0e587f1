"""Uploads that come in by parts: remembered in memory only, so that a restart forgets them and the sender begins anew.

An upload belongs to one story. It ends when nothing was heard of it for two hours, or half a day after it began; what
it came to is kept a while longer, for whoever did not get the answer. Everything is bounded. Used from the event loop
only; the bytes themselves are the spool's (`stories.incoming`).
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stories.incoming import Spool

QUIET_S = 2 * 3600.0
"""So long an upload waits for its sender: a phone that lies in a bag, a bus without internet."""

LONGEST_S = 12 * 3600.0
"""So long it may take in all."""

MOST = 60
"""Open at once. Each holds one descriptor and one chunk of 64 KiB."""

MOST_OF_VISITOR = 25
"""Of one address: a class that tells together shares one."""

MOST_OF_STORY = 3
"""Of one story. The one that was quiet the longest makes way: the teller chose another file, or reloaded the page."""

MOST_ANSWERS = 2_000
"""Answers that are remembered; the oldest is forgotten first."""

MOST_TRIES = 5
"""So often a hand-over that failed because of us is tried again before the sender has to begin anew."""

Answer = tuple[int, dict[str, Any]]
"""A status and the JSON that goes with it."""


@dataclass(eq=False, slots=True)
class Arrival:
    """One upload. `spool` is None once there is an `answer`; `work` is the hand-over while it is under way."""

    id: str
    story_id: str
    visitor: str
    total: int
    spool: Spool | None
    began: float
    heard: float
    answer: Answer | None = None
    work: asyncio.Task[Answer] | None = None
    tries: int = 0

    @property
    def at(self) -> int:
        """Bytes that are here."""
        return self.total if self.spool is None else self.spool.size


class Arrivals:
    """All uploads of this process. `folder` is the private folder on whose disk they lie."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder, self._clock = folder, clock
        self._known: dict[str, Arrival] = {}  # in the order in which they began

    def begin(self, story_id: str, visitor: str, total: int) -> Arrival | None:
        """A new upload of `total` bytes; None when there are too many. Raises OSError when the disk is full."""
        self.tidy()
        own = [one for one in self._open() if one.story_id == story_id]
        if len(own) >= MOST_OF_STORY:
            idle = [one for one in own if one.work is None]
            if not idle:
                return None
            self.drop(min(idle, key=lambda one: one.heard))
        if len(self._open()) >= MOST or sum(one.visitor == visitor for one in self._open()) >= MOST_OF_VISITOR:
            return None
        now = self._clock()
        made = Arrival(secrets.token_urlsafe(18), story_id, visitor, total, Spool(self._folder), now, now)
        self._known[made.id] = made
        return made

    def find(self, upload_id: str, story_id: str) -> Arrival | None:
        """The upload of this id, if it is of this story. That somebody asked counts as a sign of life."""
        self.tidy()
        found = self._known.get(upload_id)
        if found is None or found.story_id != story_id:
            return None
        found.heard = self._clock()
        return found

    def settle(self, arrival: Arrival, answer: Answer) -> None:
        """It is over: the bytes go, the answer stays for who asks again."""
        arrival.answer = answer
        if arrival.spool is not None:
            arrival.spool.drop()
            arrival.spool = None
        answered = [one for one in self._known.values() if one.answer is not None]
        for old in answered[: max(0, len(answered) - MOST_ANSWERS)]:
            self._known.pop(old.id, None)

    def drop(self, arrival: Arrival) -> None:
        """Forget it wholly."""
        self._known.pop(arrival.id, None)
        if arrival.spool is not None:
            arrival.spool.drop()

    def tidy(self) -> float | None:
        """Drop what ended; seconds until there is more to drop, None when there is nothing at all."""
        now = self._clock()
        for one in list(self._known.values()):
            if one.work is None and self._ends(one) <= now:
                self.drop(one)
        waits = [self._ends(one) - now for one in self._known.values()]
        return max(1.0, min(waits)) if waits else None

    def _ends(self, one: Arrival) -> float:
        return min(one.heard + QUIET_S, one.began + LONGEST_S)

    def _open(self) -> list[Arrival]:
        return [one for one in self._known.values() if one.answer is None]
