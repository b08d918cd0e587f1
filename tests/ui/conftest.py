"""A house with staff on SQLite: what the screens show does not depend on the database."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from ui_help import House

from stories.store import Store


@pytest.fixture
def house(sqlite_store: Store) -> House:
    return House.open(sqlite_store)
