"""Fixtures for every room: settings of a throw-away installation, and a migrated store on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Dialect, Engine, create_engine, make_url, text
from sqlalchemy.util import LRUCache

from stories.receipts import Hasher
from stories.settings import Settings
from stories.store import Store, migrate

NO_POSTGRES = "no PostgreSQL: install the package `postgresql` or set VERTELPUNT_TEST_POSTGRES_URL"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--failed-files", type=Path, help="write to this file which files had a test that failed")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Chapters follow each other in a file: to try one again is to try its file again (see `make test`)."""
    target: Path | None = config.getoption("--failed-files")
    if target is not None:
        failed = [*terminalreporter.stats.get("failed", []), *terminalreporter.stats.get("error", [])]
        target.write_text("\n".join(sorted({report.nodeid.partition("::")[0] for report in failed})))


SECONDS = {"pipeline": 15.0, "browser": 10.0, "jobs": 4.0, "door": 1.0, "ui": 1.0, "desk": 0.5, "examples": 0.5}
SLOW_S, OTHER_S = 10.0, 0.2
"""About what a test of a room asks of a processor, measured on 26 November 2026; only the order that follows counts."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Reading all files costs each worker twenty seconds, and only one file in ten drives a browser."""
    if config.option.markexpr == "browser" and collection_path.name.startswith("test_"):
        return "browser" not in collection_path.read_text(encoding="utf-8") or None
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: `make test` hands out whole files, and a long one at the end keeps everybody waiting."""
    files: dict[Path, float] = defaultdict(float)
    for item in items:
        own = SLOW_S if item.get_closest_marker("slow") else OTHER_S
        files[item.path] += max(own, SECONDS.get(item.path.parent.name, own))
    items.sort(key=lambda item: (-files[item.path], item.path))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A new installation on SQLite: its own data folder, its master key outside it. Nothing is made yet."""
    return settings_in(tmp_path)


def settings_in(folder: Path, **changes: object) -> Settings:
    values = {
        "data_dir": folder / "data",
        "master_key_file": folder / "sleutel" / "master.key",
        "model_dir": folder / "modellen",  # never what happens to lie at home
    }
    return Settings(_env_file=None, **(values | changes))  # type: ignore[arg-type,call-arg]


@pytest.fixture(scope="session")
def cheap_hasher() -> Hasher:
    """Argon2id that costs nothing: hashing is not what most tests are about."""
    return Hasher(time_cost=1, memory_kib=8, parallelism=1)


@dataclass(frozen=True)
class Postgres:
    """A server on which tests make databases."""

    url: str
    folder: Path | None = None  # the files of a throw-away cluster

    def create(self, template: str = "") -> str:
        """A fresh database, or a copy of the database at URL `template`; returns its URL."""
        name, origin = "vp_" + secrets.token_hex(6), make_url(template).database if template else "template1"
        # Copying the files is half the work of writing every page to the log too, where nothing waits for a disk.
        strategy = "STRATEGY FILE_COPY" if self.folder and int((self.folder / "PG_VERSION").read_text()) >= 15 else ""
        self._do(f"CREATE DATABASE {name} TEMPLATE {origin} {strategy}")
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        self._do(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def checkpoint(self) -> None:
        """Write everything to the files of the tables."""
        self._do("CHECKPOINT")

    def _do(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))

    @cached_property
    def _engine(self) -> Engine:
        return create_engine(self.url, isolation_level="AUTOCOMMIT")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres | None]:
    """The server of VERTELPUNT_TEST_POSTGRES_URL (its user may create databases), or a throw-away cluster, or None."""
    given = os.environ.get("VERTELPUNT_TEST_POSTGRES_URL")
    binaries = _postgres_binaries()
    if given:
        yield Postgres(given)
    elif binaries is None:
        yield None
    else:
        yield from _cluster(binaries)


