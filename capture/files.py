"""Opening what a teller gave: never a device, never a wait, and a stream is left where it was."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from stories.errors import InputRefused


def open_regular(path: Path) -> io.FileIO:
    """A regular file, unbuffered. Never waits (a pipe without a writer) and never reads a device.

    Raises InputRefused (capture.unreadable).
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise InputRefused("capture.unreadable") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise InputRefused("capture.unreadable")
    return io.FileIO(descriptor)


@contextmanager
def opened(source: Path | BinaryIO) -> Iterator[BinaryIO]:
    """The file or the seekable stream, at its beginning. A stream's position is put back, and it is not closed."""
    if isinstance(source, Path):
        with io.BufferedReader(open_regular(source)) as file:
            yield file
        return
    before = source.tell()
    try:
        source.seek(0)
        yield source
    finally:
        source.seek(before)


def size_of(file: BinaryIO) -> int:
    """Bytes in an opened file; leaves it at its beginning."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size
