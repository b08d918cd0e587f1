"""A sealed item as a file: seekable, decrypted chunk by chunk in memory, so that no plain sound touches the disk."""

from __future__ import annotations

import io
from collections.abc import Callable

from stories.store import Store
from stories.vault import Kind

READ_AHEAD = 1 << 20
"""Bytes decrypted at a time: a mebibyte of FLAC is about twenty seconds of speech."""


class _SealedRaw(io.RawIOBase):
    """`read(start, stop)` gives the plain bytes; asked anew each time, so that what is gone meanwhile stops here."""

    def __init__(self, size: int, read: Callable[[int, int], bytes]) -> None:
        self._size, self._read, self._at = size, read, 0

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


def open_sealed(store: Store, story_id: str, kind: Kind = Kind.AUDIO, version: int = 0) -> io.BufferedReader:
    """Open a sealed item for reading. Raises NotFound when it is not there, SealBroken when it was damaged."""

    def read(start: int, stop: int) -> bytes:
        with store.read() as books:
            return b"".join(books.stream(story_id, kind, version=version, start=start, stop=stop))

    with store.read() as books:
        size = books.size(story_id, kind, version=version)
    return io.BufferedReader(_SealedRaw(size, read), buffer_size=READ_AHEAD)


def open_house_file(store: Store, file_id: str) -> io.BufferedReader:
    """Open a sound or picture of the house for reading. Raises NotFound when it was put away."""

    def read(start: int, stop: int) -> bytes:
        with store.read() as books:
            return b"".join(books.house_files.stream(file_id, start=start, stop=stop))

    with store.read() as books:
        size = books.house_files.size(file_id)
    return io.BufferedReader(_SealedRaw(size, read), buffer_size=READ_AHEAD)
