"""What the elements of a Word document and of an OpenDocument text mean for somebody who reads it.

An element that is not named here is looked through: words inside something unknown are not lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from capture.archive import Archive
from capture.safexml import Attributes, SafeXml
from capture.text import TextLimits, too_long
from stories.errors import InputRefused

MAX_PART_BYTES = 32 * 2**20
"""One unpacked part. The longest story, every word in a run of its own, is 5 MB."""
_SMALL_PART_BYTES = 2**20

_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_MAIN = (f"{_TYPES}document.main+xml", f"{_TYPES}template.main+xml")
_NOTES = (f"{_TYPES}footnotes+xml", f"{_TYPES}endnotes+xml")


class _Words(SafeXml):
    """Gathers what is said in `inside` elements, a line per paragraph; `skipped` elements do not exist."""

    inside: ClassVar[frozenset[str]]
    paragraphs: ClassVar[frozenset[str]]
    skipped: ClassVar[frozenset[str]]
    marks: ClassVar[Mapping[str, str]]

    def __init__(self, limits: TextLimits) -> None:
        super().__init__()
        self.out: list[str] = []
        self._limits = limits
        self._characters = 0
        self._inside = self._skipping = 0

    def started(self, name: str, attributes: Attributes) -> None:
        if self._skipping or name in self.skipped:
            self._skipping += 1
            return
        if name in self.paragraphs:
            self.new_line()
        if name in self.inside:
            self._inside += 1
        elif name in self.marks:
            self.add(self.marks[name])
        self.noted(name, attributes)

    def ended(self, name: str) -> None:
        if self._skipping:
            self._skipping -= 1
            return
        self.closed(name)
        if name in self.inside:
            self._inside -= 1
        if name in self.paragraphs:
            self.add("\n")

    def said(self, text: str) -> None:
        if self._inside and not self._skipping:
            self.add(text)

    def noted(self, name: str, attributes: Attributes) -> None:
        """What else this format means by an element."""

    def closed(self, name: str) -> None:
        """The same at its end."""

    def new_line(self) -> None:
        """Words of a text box begin on a line of their own, in the middle of a paragraph."""
        if self.out and not self.out[-1].endswith("\n"):
            self.add("\n")

    def add(self, text: str) -> None:
        self._characters += len(text)
        if self._characters > self._limits.untidy_characters:
            raise too_long(self._limits)
        self.out.append(text)


_W = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_HOLDERS = frozenset({"w:r", "w:tr", "w:tc", "w:sdt", "w:fldSimple"})
_UNSEEN = {  # said inside its properties: this run is hidden, this row or cell was deleted, this is only a hint to type
    ("w:r", "w:rPr", "w:vanish"),
    ("w:tr", "w:trPr", "w:del"),
    ("w:tc", "w:tcPr", "w:cellDel"),
    ("w:sdt", "w:sdtPr", "w:showingPlcHdr"),
}
_OFF = ("0", "false", "off")
_MACHINE = re.compile(  # fields that Word fills in from what it knows about the maker and the file
    r"\s*(AUTHOR|LASTSAVEDBY|USERNAME|USERADDRESS|USERINITIALS|FILENAME|TEMPLATE|DOCPROPERTY|INFO|DOCVARIABLE)\b", re.I
)
_MAKER = re.compile("creator|lastModifiedBy|company|manager", re.I)
_MAX_INSTRUCTION = 200


class _Word(_Words):
    """WordprocessingML. Inserted text is text; deleted and moved-away text is gone."""

    prefixes: ClassVar[Mapping[str, str]] = dict.fromkeys(_W, "w") | {_MC: "mc"}
    inside = frozenset({"w:t"})
    paragraphs = frozenset({"w:p"})
    marks: ClassVar[Mapping[str, str]] = {
        "w:tab": "\t",
        "w:ptab": "\t",
        "w:br": "\n",
        "w:cr": "\n",
        "w:noBreakHyphen": "-",
    }
    skipped = frozenset(
        {"w:del", "w:moveFrom", "w:rPrChange", "w:pPrChange", "w:tblPrChange", "w:trPrChange", "w:tcPrChange"}
        | {"w:sectPrChange", "mc:Fallback", "w:tabs", "w:hdr", "w:ftr", "w:comment", "w:rt"}
    )

    def __init__(self, limits: TextLimits) -> None:
        super().__init__(limits)
        self._holders: list[list[int]] = []  # where its words begin in `out`, and whether they are unseen
        self._fields: list[tuple[int, list[str]]] = []

    def started(self, name: str, attributes: Attributes) -> None:
        here = tuple(self.path[-3:])
        if not self._skipping and here in _UNSEEN and attributes.get("w:val", "1") not in _OFF:
            self._holders[-1][1] = True
        super().started(name, attributes)

    def noted(self, name: str, attributes: Attributes) -> None:
        if name in _HOLDERS:
            by_machine = name == "w:fldSimple" and bool(_MACHINE.match(attributes.get("w:instr", "")))
            self._holders.append([len(self.out), by_machine])
        elif name == "w:dataBinding" and self.path[-3:-1] == ["w:sdt", "w:sdtPr"]:
            self._holders[-1][1] |= bool(_MAKER.search(attributes.get("w:xpath", "")))
        elif name == "w:fldChar":
            self._field(attributes.get("w:fldCharType", ""))

    def closed(self, name: str) -> None:
        if name in _HOLDERS:
            start, unseen = self._holders.pop()
            if unseen:
                del self.out[start:]

    def said(self, text: str) -> None:
        if self._fields and self.path[-1] == "w:instrText" and not self._skipping:
            self._fields[-1][1].append(text[:_MAX_INSTRUCTION])
        super().said(text)

    def _field(self, kind: str) -> None:
        """A field is written as begin, instruction, separate, result, end. `separate` needs no answer."""
        if kind == "begin":
            self._fields.append((len(self.out), []))
        elif kind == "end" and self._fields:
            start, instruction = self._fields.pop()
            if _MACHINE.match("".join(instruction)):
                del self.out[start:]


class _ContentTypes(SafeXml):
    """Where the parts of a Word file are."""

    prefixes: ClassVar[Mapping[str, str]] = {"http://schemas.openxmlformats.org/package/2006/content-types": "ct"}

    def __init__(self) -> None:
        super().__init__()
        self.parts: dict[str, list[str]] = {}

    def started(self, name: str, attributes: Attributes) -> None:
        if name == "ct:Override":
            part = attributes.get(":PartName", "").lstrip("/")
            self.parts.setdefault(attributes.get(":ContentType", ""), []).append(part)


def word_words(archive: Archive, limits: TextLimits) -> str:
    """The words of a .docx, its notes at the end. Raises InputRefused: document_*, zip_*, text_too_long."""
    types = _ContentTypes()
    with archive.reading(archive.names["[Content_Types].xml"], _SMALL_PART_BYTES) as stream:
        types.read(stream)
    main = [part for kind in _MAIN for part in types.parts.get(kind, [])]
    if not main:  # a spreadsheet, a presentation, macros
        raise InputRefused("capture.document_old")
    if len(main) > 1 or main[0] not in archive.names:
        raise InputRefused("capture.document_damaged")
    notes = [part for kind in _NOTES for part in types.parts.get(kind, [])[:1] if part in archive.names]
    words = _Word(limits)
    for part in (main[0], *notes):
        words.new_line()
        with archive.reading(archive.names[part], MAX_PART_BYTES) as stream:
            words.read(stream)
    return "".join(words.out)


_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACE = re.compile(r"\s+")
_MAX_SPACES = 100


class _OpenDocument(_Words):
    """OpenDocument text, as LibreOffice writes it."""

    prefixes: ClassVar[Mapping[str, str]] = {f"{_ODF}{name}:1.0": name for name in ("office", "text")} | {
        f"{_ODF}svg-compatible:1.0": "svg"
    }
    inside = paragraphs = frozenset({"text:p", "text:h"})
    marks: ClassVar[Mapping[str, str]] = {"text:tab": "\t", "text:line-break": "\n"}
    skipped = frozenset(
        {"text:tracked-changes", "office:annotation", "office:forms", "svg:title", "svg:desc", "text:ruby-text"}
        | {"text:note-citation", "text:hidden-text", "text:hidden-paragraph", "text:author-name", "text:file-name"}
        | {"text:author-initials", "text:initial-creator", "text:creator", "text:printed-by", "text:template-name"}
        | {f"text:sender-{what}" for what in ("firstname", "lastname", "initials", "title", "position", "email")}
        | {f"text:sender-{what}" for what in ("phone-private", "phone-work", "fax", "company", "street", "city")}
        | {f"text:sender-{what}" for what in ("postal-code", "country", "state-or-province")}
        | {"text:user-defined", "text:user-field-get"}
    )

    def noted(self, name: str, attributes: Attributes) -> None:
        if name == "text:s" and self._inside:
            count = attributes.get("text:c", "1")
            self.add(" " * min(int(count) if count.isascii() and count.isdigit() else 1, _MAX_SPACES))

    def said(self, text: str) -> None:
        super().said(_SPACE.sub(" ", text))


def open_document_words(archive: Archive, limits: TextLimits) -> str:
    """The words of an .odt. Raises as `word_words`."""
    if "content.xml" not in archive.names:
        raise InputRefused("capture.document_damaged")
    words = _OpenDocument(limits)
    with archive.reading(archive.names["content.xml"], MAX_PART_BYTES) as stream:
        words.read(stream)
    return "".join(words.out)
