"""Which database a benchmark runs on: SQLite, one at a URL, or a PostgreSQL cluster that is thrown away afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def database(named: str) -> Iterator[str]:
    """The URL of the database: of "" SQLite in the data folder, of "postgres" a cluster of our own."""
    if named != "postgres":
        yield named
        return
    from tests import conftest  # what tests throw away, a benchmark may too

    binaries = conftest._postgres_binaries()
    made = next(cluster := conftest._cluster(binaries), None) if binaries else None
    if made is None:
        raise SystemExit(conftest.NO_POSTGRES)
    try:
        yield made.create()
    finally:
        next(cluster, None)
