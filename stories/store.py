"""Where stories are kept: SQLAlchemy Core tables and frozen values, one transaction per decision.

with store.write() as books:         # BEGIN IMMEDIATE on SQLite
    story = books.story(story_id)
    books.save(story.moved(stage=Stage.TAGGED), expected=story.row_version)
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, BinaryIO

from sqlalchemy import Connection, Engine

from stories.books import Books
from stories.books_sealed import SealedObject, put
from stories.database import make_engine, sqlite_file, transaction
from stories.errors import NotReady
from stories.halfway import Halfway, half_folder
from stories.install import ORPHAN_AGE, follow, migrate, open_house, private_folders, scrub, sweep
from stories.media import Media
from stories.migrations import is_at_head
from stories.moment import SharedMoment
from stories.receipts import Hasher
from stories.settings import Settings
from stories.transaction import Transaction
from stories.vault import Kind, StoryKey, Vault

__all__ = ["Books", "SealedObject", "Store", "migrate"]

log = logging.getLogger("vertelpunt.store")


class Store:
    """The database and the media folder of one installation. Threads may share it; processes open their own."""

    def __init__(
        self, settings: Settings, engine: Engine, vault: Vault, house_key: StoryKey, media: Media, hasher: Hasher
    ) -> None:
        self.settings = settings
        self.engine = engine
        self.vault = vault
        self.hasher = hasher
        self._house_key = house_key
        self._media = media
        self._here = threading.local()
        self._memory: dict[Any, Any] = {}

    @classmethod
    def open(cls, settings: Settings, *, hasher: Hasher | None = None) -> Store:
        """Connect (no migration). `hasher` is for tests: cheaper hashes.

        Raises NotReady when the schema is not at head or the master key is missing or badly kept, and SealBroken when
        it is not the master key of this database.
        """
        file = sqlite_file(settings)
        if file is not None and not file.exists():
            raise NotReady("store.not_migrated")
        media = Media(settings)
        vault = Vault.open(settings.master_key, outside=private_folders(settings, media))
        engine = make_engine(settings)
        try:
            with transaction(engine, write=False) as connection:
                if not is_at_head(connection):
                    raise NotReady("store.not_migrated")
                house_key = open_house(connection, vault)
        except BaseException:
            engine.dispose()
            raise
        return cls(settings, engine, vault, house_key, media, hasher or Hasher())

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Books]:
        """A transaction that sees one moment and writes nothing."""
        shared: SharedMoment[Books] | None = getattr(self._here, "moment", None)
        if shared is not None:
            with shared.read() as books:
                yield books
            return
        with self.connect(write=False) as connection:
            tx = self._transaction(connection, writes=False)
            yield Books(tx)
        self._note_seen(tx)

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """For drawing a page: what this thread reads in the block is of one moment, in one transaction, and the same
        is read once. A write ends the moment; what is read after it is of a new one."""
        if getattr(self._here, "moment", None) is not None:
            yield
            return
        moment = self._here.moment = SharedMoment(self._open_moment)
        try:
            yield
        finally:
            self._here.moment = None
            moment.end()

    @contextmanager
    def _open_moment(self) -> Iterator[Books]:
        with self.connect(write=False) as connection:
            tx = self._transaction(connection, writes=False)
            tx.known = {}
            yield Books(tx)
        self._note_seen(tx)

    def _note_seen(self, tx: Transaction) -> None:
        for token, at in tx.seen:
            try:
                with self.write() as books:
                    books.session_user(token, at)
            except NotReady:  # a busy database keeps nobody from reading; the next page notes it
                log.warning("could not note that a session was seen")

    @contextmanager
    def write(self) -> Iterator[Books]:
        """A transaction that is the only writer, committed at the end and rolled back on any error."""
        shared: SharedMoment[Books] | None = getattr(self._here, "moment", None)
        if shared is not None:
            shared.end()
        tx: Transaction | None = None
        try:
            with self.connect(write=True) as connection:
                tx = self._transaction(connection, writes=True)
                yield Books(tx)
                for action in tx.before_commit:
                    action()
        except BaseException:
            if tx is not None:
                follow(tx.after_rollback)
            raise
        follow(tx.after_commit)
        if tx.scrub:
            scrub(self.engine)

    @contextmanager
    def sealed(self, story_id: str, kind: Kind, source: BinaryIO, *, version: int = 0) -> Iterator[SealedObject]:
        """Seal a big item before the transaction that names it, so that nobody waits while it is sealed; a bundle is
        sealed with the house key, under its own id:

            with store.sealed(story_id, Kind.AUDIO, flac) as audio, store.write() as books:
                books.keep(story_id, Kind.AUDIO, audio)

        What was not named is deleted at the end of the block; after a crash in between, `sweep` does it. Raises
        SealBroken for an erased story, NotReady when the media folder is full or away.
        """
        key = self._house_key
        if kind is not Kind.BUNDLE:
            with self.connect(write=False) as connection:
                key = self._transaction(connection, writes=False).key(story_id)
        made = put(self._media, key, story_id, kind, source, version)
        try:
            yield made
        finally:
            if not made.named:
                follow([lambda: self._media.remove(made.object_name)])

    def halfway(self, piece_id: str) -> Halfway:
        """Where work on a bundle of this piece leaves, sealed with the house key, what its next try goes on with."""
        return Halfway(self._house_key, half_folder(self.settings, piece_id), piece_id)

    @contextmanager
    def connect(self, *, write: bool) -> Iterator[Connection]:
        """A bare connection inside a transaction, for tables that are not in Books (`job`, `executor`)."""
        with transaction(self.engine, write=write) as connection:
            yield connection

    def sweep(self, *, older_than: timedelta = ORPHAN_AGE) -> int:
        """Delete media objects that no row names: what crashed uploads and erasures left. Returns how many."""
        return sweep(self.engine, self._media, older_than)

    def _transaction(self, connection: Connection, *, writes: bool) -> Transaction:
        return Transaction(
            connection, self.vault, self._house_key, self._media, self.hasher, self.settings, writes, self._memory
        )
