"""Tables as CSV and as an Excel workbook; equal input gives equal bytes.

A cell that a spreadsheet would calculate gets an apostrophe before it (OWASP, CSV Injection), also behind blanks and in
wide letters.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter

Cell = str | int | None

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"

_CALCULATES = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_TITLE = 31  # characters that a sheet's name may have
_COLUMN = 40  # letters wide at most
_TEXT_ONLY = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_NO_DAY = datetime(2000, 1, 1)  # a workbook does not tell when it was made, other than in its own words


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
    """A workbook of these sheets, with nobody's name in it. Texts are never formulas or links."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _TEXT_ONLY)
    book.set_properties({"created": _NO_DAY})
    head = book.add_format({"bold": True})
    for sheet in sheets:
        name = "".join(" " if sign in "[]:*?/\\'" else sign for sign in sheet.title)[:_TITLE].strip()
        page = book.add_worksheet(name)
        for at, row in enumerate(sheet.rows):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    page.write_number(at, column, cell)
                elif cell is not None:
                    page.write_string(at, column, harmless(cell), head if at == 0 else None)
        for column in range(max(map(len, sheet.rows), default=0)):
            longest = max((len(str(row[column])) for row in sheet.rows if column < len(row)), default=0)
            page.set_column(column, column, min(_COLUMN, longest + 2))
        page.freeze_panes(1, 0)
    book.close()
    return out.getvalue()
