from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from app_fixture import RunningApp, Visitor, running_app


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """One running app for all tests of the door (each uses its own accounts and stories)."""
    with running_app(tmp_path_factory.mktemp("app"), MAX_UPLOAD_MB="6", MAX_UPLOAD_MB_PER_HOUR="60") as started:
        yield started


@pytest.fixture
def visitor(app: RunningApp) -> Visitor:
    return Visitor(app)


@pytest.fixture
def fresh_app(tmp_path: Path) -> Iterator[RunningApp]:
    """An app of its own: for the first run, and for tests that make the house wait."""
    with running_app(tmp_path) as started:
        yield started
