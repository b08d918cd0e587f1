"""The media folder: big sealed items as objects with random names, on a local disk or in an S3-compatible store.

What is written here is already sealed. An object appears under its name only when it is whole and safely stored; who
notes the name in the database afterwards never notes half an object.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import re
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from stories.errors import NotReady, SealBroken, VertelpuntError
from stories.settings import Settings
from stories.vault import sync_folder

BLOCK_BYTES = 5 * 2**20
"""Part size of S3 uploads, the smallest that S3 allows: it bounds the memory of an upload."""

OBJECT_NAME = re.compile(r"[0-9a-f]{32}")
DRAFT = ".deel-"


class Media:
    """The objects of one installation. Names are 32 random hex digits and say nothing about what they hold."""

    def __init__(self, settings: Settings) -> None:
        options: dict[str, Any] = {}
        if settings.media.startswith("s3://"):
            options = {"use_listings_cache": False, "default_block_size": BLOCK_BYTES}
            if settings.s3_key.get_secret_value():
                options["key"] = settings.s3_key.get_secret_value()
                options["secret"] = settings.s3_secret.get_secret_value()
            if settings.s3_endpoint:
                options["endpoint_url"] = settings.s3_endpoint
        with media_errors():
            self._files, self._root = url_to_fs(settings.media, **options)
        self.folder = Path(self._root) if isinstance(self._files, LocalFileSystem) else None

    def prepare(self) -> None:
        """Make the local folder (0700) when it is absent. An S3 bucket is made by who owns it."""
        if self.folder is not None:
            with media_errors():
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, write: Callable[[BinaryIO], int]) -> tuple[str, int]:
        """Let `write` fill a new object; returns its name and what `write` returned.

        When `write` raises, nothing stays behind and its error goes on. Raises NotReady when the folder is full or
        cannot be reached.
        """
        name = secrets.token_hex(16)
        with media_errors():
            filled = self._put_local(name, write) if self.folder is not None else self._put_remote(name, write)
        return name, filled

    def open(self, name: str) -> BinaryIO:
        """The object for reading, seekable. Raises SealBroken when it is gone, NotReady when unreachable."""
        with media_errors():
            if self.folder is not None:
                return (self.folder / name).open("rb")
            return cast(BinaryIO, self._files.open(self._path(name), "rb", block_size=BLOCK_BYTES))

    def size(self, name: str) -> int:
        """Bytes of the sealed object. Raises as `open`."""
        with media_errors():
            return int(self._files.size(self._path(name)))

    def remove(self, name: str) -> None:
        """Delete the object. One that is gone already is fine: every job may run twice."""
        with media_errors(), contextlib.suppress(FileNotFoundError):
            self._files.rm_file(self._path(name))

    def older_than(self, age: timedelta) -> Iterator[str]:
        """Names of objects (and of drafts of interrupted uploads) last written more than `age` ago."""
        before = datetime.now(UTC) - age
        with media_errors():
            paths = [path for path in self._files.find(self._root) if self._is_ours(_name(path))]
            for path in paths:
                with contextlib.suppress(FileNotFoundError):
                    if self._files.modified(path) < before:
                        yield _name(path)

    def _is_ours(self, name: str) -> bool:
        return OBJECT_NAME.fullmatch(name.removeprefix(DRAFT)) is not None

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _put_local(self, name: str, write: Callable[[BinaryIO], int]) -> int:
        assert self.folder is not None
        draft = self.folder / (DRAFT + name)
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                filled = write(file)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.folder / name)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        sync_folder(self.folder)
        return filled

    def _put_remote(self, name: str, write: Callable[[BinaryIO], int]) -> int:
        """An S3 object is there as a whole or not at all: the upload's commit is the rename."""
        file = self._files.open(self._path(name), "wb", block_size=BLOCK_BYTES, autocommit=False)
        try:
            filled = write(file)
            file.close()
            file.commit()
        except BaseException:
            with contextlib.suppress(Exception):  # the first error tells more; the store expires what is left
                file.discard()
            raise
        return filled


def _name(path: str) -> str:
    return path.rpartition("/")[2]


@contextlib.contextmanager
def media_errors() -> Iterator[None]:
    """Foreign errors of disk and network become ours. Their texts are dropped: they may hold paths and addresses."""
    try:
        yield
    except (VertelpuntError, io.UnsupportedOperation):
        raise
    except FileNotFoundError:
        raise SealBroken("store.media_missing") from None
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        raise NotReady("store.disk_full" if full else "store.media_unreachable") from None
    except Exception as error:
        if type(error).__module__.partition(".")[0] in ("botocore", "aiobotocore", "aiohttp", "s3fs", "fsspec"):
            raise NotReady("store.media_unreachable") from None
        raise
