"""The audit log cannot be changed without it showing."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from stories.database import sqlite_file
from stories.store import Store

CHANGES = [
    "UPDATE audit SET action = 'niets' WHERE seq = 2",
    "UPDATE audit SET actor = 'u9' WHERE seq = 5",
    "UPDATE audit SET story_id = NULL WHERE seq = 3",
    "UPDATE audit SET at = '2020-01-01T00:00:00.000000+00:00' WHERE seq = 1",
    "DELETE FROM audit WHERE seq = 3",
    "DELETE FROM audit WHERE seq = 1",
    "UPDATE audit SET seq = seq + 100 WHERE seq >= 4",
    "INSERT INTO audit SELECT 6, at, actor, action, story_id, subject, detail, hash, hash FROM audit WHERE seq = 5",
]


def filled(store: Store) -> None:
    for i in range(5):
        with store.write() as books:
            books.audit(f"u{i}", "open_original", story_id="s1" if i % 2 else "s2", subject="v1", detail=f"count={i}")


def whole(store: Store) -> bool:
    with store.read() as books:
        return books.audit_is_whole()


def test_the_trail_is_whole_and_newest_first(store: Store) -> None:
    assert whole(store), "an empty log is whole"
    filled(store)
    assert whole(store)
    with store.read() as books:
        trail = books.audit_trail()
        assert [row["seq"] for row in trail] == [5, 4, 3, 2, 1]
        assert [row["actor"] for row in books.audit_trail(story_id="s1", limit=1)] == ["u3"]
    assert trail[0]["prev_hash"] == trail[1]["hash"]
    assert set(trail[0]) == {"seq", "at", "actor", "action", "story_id", "subject", "detail", "prev_hash", "hash"}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_behind_our_back_shows(sqlite_store: Store, change: str) -> None:
    filled(sqlite_store)
    file = sqlite_file(sqlite_store.settings)
    assert file is not None
    _without_triggers(file, change)
    assert not whole(sqlite_store)


def _without_triggers(file: Path, change: str) -> None:
    """What somebody with the database file could do."""
    connection = sqlite3.connect(file)
    connection.execute("DROP TRIGGER audit_refuses_update")
    connection.execute("DROP TRIGGER audit_refuses_delete")
    connection.execute(change)
    connection.commit()
    connection.close()


@pytest.mark.parametrize("detail", ["Ik had honger, zei ze: \u201cecht\u201d", "é", "x" * 201, "regel\nregel"])
def test_a_detail_is_codes_and_counts(sqlite_store: Store, detail: str) -> None:
    with pytest.raises(ValueError, match="codes and counts"), sqlite_store.write() as books:
        books.audit("u1", "open", detail=detail)
    assert whole(sqlite_store)


def test_writers_at_the_same_moment_keep_one_chain(store: Store) -> None:
    def write(number: int) -> None:
        with store.write() as books:
            books.audit(f"u{number}", "open")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(24)))
    assert whole(store)
    with store.read() as books:
        assert len(books.audit_trail()) == 24
