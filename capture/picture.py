"""From a photo or drawing of the house to a PNG without anything but its dots: no place, no camera, no name."""

from __future__ import annotations

import hashlib
import io
import warnings
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageOps

from capture.files import opened, size_of
from stories.errors import InputRefused

LARGEST_MB = 20
MOST_PIXELS = 50_000_000
"""A photo of a good phone. Asked of the header, before a dot is decoded: a small file can claim a huge picture."""
LONGEST_SIDE = 2400
"""Dots of the longest side of what is kept: enough for print on A5 and for every screen."""

_FORMATS = ("PNG", "JPEG", "WEBP")


def to_png(source: Path | BinaryIO, target: BinaryIO) -> str:
    """Write the picture upright as PNG to `target` (from its start) and return its SHA-256; the same picture gives the
    same bytes. Raises InputRefused: picture_too_big, picture_unknown."""
    with opened(source) as file, warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        if size_of(file) > LARGEST_MB * 1_000_000:
            raise InputRefused("house_files.picture_too_big", limit=LARGEST_MB)
        try:
            with Image.open(file, formats=_FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise InputRefused("house_files.picture_too_big", limit=LARGEST_MB)
                upright = ImageOps.exif_transpose(picture)
                plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise InputRefused("house_files.picture_too_big", limit=LARGEST_MB) from None
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise InputRefused("house_files.picture_unknown") from error
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    kept = Image.frombytes(plain.mode, plain.size, plain.tobytes())  # the dots alone: no text, profile or thumbnail
    target.seek(0)
    target.truncate()
    data = io.BytesIO()
    kept.save(data, "PNG")
    target.write(data.getvalue())
    target.seek(0)
    return hashlib.sha256(data.getvalue()).hexdigest()
