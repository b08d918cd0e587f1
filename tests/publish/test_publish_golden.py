"""Whole exports, byte for byte, as they were when a person last looked at them (see golden/README.md)."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from tests.publish.leaving import exported
from tests.publish.pieces import a_piece, the_evidence

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", ["newsletter.html", "newsletter.txt", "newsletter.eml", "manifest.json"])
def test_the_export_is_what_it_was(name):
    bundle = exported(a_piece(), the_evidence())
    made = zipfile.ZipFile(io.BytesIO(bundle.data)).read(name)
    if os.environ.get("VERTELPUNT_RENEW_GOLDEN"):
        (GOLDEN / name).write_bytes(made)
    assert made == (GOLDEN / name).read_bytes(), f"{name} changed; see tests/publish/golden/README.md"
