"""What the tests of capture share: one command line that has started already."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.capture.command import MEMORY, SECONDS, Check, Command, Run


@pytest.fixture(scope="session")
def command() -> Iterator[Command]:
    with Command() as started:
        yield started


@pytest.fixture
def check(command: Command, tmp_path: Path) -> Check:
    """`check FILE` on these bytes under this name, with what must hold whatever the answer is."""

    def run(data: bytes, name: str = "opname.wav", **options: Any) -> Run:
        folder = tmp_path / "upload"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
        run = command("check", folder / name, **options)
        assert run.rss_bytes < MEMORY and run.cpu_s < SECONDS and run.wall_s < SECONDS, run
        assert "Traceback" not in run.err and name not in run.out + run.err
        assert [path.name for path in folder.iterdir()] == [name], "nothing is left behind"
        return run

    return run
