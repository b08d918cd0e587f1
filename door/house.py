"""What the routes and the pages share: settings, store, and what is remembered in memory only.

`open_house` refuses an unsafe start. Nothing here is written to disk: after a restart every wait is forgotten, every
half-finished log-in starts again, and there is a new first-run code.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from desk import accounts
from door.throttle import Gate, Quota, Throttle
from stories.errors import NotReady
from stories.settings import Settings
from stories.store import Store, migrate

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without what is easily read as something else."""

HOUR_S = 3600.0
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class FirstRun:
    """The one-time code with which the first administrator is made: 16 characters, of which only a hash is kept."""

    def __init__(self) -> None:
        self._hash: bytes | None = None

    def new_code(self) -> str:
        """A fresh code, as it is printed in the terminal; an earlier one no longer works."""
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(16))
        self._hash = _hashed(code)
        return "-".join(code[at : at + 4] for at in range(0, 16, 4))

    def fits(self, code: str) -> bool:
        return self._hash is not None and hmac.compare_digest(self._hash, _hashed(code))

    def over(self) -> None:
        self._hash = None


class SecondFactors:
    """Secrets that were shown but not confirmed yet, and which codes were used already."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._offered: dict[str, tuple[str, float]] = {}
        self._used: dict[str, int] = {}
        self._lock = threading.Lock()

    def offer(self, user_id: str, *, keep_s: float = 900.0) -> str:
        """The secret to show to this person: the same one while they are busy scanning it."""
        with self._lock:
            secret, until = self._offered.get(user_id, ("", 0.0))
            if self._clock() >= until:
                secret = accounts.new_secret()
            self._offered[user_id] = (secret, self._clock() + keep_s)
            return secret

    def last_step(self, user_id: str) -> int:
        return self._used.get(user_id, -1)

    def use(self, user_id: str, step: int) -> bool:
        """Mark a code as used; False when somebody was faster with the same code."""
        with self._lock:
            self._offered.pop(user_id, None)
            if step <= self._used.get(user_id, -1):
                return False
            self._used[user_id] = step
            return True


@dataclass(frozen=True)
class House:
    """One running installation, as the door sees it."""

    settings: Settings
    store: Store
    upload_quota: Quota
    first_run: FirstRun = field(default_factory=FirstRun)
    second_factors: SecondFactors = field(default_factory=SecondFactors)
    # somebody's own address: refuse for a while, doubling
    address_waits: Throttle = field(
        default_factory=lambda: Throttle(free=10, first_s=2.0, longest_s=900.0, forget_s=HOUR_S)
    )
    receipt_waits: Throttle = field(
        default_factory=lambda: Throttle(free=8, first_s=2.0, longest_s=900.0, forget_s=HOUR_S)
    )
    code_waits: Throttle = field(  # per account, but only for who knows its password: strangers cannot cause it
        default_factory=lambda: Throttle(free=5, first_s=5.0, longest_s=300.0, forget_s=HOUR_S)
    )
    # what strangers can cause for others: only ever a later answer
    account_tarpit: Throttle = field(
        default_factory=lambda: Throttle(free=5, first_s=0.25, longest_s=4.0, forget_s=HOUR_S)
    )
    receipt_tarpit: Throttle = field(
        default_factory=lambda: Throttle(free=60, first_s=0.1, longest_s=2.0, forget_s=60.0)
    )
    uploads: Gate = field(default_factory=lambda: Gate(most=6, most_each=3))
    sockets: Gate = field(default_factory=lambda: Gate(most=400, most_each=100))
    downloads: Gate = field(default_factory=lambda: Gate(most=40, most_each=12))

    @property
    def incoming(self) -> Path:
        """Where an upload lies while it comes in: a private folder, emptied at every start."""
        return self.settings.data_dir / "incoming"

    @property
    def is_https(self) -> bool:
        return self.settings.origin.startswith("https://")


def open_house(settings: Settings) -> House:
    """Check that it is safe to start, bring the database up to date, clear what a crash left, open the store.

    Raises NotReady with a Dutch sentence saying what to change.
    """
    check_safe(settings)
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.name == "posix":
            settings.data_dir.chmod(0o700)
        shutil.rmtree(settings.data_dir / "incoming", ignore_errors=True)
        (settings.data_dir / "incoming").mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise NotReady("door.unsafe_data") from error
    migrate(settings)
    quota = Quota(settings.max_upload_mb_per_hour * 1_000_000, HOUR_S)
    return House(settings, Store.open(settings), quota)


def check_safe(settings: Settings) -> None:
    """Raise NotReady when starting like this would put people's stories at risk."""
    parts = urlsplit(settings.origin)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise NotReady("door.unsafe_url")
    if not re.fullmatch(r"[A-Za-z0-9.-]+(?::[0-9]{1,5})?|\[[0-9a-fA-F:]+\](?::[0-9]{1,5})?", parts.netloc):
        raise NotReady("door.unsafe_url")  # it goes into the Content-Security-Policy
    if settings.address not in LOOPBACK and parts.scheme != "https":
        raise NotReady("door.unsafe_open", address=settings.address)
    if settings.master_key.absolute().resolve().is_relative_to(settings.data_dir.absolute().resolve()):
        raise NotReady("door.unsafe_key")


_standing: list[House] = []
# Streamlit runs app.py again for every visitor and offers no way to hand it a value, so this one is kept here.


def stand(house: House | None) -> None:
    """Remember the house of this process (None: it is closed)."""
    _standing[:] = [] if house is None else [house]


def standing() -> House | None:
    """The house of this process, or None when the pages were started without the door."""
    return _standing[0] if _standing else None


def _hashed(code: str) -> bytes:
    letters = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(letters.encode("utf-8", "replace")).digest()
