"""An installation with workers, made from the stores of `tests/conftest.py`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stories.store import Store

sys.path.insert(0, str(Path(__file__).parent))  # pytest's importlib mode does not do this

from jobs_place import Installation


@pytest.fixture
def place(store: Store, tmp_path: Path) -> Iterator[Installation]:
    """On SQLite and on PostgreSQL."""
    installation = Installation(store, tmp_path)
    yield installation
    installation.close()


@pytest.fixture
def sqlite_place(sqlite_store: Store, tmp_path: Path) -> Iterator[Installation]:
    """For what does not depend on the database."""
    installation = Installation(sqlite_store, tmp_path)
    yield installation
    installation.close()
