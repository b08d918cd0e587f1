"""A piece on its way out, in tests: a folder of its own, no sounds, and the finished bytes."""

from __future__ import annotations

import html as html_of_python
import io
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import docx

from publish.bundle import Bundle, export_piece
from publish.evidence import Evidence
from publish.rendering import Sounds, Studio
from stories.errors import NotFound
from stories.model import Piece
from tests.publish.pieces import TODAY


class NoSounds:
    """`publish.rendering.Sounds` of a piece in which nobody is heard."""

    def clip(self, clip_id: str) -> BinaryIO:
        raise NotFound("stories.not_found")

    def file(self, file_id: str) -> BinaryIO:
        raise NotFound("stories.not_found")


class Exported(NamedTuple):
    bundle: Bundle
    data: bytes


def exported(piece: Piece, evidence: Evidence, *, sounds: Sounds | None = None, **more: Any) -> Exported:
    """What `export_piece` makes of it today; the file itself is gone afterwards."""
    with a_studio() as studio:
        bundle = export_piece(piece, evidence, on=TODAY, sounds=sounds or NoSounds(), studio=studio, **more)
        return Exported(bundle, bundle.path.read_bytes())


@contextmanager
def a_studio() -> Iterator[Studio]:
    with tempfile.TemporaryDirectory() as folder:
        yield Studio(Path(folder))


def words_in(data: bytes) -> str:
    """Every word of a bundle, read without any code of ours."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    found = [*archive.namelist()]
    for name in archive.namelist():
        raw = archive.read(name)
        if name.endswith(".eml"):
            mail = message_from_bytes(raw, policy=policy.default)
            found += [mail["Subject"], *(part.get_content() for part in mail.iter_parts())]
        elif name.endswith(".docx"):
            document = docx.Document(io.BytesIO(raw))
            found += [text for text in document.element.body.itertext()]
            found += [str(value) for value in (document.core_properties.title, document.core_properties.author)]
        else:
            found.append(raw.decode("utf-8", "ignore"))
    plain = [
        html_of_python.unescape(re.sub(r"<style.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL)) for text in found
    ]
    return unicodedata.normalize("NFC", " ".join(" ".join(plain).split()))
