"""`make demo`, as a newcomer runs it: every example through the real stages, and the bundle in the folder."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from desk.examples import read_examples

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "new" / "folder"
    made = subprocess.run(
        [sys.executable, "-m", "pipeline", "demo", str(folder)], cwd=ROOT, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stdout + made.stderr
    assert "Traceback" not in made.stderr
    (folder / "printed.txt").write_text(made.stdout)
    return folder


@pytest.fixture(scope="module")
def summary(out: Path) -> dict[str, dict[str, Any]]:
    rows = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert all(set(row) == {"story", "role", "stage", "state", "released", "reason"} for row in rows)
    return {row["story"]: row for row in rows}


def test_every_example_is_told_about_with_a_reason(summary: dict[str, dict[str, Any]], out: Path) -> None:
    assert set(summary) == {example.id for example in read_examples()}
    printed = (out / "printed.txt").read_text()
    assert all(row["reason"] and row["reason"] in printed for row in summary.values())


def test_what_may_be_released_is_and_what_may_not_is_not(summary: dict[str, dict[str, Any]]) -> None:
    released = {story for story, row in summary.items() if row["released"]}
    assert released == {"broodtrommel", "rekenmachine", "deurbel", "hardop", "achterkanten"}
    assert (summary["tekeningen"]["stage"], summary["tekeningen"]["state"]) == ("anonymised", "ingetrokken")
    assert (summary["tent"]["stage"], summary["tent"]["reason"]) == ("captured", "Het kind heeft nee gezegd.")
    assert summary["bushokje"]["stage"] == "captured"
    assert "Niet in de nieuwsbrief" in summary["achterkanten"]["reason"]


def test_the_bundle_keeps_its_contract_and_holds_no_name(out: Path) -> None:
    (bundle,) = out.glob("*.zip")
    with zipfile.ZipFile(io.BytesIO(bundle.read_bytes())) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        files = {entry["name"]: entry for entry in manifest["files"]}
        assert set(manifest) == {"kind", "title", "files", "warnings"}
        assert set(files) == set(archive.namelist()) - {"manifest.json"}
        for name, entry in files.items():
            data = archive.read(name)
            assert (entry["bytes"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        text = archive.read("newsletter.txt").decode()
    for example in read_examples():
        assert not [name for name in example.names if name in text]
    for teller in ("een kind van de basisschool", "een jongere", "een ouder", "een ervaringswerker"):
        assert f"— {teller}" in text
