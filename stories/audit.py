"""The audit log: who did what when, in a chain of hashes. No content, no addresses, no names.

    hash = SHA-256(hash of the row before | canonical JSON of the row)

Changing, removing or inserting a row anywhere breaks the chain from there on. Triggers refuse UPDATE and DELETE; the
chain shows what happened to a database whose triggers were taken away.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select

from stories import tables as t
from stories.model import require
from stories.transaction import Transaction, now

FIRST = "0" * 64
"""What the first row's `prev_hash` is."""

MAX_DETAIL = 200
DETAIL = re.compile(r"[\w .,:;=+/|()<>#@*%-]*", re.ASCII)
"""Codes and counts: letters of ASCII, digits and a few signs. Not proof against a story, but against most slips."""

COLUMNS = ("seq", "at", "actor", "action", "story_id", "subject", "detail", "prev_hash")


def append(tx: Transaction, actor: str, action: str, story_id: str | None, subject: str | None, detail: str) -> None:
    """Add a row. Raises ValueError when `detail` is no code or count (a programming error)."""
    require(len(detail) <= MAX_DETAIL and DETAIL.fullmatch(detail) is not None, "an audit detail is codes and counts")
    last = tx.row(select(t.audit.c.seq, t.audit.c.hash).order_by(t.audit.c.seq.desc()).limit(1))
    row = {
        "seq": last.seq + 1 if last else 1,
        "at": now(),
        "actor": actor,
        "action": action,
        "story_id": story_id,
        "subject": subject,
        "detail": detail,
        "prev_hash": last.hash if last else FIRST,
    }
    tx.insert(t.audit, **row, hash=hash_of(row))


def trail(tx: Transaction, story_id: str | None, action: str | None, limit: int) -> tuple[dict[str, Any], ...]:
    """The newest rows first."""
    statement: Select[Any] = select(t.audit).order_by(t.audit.c.seq.desc()).limit(limit)
    if story_id is not None:
        statement = statement.where(t.audit.c.story_id == story_id)
    if action is not None:
        statement = statement.where(t.audit.c.action == action)
    return tuple(dict(row._mapping) for row in tx.rows(statement))


def newest(tx: Transaction, action: str, story_id: str | None, subject: str | None) -> datetime | None:
    """When this was last done to the story or the subject."""
    c = t.audit.c
    where = [c.action == action]
    if story_id is not None:
        where.append(c.story_id == story_id)
    if subject is not None:
        where.append(c.subject == subject)
    row = tx.row(select(c.at).where(*where).order_by(c.seq.desc()).limit(1))
    return row.at if row else None


def is_whole(tx: Transaction) -> bool:
    """True when no row was changed, removed (but for the newest ones) or inserted."""
    expected, seq = FIRST, 1
    for row in tx.connection.execute(select(t.audit).order_by(t.audit.c.seq)):
        if (row.seq, row.prev_hash, row.hash) != (seq, expected, _hash_of_row(row)):
            return False
        expected, seq = row.hash, seq + 1
    return True


def hash_of(row: dict[str, Any]) -> str:
    """The hash of a row: over everything but the hash itself."""
    values = {name: row[name] for name in COLUMNS} | {"at": row["at"].isoformat(timespec="microseconds")}
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((row["prev_hash"] + text).encode("ascii")).hexdigest()


def _hash_of_row(row: Row[Any]) -> str:
    return hash_of(dict(row._mapping))
