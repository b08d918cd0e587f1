"""Every file of a bundle as texts: what anybody can read in it, on the page or in its metadata.

    texts("shownotes.html", data) -> {"shownotes.html": "..."}

The check on sealed names looks at these texts and at nothing else, so whatever is not understood here does not leave:
an unknown kind of file, a damaged one, and a part of a file that could hold words and is not read, are refused.
Fixed words of a format (tags, style sheets, fonts) are left out: a teller called Georgia is not a font.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import Any, BinaryIO
from urllib.parse import unquote
from xml.etree import ElementTree

from publish.newsletter import SeenText
from publish.rendering import Data
from publish.tags import id3_texts
from stories.errors import Refused

Reader = Callable[[BinaryIO], Iterator[str]]
"""Yields the texts of one file. Raises ValueError and its kin for what it does not understand."""

_HIDDEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_HASH = re.compile(r"[0-9a-f]{16,}")
_FORMAT_HEADERS = frozenset(
    {"content-type", "content-transfer-encoding", "content-language", "content-disposition", "mime-version", "x-unsent"}
)
_LOOKS = frozenset({"style", "class", "fill", "stroke", "transform", "d", "font-family", "font-weight", "viewBox"})
_FIXED_PARTS = re.compile(
    r"\[Content_Types\]\.xml|word/(styles|theme/.*|fontTable|settings|numbering|webSettings)\.xml"
)
_DOCX_VALUES = frozenset({"descr", "title", "author", "initials", "tooltip", "alias", "Target"})
_OWN_TARGET = re.compile(r"(\.\./)?([a-zA-Z]+/)*[a-zA-Z]+[0-9]*\.(xml|png|jpeg)")
_PNG_SILENT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"sBIT", b"bKGD"}
)
_PNG_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
EMPTY_PAGE = "96367138dc44ce09bf2c8f0f8e49348a1478d2c5c0af69bbc2bbc38b63cdcead"
"""SHA-256 of `docProps/thumbnail.jpeg` in the template of python-docx 1.2."""

_WAV_SILENT = frozenset({b"fmt ", b"data", b"fact"})


def texts(name: str, file: Data) -> dict[str, str]:
    """Everything a person or program can read in a file, by place (the file's name, a colon, a number).

    Line ends become spaces, so that wrapping cannot hide a name of two words; a text in which something was escaped
    is there twice. Raises Refused `register.file_unreadable` for what is not understood.
    """
    reader = READERS.get(name.rpartition(".")[2].lower())
    if reader is None:
        raise Refused("register.file_unreadable", file=name)
    try:
        with _opened(file) as source:
            found = [shown for text in reader(source) for shown in _undressed(text)]
    except (ValueError, KeyError, LookupError, struct.error, zlib.error, zipfile.BadZipFile, ElementTree.ParseError):
        raise Refused("register.file_unreadable", file=name) from None
    return {f"{name}:{number}": text for number, text in enumerate(dict.fromkeys(filter(None, found)))}


@contextmanager
def _opened(file: Data) -> Iterator[BinaryIO]:
    if isinstance(file, bytes):
        with io.BytesIO(file) as source:
            yield source
    else:
        file.seek(0)
        yield file


def _undressed(text: str) -> Iterator[str]:
    """The text as it stands, and as it reads once entities, percent signs and backslashes are undone."""
    plain = text.translate(_HIDDEN)
    for one in (plain, re.sub(r"\\(?=[^\w\s])", "", html.unescape(unquote(plain)))):
        yield " ".join(one.split())


def _text(source: BinaryIO) -> Iterator[str]:
    yield source.read().decode("utf-8")


def _html(source: BinaryIO) -> Iterator[str]:
    markup = source.read().decode("utf-8")
    yield SeenText.of(markup).text
    for comment in re.findall(r"<!--(.*?)-->", markup, re.DOTALL):  # of which Outlook reads some
        yield SeenText.of(comment).text


def _mail(source: BinaryIO) -> Iterator[str]:
    message = message_from_bytes(source.read(), policy=policy.default)
    for part in message.walk():
        yield "\n".join(str(value) for key, value in part.items() if key.lower() not in _FORMAT_HEADERS)
        name = part.get_filename() or ""
        yield name
        if part.is_multipart():
            continue
        body = part.get_content()
        if isinstance(body, str):
            yield from _html(io.BytesIO(body.encode())) if part.get_content_type() == "text/html" else (body,)
        elif isinstance(body, bytes):
            yield from READERS[name.rpartition(".")[2].lower()](io.BytesIO(body))
        else:
            raise ValueError(name)


def _subtitles(source: BinaryIO) -> Iterator[str]:
    """As it stands, and without numbers, times and tags: a name may begin in one cue and end in the next."""
    whole = source.read().decode("utf-8")
    yield whole
    rows = (row for row in whole.splitlines() if "-->" not in row and not row.strip().isdigit())
    yield re.sub(r"<[^<>]*>", "", " ".join(rows))


def _json(source: BinaryIO) -> Iterator[str]:
    yield "\n".join(_words_in(json.loads(source.read().decode("utf-8"))))


def _words_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _words_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words_in(inner)
    elif isinstance(value, str) and not _HASH.fullmatch(value):
        yield value


def _xml(source: BinaryIO) -> Iterator[str]:
    root = _tree(source)
    yield "\n".join(text for element in root.iter() for text in (element.text or "", element.tail or ""))
    yield "\n".join(value for element in root.iter() for key, value in element.attrib.items() if key not in _LOOKS)


def _tree(source: BinaryIO) -> ElementTree.Element:
    """With comments and instructions, which are read as well. Our own output: it holds no entities of its own."""
    data = source.read()
    if b"<!ENTITY" in data:
        raise ValueError
    keeps = ElementTree.TreeBuilder(insert_comments=True, insert_pis=True)
    return ElementTree.fromstring(data, parser=ElementTree.XMLParser(target=keeps))  # noqa: S314


def _docx(source: BinaryIO) -> Iterator[str]:
    """Every part but those that only say how it looks; pictures and a thumbnail too."""
    with zipfile.ZipFile(source) as package:
        yield package.comment.decode("utf-8")
        for name in package.namelist():
            kind = name.rpartition(".")[2]
            if _FIXED_PARTS.fullmatch(name):
                continue
            if kind in ("xml", "rels"):
                yield from _docx_part(io.BytesIO(package.read(name)))
            else:
                yield from PICTURES[kind](io.BytesIO(package.read(name)))


def _docx_part(source: BinaryIO) -> Iterator[str]:
    root = _tree(source)
    for paragraph in root.iter():
        if _local(paragraph.tag) == "p":  # a name may be cut into runs, of which each looks different
            yield "".join(element.text or "" for element in paragraph.iter())
    yield "\n".join(element.text or "" for element in root.iter())
    yield "\n".join(
        value
        for element in root.iter()
        for key, value in element.attrib.items()
        if _local(key) in _DOCX_VALUES and not _OWN_TARGET.fullmatch(value)
    )


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _png(source: BinaryIO) -> Iterator[str]:
    data = source.read()
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError
    at, kind = 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        at += 12 + length
        if kind in _PNG_TEXTS:
            yield from _png_text(kind, body)
        elif kind not in _PNG_SILENT:
            raise ValueError
    if at != len(data):
        raise ValueError  # something behind the picture


def _png_text(kind: bytes, body: bytes) -> Iterator[str]:
    keyword, _, rest = body.partition(b"\0")
    yield keyword.decode("latin-1")
    if kind == b"tEXt":
        yield rest.decode("latin-1")
    elif kind == b"zTXt":
        yield zlib.decompress(rest[1:]).decode("latin-1")
    else:
        packed = rest[0]
        language, translated, words = rest[2:].split(b"\0", 2)
        yield language.decode("ascii")
        yield translated.decode("utf-8")
        yield (zlib.decompress(words) if packed else words).decode("utf-8")


def _thumbnail(source: BinaryIO) -> Iterator[str]:
    """The one JPEG that is known: a picture of Word's own empty page, which python-docx puts into every document."""
    if hashlib.sha256(source.read()).hexdigest() != EMPTY_PAGE:
        raise ValueError
    yield ""


def _wav(source: BinaryIO) -> Iterator[str]:
    riff, _, form = struct.unpack("<4sI4s", source.read(12))
    if (riff, form) != (b"RIFF", b"WAVE"):
        raise ValueError
    while head := source.read(8):
        kind, length = struct.unpack("<4sI", head)
        if kind in _WAV_SILENT:
            source.seek(length + length % 2, io.SEEK_CUR)
        elif kind == b"LIST":
            body = source.read(length + length % 2)
            yield re.sub(r"[\x00-\x1f]+", " ", body[4:].decode("latin-1"))
        else:
            raise ValueError


READERS: dict[str, Reader] = {
    "txt": _text, "md": _text, "csv": _text, "edl": _text,
    "html": _html, "eml": _mail, "docx": _docx, "srt": _subtitles, "vtt": _subtitles,
    "json": _json, "otio": _json, "xml": _xml, "rss": _xml, "svg": _xml,
    "png": _png, "wav": _wav, "mp3": id3_texts,
}  # fmt: skip
"""By the ending of a file's name. What is not here does not leave."""

PICTURES: dict[str, Reader] = {"png": _png, "jpeg": _thumbnail}
"""What a document may hold besides its text."""
