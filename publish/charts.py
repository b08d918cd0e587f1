"""Bars as a drawing (SVG) and as a picture (PNG), from the same rectangles and words; equal input gives equal bytes.

Every bar has its words and its number beside it, and series differ by their pattern: no colour is needed to read them.
A bar is solid up to its low end and open up to its high end.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from PIL import Image, ImageDraw

from publish import lettering

INK, PAPER, LINE = "#1f2a37", "#ffffff", "#8a949e"
WIDTH, MARGIN, LABEL, NUMBER = 900, 20, 345, 140  # px: the drawing, its edge, words before and after a bar
TITLE_ROW, GROUP_ROW, BAR_ROW, BAR = 40, 30, 26, 16
STRIPE = 4  # px between the lines of a pattern
SCALE = 2  # the picture is so much sharper than the drawing


@dataclass(frozen=True, slots=True)
class Bar:
    """`low` to `high` of something; `number` in words. Without a length (0) only the words stand there."""

    label: str
    low: int
    high: int
    number: str
    pattern: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars under headings; a group without a heading has bars only."""

    title: str
    groups: tuple[tuple[str, tuple[Bar, ...]], ...]


@dataclass(frozen=True, slots=True)
class _Box:
    x: float
    y: float
    width: float
    height: float
    filled: bool = True


@dataclass(frozen=True, slots=True)
class _Words:
    x: float
    y: float  # of the line on which they stand
    text: str
    size: int = 15
    bold: bool = False


_Mark = _Box | _Words


def svg(chart: Chart, *, titled: bool = True) -> str:
    """The drawing. It names no font, script, style sheet or address. Not `titled`: its title stands beside it."""
    marks, height = _laid_out(chart, titled)
    root = ET.Element(
        "svg",
        {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH} {height}", "width": str(WIDTH),
         "height": str(height), "role": "img", "font-family": "sans-serif"},
    )  # fmt: skip
    ET.SubElement(root, "title").text = _printable(chart.title)
    ET.SubElement(root, "rect", {"width": str(WIDTH), "height": str(height), "fill": PAPER})
    for mark in marks:
        if isinstance(mark, _Box):
            place = {name: f"{getattr(mark, name):g}" for name in ("x", "y", "width", "height")}
            look = {"fill": INK} if mark.filled else {"fill": "none", "stroke": LINE}
            ET.SubElement(root, "rect", place | look)
        else:
            look = {"x": f"{mark.x:g}", "y": f"{mark.y:g}", "font-size": str(mark.size), "fill": INK}
            words = ET.SubElement(root, "text", look | ({"font-weight": "bold"} if mark.bold else {}))
            words.text = mark.text
    return ET.tostring(root, "unicode")


def png(chart: Chart) -> bytes:
    """The same as a picture."""
    marks, height = _laid_out(chart)
    picture = Image.new("RGB", (WIDTH * SCALE, height * SCALE), PAPER)
    pen = ImageDraw.Draw(picture)
    for mark in marks:
        if isinstance(mark, _Box):
            corners = (mark.x, mark.y, mark.x + mark.width, mark.y + mark.height)
            scaled = tuple(round(corner * SCALE) for corner in corners)
            if mark.filled:
                pen.rectangle(scaled, fill=INK)
            else:
                pen.rectangle(scaled, outline=LINE, width=SCALE)
        else:
            at = (mark.x * SCALE, mark.y * SCALE)
            line = lettering.drawable(mark.text)
            lettering.draw(pen, at, line, mark.size * SCALE, ink=INK, paper=PAPER, bold=mark.bold)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=False)
    return out.getvalue()


def size(chart: Chart) -> tuple[int, int]:
    """Width and height of the drawing in px."""
    return WIDTH, _laid_out(chart)[1]


def _laid_out(chart: Chart, titled: bool = True) -> tuple[list[_Mark], int]:
    """Where everything stands, and how high the drawing is."""
    longest = max((bar.high for _, bars in chart.groups for bar in bars if bar.low), default=1)
    step = (WIDTH - 2 * MARGIN - LABEL - NUMBER) / longest
    marks: list[_Mark] = []
    y = MARGIN
    if titled:
        marks.append(_Words(MARGIN, y + 16, _short(chart.title, 80), size=18, bold=True))
        y += TITLE_ROW
    for heading, bars in chart.groups:
        if heading:
            marks.append(_Words(MARGIN, y + 20, _short(heading, 90), bold=True))
            y += GROUP_ROW
        for bar in bars:
            marks.append(_Words(MARGIN, y + BAR - 3, _short(bar.label, 42)))
            length = 0.0
            if bar.low:
                length = bar.high * step
                x = MARGIN + LABEL
                marks.append(_Box(x, y, length, BAR, filled=False))
                marks += _filled(x, y, bar.low * step, bar.pattern)
            marks.append(_Words(MARGIN + LABEL + length + 8, y + BAR - 3, bar.number))
            y += BAR_ROW
    return marks, y + MARGIN


def _filled(x: float, y: float, length: float, pattern: int) -> Iterator[_Box]:
    """0: solid, 1: upright lines, 2: lying lines, 3: blocks, 4: a thin line."""
    match pattern % 5:
        case 0:
            yield _Box(x, y, length, BAR)
        case 1:
            for at in range(0, int(length), 2 * STRIPE):
                yield _Box(x + at, y, min(STRIPE, length - at), BAR)
        case 2:
            for at in range(0, BAR, 2 * STRIPE):
                yield _Box(x, y + at, length, STRIPE)
        case 3:
            for column, at in enumerate(range(0, int(length), 2 * STRIPE)):
                for row in range(column % 2 * STRIPE, BAR, 2 * STRIPE):
                    yield _Box(x + at, y + row, min(2 * STRIPE, length - at), STRIPE)
        case _:
            yield _Box(x, y + BAR / 2 - 1, length, 2)


def _short(text: str, most: int) -> str:
    text = _printable(text)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _printable(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
