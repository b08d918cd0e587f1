"""A story that somebody wrote at home: a Word document, an OpenDocument text, or plain text.

    read_document(source) -> RawText     the words a reader sees, and nothing else the file knows
    kind_of(source) -> Kind              what it is, by its content; the name is never believed

Kept: headings, paragraphs, lists, cells, text boxes and notes, in order. Left behind: headers and footers, comments,
what was deleted, hidden text, who made it and where. Only the parts that hold the words are unpacked, so pictures with
their places and devices are not even opened. Why this is not a library: docs/decisions/2026-11-25-documents.md.
"""

from __future__ import annotations

import codecs
import re
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from capture.archive import Archive
from capture.files import opened
from capture.officexml import open_document_words, word_words
from capture.text import DEFAULT_LIMITS, TextLimits, check_text, too_long
from stories.errors import InputRefused
from stories.model import RawText

_HEAD = 1_024
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .doc, and a .docx with a password
_OTHER = (b"{\\rtf", b"\xffWPC", b"<?xml", b"<!doctype html", b"<html")
_PAGES = ("Index/Document.iwa", "Index.zip", "index.apxl", "index.xml")
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x19\x1c-\x1f]")

_ODT = b"application/vnd.oasis.opendocument.text"


class Kind(StrEnum):
    """What `read_document` can read."""

    DOCX = "docx"
    ODT = "odt"
    TEXT = "text"


def kind_of(source: Path | BinaryIO) -> Kind:
    """Recognise a document. Raises InputRefused as `read_document`, but does not look at its words."""
    with opened(source) as file:
        return _recognise(file)[0]


def read_document(source: Path | BinaryIO, limits: TextLimits = DEFAULT_LIMITS) -> RawText:
    """The words of a document, tidied as typed words are. A stream must be seekable and is left where it was.

    Raises InputRefused: capture.document_* (old, locked, unknown, damaged, empty, too_heavy), capture.zip_* (damaged,
    locked, too_big), capture.text_too_short, capture.text_too_long, capture.unreadable.
    """
    with opened(source) as file:
        kind, archive = _recognise(file)
        if archive is None:
            text = _plain(file, limits)
        else:
            read = word_words if kind is Kind.DOCX else open_document_words
            text = read(archive, limits)
    try:
        return check_text(text, limits)
    except InputRefused as refusal:
        if refusal.code == "text_empty":
            raise InputRefused("capture.document_empty") from None
        raise


def _recognise(file: BinaryIO) -> tuple[Kind, Archive | None]:
    head = file.read(_HEAD)
    file.seek(0)
    if not head:
        raise InputRefused("capture.document_empty")
    if head.startswith(_ZIP):
        archive = Archive(file)
        if "[Content_Types].xml" in archive.names:
            return Kind.DOCX, archive
        if _is_odt(archive):
            return Kind.ODT, archive
        if any(name in archive.names for name in _PAGES):
            raise InputRefused("capture.document_old")
        raise InputRefused("capture.document_unknown")
    if head.startswith(_OLE):
        raise InputRefused("capture.document_locked")
    if b"%PDF-" in head or head.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(_OTHER):
        raise InputRefused("capture.document_old")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or not _NO_TEXT.search(head.decode("latin-1")):
        return Kind.TEXT, None
    raise InputRefused("capture.document_unknown")


def _is_odt(archive: Archive) -> bool:
    member = archive.names.get("mimetype")
    if member is None or member.file_size > _HEAD:
        return False
    with archive.reading(member, _HEAD) as stream:
        return stream.read().strip() == _ODT


# Plain text


def _plain(file: BinaryIO, limits: TextLimits) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, else the code page of Windows in Western Europe."""
    most = 4 * limits.untidy_characters
    data = file.read(most + 1)
    if len(data) > most:
        raise too_long(limits)
    try:
        text = _decoded(data)
    except UnicodeDecodeError as error:
        raise InputRefused("capture.document_unknown") from error
    if _NO_TEXT.search(text):
        raise InputRefused("capture.document_unknown")
    return text


def _decoded(data: bytes) -> str:
    """Raises UnicodeDecodeError. Half a character at the end is dropped: a torn file is taken for what is there."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return codecs.getincrementaldecoder("utf-16")().decode(data)
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(data)
    except UnicodeDecodeError:
        return data.decode("cp1252")
