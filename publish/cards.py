"""A square picture of one quote for social media, as a drawing (SVG) and as a PNG: its words, who said it by role only.

With the loudness of a clip it is an audiogram: the same picture with a waveform and what kind of voice is heard. Both
forms are drawn from the same marks, equal input gives equal bytes, and nothing but pixels is in the PNG.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO
from xml.etree import ElementTree as ET

import numpy as np
from PIL import Image, ImageDraw

from publish import lettering
from stories.audio import samples
from stories.errors import Refused
from stories.model import digest_of
from stories.words import say

SIDE = 1200
"""Pixels, wide and high: a square that no feed cuts."""

PAPER, INK, TEAL, AMBER, QUIET = "#faf6ef", "#1f2a37", "#0f5c63", "#d98e04", "#55606e"
"""Words are INK, TEAL or QUIET, each at least 4.5 to 1 on PAPER (WCAG 2.2, 1.4.3); AMBER is for decoration alone."""

BARS = 80
"""Bars of a waveform."""

_EDGE, _TOP, _BOTTOM = 100, 130, 930  # px: where the words of a quote may stand
_MARK = 150  # px: what the big quotation mark takes of that, above words that were said so
_SIZES = range(84, 33, -3)  # px: the biggest that fits
_MOST = 900  # characters: more never fit
_LEADING = 1.32  # heights of a letter from line to line
_SHARPER = 2  # drawn so much bigger first, for smooth edges
_PEAK_RATE, _PEAK_S = 8_000, 0.02


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on it; what was said word for word gets one big quotation mark.

    Nobody can look for a name in pixels. So `checked` is the digest of `quote` and `by` as they were looked through
    (`Evidence.checked`), and other words are not drawn; what else stands on it comes from the catalogue.
    `loudness` (0 to 1 per bar) and `spoken` (the code of a voice) make it an audiogram.
    """

    quote: str
    by: str
    literal: bool
    checked: str
    loudness: tuple[float, ...] = ()
    spoken: str = ""

    @property
    def is_checked(self) -> bool:
        return self.checked == digest_of([self.quote, self.by])

    @property
    def voice(self) -> str:
        return say(f"social.voice_{self.spoken}") if self.spoken else ""

    @property
    def words(self) -> str:
        """All of it, for who does not see it."""
        quoted = f"“{self.quote}”" if self.literal else self.quote
        name = "alt_audiogram" if self.loudness else "alt_card"
        return say(f"social.{name}", quote=quoted, by=self.by, voice=self.voice)


@dataclass(frozen=True, slots=True)
class _Shape:
    corners: tuple[tuple[float, float], ...]
    colour: str


@dataclass(frozen=True, slots=True)
class _Words:
    x: float
    y: float  # of the line on which they stand
    text: str  # to read
    line: str  # to draw
    size: int
    colour: str
    bold: bool = False


_Mark = _Shape | _Words


def fits(card: Card) -> bool:
    """Whether the quote can be drawn: not too long, and in letters that we have."""
    drawn = all(lettering.can_draw(text) for text in (card.quote, card.by, card.voice))
    return drawn and _wrapped(card) is not None


def loudness(sound: BinaryIO) -> tuple[float, ...]:
    """How loud a clip is from begin to end, as BARS numbers between 0 and 1, read in a stream."""
    step = int(_PEAK_RATE * _PEAK_S)
    peaks: list[float] = []
    for block in samples(sound, rate=_PEAK_RATE, block_s=1.0):
        peaks += (float(np.abs(block[at : at + step]).max()) for at in range(0, len(block), step))
    loudest = max(peaks) or 1.0
    edges = [round(number * len(peaks) / BARS) for number in range(BARS + 1)]
    return tuple(round(max(peaks[a : max(b, a + 1)]) / loudest, 2) for a, b in pairwise(edges))


def svg(card: Card) -> bytes:
    """The drawing. It names no font, script, style sheet or address; each line is as wide as in the picture.

    Raises Refused `unchecked`.
    """
    root = ET.Element(
        "svg",
        {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {SIDE} {SIDE}", "width": str(SIDE),
         "height": str(SIDE), "role": "img", "lang": "nl", "font-family": "sans-serif"},
    )  # fmt: skip
    ET.SubElement(root, "title").text = card.words
    ET.SubElement(root, "rect", {"width": str(SIDE), "height": str(SIDE), "fill": PAPER})
    for mark in _laid_out(card):
        if isinstance(mark, _Shape):
            points = " ".join(f"{x:g},{y:g}" for x, y in mark.corners)
            ET.SubElement(root, "polygon", {"points": points, "fill": mark.colour})
        else:
            wide = lettering.width(mark.line, mark.size)
            look = {"x": f"{mark.x:g}", "y": f"{mark.y:g}", "font-size": str(mark.size), "fill": mark.colour,
                    "textLength": f"{wide:.0f}", "lengthAdjust": "spacingAndGlyphs"}  # fmt: skip
            ET.SubElement(root, "text", look | ({"font-weight": "bold"} if mark.bold else {})).text = mark.text
    return ET.tostring(root)


