"""Signed tickets: "whoever holds this may do one thing, for one subject, for a while".

    ticket = issue(settings, "opname", story_id, ttl_s=1800)
    redeem(settings, "opname", ticket)          # -> story_id, or None when forged, expired or for something else

A ticket is `subject.expires.mac`: an HMAC-SHA256 over purpose, subject and expiry, with a key derived by HKDF from
the master key, so that no second secret has to be kept. Nothing in it is secret but the signature; ids only go in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from stories.errors import NotReady
from stories.model import require
from stories.settings import Settings

UPLOAD = "opname"
"""May send something for one story: a part of it, or a proof (see `desk.proofs`)."""

TELLER = "verteller"
"""May see and withdraw one's own story (after the receipt code was given)."""

LONGEST_TICKET = 400
"""Characters; anything longer is not ours and is not even looked at."""


def issue(settings: Settings, what: str, subject: str, ttl_s: int, *, now: float | None = None) -> str:
    """A ticket for `what` about `subject` (an id, ASCII without dots) that lives `ttl_s` seconds.

    Raises NotReady when the master key cannot be read.
    """
    require(subject.isascii() and bool(subject) and "." not in subject, "a ticket's subject is a plain id")
    expires = int((time.time() if now is None else now) + ttl_s)
    return f"{subject}.{expires}.{_mac(settings.master_key, what, subject, expires)}"


def redeem(settings: Settings, what: str, ticket: str, *, now: float | None = None) -> str | None:
    """The subject of a ticket that is genuine, meant for `what` and not expired; otherwise None."""
    if not ticket or len(ticket) > LONGEST_TICKET or not ticket.isascii():
        return None
    subject, _, rest = ticket.partition(".")
    expiry, _, mac = rest.partition(".")
    if not expiry.isdecimal() or len(expiry) > 12:
        return None
    genuine = hmac.compare_digest(mac, _mac(settings.master_key, what, subject, int(expiry)))
    alive = int(expiry) > (time.time() if now is None else now)
    return subject if genuine and alive else None


def _mac(master_key: Path, what: str, subject: str, expires: int) -> str:
    message = "\0".join((what, subject, str(expires))).encode("ascii")
    digest = hmac.new(_key(master_key), message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")


def _key(master_key: Path) -> bytes:
    try:
        secret = master_key.read_bytes().strip()
    except OSError as error:
        raise NotReady("door.no_master_key") from error
    require(len(secret) >= 32, "the master key is at least 32 bytes")
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"vertelpunt tickets v1").derive(secret)
