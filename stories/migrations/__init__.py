"""The schema's history, one Alembic revision per step, run from code inside the caller's transaction."""

from __future__ import annotations

import functools
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from stories.errors import NotReady


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema to `revision`. Raises NotReady when the database is of a newer program."""
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError:
        raise NotReady("store.newer_schema") from None


def is_at_head(connection: Connection) -> bool:
    return MigrationContext.configure(connection).get_current_revision() == head()


@functools.cache
def head() -> str:
    """The newest revision this program knows."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None
    return newest


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
