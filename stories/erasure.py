"""Erasure: the key first, then everything else; and the ledger that survives a restored backup.

What stays (R8, minimal proof): the story's row without region and people, consent events, numbers and hashes of
versions, approvals, exports without their bundles, audit, and the receipt, so that a teller can see that it is done.

The ledger is `erasure-ledger.jsonl` beside the master key, so outside the backup of the data folder. A line is written
and synced before the transaction commits: after a crash in between, or after an old backup was restored, `migrate`
reads it and erases again what still has a key.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from stories import audit, books_calendar, books_clips, books_notes, books_pieces, books_search
from stories import tables as t
from stories.books_stories import get
from stories.errors import NotReady
from stories.model import require
from stories.stages import State, check_state
from stories.transaction import Transaction, now

LEDGER = "erasure-ledger.jsonl"
SYSTEM = "system"


def erase(tx: Transaction, story_id: str, why: str, *, replay: bool = False) -> bool:
    """Erase one story; False when it was erased already. Raises StageRefused unless it was withdrawn first (a replay
    of the ledger does not ask: the withdrawal was in the database that was replaced)."""
    require(audit.DETAIL.fullmatch(why) is not None and len(why) <= audit.MAX_DETAIL, "why is a code")
    story = get(tx, story_id)
    if story.state is State.GEWIST:
        return False
    if not replay:
        check_state(story.state, State.GEWIST)
        at = now()
        tx.before_commit.append(lambda: _write_ledger(ledger_path(tx.settings.master_key), story_id, at, why))
    if replay:  # of a backup: whoever erased it then sought its names in the agenda, and nobody can do so here
        books_calendar.blank_all(tx)
    tx.destroy_key(story_id)
    books_search.drop(tx, story_id)
    for piece in books_pieces.pieces_using(tx, story_id):
        books_pieces.blank_piece(tx, piece, story_id)
        books_calendar.blank(tx, piece.id)
    exports = select(t.export_story.c.export_id).where(t.export_story.c.story_id == story_id)
    books_pieces.expire_exports(tx, t.export.c.id.in_(exports))
    for row in tx.rows(select(t.sealed.c.object_name).where(t.sealed.c.story_id == story_id)):
        tx.drop_object(row.object_name)
    tx.delete(t.basket, t.basket.c.quote_id.in_(select(t.quote.c.id).where(t.quote.c.story_id == story_id)))
    for table in (t.sealed, t.part, t.recording, t.quote, t.story_tag):
        tx.delete(table, table.c.story_id == story_id)
    books_notes.erase(tx, story_id)
    books_clips.erase(tx, story_id)
    tx.update(
        t.story,
        t.story.c.id == story_id,
        state=str(State.GEWIST),
        row_version=story.row_version + 1,
        region="",
        turns_16_on=None,
        taken_by=None,
        waiting_for=None,
        due_on=None,
        assigned_to=None,
        names_left=None,
    )
    audit.append(tx, SYSTEM, "erase", story_id, None, why)
    return True


def ledger_path(master_key: Path) -> Path:
    return master_key.parent / LEDGER


def read_ledger(master_key: Path) -> dict[str, str]:
    """Story ids of the ledger, each with its reason. Raises NotReady when a line other than the last is damaged (the
    last may be half a line of a crash: its transaction never committed)."""
    path = ledger_path(master_key)
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    listed: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            listed[entry["story"]] = entry["why"]
        except (ValueError, KeyError, TypeError):
            if number < len(lines):
                raise NotReady("store.ledger_damaged") from None
    return listed


def replay(tx: Transaction, listed: dict[str, str]) -> int:
    """Erase every listed story that is here and still alive; returns how many."""
    c = t.story.c
    alive = tx.rows(select(c.id).where(c.id.in_(list(listed)), c.state != str(State.GEWIST)))
    return sum(erase(tx, row.id, listed[row.id], replay=True) for row in alive)


def _write_ledger(path: Path, story_id: str, at: datetime, why: str) -> None:
    line = json.dumps({"story": story_id, "when": at.isoformat(), "why": why}, separators=(",", ":")) + "\n"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            whole = os.pread(handle, os.fstat(handle).st_size, 0).rfind(b"\n") + 1
            os.ftruncate(handle, whole)  # half a line of a crash: what it announced was never committed
            os.write(handle, line.encode("ascii"))
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError:
        raise NotReady("store.ledger_unwritable") from None
