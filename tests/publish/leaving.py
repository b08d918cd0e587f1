"""A piece on its way out, in tests: a folder of its own, no sounds, and the finished bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

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
