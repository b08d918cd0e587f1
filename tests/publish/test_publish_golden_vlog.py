"""A whole vlog, byte for byte, as it was when a person last looked at it (see golden/README.md)."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

from publish.rendering import Studio
from publish.vlog import render
from tests.publish.vlogs import Shelf, a_letter

GOLDEN = Path(__file__).parent / "golden" / "vlog"


def test_every_file_of_a_vlog_is_what_it_was(tmp_path):
    """Of a .docx its text, tag by tag: how it is packed differs between builds of zlib. Sounds and pictures are
    compared elsewhere."""
    made = {name: data for name, data in render(a_letter(), Shelf(), Studio(tmp_path)).items() if "/" not in name}
    text = zipfile.ZipFile(io.BytesIO(made.pop("vlog-script.docx"))).read("word/document.xml")
    made["vlog-script.docx.xml"] = text.replace(b"><", b">\n<") + b"\n"
    if os.environ.get("VERTELPUNT_RENEW_GOLDEN"):
        for name, data in made.items():
            (GOLDEN / name).write_bytes(data)
    assert made == {path.name: path.read_bytes() for path in GOLDEN.iterdir()}
