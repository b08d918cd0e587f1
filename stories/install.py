"""Bringing an installation to the newest schema, and keeping it clean: migrate, replay the ledger, sweep, scrub."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, Engine, select

from stories import books_people, erasure
from stories import tables as t
from stories.database import BUSY_SECONDS, make_engine, mapped, sqlite_file, transaction
from stories.errors import NotReady, SealBroken, VertelpuntError
from stories.media import Media
from stories.migrations import upgrade
from stories.receipts import Hasher
from stories.settings import Settings
from stories.transaction import Transaction
from stories.vault import StoryKey, Vault

log = logging.getLogger("vertelpunt.store")

THEMES = Path(__file__).parent / "themes.yaml"
HOUSE_KEY = "house_key"
ORPHAN_AGE = timedelta(hours=24)
"""A media object that no row names is an interrupted upload once it is this old."""

SCRUB_SECONDS = 5
ERASED_FROM = ("story", "sealed", "part", "recording", "quote", "clip", "piece", "export", "search_doc", "search_mark")


def migrate(settings: Settings) -> None:
    """Bring the database to the newest schema, make folders and master key when absent, replay the erasure ledger.

    Safe to run twice and by two processes at once: everything happens in one writing transaction, so an interrupted
    upgrade leaves the old schema whole. Run it before any worker starts. Raises NotReady when something must be
    arranged first, and SealBroken for a wrong master key.
    """
    media = Media(settings)
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise NotReady("store.read_only") from None
    media.prepare()
    engine = make_engine(settings)
    try:
        file = sqlite_file(settings)
        if file is not None:
            _use_wal(engine)
            with suppress(OSError):  # somebody else's file; the folder still closes it off
                file.chmod(0o600)
        with transaction(engine, write=True) as connection:
            upgrade(connection)
            outside = private_folders(settings, media)
            tx = _first_transaction(connection, settings, media, outside)
            if tx.row(select(t.vocabulary.c.version).limit(1)) is None:
                opgaven = yaml.safe_load(THEMES.read_text(encoding="utf-8"))["opgaven"]
                books_people.save_vocabulary(tx, opgaven, by=erasure.SYSTEM)
            erased = erasure.replay(tx, erasure.read_ledger(settings.master_key))
        follow(tx.after_commit)
        if erased:
            log.warning("the erasure ledger was replayed: %d stories erased again", erased)
        scrub(engine)
        sweep(engine, media, ORPHAN_AGE)
    finally:
        engine.dispose()


def open_house(connection: Connection, vault: Vault) -> StoryKey:
    """The house key. Raises NotReady before the first `migrate`, SealBroken when the master key is another one."""
    with mapped():
        wrapped = connection.scalar(select(t.house.c.value).where(t.house.c.name == HOUSE_KEY))
    if wrapped is None:
        raise NotReady("store.not_migrated")
    try:
        return vault.unwrap(wrapped)
    except SealBroken:
        raise SealBroken("vault.wrong_master_key") from None


def private_folders(settings: Settings, media: Media) -> tuple[Path, ...]:
    """Folders that the master key must stay out of: whoever copies them must not copy the key."""
    return (settings.data_dir, *((media.folder,) if media.folder is not None else ()))


def _first_transaction(
    connection: Connection, settings: Settings, media: Media, outside: tuple[Path, ...]
) -> Transaction:
    """The vault and house key of this database; both are made when the database is new.

    A database that has a house key never gets a new master key: a lost key must be told, not papered over.
    """
    with mapped():
        is_new = connection.scalar(select(t.house.c.name).where(t.house.c.name == HOUSE_KEY)) is None
        if is_new:
            vault = Vault.open_or_create(settings.master_key, outside=outside)
            connection.execute(t.house.insert().values(name=HOUSE_KEY, value=vault.new_key()[1]))
        else:
            vault = Vault.open(settings.master_key, outside=outside)
    house_key = open_house(connection, vault)
    cheap = Hasher(time_cost=1, memory_kib=8, parallelism=1)  # nothing is hashed during a migration
    return Transaction(connection, vault, house_key, media, cheap, settings, writes=True)


def _use_wal(engine: Engine) -> None:
    """WAL is a property of the file. Switching needs the file for itself, so two first starts take turns."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            with mapped(), closing(engine.raw_connection()) as raw:
                driver: Any = raw.driver_connection
                driver.execute("PRAGMA journal_mode = WAL")
            return
        except NotReady as error:
            if error.key != "store.busy" or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def scrub(engine: Engine) -> None:
    """Remove from disk what a committed erasure deleted. Whoever is reading may delay it; the next erasure or start
    does it then.

    SQLite: empty the write-ahead log; the pages themselves were overwritten by secure_delete. PostgreSQL: rewrite the
    table of keys and vacuum the others. A WAL archive or backup keeps the wrapped key until it is rotated away; that
    is what the ledger is for, and why backups need an end date.
    """
    try:
        with mapped():
            if engine.dialect.name == "postgresql":
                _scrub_postgresql(engine)
            else:
                _scrub_sqlite(engine)
    except NotReady as error:
        log.warning("the traces of an erasure are still to be overwritten: %s", error.key)


def _scrub_sqlite(engine: Engine) -> None:
    with closing(engine.raw_connection()) as raw:
        driver: Any = raw.driver_connection
        driver.execute(f"PRAGMA busy_timeout = {SCRUB_SECONDS * 1000}")
        try:
            busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            driver.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    if busy:
        raise NotReady("store.busy")


def _scrub_postgresql(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"SET lock_timeout = '{SCRUB_SECONDS}s'")
        try:
            connection.exec_driver_sql("VACUUM FULL story_key")
            connection.exec_driver_sql("VACUUM " + ", ".join(ERASED_FROM))
        finally:
            connection.exec_driver_sql("RESET lock_timeout")


def sweep(engine: Engine, media: Media, older_than: timedelta) -> int:
    """Delete media objects that no row names; returns how many. One just being uploaded is younger."""
    old = list(media.older_than(older_than))
    if not old:
        return 0
    columns = [table.c.object_name for table in t.metadata.sorted_tables if "object_name" in table.c]
    with transaction(engine, write=False) as connection:
        named = {name for column in columns for name in connection.scalars(select(column).where(column.is_not(None)))}
    orphans = [name for name in old if name not in named]
    for name in orphans:
        media.remove(name)
    return len(orphans)


def follow(actions: Sequence[Callable[[], None]]) -> None:
    """Do what follows a transaction. It is decided already, so a media folder that is away stops nothing: what was
    not deleted now is swept later, and without its key it is noise."""
    for action in actions:
        try:
            action()
        except VertelpuntError as error:
            log.warning("left for the next sweep: %s", error.key)
