"""Upgrading is safe: twice, by two at once, interrupted, with the wrong key, in the wrong order."""

from __future__ import annotations

import importlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from builders import a_story
from sqlalchemy import inspect, text

from stories.database import make_engine, sqlite_file, transaction
from stories.errors import NotReady, SealBroken
from stories.media import media_errors
from stories.migrations import head, is_at_head
from stories.model import RawText
from stories.receipts import Hasher
from stories.settings import Settings
from stories.store import Store, migrate
from stories.tables import APPEND_ONLY, metadata
from stories.vault import Kind

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def new_settings(settings: Settings, database_url: str) -> Settings:
    """An installation where nothing has been made yet, on either database."""
    return settings.model_copy(update={"database_url": database_url})


def test_a_migrated_database_is_what_the_tables_say(new_settings: Settings) -> None:
    migrate(new_settings)
    engine = make_engine(new_settings)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert is_at_head(connection)
    engine.dispose()


def test_the_tables_and_the_migration_name_the_same_append_only_tables() -> None:
    script = importlib.import_module("stories.migrations.versions.v0001_ground_floor")
    added = importlib.import_module("stories.migrations.versions.v0002_telling")
    assert tuple(table.name for table in APPEND_ONLY) == script.APPEND_ONLY + added.APPEND_ONLY


def test_migrating_twice_changes_nothing(new_settings: Settings, cheap_hasher: Hasher) -> None:
    migrate(new_settings)
    key = new_settings.master_key.read_bytes()
    story = a_story()
    store = Store.open(new_settings, hasher=cheap_hasher)
    with store.write() as books:
        books.add_story(story)
        books.keep_text(story.id, RawText("blijft"))
        books.save_vocabulary([{"id": "eigen"}], by="u1")
    store.close()
    migrate(new_settings)
    assert new_settings.master_key.read_bytes() == key
    store = Store.open(new_settings, hasher=cheap_hasher)
    with store.read() as books:
        assert books.text(story.id).text == "blijft"
        assert books.vocabulary() == (2, [{"id": "eigen"}]), "an edited vocabulary is not put back"
    store.close()


MIGRATE = """
import sys
from pathlib import Path
from stories.settings import Settings
from stories.store import Store, migrate
data, key, url = sys.argv[1:4]
settings = Settings(_env_file=None, data_dir=Path(data), master_key_file=Path(key), database_url=url)
print("klaar", flush=True)
sys.stdin.readline()
migrate(settings)
Store.open(settings).close()
print("goed", flush=True)
"""


