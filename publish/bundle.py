"""One ZIP with everything of a piece, the same bytes every time, and nothing in it that says whose story it was.

`export_newsletter` is the only way out: gate, render, look for names in the result, gate again, pack.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes, policy
from typing import Any

from publish.evidence import Evidence
from publish.gate import GateFinding, require_clear
from publish.letter import UNSUBSCRIBE, lay_out
from publish.newsletter import SeenText, for_mail, mail_files
from publish.plain import one_line
from stories.errors import GateRefused, Moved
from stories.model import Piece, joined
from stories.words import has, say

MANIFEST = "manifest.json"
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The oldest time that a ZIP can hold: a bundle does not tell when it was made."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A finished ZIP: its name for saving (by kind only), its bytes and their SHA-256, and what it holds."""

    name: str
    data: bytes
    sha256: str
    manifest: dict[str, Any]
    warnings: tuple[GateFinding, ...]


def make_manifest(piece: Piece, files: Mapping[str, bytes], warnings: tuple[str, ...] = ()) -> dict[str, Any]:
    """`{"kind", "title", "files": [{"name", "sha256", "bytes"}], "warnings"}`: no ids, names or times."""
    return {
        "kind": str(piece.kind),
        "title": one_line(piece.title),
        "files": [
            {"name": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
            for name, data in sorted(files.items())
        ],
        "warnings": list(warnings),
    }


def make_bundle(piece: Piece, files: Mapping[str, bytes], warnings: tuple[str, ...] = ()) -> bytes:
    """A ZIP of `files` and their manifest. Order, times, permissions and compression are fixed."""
    manifest = make_manifest(piece, files, warnings)
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in [*sorted(files.items()), (MANIFEST, text.encode())]:
            entry = zipfile.ZipInfo(name, date_time=FIRST_DAY)
            entry.create_system = 3  # Unix, also when packed on Windows
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data, compresslevel=9)
    return packed.getvalue()


def export_newsletter(
    piece: Piece,
    evidence: Evidence,
    *,
    on: date,
    unsubscribe: str = UNSUBSCRIBE,
    again: Callable[[], Evidence] | None = None,
) -> Bundle:
    """The bundle of a newsletter, or GateRefused with the reasons.

    `on` is today. `again` reads the evidence anew: it is asked after the work and just before the bundle is handed
    over, so that a withdrawal in between still counts. Whoever writes the bundle down does so in the transaction
    in which `again` reads. Raises GateRefused (`refused`, `leak_in_output`), InputRefused (`bad_unsubscribe`)
    and Moved when the words themselves changed meanwhile.
    """
    warnings = require_clear(piece, evidence, on=on)
    letter = lay_out(piece, evidence, unsubscribe=unsubscribe)
    files = mail_files(for_mail(letter))
    sentences = tuple(finding.sentence for finding in warnings)
    name = f"{piece.kind}.zip"
    latest = again() if again else evidence
    if again:
        warnings = require_clear(piece, latest, on=on)
        if lay_out(piece, latest, unsubscribe=unsubscribe) != letter:
            raise Moved("stories.moved")
    texts = readable(name, files, make_manifest(piece, files, sentences))
    leaking = [place for place, text in texts.items() if latest.leaks({place: text})]
    if leaking:
        raise GateRefused("publish.leak_in_output", where=joined(dict.fromkeys(map(_place, leaking))))
    data = make_bundle(piece, files, sentences)
    return Bundle(name, data, hashlib.sha256(data).hexdigest(), make_manifest(piece, files, sentences), warnings)


def _place(place: str) -> str:
    """A place of `readable` in plain Dutch; a file is called by its name."""
    return say(f"publish.place_{place}") if has(f"publish.place_{place}") else place.partition(":")[0]


def readable(name: str, files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> dict[str, str]:
    """Everything in a bundle that somebody could read, decoded, by the place where it stands.

    Style sheets and the fixed words of the formats are left out: a teller called Georgia is not a font. Line ends
    become spaces, so that wrapping cannot hide a name of two words.
    """
    texts = {"bundle": name, "names": " ".join(files)}
    for file, data in files.items():
        if file.endswith(".eml"):
            message = message_from_bytes(data, policy=policy.default)
            texts[f"{file}:headers"] = "\n".join(str(value) for key, value in message.items() if key == "Subject")
            for number, part in enumerate(part for part in message.walk() if not part.is_multipart()):
                body = str(part.get_content())
                html = part.get_content_type() == "text/html"
                texts[f"{file}:{number}"] = SeenText.of(body).text if html else body
        else:
            body = data.decode("utf-8")
            texts[file] = SeenText.of(body).text if file.endswith(".html") else body
    texts["manifest"] = "\n".join([str(manifest["kind"]), str(manifest["title"]), *map(str, manifest["warnings"])])
    return {place: " ".join(text.split()) for place, text in texts.items()}
