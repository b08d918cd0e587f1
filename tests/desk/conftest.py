"""The folder is on the path, so that tests can import `role_place` and `helper_place`, which stand beside them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from desk import examples
from stories.store import Store

sys.path.insert(0, str(Path(__file__).parent))
from role_place import Place


@pytest.fixture
def place(sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """One member of staff per role. Loading the examples finds none: decoding them takes minutes."""
    monkeypatch.setattr(examples, "FOLDER", tmp_path / "no-examples")
    return Place.open(sqlite_store)