def process(settings: Settings) -> subprocess.Popen[str]:
    arguments = [str(settings.data_dir), str(settings.master_key), settings.database_url]
    return subprocess.Popen(
        [sys.executable, "-c", MIGRATE, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_processes_may_migrate_at_the_same_moment(new_settings: Settings) -> None:
    starters = [process(new_settings) for _ in range(2)]
    for starter in starters:
        assert starter.stdout is not None and starter.stdout.readline() == "klaar\n"
    results = []
    for starter in starters:
        assert starter.stdin is not None
        starter.stdin.write("\n")
        starter.stdin.flush()
    for starter in starters:
        out, err = starter.communicate(timeout=120)
        results.append((out, err, starter.returncode))
    assert [(out, code) for out, _, code in results] == [("goed\n", 0)] * 2, results
    assert len(list(new_settings.master_key.parent.iterdir())) == 1


@pytest.mark.slow
@pytest.mark.parametrize("moment", [0.02, 0.05, 0.1, 0.15, 0.2, 0.3])
def test_an_upgrade_killed_half_way_is_whole_at_the_next_start(settings: Settings, moment: float) -> None:
    starter = process(settings)
    assert starter.stdout is not None and starter.stdin is not None and starter.stdout.readline() == "klaar\n"
    starter.stdin.write("\n")
    starter.stdin.flush()
    time.sleep(moment)
    starter.send_signal(signal.SIGKILL)
    starter.communicate()
    migrate(settings)
    Store.open(settings).close()


def test_a_step_that_fails_leaves_the_old_schema_whole(new_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    script = importlib.import_module("stories.install")

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(script.erasure, "replay", fail)
        migrate(new_settings)
    engine = make_engine(new_settings)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    migrate(new_settings)


def test_a_store_opens_only_at_head(new_settings: Settings) -> None:
    with pytest.raises(NotReady):
        Store.open(new_settings)
    assert not new_settings.data_dir.exists(), "asking makes nothing"
    migrate(new_settings)
    _set_revision(new_settings, "v0000")
    with pytest.raises(NotReady) as refusal:
        Store.open(new_settings)
    assert refusal.value.code == "not_migrated"


def test_a_database_of_a_newer_program_is_left_alone(new_settings: Settings) -> None:
    migrate(new_settings)
    _set_revision(new_settings, "v9999")
    with pytest.raises(NotReady) as refusal:
        migrate(new_settings)
    assert refusal.value.code == "newer_schema"


def _set_revision(settings: Settings, revision: str) -> None:
    engine = make_engine(settings)
    with transaction(engine, write=True) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :new"), {"new": revision})
    engine.dispose()


# the master key at start


def test_a_wrong_master_key_is_told_at_start(new_settings: Settings) -> None:
    migrate(new_settings)
    other = new_settings.model_copy(update={"data_dir": new_settings.data_dir.parent / "ander", "database_url": ""})
    new_settings.master_key.unlink()
    migrate(other)  # makes another master key in the same place
    for start in (Store.open, migrate):
        with pytest.raises(SealBroken) as refusal:
            start(new_settings)
        assert refusal.value.code == "wrong_master_key"


def test_a_lost_master_key_is_told_and_never_replaced(new_settings: Settings) -> None:
    migrate(new_settings)
    new_settings.master_key.unlink()
    for start in (Store.open, migrate):
        with pytest.raises(NotReady) as refusal:
            start(new_settings)
        assert refusal.value.code == "master_key_missing"
    assert not new_settings.master_key.exists()


def test_a_master_key_in_the_data_folder_is_refused_before_anything_is_kept(settings: Settings) -> None:
    wrong = settings.model_copy(update={"master_key_file": settings.data_dir / "master.key"})
    with pytest.raises(NotReady) as refusal:
        migrate(wrong)
    assert refusal.value.code == "master_key_inside_data"
    with pytest.raises(NotReady):
        Store.open(wrong)


# a database in trouble


def test_a_locked_database_is_told_after_a_while_and_nothing_is_lost(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = a_story()
    with sqlite_store.connect(write=False) as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout")
    file = sqlite_file(sqlite_store.settings)
    assert file is not None
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr("stories.database.BUSY_SECONDS", 1)
    sqlite_store.close()  # new connections wait one second
    began = time.monotonic()
    with pytest.raises(NotReady) as refusal, sqlite_store.write() as books:
        books.add_story(story)
    assert refusal.value.code == "busy"
    assert time.monotonic() - began > 0.9
    with sqlite_store.read() as books:
        assert books.stories() == (), "readers never wait"
    other.execute("COMMIT")
    other.close()
    with sqlite_store.write() as books:
        books.add_story(story)


def test_two_writers_take_turns_and_the_check_still_holds(store: Store) -> None:
    """What was read in a writing transaction cannot change before it commits, on both databases."""
    story = a_story()
    with store.write() as books:
        books.add_story(story)

    def count(_: int) -> None:
        with store.write() as books:
            row = books.story(story.id)
            books.save(row.moved(region=str(int(row.region or 0) + 1)), expected=row.row_version)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(count, range(30)))
    with store.read() as books:
        assert books.story(story.id).region == "30"


def test_a_full_disk_is_told_and_the_old_data_is_whole(sqlite_store: Store) -> None:
    story = a_story()
    with sqlite_store.write() as books:
        books.add_story(story)
        books.keep_text(story.id, RawText("blijft"))
    with pytest.raises(NotReady) as refusal, sqlite_store.write() as books:
        books._tx.connection.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite's own way to say: full
        books.keep_text(story.id, RawText("x" * 500_000))
    assert refusal.value.code == "disk_full"
    sqlite_store.close()
    with sqlite_store.read() as books:
        assert books.text(story.id).text == "blijft"


def test_a_full_media_folder_is_told_and_leaves_nothing(sqlite_store: Store) -> None:
    """/dev/full is a disk without room: what is written there fails with ENOSPC."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    with pytest.raises(NotReady) as refusal, media_errors(), full.open("wb") as target:
        target.write(b"x" * 100_000)
    assert refusal.value.code == "disk_full"


def test_a_database_that_is_no_database_or_has_a_corrupt_page_is_told(sqlite_store: Store) -> None:
    file = sqlite_file(sqlite_store.settings)
    assert file is not None
    sqlite_store.close()
    whole = file.read_bytes()
    for broken in (b"geen database" * 1000, whole[:100] + b"\xff" * 4000 + whole[4100:]):
        file.write_bytes(broken)
        with pytest.raises(NotReady) as refusal:
            Store.open(sqlite_store.settings)
        assert refusal.value.code == "damaged"
        with pytest.raises(NotReady):
            migrate(sqlite_store.settings)


def test_a_read_only_database_can_be_read(sqlite_store: Store) -> None:
    with pytest.raises(NotReady) as refusal, sqlite_store.write() as books:
        books._tx.connection.exec_driver_sql("PRAGMA query_only = ON")
        books.add_story(a_story())
    assert refusal.value.code == "read_only"


def test_one_lost_story_key_hurts_that_story_alone(store: Store) -> None:
    lost, other = a_story(), a_story()
    with store.write() as books:
        for story in (lost, other):
            books.add_story(story)
            books.keep_text(story.id, RawText("blijft"))
    with store.connect(write=True) as connection:
        connection.execute(
            text("UPDATE story_key SET wrapped = :bad WHERE story_id = :id"), {"bad": b"x", "id": lost.id}
        )
    with store.read() as books:
        with pytest.raises(SealBroken):
            books.text(lost.id)
        assert books.text(other.id).text == "blijft"


def test_a_server_that_is_away_is_told(settings: Settings, tmp_path: Path) -> None:
    away = settings.model_copy(update={"database_url": f"postgresql://niemand@/niets?host={tmp_path}"})
    with pytest.raises(NotReady) as refusal:
        migrate(away)
    assert refusal.value.code == "unreachable"


# every older database


OLD = Path(__file__).parent / "old"


@pytest.mark.parametrize("version", sorted(path.name for path in OLD.iterdir()) if OLD.exists() else [])
def test_a_filled_database_of_every_older_version_opens_after_migrating(
    version: str, settings: Settings, cheap_hasher: Hasher
) -> None:
    shutil.copytree(OLD / version / "data", settings.data_dir)
    shutil.copytree(OLD / version / "sleutel", settings.master_key.parent)
    settings.master_key.chmod(0o600)
    migrate(settings)
    store = Store.open(settings, hasher=cheap_hasher)
    with store.read() as books:
        (story,) = books.stories()
        assert books.text(story.id).text == "Wij hadden thuis weinig geld. \U0001f600"
        assert books.fetch(story.id, Kind.AUDIO) == b"geluid" * 50_000
        assert books.version(story.id).clean.text.startswith("Wij hadden")
        assert len(books.consent(story.id).events) > 0
        (piece,) = books.pieces()
        assert books.pieces_using(story.id) == (piece,)
        assert books.bundle("e1") == b"PK"
        assert books.holder_of_receipt("0000 0000 0000 0000").story_id == story.id
        assert books.user_by_name("Anna")[2] == "JBSWY3DPEHPK3PXP"
        assert books.audit_is_whole()
    store.close()


def test_there_is_a_filled_database_of_the_newest_version() -> None:
    """Made by `tests/stories/fill_old.py` when a revision is added: the next revision is then tried on real data."""
    assert (OLD / head()).is_dir()
