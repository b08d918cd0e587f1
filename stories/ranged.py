"""Something that is read by range, as a file: seekable, and in memory only."""

from __future__ import annotations

import io
from collections.abc import Callable

READ_AHEAD = 1 << 20
"""Bytes read at a time: a mebibyte of FLAC is about twenty seconds of speech."""


class Ranged(io.RawIOBase):
    """`size` bytes, of which `read` gives [start, stop); `closed_by` is called when the file is closed."""

    def __init__(self, size: int, read: Callable[[int, int], bytes], closed_by: Callable[[], None] | None = None):
        self._size, self._read, self._closed_by, self._at = size, read, closed_by, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, origin + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        stop = min(self._at + len(buffer), self._size)
        if stop <= self._at:
            return 0
        data = self._read(self._at, stop)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        if self._closed_by is not None and not self.closed:
            self._closed_by()
        super().close()
