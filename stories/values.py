"""What every value is made with: a digest, an id, a rule that it keeps."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence


def digest_of(value: object) -> str:
    """SHA-256 (hex) of a value's canonical JSON: sorted keys, no spaces, UTF-8, dates as ISO text."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def new_id(prefix: str) -> str:
    """A fresh random id such as `v3f9a0c1d2e4b5a6f`: 64 random bits, safe in file names and logs."""
    return prefix + secrets.token_hex(8)


def require(condition: bool, what: str) -> None:
    """Raise ValueError naming the broken rule (never the value: it may be story text)."""
    if not condition:
        raise ValueError(what)


def joined(parts: Iterable[str], sep: str = ", ", last: str = " en ") -> str:
    """Dutch enumeration: `a, b en c`."""
    items: Sequence[str] = list(parts)
    return items[0] if len(items) == 1 else sep.join(items[:-1]) + last + items[-1] if items else ""
