"""Fixtures for every room: settings of a throw-away installation, and a migrated store on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from stories.receipts import Hasher
from stories.settings import Settings
from stories.store import Store, migrate

NO_POSTGRES = "no PostgreSQL: install the package `postgresql` or set VERTELPUNT_TEST_POSTGRES_URL"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A new installation on SQLite: its own data folder, its master key outside it. Nothing is made yet."""
    return settings_in(tmp_path)


def settings_in(folder: Path, **changes: object) -> Settings:
    values = {"data_dir": folder / "data", "master_key_file": folder / "sleutel" / "master.key"}
    return Settings(_env_file=None, **(values | changes))  # type: ignore[arg-type,call-arg]


@pytest.fixture(scope="session")
def cheap_hasher() -> Hasher:
    """Argon2id that costs nothing: hashing is not what most tests are about."""
    return Hasher(time_cost=1, memory_kib=8, parallelism=1)


@pytest.fixture(scope="session")
def database_urls() -> Iterator[Callable[[], str]]:
    """A function that makes a fresh PostgreSQL database and returns its URL; skips when there is no PostgreSQL.

    The server is VERTELPUNT_TEST_POSTGRES_URL (its user may create databases), or a throw-away cluster.
    """
    given = os.environ.get("VERTELPUNT_TEST_POSTGRES_URL")
    binaries = _postgres_binaries()
    if given:
        yield _maker(given, [])
    elif binaries is None:
        yield _no_postgres
    else:
        yield from _cluster(binaries)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, database_urls: Callable[[], str]) -> str:
    """Empty for SQLite in the data folder, else the URL of a fresh PostgreSQL database."""
    return "" if request.param == "sqlite" else database_urls()


@pytest.fixture
def store(settings: Settings, database_url: str, cheap_hasher: Hasher) -> Iterator[Store]:
    """A migrated, empty store; the test runs once on SQLite and once on PostgreSQL."""
    settings = settings.model_copy(update={"database_url": database_url})
    migrate(settings)
    opened = Store.open(settings, hasher=cheap_hasher)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(settings: Settings, cheap_hasher: Hasher) -> Iterator[Store]:
    """A migrated, empty store on SQLite, for tests that are not about the database."""
    migrate(settings)
    opened = Store.open(settings, hasher=cheap_hasher)
    yield opened
    opened.close()


def _postgres_binaries() -> Path | None:
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    found = shutil.which("initdb")
    if found:
        versions.append(Path(found).resolve().parent)
    usable = [path for path in versions if (path / "pg_ctl").exists()]
    return max(usable, key=lambda path: path.parent.name.zfill(4), default=None)


def _no_postgres() -> str:
    pytest.skip(NO_POSTGRES)


def _cluster(binaries: Path) -> Iterator[Callable[[], str]]:
    """A cluster in a short-named temporary folder (a socket's path is at most 107 bytes), run by a plain user."""
    owner = _plain_user()
    if owner is None:
        yield _no_postgres
        return
    folder = Path(tempfile.mkdtemp(prefix="vp-pg-"))
    if os.getuid() == 0:
        shutil.chown(folder, owner)

    def run(program: str, *arguments: str) -> None:
        as_user = {"user": owner, "group": pwd.getpwnam(owner).pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
        command = [str(binaries / program), *arguments]
        subprocess.run(command, check=True, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **as_user)

    data = str(folder / "d")
    run("initdb", "-D", data, "-A", "trust", "-U", "vertelpunt", "-E", "UTF8", "--locale=C", "--no-sync")
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c max_connections=50"
    run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield _maker(f"postgresql+psycopg://vertelpunt@/postgres?host={folder}", [])
    finally:
        run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


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


def _maker(server: str, made: list[str]) -> Callable[[], str]:
    def make() -> str:
        name = "vp_" + secrets.token_hex(6)
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        made.append(name)
        return engine.url.set(database=name).render_as_string(hide_password=False)

    return make
