"""One A4 as a Word document (.docx), with nothing but the standard library; equal input gives equal bytes.

ECMA-376 part 1. It has no properties: nobody's name, no date of saving.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from publish.sheets import packed

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_POINT = 12_700  # English Metric Units
_TEXT_WIDTH = 9_638  # twentieths of a point: A4 between margins of 20 mm


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
    body = [_paragraph(page.title, "Titel"), *(_paragraph(fact) for fact in page.facts), _table(page.table)]
    body.append(_picture(page.picture))
    if page.quotes:
        body.append(_paragraph(page.quotes_title, "Kop"))
        body += [_paragraph(f"“{text}” ({by})", "Citaat") for text, by in page.quotes]
    if page.gaps:
        body.append(_paragraph(page.gaps_title, "Kop"))
        body += [_paragraph(f"– {gap}") for gap in page.gaps]
    body += [_paragraph(line, "Klein") for line in page.foot]
    edges = " ".join(f'w:{edge}="1134"' for edge in ("top", "right", "bottom", "left"))
    section = (
        f'<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar {edges} w:header="567" w:footer="567" w:gutter="0"/>'
        "</w:sectPr>"
    )
    spaces = f'xmlns:w="{_MAIN}" xmlns:r="{_OFFICE}" xmlns:wp="{_DRAWING}/wordprocessingDrawing"'
    files = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations([("officeDocument", "word/document.xml")]),
        "word/document.xml": f"{_HEAD}<w:document {spaces}><w:body>{''.join(body)}{section}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relations([("styles", "styles.xml"), ("image", "media/grafiek.png")]),
        "word/styles.xml": _styles(),
    }
    return packed({name: text.encode() for name, text in files.items()} | {"word/media/grafiek.png": page.picture.data})


def _types() -> str:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="/word/document.xml" ContentType="{kind}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{kind}.styles+xml"/></Types>'
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    ones = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{ones}</Relationships>'


def one_line(text: str) -> str:
    """Words on one line, without signs that a document cannot hold."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _paragraph(text: str, style: str = "", bold: bool = False) -> str:
    about = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    look = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:p>{about}<w:r>{look}<w:t xml:space="preserve">{escape(one_line(text))}</w:t></w:r></w:p>'


def _table(rows: Sequence[Sequence[str]]) -> str:
    columns = len(rows[0])
    width = _TEXT_WIDTH // columns
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="999999"/>' for side in sides)
    lines = []
    for number, row in enumerate(rows):
        cells = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(text, bold=number == 0)}</w:tc>'
            for text in row
        )
        head = "<w:trPr><w:tblHeader/></w:trPr>" if number == 0 else ""
        lines.append(f"<w:tr>{head}{cells}</w:tr>")
    grid = f'<w:gridCol w:w="{width}"/>' * columns
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{width * columns}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(lines)}</w:tbl>'
    )


def _picture(picture: Picture) -> str:
    wide, high = round(picture.width * _POINT), round(picture.height * _POINT)
    words = quoteattr(one_line(picture.words))
    return (
        f'<w:p><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/>'
        f'<wp:docPr id="1" name="grafiek" descr={words}/>'
        f'<a:graphic xmlns:a="{_DRAWING}/main"><a:graphicData uri="{_DRAWING}/picture">'
        f'<pic:pic xmlns:pic="{_DRAWING}/picture"><pic:nvPicPr><pic:cNvPr id="1" name="grafiek"/><pic:cNvPicPr/>'
        '</pic:nvPicPr><pic:blipFill><a:blip r:embed="rId2"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r></w:p>"
    )


def _styles() -> str:
    def style(code: str, name: str, paragraph: str, letters: str) -> str:
        return (
            f'<w:style w:type="paragraph" w:styleId="{code}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
            f"<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{letters}</w:rPr></w:style>"
        )

    return (
        f'{_HEAD}<w:styles xmlns:w="{_MAIN}"><w:docDefaults><w:rPrDefault><w:rPr>'
        '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/><w:sz w:val="20"/><w:lang w:val="nl-NL"/>'
        '</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="60"/></w:pPr></w:pPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        + style("Titel", "heading 1", '<w:keepNext/><w:outlineLvl w:val="0"/>', '<w:b/><w:sz w:val="32"/>')
        + style(
            "Kop", "heading 2", '<w:keepNext/><w:spacing w:before="120"/><w:outlineLvl w:val="1"/>',
            '<w:b/><w:sz w:val="24"/>',
        )
        + style("Citaat", "Quote", '<w:ind w:left="284"/>', "<w:i/>")
        + style("Klein", "klein", "", '<w:color w:val="55616D"/><w:sz w:val="16"/>')
        + "</w:styles>"
    )  # fmt: skip
