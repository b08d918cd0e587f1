"""What is read, byte for byte, as it was when a person last looked at it (see golden/README.md).

Pictures are kept as their drawings: both are made of the same marks. Of a Word document its text part is kept.
"""

from __future__ import annotations

import functools
import io
import os
import zipfile
from pathlib import Path

import pytest

from publish import kenniskring, newsletter, social
from tests.publish.read_pieces import STUDIO, House, a_rich_letter

GOLDEN = Path(__file__).parent / "golden" / "read"
RENDERERS = (newsletter.render_item, social.render, kenniskring.render)
NAMES = (
    "item.html", "item.txt", "item.docx", "post.txt", "post.md", "post-alt.txt", "citaatkaart-01.svg",
    "audiogram-02.svg",
    "kenniskring.html", "kenniskring.docx",
)  # fmt: skip


@functools.cache
def everything() -> dict[str, bytes]:
    return {
        name: bytes(data)  # type: ignore[arg-type]
        for render in RENDERERS
        for name, data in render(a_rich_letter(), House(), STUDIO).items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_product_is_what_it_was(name: str) -> None:
    made = everything()[name]
    if name.endswith(".docx"):
        made, name = zipfile.ZipFile(io.BytesIO(made)).read("word/document.xml"), f"{name}.xml"
    if os.environ.get("VERTELPUNT_RENEW_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / name).write_bytes(made)
    assert made == (GOLDEN / name).read_bytes(), f"{name} changed; see tests/publish/golden/README.md"
