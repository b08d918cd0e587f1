"""One A4 as a Word document (.docx); equal input gives equal bytes, and its properties hold nobody's name."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_EPOCH = (1980, 1, 1, 0, 0, 0)
_NO_DAY = datetime(2000, 1, 1)  # the document does not tell when it was made, other than in its own words
_DARK, _QUIET = RGBColor(0x1F, 0x2A, 0x37), RGBColor(0x55, 0x61, 0x6D)


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, its size in points on paper, and what it shows in words."""

    data: bytes
    width: float
    height: float
    words: str


@dataclass(frozen=True, slots=True)
class Page:
    """`facts` stand under the title; `table` has a head; each quote has who said it; `foot` stands below, small."""

    title: str
    facts: Sequence[str]
    table: Sequence[Sequence[str]]
    picture: Picture
    quotes_title: str
    quotes: Sequence[tuple[str, str]]
    gaps_title: str
    gaps: Sequence[str]
    foot: Sequence[str]


def document(page: Page) -> bytes:
    """The page as a .docx."""
    made = docx.Document()
    _dress(made)
    made.add_heading(one_line(page.title), 1)
    for fact in page.facts:
        made.add_paragraph(one_line(fact))
    table = made.add_table(rows=0, cols=len(page.table[0]), style="Table Grid")
    for number, row in enumerate(page.table):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
            cell.paragraphs[0].add_run(one_line(text)).bold = number == 0
    picture = made.add_picture(io.BytesIO(page.picture.data), Pt(page.picture.width), Pt(page.picture.height))
    picture._inline.docPr.set("descr", one_line(page.picture.words))
    if page.quotes:
        made.add_heading(one_line(page.quotes_title), 2)
    for text, by in page.quotes:
        made.add_paragraph(f"“{one_line(text)}” ({one_line(by)})", "Quote")
    if page.gaps:
        made.add_heading(one_line(page.gaps_title), 2)
    for gap in page.gaps:
        made.add_paragraph(one_line(gap), "List Bullet")
    for line in page.foot:
        said = made.add_paragraph().add_run(one_line(line))
        said.font.size, said.font.color.rgb = Pt(8), _QUIET
    out = io.BytesIO()
    made.save(out)
    return _without_times(out)


def one_line(text: str) -> str:
    """Words on one line, without signs that a document cannot hold."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _dress(made: Document) -> None:
    """A4, our letters, Dutch, and properties that say nothing."""
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(18)
    for name, size in (("Normal", 10), ("Heading 1", 17), ("Heading 2", 12), ("Quote", 10)):
        style = made.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(size), _DARK
        style.paragraph_format.space_after = Pt(3)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
    for language in made.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "nl-NL")
    about = made.core_properties
    about.author = about.last_modified_by = about.comments = about.title = ""
    about.created = about.modified = _NO_DAY


def _without_times(packed: io.BytesIO) -> bytes:
    """The same package, of which no part tells when it was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return out.getvalue()
