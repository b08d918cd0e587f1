"""A stranger's ZIP (a Word document is one, too), opened no further than is safe.

What it says of itself is added up before anything is unpacked, and members are only read, never written to a disk: a
member called `../../x` is a string. A member is unpacked as a stream that ends where its own declared size ends.
"""

from __future__ import annotations

import errno
import io
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from capture.files import size_of
from stories.errors import InputRefused

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_MEMBERS = 20_000
"""WhatsApp puts at most 10,000 messages with media in one export."""
MAX_DIRECTORY_BYTES = 4 * 2**20
"""Room for the names of twice that many members."""
MAX_BYTES = 8 * 2**30
"""Unpacked, all members together. An upload is at most a gigabyte, and sound and pictures hardly shrink."""
FREE_BYTES, MAX_RATIO = 64 * 2**20, 50
"""So much may any archive hold unpacked; beyond it, 50 times its size. Text shrinks 5 to 20 times, nothing 1,000."""
CHUNK = 64 * 1024

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # LZMA and bzip2 may ask for memory first
_LOCKED = 0x1 | 0x40 | 0x2000  # encrypted, strongly encrypted, with a hidden directory
_UTF8_NAME = 0x800
_MAC_LEFTOVERS = "__MACOSX/"


class Archive:
    """An opened ZIP. `names` gives a member's name in NFC; what is in `__MACOSX` does not exist here."""

    def __init__(self, file: BinaryIO) -> None:
        """Raises InputRefused: capture.zip_damaged, capture.zip_locked, capture.zip_too_big."""
        size = size_of(file)
        with damage_refused():
            self._zip = zipfile.ZipFile(cast(IO[bytes], _Careful(file)))
            members = self._zip.infolist()
        if any(member.flag_bits & _LOCKED for member in members):
            raise InputRefused("capture.zip_locked")
        total = sum(member.file_size for member in members)
        if len(members) > MAX_MEMBERS or total > min(MAX_BYTES, max(FREE_BYTES, MAX_RATIO * size)):
            raise InputRefused("capture.zip_too_big")
        names = {_name_of(member): member for member in members}
        if len(names) < len(members):  # two programs would show two contents
            raise InputRefused("capture.zip_damaged")
        self.members = members
        self.names = {name: member for name, member in names.items() if not name.startswith(_MAC_LEFTOVERS)}

    @contextmanager
    def reading(self, member: zipfile.ZipInfo, most: int) -> Iterator[BinaryIO]:
        """The member as a stream of at most `most` bytes.

        Raises InputRefused: capture.zip_too_big before the first byte; capture.zip_damaged, also while reading.
        """
        if member.file_size > most:
            raise InputRefused("capture.zip_too_big")
        if member.compress_type not in _METHODS:
            raise InputRefused("capture.zip_damaged")
        with damage_refused():
            unpacked = self._zip.open(member)
        with unpacked, io.BufferedReader(_Unpacked(unpacked), CHUNK) as stream:
            yield stream


class _Unpacked(io.RawIOBase):
    """The stream of `zipfile`, whose errors are a refusal wherever they surface."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        with damage_refused():
            data = self._stream.read(len(view))
        view[: len(data)] = data
        return len(data)


@contextmanager
def damage_refused() -> Iterator[None]:
    """Whatever `zipfile` makes of bytes that are no good ZIP becomes one refusal."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.EINVAL:  # a seek to before the beginning; anything else is our own trouble
            raise
        raise InputRefused("capture.zip_damaged") from error
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        NotImplementedError,
        OverflowError,
        RuntimeError,
        ValueError,
    ) as error:
        raise InputRefused("capture.zip_damaged") from error


class _Careful:
    """`zipfile` reads the whole directory at once, and how long that is, is the stranger's word. Not more than this."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        wanted = MAX_DIRECTORY_BYTES if size < 0 else min(size, MAX_DIRECTORY_BYTES)
        data = self._file.read(wanted + 1 if wanted == MAX_DIRECTORY_BYTES else wanted)
        if len(data) > MAX_DIRECTORY_BYTES:
            raise InputRefused("capture.zip_too_big")
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()


def _name_of(member: zipfile.ZipInfo) -> str:
    """Some programs write UTF-8 and forget to say so; `zipfile` then reads it as the code page of the first PC."""
    name = member.filename
    if not member.flag_bits & _UTF8_NAME:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name)