@pytest.fixture(scope="session")
def database_urls(postgres: Postgres | None) -> Iterator[Callable[[], str]]:
    """A function that makes an empty PostgreSQL database and returns its URL; it skips when there is no PostgreSQL."""
    made: list[str] = []

    def make() -> str:
        if postgres is None:
            pytest.skip(NO_POSTGRES)
        made.append(postgres.create())
        return made[-1]

    yield make
    if postgres is not None:
        for url in made:
            postgres.drop(url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, database_urls: Callable[[], str]) -> str:
    """Empty for SQLite in the data folder, else the URL of an empty PostgreSQL database."""
    return "" if request.param == "sqlite" else database_urls()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A migrated, empty installation to copy: migrating for every test would take most of the time."""
    settings = settings_in(tmp_path_factory.mktemp("sjabloon"))
    migrate(settings)
    return settings


@pytest.fixture(scope="session")
def migrated_postgres(tmp_path_factory: pytest.TempPathFactory, database_urls: Callable[[], str]) -> Settings:
    settings = settings_in(tmp_path_factory.mktemp("sjabloon"), database_url=database_urls())
    migrate(settings)
    return settings


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres | None, cheap_hasher: Hasher
) -> Iterator[Store]:
    """A migrated, empty store; the test runs once on SQLite and once on PostgreSQL."""
    template: Settings = request.getfixturevalue(f"migrated_{request.param}".replace("postgresql", "postgres"))
    opened = _copy(template, tmp_path, postgres, cheap_hasher)
    yield opened
    opened.close()
    if opened.settings.database_url and postgres is not None:
        postgres.drop(opened.settings.database_url)


@pytest.fixture
def sqlite_store(tmp_path: Path, migrated_sqlite: Settings, cheap_hasher: Hasher) -> Iterator[Store]:
    """A migrated, empty store on SQLite, for tests that are not about the database."""
    opened = _copy(migrated_sqlite, tmp_path, None, cheap_hasher)
    yield opened
    opened.close()


def _copy(template: Settings, folder: Path, postgres: Postgres | None, hasher: Hasher) -> Store:
    settings = settings_in(folder)
    shutil.copytree(template.data_dir, settings.data_dir)
    shutil.copytree(template.master_key.parent, settings.master_key.parent)
    if template.database_url and postgres is not None:
        settings = settings.model_copy(update={"database_url": postgres.create(template.database_url)})
    opened = Store.open(settings, hasher=hasher)
    _share_compiled(opened.engine)
    return opened


_COMPILED: dict[str, tuple[Dialect, LRUCache[Any, Any]]] = {}


def _share_compiled(engine: Engine) -> None:
    """SQLAlchemy keeps the SQL of a statement per engine. Every test has its own, and a tenth of its time was making SQL."""
    engine.dialect, cache = _COMPILED.setdefault(engine.dialect.name, (engine.dialect, LRUCache(2000)))
    engine.update_execution_options(compiled_cache=cache)


def _postgres_binaries() -> Path | None:
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    found = shutil.which("initdb")
    if found:
        versions.append(Path(found).resolve().parent)
    usable = [path for path in versions if (path / "pg_ctl").exists()]
    return max(usable, key=lambda path: path.parent.name.zfill(4), default=None)


def _cluster(binaries: Path) -> Iterator[Postgres | None]:
    """A cluster in a short-named temporary folder (a socket's path is at most 107 bytes), run by a plain user."""
    owner = _plain_user()
    if owner is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="vp-pg-", dir=_memory()))
    if os.getuid() == 0:
        shutil.chown(folder, owner)

    def run(program: str, *arguments: str) -> None:
        as_user = {"user": owner, "group": pwd.getpwnam(owner).pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
        command = [str(binaries / program), *arguments]
        subprocess.run(command, check=True, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **as_user)

    data = str(folder / "d")
    run("initdb", "-D", data, "-A", "trust", "-U", "vertelpunt", "-E", "UTF8", "--locale=C", "--no-sync")
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c max_connections=50"
    options += " -c fsync=off -c autovacuum=off"  # it is gone tomorrow
    run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield Postgres(f"postgresql+psycopg://vertelpunt@/postgres?host={folder}", Path(data))
    finally:
        run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _memory() -> Path | None:
    """A roomy file system in memory: every test copies a database of 300 files, ten times as fast there."""
    memory = Path("/dev/shm")
    with suppress(OSError):
        if os.access(memory, os.W_OK | os.X_OK) and shutil.disk_usage(memory).free > 2**30:
            return memory
    return None


def _plain_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid()).pw_name
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    return None
