"""Pictures of the house in a product: small enough for a mail, under a fixed name, with nothing in them but pixels."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from PIL import Image

from publish.letter import Letter, Part
from publish.plain import one_line
from publish.providers import tame
from publish.rendering import Sounds
from stories.model import BlockKind
from stories.products import HouseFile
from stories.words import say

WIDEST = 1024
"""Pixels: twice what a newsletter shows, for sharp screens."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture as it goes out: its name in the bundle, its PNG, and its size in pixels."""

    name: str
    data: bytes
    width: int
    height: int

    @property
    def cid(self) -> str:
        """Its name inside a mail."""
        return self.name.rpartition("/")[2].removesuffix(".png") + "@vertelpunt"


Shots = dict[str, Shot]
"""Pictures by the id of the house's file."""


def shots_of(parts: Iterable[Part], sounds: Sounds, widest: int = WIDEST) -> Shots:
    """The pictures of these parts, numbered in their order. Raises NotFound when one is not there any more."""
    found: Shots = {}
    for part in parts:
        if part.file_id and part.file_id not in found:
            with sounds.file(part.file_id) as file, Image.open(file) as opened:
                data, size = plain_png(opened, widest)
            found[part.file_id] = Shot(f"afbeeldingen/beeld-{len(found) + 1:02}.png", data, *size)
    return found


def credited(letter: Letter, files: Mapping[str, HouseFile]) -> Letter:
    """The letter, of which each picture says under it whom to thank, and that a computer made it."""
    return replace(letter, parts=tuple(_credited(part, files) for part in letter.parts))


def _credited(part: Part, files: Mapping[str, HouseFile]) -> Part:
    file = files.get(part.file_id or "")
    if part.kind is not BlockKind.VISUAL or file is None:
        return part
    credit = tame(one_line(file.credit))
    under = [say("mail.credit", credit=credit)] if credit else []
    under += [say("mail.synthetic")] if file.synthetic else []
    return replace(part, paragraphs=(*part.paragraphs, tuple(under))) if under else part


def plain_png(picture: Image.Image, widest: int = WIDEST) -> tuple[bytes, tuple[int, int]]:
    """The pixels alone, at most `widest` wide, and their size: where and with what it was taken stays behind."""
    pixels = picture.convert("RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB")
    if pixels.width > widest:
        pixels = pixels.resize((widest, max(1, round(pixels.height * widest / pixels.width))), Image.Resampling.LANCZOS)
    pixels.info.clear()
    out = io.BytesIO()
    pixels.save(out, "PNG", optimize=False)
    return out.getvalue(), pixels.size
