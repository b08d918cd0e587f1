"""What one transaction carries: the connection, the vault, the media folder, and what must follow it.

The `books_*` modules are functions over a Transaction; `stories.books.Books` is their one face.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, CursorResult, Delete, Insert, Row, Select, Table, Update, select

from stories import tables as t
from stories.database import mapped
from stories.errors import InputRefused, NotFound, SealBroken
from stories.media import Media
from stories.receipts import Hasher
from stories.settings import Settings
from stories.vault import Kind, StoryKey, Vault, seal, unseal


@dataclass
class Transaction:
    """One decision. `writes` is False for a reader, whose attempts to write are a programming error."""

    connection: Connection
    vault: Vault
    house_key: StoryKey
    media: Media
    hasher: Hasher
    settings: Settings
    writes: bool
    memory: dict[Any, Any] = field(default_factory=dict, repr=False)  # of the Store: what `books_counted` remembers
    before_commit: list[Callable[[], None]] = field(default_factory=list)
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    after_rollback: list[Callable[[], None]] = field(default_factory=list)
    seen: list[tuple[str, datetime]] = field(default_factory=list)  # session tokens to note once reading is over
    scrub: bool = False  # something was erased: overwrite its traces after the commit
    known: dict[tuple[Any, ...], Any] | None = field(default=None, repr=False)  # what `once` read; None: nothing kept
    _keys: dict[str, StoryKey] = field(default_factory=dict, repr=False)

    def rows(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        with mapped():
            return self.connection.execute(statement).all()

    def column(self, statement: Select[Any]) -> Sequence[Any]:
        """The only column of many rows: cheaper than rows."""
        with mapped():
            return self.connection.execute(statement).scalars().all()

    def row(self, statement: Select[Any]) -> Row[Any] | None:
        with mapped():
            return self.connection.execute(statement).first()

    def one(self, statement: Select[Any]) -> Row[Any]:
        """The row, or NotFound."""
        row = self.row(statement)
        if row is None:
            raise NotFound("stories.not_found")
        return row

    def write(self, statement: Insert | Update | Delete, values: dict[str, object] | None = None) -> int:
        """Do it; returns how many rows it touched."""
        if not self.writes:
            raise RuntimeError("this transaction only reads: use store.write()")
        with mapped():
            result: CursorResult[Any] = self.connection.execute(statement, values)
            return result.rowcount

    def insert(self, table: Table, **values: object) -> None:
        check_text(values)
        self.write(table.insert(), values)  # beside the statement: much cheaper for SQLAlchemy than inside it

    def insert_many(self, table: Table, rows: Sequence[dict[str, object]]) -> None:
        """Rows of numbers and bytes: nothing in them is checked to be text."""
        if not self.writes:
            raise RuntimeError("this transaction only reads: use store.write()")
        if rows:
            with mapped():
                self.connection.execute(table.insert(), rows)

    def update(self, table: Table, *where: Any, **values: object) -> int:
        check_text(values)
        return self.write(table.update().where(*where).values(**values))

    def delete(self, table: Table, *where: Any) -> int:
        return self.write(table.delete().where(*where))

    # keys

    def key(self, story_id: str) -> StoryKey:
        """The story's key. Raises SealBroken when it was destroyed, or was wrapped by another master key."""
        if story_id not in self._keys:
            row = self.row(select(t.story_key.c.wrapped).where(t.story_key.c.story_id == story_id))
            if row is None:
                raise SealBroken("vault.key_gone")
            self._keys[story_id] = self.vault.unwrap(row.wrapped)
        return self._keys[story_id]

    def known_key(self, story_id: str, wrapped: bytes) -> StoryKey:
        """The same, for a reader of many stories who has its row at hand."""
        if story_id not in self._keys:
            self._keys[story_id] = self.vault.unwrap(wrapped)
        return self._keys[story_id]

    def add_key(self, story_id: str) -> None:
        self._keys[story_id], wrapped = self.vault.new_key()
        self.insert(t.story_key, story_id=story_id, wrapped=wrapped)

    def destroy_key(self, story_id: str) -> None:
        self._keys.pop(story_id, None)
        self.delete(t.story_key, t.story_key.c.story_id == story_id)

    def drop_object(self, name: str | None) -> None:
        """Delete a media object once (and only if) this transaction is committed."""
        if name is not None:
            self.after_commit.append(lambda: self.media.remove(name))


Read = TypeVar("Read", bound=Callable[..., Any])


def once(read: Read) -> Read:
    """For a function over a Transaction and hashable arguments: in `Store.one_moment` the same is read once."""

    @functools.wraps(read)
    def looked(tx: Transaction, *asked: Any) -> Any:
        if tx.known is None:
            return read(tx, *asked)
        key = (read, *asked)
        if key not in tx.known:
            tx.known[key] = read(tx, *asked)
        return tx.known[key]

    return cast(Read, looked)


def remember(tx: Transaction, read: Callable[..., Any], *asked: Any, answer: Any) -> None:
    """What `read` (a function with `once`) would answer, for whoever has it at hand; nothing outside one moment."""
    if tx.known is not None:
        tx.known.setdefault((inspect.unwrap(read), *asked), answer)


def sealed_bytes(key: StoryKey, data: bytes, *, owner: str, version: int, kind: Kind) -> bytes:
    """Seal a small item in memory. `owner` is the story id, or the id of what the house key seals."""
    target = BytesIO()
    seal(key, BytesIO(data), target, story_id=owner, version=version, kind=kind)
    return target.getvalue()


def opened_bytes(key: StoryKey, data: bytes, *, owner: str, version: int, kind: Kind) -> bytes:
    """The inverse of `sealed_bytes`. Raises SealBroken."""
    return b"".join(unseal(key, BytesIO(data), story_id=owner, version=version, kind=kind))


def check_text(values: dict[str, object]) -> None:
    """Clear columns hold real text: PostgreSQL knows no NUL and neither database half a surrogate pair.

    (Sealed text has no such limits: what a teller gave comes back exactly.) Raises InputRefused.
    """
    for value in values.values():
        if isinstance(value, str) and ("\x00" in value or not _is_unicode(value)):
            raise InputRefused("store.not_text")


def _is_unicode(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def now() -> datetime:
    return datetime.now(UTC)


@once
def story_exists(tx: Transaction, story_id: str) -> None:
    tx.one(select(t.story.c.id).where(t.story.c.id == story_id))
