"""The engine: SQLite or PostgreSQL behind one behaviour.

One writer at a time on both: SQLite by BEGIN IMMEDIATE, PostgreSQL by an advisory lock. So a rule that was checked in
a writing transaction (consent above all) still holds when it commits. Readers see one moment and never wait.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError, SQLAlchemyError

from stories.errors import InputRefused, NotReady, Refused, VertelpuntError
from stories.settings import Settings

log = logging.getLogger("vertelpunt.store")

BUSY_SECONDS = 30
"""How long a writer waits for another; after that a plain message is better than a hang."""

POOL: dict[str, Any] = {"pool_size": 12, "max_overflow": 36}
"""Connections: every page that is being drawn holds one. Below half of what PostgreSQL allows by default (100), for a
worker has its own."""

WRITER_LOCK = 0x56455254  # "VERT": the advisory lock of writers and of migrations on PostgreSQL


def database_url(settings: Settings) -> URL:
    """The URL with our driver filled in: `postgresql://` means psycopg 3."""
    url = make_url(settings.database)
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def sqlite_file(settings: Settings) -> Path | None:
    """The database file, or None for PostgreSQL."""
    url = database_url(settings)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def make_engine(settings: Settings) -> Engine:
    """An engine whose errors never show the values of a statement."""
    url = database_url(settings)
    with mapped():
        if url.get_backend_name() != "sqlite":
            return create_engine(url, hide_parameters=True, pool_pre_ping=True, **POOL)
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS}, **POOL)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself; `_begin_sqlite` does
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "foreign_keys = ON",
        "recursive_triggers = ON",  # else INSERT OR REPLACE slips past the triggers of append-only tables
        "secure_delete = ON",  # what is deleted is overwritten with zeros
        "synchronous = FULL",  # in WAL mode NORMAL may lose the last commit in a power cut
        "temp_store = MEMORY",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("vertelpunt_reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine, *, write: bool) -> Iterator[Connection]:
    """One transaction: committed at the end, rolled back on any error. Raises NotReady, InputRefused or Refused."""
    postgres = engine.dialect.name == "postgresql"
    options: dict[str, Any] = {} if write else {"vertelpunt_reading": True}
    if postgres and not write:
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with mapped(), engine.connect().execution_options(**options) as connection, connection.begin():
        if postgres and write:
            connection.execute(text(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'"))
            # a process that froze while it held the lock lets go in the end
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = '600s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER_LOCK})
        yield connection


@contextmanager
def mapped() -> Iterator[None]:
    """Errors of the database become ours. Their texts are dropped (they may hold values); the class is logged."""
    try:
        yield
    except VertelpuntError:
        raise
    except (UnicodeEncodeError, DataError):
        raise InputRefused("store.not_text") from None
    except IntegrityError:
        raise Refused("store.refused_by_rule") from None
    except sqlite3.Error as error:  # from opening a connection or from the bare driver
        log.warning("database error %s", type(error).__name__)
        raise NotReady(_sqlite_reason(error)) from None
    except SQLAlchemyError as error:
        original = getattr(error, "orig", None)
        if isinstance(original, UnicodeEncodeError):
            raise InputRefused("store.not_text") from None
        if isinstance(original, ValueError):  # a value of our own that refused itself, such as a clock without a zone
            raise original from None
        key = _reason(error)
        if isinstance(error, ProgrammingError) and key == "store.unreachable":
            raise  # our own mistake in a statement: hide it from nobody (values are hidden by the engine)
        log.warning("database error %s: %s", type(error).__name__, key)
        raise NotReady(key) from None


def _reason(error: SQLAlchemyError) -> str:
    """Which sentence fits: SQLite tells by result code, PostgreSQL by SQLSTATE."""
    original = getattr(error, "orig", None)
    if isinstance(original, sqlite3.Error):
        return _sqlite_reason(original)
    state = getattr(original, "sqlstate", None) or ""
    return {
        "55P03": "store.busy",  # lock_not_available
        "40001": "store.busy",  # serialization_failure
        "40P01": "store.busy",  # deadlock_detected
        "53100": "store.disk_full",
        "25006": "store.read_only",
        "42P01": "store.not_migrated",  # undefined_table
        "XX001": "store.damaged",  # data_corrupted
    }.get(state, "store.unreachable")


def _sqlite_reason(error: sqlite3.Error) -> str:
    return {
        sqlite3.SQLITE_BUSY: "store.busy",
        sqlite3.SQLITE_LOCKED: "store.busy",
        sqlite3.SQLITE_FULL: "store.disk_full",
        sqlite3.SQLITE_READONLY: "store.read_only",
        sqlite3.SQLITE_CORRUPT: "store.damaged",
        sqlite3.SQLITE_NOTADB: "store.damaged",
    }.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "store.unreachable")
