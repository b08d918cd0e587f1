"""The words in an MP3: its tags, the titles of its chapters and the text in its pictures (ID3v2.3 and 2.4, ID3v1).

Read by hand, because a check on names must not trust the library that wrote them. Frames that are not known here
raise ValueError: a check that skips what it does not understand is no check.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO

_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")  # ID3v2.4, section 4: by the first byte of a frame
_V1_BYTES = 128
_APE_BYTES = 32


def id3_texts(source: BinaryIO) -> Iterator[str]:
    """Every text in the tags of an MP3 file. Raises ValueError for tags that are not understood."""
    head = source.read(10)
    if head[:3] == b"ID3":
        version, _, flags, size = struct.unpack(">3xBBBI", head)
        if version not in (3, 4) or flags:
            raise ValueError(version)
        yield from _frames(source.read(_syncsafe(size)), version)
    end = source.seek(0, io.SEEK_END)
    source.seek(max(0, end - _V1_BYTES - _APE_BYTES))
    tail = source.read()
    if b"APETAGEX" in tail or tail[-10:-7] == b"3DI" or b"LYRICS200" in tail:
        raise ValueError
    if tail[-_V1_BYTES:][:3] == b"TAG":
        yield tail[-_V1_BYTES:][3:].replace(b"\0", b" ").decode("latin-1")


def _syncsafe(value: int) -> int:
    """Seven bits of every byte: so a size never looks like the begin of sound."""
    return sum((value >> (8 * place) & 0x7F) << (7 * place) for place in range(4))


def _frames(data: bytes, version: int) -> Iterator[str]:
    at = 0
    while at + 10 <= len(data) and data[at]:
        name, size, flags = struct.unpack_from(">4sIH", data, at)
        if version == 4:
            size = _syncsafe(size)
        if flags & 0xFF or at + 10 + size > len(data):  # packed, sealed or broken
            raise ValueError(name)
        yield from _frame(name.decode("ascii"), data[at + 10 : at + 10 + size], version)
        at += 10 + size
    if data[at:].strip(b"\0"):
        raise ValueError


def _frame(name: str, body: bytes, version: int) -> Iterator[str]:
    if name[0] == "T":
        yield from _decoded(body[0], body[1:])
    elif name[0] == "W" and name != "WXXX":
        yield body.decode("latin-1")
    elif name == "WXXX":
        words, _, link = _split(body[0], body[1:])
        yield from (words, link.decode("latin-1"))
    elif name in ("COMM", "USLT"):
        yield from _decoded(body[0], body[4:])
    elif name == "CHAP":
        element, _, rest = body.partition(b"\0")
        yield element.decode("latin-1")
        yield from _frames(rest[16:], version)
    elif name == "CTOC":
        element, _, rest = body.partition(b"\0")
        ids = rest[2:].split(b"\0", rest[1])
        yield from (one.decode("latin-1") for one in (element, *ids[: rest[1]]))
        yield from _frames(ids[rest[1]] if len(ids) > rest[1] else b"", version)
    elif name == "APIC":
        mime, _, rest = body[1:].partition(b"\0")
        words, _, picture = _split(body[0], rest[1:])
        yield words
        yield from _picture(mime, picture)
    else:
        raise ValueError(name)


def _picture(mime: bytes, data: bytes) -> Iterator[str]:
    from publish.readable import PICTURES  # here, since it reads MP3 with this module

    yield from PICTURES[mime.decode("ascii").rpartition("/")[2]](io.BytesIO(data))


def _decoded(encoding: int, data: bytes) -> Iterator[str]:
    yield data.decode(_ENCODINGS[encoding]).replace("\0", " ").replace("\ufeff", " ")


def _split(encoding: int, data: bytes) -> tuple[str, bytes, bytes]:
    """A text that ends with a zero of its own width, and what follows."""
    wide = encoding in (1, 2)
    step, end = (2, b"\0\0") if wide else (1, b"\0")
    for at in range(0, len(data), step):
        if data[at : at + step] == end:
            return data[:at].decode(_ENCODINGS[encoding]), end, data[at + step :]
    raise ValueError
