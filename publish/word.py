"""Word documents (.docx) of which equal input gives equal bytes, in Dutch, with nobody's name in their properties."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DARK, QUIET = RGBColor(0x1F, 0x2A, 0x37), RGBColor(0x55, 0x61, 0x6D)
SIZES: Mapping[str, float] = {"Normal": 10, "Heading 1": 17, "Heading 2": 12, "Quote": 10}

_EPOCH = (1980, 1, 1, 0, 0, 0)
_NO_DAY = datetime(2000, 1, 1)  # the document does not tell when it was made, other than in its own words


def new(sizes: Mapping[str, float] = SIZES, *, margin: float = 18) -> Document:
    """An empty A4 in our letters (points per style, margins in mm), in Dutch, with properties that say nothing."""
    made = docx.Document()
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(margin)
    for name, size in sizes.items():
        style = made.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(size), DARK
        style.paragraph_format.space_after = Pt(3)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
    for language in made.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "nl-NL")
    about = made.core_properties
    about.author = about.last_modified_by = about.comments = about.title = ""
    about.created = about.modified = _NO_DAY
    return made


def add_picture(made: Document, data: bytes, *, width: float, height: float | None = None, words: str) -> None:
    """A picture (points wide and high) with what it shows in words."""
    picture = made.add_picture(io.BytesIO(data), Pt(width), None if height is None else Pt(height))
    picture._inline.docPr.set("descr", one_line(words))


def small(paragraph: Paragraph, text: str) -> None:
    """Words that stand back."""
    said = paragraph.add_run(one_line(text))
    said.font.size, said.font.color.rgb = Pt(8), QUIET


def finished(made: Document) -> bytes:
    """The document, of which no part tells when it was written."""
    packed, out = io.BytesIO(), io.BytesIO()
    made.save(packed)
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return out.getvalue()


def one_line(text: str) -> str:
    """Words on one line, without signs that a document cannot hold."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
