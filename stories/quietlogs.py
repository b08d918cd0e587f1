"""Logs without content: a traceback keeps the class and the places of an error, and loses its message.

A foreign error's message may hold a value ("invalid literal: ..."), and a value may be a word of a story. So every
log record of this process, whoever writes it, names the error and where it happened, and nothing more.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import Any

from stories.errors import VertelpuntError


def keep_quiet() -> None:
    """Make every log record of this process drop error messages. Call once, first thing in a process."""
    make = logging.getLogRecordFactory()
    if not getattr(make, "is_quiet", False):
        logging.setLogRecordFactory(_quiet(make))


def in_short(error: BaseException) -> str:
    """`ValueError at store.py:12 < desk.py:30`: class and places, and the code of our own errors; no message."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in reversed(frames[-12:]))
    name = type(error).__name__ + (f"({error.key})" if isinstance(error, VertelpuntError) else "")
    return f"{name} at {places}" if places else name


def _quiet(make: Callable[..., logging.LogRecord]) -> Callable[..., logging.LogRecord]:
    def record(*args: Any, **values: Any) -> logging.LogRecord:
        made = make(*args, **values)
        if isinstance(made.args, tuple):
            made.args = tuple(in_short(value) if isinstance(value, BaseException) else value for value in made.args)
        if isinstance(made.msg, BaseException):
            made.msg = in_short(made.msg).replace("%", "%%")
        if made.exc_info and made.exc_info[1] is not None:
            made.msg, made.args = "%s [%s]", (made.getMessage(), in_short(made.exc_info[1]))
            made.exc_info = None
        return made

    record.is_quiet = True  # type: ignore[attr-defined]
    return record
