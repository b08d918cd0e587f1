"""One installation per test, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parent))  # pytest's importlib mode does not do this

from jobs_place import Installation

PROGRAMS = Path("/usr/lib/postgresql/15/bin")


def _as_postgres(*command: str) -> None:
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The folder of the socket of a PostgreSQL that lives as long as this test session."""
    if not PROGRAMS.exists():
        pytest.skip("no PostgreSQL 15 on this machine")
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    try:
        _as_postgres(str(PROGRAMS / "initdb"), "-D", str(folder / "data"), "-A", "trust", "--no-sync")
        _as_postgres(
            str(PROGRAMS / "pg_ctl"), "-D", str(folder / "data"), "-w", "-l", str(folder / "log"),
            "-o", f"-k {folder} -c listen_addresses='' -c fsync=off", "start",
        )  # fmt: skip
        yield str(folder)
    finally:
        _as_postgres(str(PROGRAMS / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def new_postgres(postgres_server: str, tmp_path: Path) -> Callable[[], str]:
    """Make a database owned by a role that may do nothing outside it; returns its URL."""

    def make() -> str:
        name = f"t{abs(hash(str(tmp_path))):x}"
        admin = sa.create_engine(
            f"postgresql+psycopg://postgres@/postgres?host={postgres_server}", isolation_level="AUTOCOMMIT"
        )
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE ROLE {name} LOGIN")
            connection.exec_driver_sql(f"CREATE DATABASE {name} OWNER {name}")
        admin.dispose()
        return f"postgresql+psycopg://{name}@/{name}?host={postgres_server}"

    return make


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    url = request.getfixturevalue("new_postgres")() if request.param == "postgresql" else ""
    installation = Installation(tmp_path, url)
    yield installation
    installation.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.soak])])
def either_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """As `place`, for what hardly depends on the database: PostgreSQL in the soak only."""
    url = request.getfixturevalue("new_postgres")() if request.param == "postgresql" else ""
    installation = Installation(tmp_path, url)
    yield installation
    installation.close()


@pytest.fixture
def postgres_place(new_postgres: Callable[[], str], tmp_path: Path) -> Iterator[Installation]:
    """For what only happens with workers on many machines. Mark its tests `postgres`."""
    installation = Installation(tmp_path, new_postgres())
    yield installation
    installation.close()


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Iterator[Installation]:
    """For what does not depend on the database."""
    installation = Installation(tmp_path, "")
    yield installation
    installation.close()
