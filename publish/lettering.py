"""Words in a picture, also with accents: the one font that comes with Pillow (Aileron, CC0) has plain letters only.

A letter with a mark is drawn as its plain letter, and the mark as strokes over or under it. What cannot be drawn so
(another script) is said beforehand by `can_draw`; pictures in words (emoji) are left out.

    line = drawable("Zoë's broer")
    width(line, 40); draw(pen, (x, baseline), line, 40, ink="#1f2a37", paper="#ffffff")
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterator

from PIL import ImageDraw, ImageFont

_PLAIN = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("©«°±´·»‘’“”…‹›")
_SAME = str.maketrans(
    {"–": "-", "‑": "-", "−": "-", "\u00a0": " ", "æ": "ae", "Æ": "AE", "œ": "oe", "ß": "ss", "„": "“", "•": "·"}
    | {"ø": "o\u0338", "Ø": "O\u0338", "ł": "l\u0338", "Ł": "L\u0338", "€": "C\u0336", "ı": "i", "½": "1/2", "—": "-"}
)
_OVER = {
    "\u0300": ((-0.10, 0.10, 0.04, 0.0),),
    "\u0301": ((0.10, 0.10, -0.04, 0.0),),
    "\u0302": ((-0.11, 0.0, 0.0, 0.10), (0.0, 0.10, 0.11, 0.0)),
    "\u0303": ((-0.13, 0.02, -0.04, 0.07), (-0.04, 0.07, 0.04, 0.03), (0.04, 0.03, 0.13, 0.08)),
    "\u0304": ((-0.11, 0.04, 0.11, 0.04),),
    "\u0306": ((-0.11, 0.09, -0.05, 0.01), (-0.05, 0.01, 0.05, 0.01), (0.05, 0.01, 0.11, 0.09)),
    "\u0307": ((0.0, 0.05, 0.0, 0.05),),
    "\u0308": ((-0.10, 0.05, -0.10, 0.05), (0.10, 0.05, 0.10, 0.05)),
    "\u030a": ((-0.08, 0.07, 0.0, 0.15), (0.0, 0.15, 0.08, 0.07), (0.08, 0.07, 0.0, -0.01), (0.0, -0.01, -0.08, 0.07)),
    "\u030b": ((-0.02, 0.10, -0.10, 0.0), (0.14, 0.10, 0.06, 0.0)),
    "\u030c": ((-0.11, 0.10, 0.0, 0.0), (0.0, 0.0, 0.11, 0.10)),
}
"""Strokes of marks above a letter: from and to, in em, from the middle of the letter and just above its top."""

_UNDER = {
    "\u0327": ((0.02, 0.0, -0.02, -0.08), (-0.02, -0.08, 0.06, -0.12), (0.06, -0.12, -0.04, -0.17)),
    "\u0326": ((0.03, -0.08, -0.03, -0.18),),
    "\u0328": ((0.08, 0.0, 0.03, -0.09), (0.03, -0.09, 0.10, -0.15)),
    "\u0323": ((0.0, -0.12, 0.0, -0.12),),
}
"""The same below the line on which it stands."""

_THROUGH = {"\u0338": ((-0.20, 0.05, 0.20, 0.55),), "\u0336": ((-0.34, 0.29, 0.08, 0.29), (-0.34, 0.42, 0.10, 0.42))}
"""The same from the line: a slash, and the two bars of the euro."""

_MARKS = frozenset({**_OVER, **_UNDER, **_THROUGH})


def drawable(text: str) -> str:
    """The same words as plain letters followed by their marks; emoji are left out."""
    apart = unicodedata.normalize("NFD", text.translate(_SAME))
    kept = "".join(sign for sign in apart if unicodedata.category(sign) not in ("So", "Sk", "Cf", "Cs", "Co", "Me"))
    return " ".join(kept.split())


def can_draw(text: str) -> bool:
    """Whether every letter of these words can be drawn."""
    return all(sign in _PLAIN or sign in _MARKS for sign in drawable(text))


@functools.lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType")
    return font


def width(line: str, size: int) -> float:
    """Pixels that a `drawable` line takes."""
    return _font(size).getlength("".join(sign for sign in line if sign not in _MARKS))


def draw(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], line: str, size: int, *, ink: str, paper: str, bold: bool = False
) -> None:
    """Draw a `drawable` line that begins at `at` (x, the line on which letters stand), on one flat colour."""
    plain = "".join(sign for sign in line if sign not in _MARKS)
    weight = round(size / 40) if bold else 0
    pen.text(at, plain, font=_font(size), fill=ink, anchor="ls", stroke_width=weight, stroke_fill=ink)
    before = ""
    for letter, marks in _clusters(line):
        if marks:
            _mark(pen, (at[0] + _font(size).getlength(before), at[1]), letter, marks, size, ink, paper, weight)
        before += letter


def _clusters(line: str) -> Iterator[tuple[str, str]]:
    """Each letter with its marks."""
    letter, marks = "", ""
    for sign in line:
        if sign in _MARKS:
            marks += sign
            continue
        if letter:
            yield letter, marks
        letter, marks = sign, ""
    if letter:
        yield letter, marks


def _mark(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], letter: str, marks: str, size: int, ink: str, paper: str,
    weight: int,
) -> None:  # fmt: skip
    left, top, right, _ = _font(size).getbbox(letter, anchor="ls")
    if letter in "ij" and any(mark in _OVER for mark in marks):  # the dot makes room for the mark
        top = _font(size).getbbox("x", anchor="ls")[1]
        pen.rectangle((at[0] + left - 1, at[1] - size, at[0] + right + 1, at[1] + top - 2), fill=paper)
    middle, pen_width = at[0] + (left + right) / 2, max(2, round(size * 0.075)) + weight
    for mark in marks:
        strokes, zero = _THROUGH.get(mark, ()) or _UNDER.get(mark, ()), at[1]
        if mark in _OVER:
            strokes, zero = _OVER[mark], at[1] + top - size * 0.07
        for x0, y0, x1, y1 in strokes:
            _stroke(pen, (middle + x0 * size, zero - y0 * size, middle + x1 * size, zero - y1 * size), pen_width, ink)
        if mark in _OVER:
            top -= round(size * 0.2)


def _stroke(pen: ImageDraw.ImageDraw, line: tuple[float, float, float, float], thick: int, ink: str) -> None:
    """A line with round ends; a line without length is a dot."""
    pen.line(line, fill=ink, width=thick)
    half = thick / 2
    for x, y in (line[:2], line[2:]):
        pen.ellipse((x - half, y - half, x + half, y + half), fill=ink)
