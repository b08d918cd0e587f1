"""One ZIP with everything of a piece, the same bytes every time, and nothing in it that says whose story it was.

    drawn = draw(piece, evidence, on=..., sounds=..., studio=...)     # gate, render, read everything, pack
    bundle = let_go(drawn, piece, evidence_of_now, on=...)            # the same words? gate again, look for names

`export_piece` is both in one, for whoever has nobody to keep waiting. There is no other way out. Big files are written
into nameless files of the studio and packed from there, so that an hour of sound never stands in memory.
"""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, BinaryIO

from publish.evidence import Evidence
from publish.gate import GateFinding, require_clear
from publish.letter import UNSUBSCRIBE, Letter, lay_out
from publish.plain import one_line
from publish.products import RENDERERS
from publish.readable import texts
from publish.rendering import Files, Sounds, Studio, weighed
from stories.errors import GateRefused, Moved, Refused
from stories.model import Piece, joined
from stories.words import has, say

MANIFEST = "manifest.json"
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The oldest time that a ZIP can hold: a bundle does not tell when it was made."""

PACKED = frozenset({"mp3", "png", "docx"})
"""Files that are small already: packing them again costs time alone."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A finished ZIP: its name for saving (by kind only), its bytes (a file of the studio), their SHA-256, and what it
    holds."""

    name: str
    file: BinaryIO
    sha256: str
    manifest: dict[str, Any]
    warnings: tuple[GateFinding, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A bundle that is made but not let go: what it was made of, and every text in it by place."""

    letter: Letter
    bundle: Bundle
    texts: Mapping[str, str]


def export_piece(
    piece: Piece,
    evidence: Evidence,
    *,
    on: date,
    sounds: Sounds,
    studio: Studio,
    unsubscribe: str = UNSUBSCRIBE,
    again: Callable[[], Evidence] | None = None,
) -> Bundle:
    """The bundle of a piece of any kind, or GateRefused with the reasons.

    `on` is today. `again` reads the evidence anew: it is asked after the work and just before the bundle is handed
    over, so that a withdrawal in between still counts. Whoever writes the bundle down does so in the transaction
    in which `again` reads. Raises what `draw` and `let_go` raise.
    """
    drawn = draw(piece, evidence, on=on, sounds=sounds, studio=studio, unsubscribe=unsubscribe)
    return let_go(drawn, piece, again() if again else evidence, on=on)


def draw(
    piece: Piece, evidence: Evidence, *, on: date, sounds: Sounds, studio: Studio, unsubscribe: str = UNSUBSCRIBE
) -> Drawn:
    """Gate, render and pack, into a file of the studio. Nobody may have it before `let_go`.

    Raises GateRefused `refused`, InputRefused (`bad_unsubscribe`), Refused (`no_renderer`, `file_unreadable`), and what
    the renderer raises: Cancelled, NotFound when a sound is gone.
    """
    warnings = require_clear(piece, evidence, on=on)
    render = RENDERERS.get(piece.kind)
    if render is None:
        raise Refused("register.no_renderer")
    letter = lay_out(piece, evidence, unsubscribe=unsubscribe)
    files = render(letter, sounds, studio)
    sentences = tuple(finding.sentence for finding in warnings)
    name, file = f"{piece.kind}.zip", studio.file()
    manifest = make_bundle(file, piece, files, sentences)
    _, digest = weighed(file)
    return Drawn(letter, Bundle(name, file, digest, manifest, warnings), readable(name, files, manifest))


def let_go(drawn: Drawn, piece: Piece, evidence: Evidence, *, on: date) -> Bundle:
    """The bundle, when the gate still says yes and no known name stands in anything that was drawn.

    Raises GateRefused (`refused`, `leak_in_output`), and Moved when the words themselves changed meanwhile.
    """
    warnings = require_clear(piece, evidence, on=on)
    if lay_out(piece, evidence, unsubscribe=drawn.letter.unsubscribe) != drawn.letter:
        raise Moved("stories.moved")
    leaking = [place for place, text in drawn.texts.items() if evidence.leaks({place: text})]
    if leaking:
        raise GateRefused("publish.leak_in_output", where=joined(dict.fromkeys(map(_place, leaking))))
    return replace(drawn.bundle, warnings=warnings)


def make_manifest(piece: Piece, files: Files, warnings: tuple[str, ...] = ()) -> dict[str, Any]:
    """`{"kind", "title", "files": [{"name", "sha256", "bytes"}], "warnings"}`: no ids, names or times."""
    each = {name: weighed(file) for name, file in sorted(files.items())}
    return {
        "kind": str(piece.kind),
        "title": one_line(piece.title),
        "files": [{"name": name, "sha256": digest, "bytes": size} for name, (size, digest) in each.items()],
        "warnings": list(warnings),
    }


def make_bundle(target: BinaryIO, piece: Piece, files: Files, warnings: tuple[str, ...] = ()) -> dict[str, Any]:
    """Write a ZIP of `files` and their manifest; returns the manifest.

    Order, times, permissions and compression are fixed.
    """
    manifest = make_manifest(piece, files, warnings)
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    with zipfile.ZipFile(target, "w") as archive:
        for name, file in [*sorted(files.items()), (MANIFEST, text.encode())]:
            entry = zipfile.ZipInfo(name, date_time=FIRST_DAY)
            entry.create_system = 3  # Unix, also when packed on Windows
            entry.external_attr = 0o100644 << 16
            is_packed = name.rpartition(".")[2] in PACKED
            entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            if isinstance(file, bytes):
                archive.writestr(entry, file, compresslevel=9)
            else:
                entry.file_size = file.seek(0, io.SEEK_END)  # so that the ZIP knows beforehand whether it is a big one
                file.seek(0)
                with archive.open(entry, "w") as packed:
                    shutil.copyfileobj(file, packed, 1 << 20)
    return manifest


def readable(name: str, files: Files, manifest: Mapping[str, Any]) -> dict[str, str]:
    """Everything in a bundle that somebody could read, by the place where it stands; see `publish.readable`."""
    found = {"bundle": name, "names": " ".join(files)}
    for file, data in files.items():
        found |= texts(file, data)
    about = [str(manifest["kind"]), str(manifest["title"]), *map(str, manifest["warnings"])]
    return found | {"manifest": " ".join("\n".join(about).split())}


def _place(place: str) -> str:
    """A place of `readable` in plain Dutch; a file is called by its name."""
    return say(f"publish.place_{place}") if has(f"publish.place_{place}") else place.partition(":")[0]
