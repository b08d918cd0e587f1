"""Slowing down those who guess, in memory only: nothing about visitors is written down.

A *wait* refuses until its time has passed; a *tarpit* answers later and never refuses. What strangers can cause for
somebody else (their account, the whole house) is only ever a tarpit: nobody can be locked out by others.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable

MOST_KEYS = 10_000
"""Visitors remembered at once, oldest forgotten first, so that many addresses cannot fill the memory."""


class Throttle:
    """Doubling waits after `free` attempts. An attempt counts when it starts, so twenty at once count as twenty."""

    def __init__(
        self,
        *,
        free: int,
        first_s: float,
        longest_s: float,
        forget_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._free, self._first_s, self._longest_s, self._forget_s = free, first_s, longest_s, forget_s
        self._clock = clock
        self._seen: OrderedDict[Hashable, tuple[int, float, float]] = OrderedDict()  # attempts, last, open again
        self._lock = threading.Lock()

    def attempt(self, key: Hashable) -> float:
        """Count an attempt of `key`; seconds to wait, 0.0 when it may go on. A refused attempt does not count."""
        with self._lock:
            now = self._clock()
            attempts, last, open_at = self._seen.pop(key, (0, now, now))
            if now - last > self._forget_s:
                attempts, open_at = 0, now
            if now < open_at:
                self._seen[key] = (attempts, last, open_at)
                return open_at - now
            attempts += 1
            self._seen[key] = (attempts, now, now + self._wait_after(attempts))
            while len(self._seen) > MOST_KEYS:
                self._seen.popitem(last=False)
            return 0.0

    def pressure(self, key: Hashable) -> float:
        """Count an attempt of `key` that may always go on; seconds by which to answer later."""
        with self._lock:
            now = self._clock()
            attempts, last, _ = self._seen.pop(key, (0, now, now))
            attempts = 1 if now - last > self._forget_s else attempts + 1
            self._seen[key] = (attempts, now, now)
            while len(self._seen) > MOST_KEYS:
                self._seen.popitem(last=False)
            return self._wait_after(attempts)

    def forgive(self, key: Hashable) -> None:
        """Forget `key`: it proved to be in good faith."""
        with self._lock:
            self._seen.pop(key, None)

    def _wait_after(self, attempts: int) -> float:
        over = attempts - self._free
        return min(self._first_s * 2.0 ** min(over, 30), self._longest_s) if over >= 0 else 0.0


class Quota:
    """How much each key may bring in one period."""

    def __init__(self, most: int, per_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._per_s, self._clock = most, per_s, clock
        self._taken: OrderedDict[Hashable, deque[tuple[float, int]]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: Hashable, amount: int) -> bool:
        """Take `amount` from what `key` has left; False (and nothing taken) when that is too much."""
        with self._lock:
            now = self._clock()
            taken = self._taken.setdefault(key, deque())
            self._taken.move_to_end(key)
            while taken and now - taken[0][0] > self._per_s:
                taken.popleft()
            if sum(part for _, part in taken) + amount > self._most:
                return False
            taken.append((now, amount))
            while len(self._taken) > MOST_KEYS:
                self._taken.popitem(last=False)
            return True


class Gate:
    """At most `most` inside at once, and `most_each` of one key."""

    def __init__(self, most: int, most_each: int) -> None:
        self._most, self._most_each = most, most_each
        self._inside: dict[Hashable, int] = {}
        self._lock = threading.Lock()

    def enter(self, key: Hashable) -> bool:
        """Go in; False when it is full. Everybody who went in leaves."""
        with self._lock:
            if sum(self._inside.values()) >= self._most or self._inside.get(key, 0) >= self._most_each:
                return False
            self._inside[key] = self._inside.get(key, 0) + 1
            return True

    def leave(self, key: Hashable) -> None:
        with self._lock:
            left = self._inside.get(key, 0) - 1
            if left > 0:
                self._inside[key] = left
            else:
                self._inside.pop(key, None)


def visitor(client: tuple[str, int] | None) -> str:
    """The key of a visitor's address: IPv6 by its /64, because one household has all of it. Never logged."""
    if client is None:
        return "?"
    try:
        address = ipaddress.ip_address(client[0].partition("%")[0])
    except ValueError:
        return "?"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)
