"""Tables as CSV and as an Excel workbook, with nothing but the standard library; equal input gives equal bytes.

A cell that a spreadsheet would calculate gets an apostrophe before it (OWASP, CSV Injection), also behind blanks and in
wide letters.
"""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

Cell = str | int | None

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"

_CALCULATES = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TITLE = 31  # characters that a sheet's name may have


@dataclass(frozen=True, slots=True)
class Sheet:
    """A named table; its first row is the head."""

    title: str
    rows: Sequence[Sequence[Cell]]


def harmless(text: str) -> str:
    """The same text, which no spreadsheet calculates. Signs that XML cannot hold become blanks."""
    text = "".join(sign if sign.isprintable() or sign in "\t\r\n" else " " for sign in text)
    first = unicodedata.normalize("NFKC", text.lstrip(" \u00a0"))[:1]
    return f"'{text}" if first in _CALCULATES and first else text


def as_csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    """UTF-8 with a mark that Excel looks for, and semicolons, as Dutch spreadsheets expect."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return "\ufeff".encode() + out.getvalue().encode()


def as_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """A workbook (ECMA-376) of these sheets. Texts stand in the cells themselves and are never formulas."""
    numbers = range(1, len(sheets) + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_kind("worksheet")}"/>' for n in numbers
    )
    book = ET.Element("workbook", {"xmlns": _MAIN, "xmlns:r": _OFFICE})
    listed = ET.SubElement(book, "sheets")
    for number, sheet in enumerate(sheets, 1):
        name = "".join(" " if sign in "[]:*?/\\'" else sign for sign in harmless(sheet.title))[:_TITLE].strip()
        ET.SubElement(listed, "sheet", {"name": name, "sheetId": str(number), "r:id": f"rId{number}"})
    parts = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_kind("sheet.main")}"/>{types}</Types>',
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _HEAD + ET.tostring(book, "unicode"),
        "xl/_rels/workbook.xml.rels": _relations([("worksheet", f"worksheets/sheet{n}.xml") for n in numbers]),
    }
    for number, sheet in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = _HEAD + ET.tostring(_sheet(sheet), "unicode")
    return packed({name: text.encode() for name, text in parts.items()})


def packed(files: dict[str, bytes]) -> bytes:
    """A ZIP that does not tell when it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def _kind(part: str) -> str:
    return f"application/vnd.openxmlformats-officedocument.spreadsheetml.{part}+xml"


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    ones = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{ones}</Relationships>'


def _sheet(sheet: Sheet) -> ET.Element:
    root = ET.Element("worksheet", {"xmlns": _MAIN})
    data = ET.SubElement(root, "sheetData")
    for at, row in enumerate(sheet.rows, 1):
        line = ET.SubElement(data, "row", {"r": str(at)})
        for column, cell in enumerate(row):
            place = {"r": f"{_letters(column)}{at}"}
            if isinstance(cell, int):
                ET.SubElement(ET.SubElement(line, "c", place), "v").text = str(cell)
            elif cell is not None:
                inside = ET.SubElement(ET.SubElement(line, "c", place | {"t": "inlineStr"}), "is")
                ET.SubElement(inside, "t", {"xml:space": "preserve"}).text = harmless(cell)
    return root


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
