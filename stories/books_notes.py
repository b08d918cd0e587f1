"""Notes between colleagues, mentions and presence: one small book of its own (`Books.notebook`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, select

from stories import tables as t
from stories.errors import SealBroken
from stories.notebook import Mention, Note, Presence
from stories.transaction import Transaction, opened_bytes, sealed_bytes, story_exists
from stories.vault import Kind


class NoteBook:
    """Every getter of one note raises NotFound when it is absent. The words of an erased story's notes are gone."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    # notes

    def add(self, note: Note) -> None:
        """Raises SealBroken for an erased story."""
        self._tx.insert(
            t.note, id=note.id, story_id=note.story_id, by=note.by, at=note.at, edited_at=note.edited_at,
            resolved_at=note.resolved_at, resolved_by=note.resolved_by, sealed=self._sealed(note),
        )  # fmt: skip
        self._name(note)

    def note(self, note_id: str) -> Note:
        return self._note(self._tx.one(select(t.note).where(t.note.c.id == note_id)))

    def notes(self, story_id: str) -> tuple[Note, ...]:
        """Oldest first."""
        c = t.note.c
        statement = select(t.note).where(c.story_id == story_id).order_by(c.at, c.id)
        return tuple(self._note(row) for row in self._tx.rows(statement))

    def save(self, note: Note) -> None:
        """Write words, mentions and whether it is done. Whoever was named before and still is keeps what they saw."""
        self._tx.update(
            t.note, t.note.c.id == note.id, edited_at=note.edited_at, resolved_at=note.resolved_at,
            resolved_by=note.resolved_by, sealed=self._sealed(note),
        )  # fmt: skip
        self._tx.delete(t.mention, t.mention.c.note_id == note.id, t.mention.c.user_id.not_in(note.mentions))
        self._name(note)

    def drop(self, note_id: str) -> None:
        """One that is not there is fine."""
        self._tx.delete(t.mention, t.mention.c.note_id == note_id)
        self._tx.delete(t.note, t.note.c.id == note_id)

    def _name(self, note: Note) -> None:
        known = set(self._named(note.id))
        for user_id in note.mentions:
            if user_id not in known:
                self._tx.insert(t.mention, note_id=note.id, user_id=user_id)

    def _named(self, note_id: str) -> tuple[str, ...]:
        c = t.mention.c
        rows = self._tx.rows(select(c.user_id).where(c.note_id == note_id).order_by(c.user_id))
        return tuple(row.user_id for row in rows)

    def _sealed(self, note: Note) -> bytes:
        words = json.dumps([note.id, note.text]).encode("ascii")  # with its id: two notes cannot be swapped
        key = self._tx.key(note.story_id)
        return sealed_bytes(key, words, owner=note.story_id, version=0, kind=Kind.NOTE)

    def _note(self, row: Row[Any]) -> Note:
        key = self._tx.key(row.story_id)
        data = opened_bytes(key, row.sealed, owner=row.story_id, version=0, kind=Kind.NOTE)
        note_id, words = json.loads(data)
        if note_id != row.id:
            raise SealBroken("vault.damaged")
        return Note(
            row.id, row.story_id, row.by, row.at, words, self._named(row.id), row.edited_at, row.resolved_at,
            row.resolved_by,
        )  # fmt: skip

    # mentions

    def mentions(self, user_id: str) -> tuple[Mention, ...]:
        """Where this user is named and has not looked yet, in notes that are not done; oldest first."""
        n, m = t.note.c, t.mention.c
        statement = (
            select(n.id, n.story_id, n.by, n.at)
            .join(t.mention, m.note_id == n.id)
            .where(m.user_id == user_id, m.seen_at.is_(None), n.resolved_at.is_(None))
            .order_by(n.at, n.id)
        )
        return tuple(Mention(row.id, row.story_id, row.by, row.at) for row in self._tx.rows(statement))

    def saw(self, user_id: str, story_id: str, at: datetime) -> None:
        """This user looked at the notes of a story."""
        m = t.mention.c
        own = select(t.note.c.id).where(t.note.c.story_id == story_id)
        self._tx.update(t.mention, m.user_id == user_id, m.seen_at.is_(None), m.note_id.in_(own), seen_at=at)

    def counted(self, user_id: str, story_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Of each of these stories that has any: how many notes are not done, and in how many of those this user is
        named and has not looked yet."""
        n, m = t.note.c, t.mention.c
        calls = and_(m.note_id == n.id, m.user_id == user_id, m.seen_at.is_(None))
        statement = (
            select(n.story_id, func.count().label("still"), func.count(m.note_id).label("calls"))
            .join_from(t.note, t.mention, calls, isouter=True)
            .where(n.story_id.in_(story_ids), n.resolved_at.is_(None))
            .group_by(n.story_id)
        )
        return {row.story_id: (row.still, row.calls) for row in self._tx.rows(statement)}

    # presence

    def is_here(self, story_id: str, user_id: str, part: str, at: datetime) -> None:
        """A sign of life. One row for each user and story: where they are now, and no history."""
        story_exists(self._tx, story_id)
        c = t.presence.c
        self._tx.delete(t.presence, c.story_id == story_id, c.user_id == user_id)
        self._tx.insert(t.presence, story_id=story_id, user_id=user_id, part=part, seen_at=at)

    def present(self, story_id: str, *, since: datetime) -> tuple[Presence, ...]:
        """Who gave a sign of life since then."""
        c = t.presence.c
        statement = select(t.presence).where(c.story_id == story_id, c.seen_at >= since).order_by(c.user_id)
        return tuple(Presence(row.user_id, row.part, row.seen_at) for row in self._tx.rows(statement))

    def forget_present(self, *, before: datetime) -> None:
        """Of whoever gave no sign of life since then nothing is kept, for any story."""
        self._tx.delete(t.presence, t.presence.c.seen_at < before)


def erase(tx: Transaction, story_id: str) -> None:
    """Everything of a story that is erased."""
    tx.delete(t.mention, t.mention.c.note_id.in_(select(t.note.c.id).where(t.note.c.story_id == story_id)))
    for table in (t.note, t.presence):
        tx.delete(table, table.c.story_id == story_id)
