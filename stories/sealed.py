"""A sealed item as a file: seekable, decrypted chunk by chunk in memory, so that no plain sound touches the disk. Every
read asks anew, so that what is gone meanwhile stops here."""

from __future__ import annotations

import io

from stories.ranged import READ_AHEAD, Ranged
from stories.store import Store
from stories.vault import Kind


def open_sealed(store: Store, story_id: str, kind: Kind = Kind.AUDIO, version: int = 0) -> io.BufferedReader:
    """Open a sealed item for reading. Raises NotFound when it is not there, SealBroken when it was damaged."""

    def read(start: int, stop: int) -> bytes:
        with store.read() as books:
            return b"".join(books.stream(story_id, kind, version=version, start=start, stop=stop))

    with store.read() as books:
        size = books.size(story_id, kind, version=version)
    return io.BufferedReader(Ranged(size, read), buffer_size=READ_AHEAD)


def open_house_file(store: Store, file_id: str) -> io.BufferedReader:
    """Open a sound or picture of the house for reading. Raises NotFound when it was put away."""

    def read(start: int, stop: int) -> bytes:
        with store.read() as books:
            return b"".join(books.house_files.stream(file_id, start=start, stop=stop))

    with store.read() as books:
        size = books.house_files.size(file_id)
    return io.BufferedReader(Ranged(size, read), buffer_size=READ_AHEAD)
