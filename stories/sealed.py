"""A sealed item as a file: seekable, decrypted chunk by chunk in memory, so that no plain sound touches the disk."""

from __future__ import annotations

import io

from stories.store import Store
from stories.vault import Kind

READ_AHEAD = 1 << 20
"""Bytes decrypted at a time: a mebibyte of FLAC is about twenty seconds of speech."""


class _SealedRaw(io.RawIOBase):
    def __init__(self, store: Store, story_id: str, kind: Kind, version: int) -> None:
        self._store, self._story_id, self._kind, self._version = store, story_id, kind, version
        self._at = 0
        with store.read() as books:
            self._size = books.size(story_id, kind, version=version)

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
        with self._store.read() as books:
            parts = books.stream(self._story_id, self._kind, version=self._version, start=self._at, stop=stop)
            data = b"".join(parts)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def open_sealed(store: Store, story_id: str, kind: Kind = Kind.AUDIO, version: int = 0) -> io.BufferedReader:
    """Open a sealed item for reading. Raises NotFound when it is not there, SealBroken when it was damaged."""
    return io.BufferedReader(_SealedRaw(store, story_id, kind, version), buffer_size=READ_AHEAD)
