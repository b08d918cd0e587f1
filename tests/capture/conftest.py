"""What the tests of capture share: one command line that has started already."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.capture.command import Command


@pytest.fixture(scope="session")
def command() -> Iterator[Command]:
    with Command() as started:
        yield started
