"""A piece on its way out, in tests: a folder of its own, no sounds, and the finished bytes."""

from __future__ import annotations

import html as html_of_python
import io
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import av
import docx
import opentimelineio as otio

from publish.bundle import Bundle, export_piece
from publish.evidence import Evidence
from publish.rendering import Data, Sounds, Studio
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


def exported(
    piece: Piece, evidence: Evidence, *, sounds: Sounds | None = None, known: Mapping[str, Any] = {}, **more: Any
) -> Exported:
    """What `export_piece` makes of it today; the file itself is gone afterwards. `known`: what the studio knows of
    clips and files."""
    with a_studio(**known) as studio:
        bundle = export_piece(piece, evidence, on=TODAY, sounds=sounds or NoSounds(), studio=studio, **more)
        return Exported(bundle, bytes_of(bundle.file))


def bytes_of(file: Data) -> bytes:
    """All of a file of a bundle."""
    if isinstance(file, bytes):
        return file
    file.seek(0)
    return file.read()


@contextmanager
def a_studio(**known: Any) -> Iterator[Studio]:
    with tempfile.TemporaryDirectory() as folder, Studio(Path(folder), **known) as studio:
        yield studio


def words_in(data: bytes) -> str:
    """Every word of a bundle, read without any code of ours."""
    return " ".join(words_by_file(data).values())


def words_by_file(data: bytes) -> dict[str, str]:
    """The same by file; the names of the files themselves under `names`."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    found = {name: " ".join(_words(name, archive.read(name))) for name in archive.namelist()}
    return {"names": " ".join(archive.namelist())} | {name: _plain(text) for name, text in found.items()}


def _words(name: str, raw: bytes) -> Iterator[str]:
    match name.rpartition(".")[2]:
        case "eml":
            mail = message_from_bytes(raw, policy=policy.default)
            yield from (mail["Subject"], *(part.get_content() for part in mail.iter_parts()))
        case "docx":
            document = docx.Document(io.BytesIO(raw))
            yield from document.element.body.itertext()
            yield from (str(value) for value in (document.core_properties.title, document.core_properties.author))
        case "mp3":
            with av.open(io.BytesIO(raw)) as sound:
                yield from (*sound.metadata.values(), *(str(one["metadata"]) for one in sound.chapters()))
        case "otio":
            timeline = otio.adapters.read_from_string(raw.decode(), "otio_json")
            for one in (timeline, *timeline.find_children(), *timeline.tracks.markers):
                yield str((one.name, one.metadata, getattr(one, "media_reference", "")))
        case _:
            yield raw.decode("utf-8", "ignore")


def _plain(text: str) -> str:
    bare = html_of_python.unescape(re.sub(r"<style.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL))
    return unicodedata.normalize("NFC", " ".join(bare.split()))