def png(card: Card) -> bytes:
    """The same as a picture; raises Refused `unchecked`."""
    big = SIDE * _SHARPER
    picture = Image.new("RGB", (big, big), PAPER)
    pen = ImageDraw.Draw(picture)
    for mark in _laid_out(card):
        if isinstance(mark, _Shape):
            pen.polygon([(x * _SHARPER, y * _SHARPER) for x, y in mark.corners], fill=mark.colour)
        else:
            at = (mark.x * _SHARPER, mark.y * _SHARPER)
            size = mark.size * _SHARPER
            lettering.draw(pen, at, mark.line, size, ink=mark.colour, paper=PAPER, bold=mark.bold)
    out = io.BytesIO()
    picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(out, "PNG", optimize=False)
    return out.getvalue()


def _laid_out(card: Card) -> Iterator[_Mark]:
    """Where everything stands. Raises Refused `unchecked`."""
    if not card.is_checked:
        raise Refused("social.unchecked")
    yield _box(0, 0, SIDE, 26, TEAL)
    if card.literal:
        for left in (_EDGE, _EDGE + 84):
            yield _Shape(((left + 34, 130), (left + 68, 130), (left + 40, 230), (left, 230)), AMBER)
    wrapped = _wrapped(card)
    if wrapped is None:
        raise ValueError("a quote that does not fit has no card")
    lines, size = wrapped
    top, bottom = _room(card)
    y = top + (bottom - top - len(lines) * size * _LEADING) / 2 + size
    for text in lines:
        yield _words(_EDGE, y, text, size, INK)
        y += size * _LEADING
    if card.loudness:
        yield from _wave(card)
    yield _words(_EDGE, 1010, card.by, 40, TEAL, bold=True)
    yield _box(_EDGE, 1056, SIDE - 2 * _EDGE, 4, AMBER)
    yield _words(_EDGE, 1122, say("publish.brand"), 38, TEAL, bold=True)
    told = lettering.drawable(say("social.card_told"))
    yield _words(SIDE - _EDGE - lettering.width(told, 30), 1120, say("social.card_told"), 30, QUIET)


def _wave(card: Card) -> Iterator[_Mark]:
    step = (SIDE - 2 * _EDGE) / BARS
    for number, loud in enumerate(card.loudness):
        high = max(6.0, loud * 130)
        yield _box(_EDGE + number * step, 812 - high / 2, step * 0.62, high, TEAL)
    yield _words(_EDGE, 926, card.voice, 30, QUIET)


def _box(x: float, y: float, wide: float, high: float, colour: str) -> _Shape:
    return _Shape(((x, y), (x + wide, y), (x + wide, y + high), (x, y + high)), colour)


def _words(x: float, y: float, text: str, size: int, colour: str, bold: bool = False) -> _Words:
    return _Words(x, round(y), text, lettering.drawable(text), size, colour, bold)


def _room(card: Card) -> tuple[int, int]:
    """From where to where the words may stand."""
    return _TOP + (_MARK if card.literal else 0), 720 if card.loudness else _BOTTOM


def _wrapped(card: Card) -> tuple[list[str], int] | None:
    """The quote in lines, in the biggest letters in which it fits; None when it is too long."""
    top, bottom = _room(card)
    for size in _SIZES if len(card.quote) <= _MOST else ():
        lines = _broken(card.quote, size)
        if lines is not None and len(lines) * size * _LEADING <= bottom - top:
            return lines, size
    return None


def _broken(text: str, size: int) -> list[str] | None:
    """Lines of at most the width of the card; None when one word is wider."""
    lines, used, space = list[str](), 0.0, lettering.width(" ", size)
    for item in text.split():
        wide = lettering.width(lettering.drawable(item), size)
        if wide > SIDE - 2 * _EDGE:
            return None
        if lines and used + space + wide <= SIDE - 2 * _EDGE:
            lines[-1], used = f"{lines[-1]} {item}", used + space + wide
        else:
            lines, used = [*lines, item], wide
    return lines
