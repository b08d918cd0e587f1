"""A table in a Word document (.docx), with nothing but zipfile and xml.etree; the same input gives the same bytes.

ECMA-376 part 1: a package of a document, its styles and what they are. Read back in the tests by the house's own reader
(`capture`), and once by hand with python-docx.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as ET

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ET.register_namespace("w", _MAIN)  # the prefix everybody writes
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
MEDIA_TYPE = f"{_KIND}.document"
_WIDTHS = (1_300, 2_000, 5_760)  # twentieths of a point; together an A4 page between margins of an inch
_EPOCH = (1980, 1, 1, 0, 0, 0)

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CONTENT_TYPES = f"""{_HEAD}<Types xmlns="{_PACKAGE}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Override PartName="/word/document.xml" ContentType="{MEDIA_TYPE}.main+xml"/>\
<Override PartName="/word/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>"""


def _relation(kind: str, target: str) -> str:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    one = f'<Relationship Id="rId1" Type="{office}/{kind}" Target="{target}"/>'
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{one}</Relationships>'


def document(title: str, notes: Iterable[str], heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A .docx with a title, a few paragraphs, and one table of three columns whose first row repeats on every page.

    Texts are single lines without control characters.
    """
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _relation("officeDocument", "word/document.xml"),
        "word/_rels/document.xml.rels": _relation("styles", "styles.xml"),
        "word/document.xml": _written(_body(title, notes, heads, rows)),
        "word/styles.xml": _written(_styles()),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text.encode())
    return packed.getvalue()


def _written(root: ET.Element) -> str:
    return _HEAD + ET.tostring(root, "unicode")


def _w(tag: str, *children: ET.Element, **attributes: str) -> ET.Element:
    """An element of the document's own namespace; its attributes are in it too."""
    element = ET.Element(f"{{{_MAIN}}}{tag}", {f"{{{_MAIN}}}{name}": value for name, value in attributes.items()})
    element.extend(children)
    return element


def _paragraph(text: str, style: str = "", bold: bool = False) -> ET.Element:
    said = _w("t")
    said.text = text
    said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run = _w("r", *([_w("rPr", _w("b"))] if bold else []), said)
    return _w("p", *([_w("pPr", _w("pStyle", val=style))] if style else []), run)


def _body(title: str, notes: Iterable[str], heads: Sequence[str], rows: Iterable[Sequence[str]]) -> ET.Element:
    edges = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = _w("tblBorders", *(_w(edge, val="single", sz="4", space="0", color="999999") for edge in edges))
    table = _w(
        "tbl",
        _w("tblPr", _w("tblW", w=str(sum(_WIDTHS)), type="dxa"), borders, _w("tblLayout", type="fixed")),
        _w("tblGrid", *(_w("gridCol", w=str(width)) for width in _WIDTHS)),
        _row(heads, head=True),
        *(_row(row) for row in rows),
    )
    margins = {edge: "1440" for edge in ("top", "right", "bottom", "left")} | {"header": "720", "footer": "720"}
    page = _w("sectPr", _w("pgSz", w="11906", h="16838"), _w("pgMar", **margins, gutter="0"))
    texts = [_paragraph(title, "Heading1"), *map(_paragraph, notes)]
    return _w("document", _w("body", *texts, table, _paragraph(""), page))


def _row(cells: Sequence[str], head: bool = False) -> ET.Element:
    about = [_w("cantSplit"), _w("tblHeader")] if head else [_w("cantSplit")]
    columns = (
        _w("tc", _w("tcPr", _w("tcW", w=str(width), type="dxa")), _paragraph(text, bold=head))
        for width, text in zip(_WIDTHS, cells, strict=True)
    )
    return _w("tr", _w("trPr", *about), *columns)


def _styles() -> ET.Element:
    normal = _w("style", _w("name", val="Normal"), _w("qFormat"), type="paragraph", default="1", styleId="Normal")
    heading = _w(
        "style",
        _w("name", val="heading 1"),
        _w("basedOn", val="Normal"),
        _w("next", val="Normal"),
        _w("qFormat"),
        _w("pPr", _w("keepNext"), _w("spacing", after="240"), _w("outlineLvl", val="0")),
        _w("rPr", _w("b"), _w("sz", val="32")),
        type="paragraph",
        styleId="Heading1",
    )
    fonts = _w("rFonts", ascii="Calibri", hAnsi="Calibri", cs="Calibri")
    text = _w("rPrDefault", _w("rPr", fonts, _w("sz", val="22"), _w("lang", val="nl-NL")))
    return _w("styles", _w("docDefaults", text), normal, heading)
