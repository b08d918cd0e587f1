"""What comes in, sealed while it lies there: an upload as a nameless file under a key that is only in memory.

    spool = Spool(folder)
    spool.add(0, part)                # from offset 0 on; bytes that are here already are passed over
    with spool.plain() as file: ...   # the plain bytes, for as long as the decoder reads them
    spool.drop()

Neither file has a name: whatever ends this process, the kernel takes them away, and what is left on the disk of the
sealed one is noise without its key.
"""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from stories.errors import NotFound
from stories.model import require
from stories.vault import KEY_BYTES, Kind, Sealer, StoryKey, unseal


class Spool:
    """One upload. Threads may share it. After an OSError (a full disk) it can only be dropped."""

    def __init__(self, folder: Path) -> None:
        """An empty spool in `folder`, which is private (0700) and on the disk of the data. Raises OSError."""
        self._folder = folder
        self._key = StoryKey(secrets.token_bytes(KEY_BYTES))
        self._file = _nameless(folder)
        self._sealer: Sealer | None = Sealer(self._key, self._file, story_id="", version=0, kind=Kind.UPLOAD)
        self._lock = threading.Lock()
        self._size = 0

    @property
    def size(self) -> int:
        """Plain bytes that are here."""
        return self._size

    def add(self, at: int, data: bytes) -> int:
        """Append what of `data`, which begins at offset `at` of the upload, is not here yet; returns the new size.

        So a part may come twice, and a connection that was given up may still deliver what another brought meanwhile.
        Raises NotFound when it was dropped, OSError when the disk is full.
        """
        with self._lock:
            require(0 <= at <= self._size, "a part follows what is here")
            if self._file.closed or self._sealer is None:
                raise NotFound("stories.not_found")
            new = data[self._size - at :]
            if new:
                self._sealer.write(new)
                self._file.flush()
                self._size += len(new)
            return self._size

    @contextmanager
    def plain(self) -> Iterator[BinaryIO]:
        """The plain bytes as a nameless file that is gone when the block ends. Nothing can be added any more.

        Raises NotFound when it was dropped, SealBroken when it was damaged, OSError when the disk is full.
        """
        with _nameless(self._folder) as file:
            with self._lock:
                if self._file.closed:
                    raise NotFound("stories.not_found")
                if self._sealer is not None:
                    self._sealer.close()
                    self._sealer = None
                self._file.seek(0)
                for chunk in unseal(self._key, self._file, story_id="", version=0, kind=Kind.UPLOAD):
                    file.write(chunk)
            file.flush()
            file.seek(0)
            yield file

    def drop(self) -> None:
        """Forget it: file and key. Twice is fine."""
        with self._lock:
            self._file.close()
            self._sealer = None


def _nameless(folder: Path) -> BinaryIO:
    return cast(BinaryIO, tempfile.TemporaryFile(dir=folder))
