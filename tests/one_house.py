"""An installation for every example of a state machine: migrated once per process, copied each time."""

from __future__ import annotations

import functools
import shutil
import tempfile
from pathlib import Path

from hypothesis.stateful import RuleBasedStateMachine

from stories.receipts import Hasher
from stories.settings import Settings
from stories.store import Store, migrate

CHEAP = Hasher(time_cost=1, memory_kib=8, parallelism=1)


class OneHouse(RuleBasedStateMachine):
    """A machine around one store."""

    store: Store

    def open_house(self) -> None:
        """To begin with, in the rule that initializes."""
        self._folder = tempfile.TemporaryDirectory()
        base = Path(self._folder.name)
        shutil.copytree(_migrated().name, base, dirs_exist_ok=True)
        self.store = Store.open(_settings(base), hasher=CHEAP)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self._folder.cleanup()


@functools.cache
def _migrated() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="vp-house-")
    migrate(_settings(Path(folder.name)))
    return folder


def _settings(base: Path) -> Settings:
    return Settings(_env_file=None, data_dir=base / "data", master_key_file=base / "key" / "master.key")  # type: ignore[call-arg]
