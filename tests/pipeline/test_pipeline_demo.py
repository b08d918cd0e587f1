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

import av
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
    assert all(set(row) == {"story", "role", "stage", "state", "released", "reason", "products"} for row in rows)
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


FILES = {
    "nieuwsbrief": {"newsletter.html", "newsletter.txt", "newsletter.eml", "newsletter.docx"},
    "podcast": {"aflevering.mp3", "aflevering.vtt", "hoofdstukken.json", "shownotes.html", "rss-item.xml"},
    "vlog": {"vlog-script.docx", "ondertitels.srt", "montage.otio", "montage.edl", "fragmenten/fragment-01.wav"},
    "post": {"post.txt", "citaatkaart-01.png", "post-alt.txt"},
}
"""Some of what must be in each."""


@pytest.mark.parametrize("kind", FILES)
def test_every_bundle_keeps_its_contract_and_holds_no_name(out: Path, kind: str) -> None:
    (bundle,) = out.glob(f"vertelpunt-{kind}-*.zip")
    with zipfile.ZipFile(io.BytesIO(bundle.read_bytes())) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        files = {entry["name"]: entry for entry in manifest["files"]}
        assert set(manifest) == {"kind", "title", "files", "warnings"} and manifest["kind"] == kind
        assert set(files) == set(archive.namelist()) - {"manifest.json"} and set(files) >= FILES[kind]
        for name, entry in files.items():
            data = archive.read(name)
            assert (entry["bytes"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        text = " ".join(
            archive.read(name).decode() for name in files if name.endswith((".txt", ".md", ".html", ".vtt", ".csv"))
        )
    for example in read_examples():
        assert not [name for name in example.names if name in text]


def test_who_is_in_which_product_is_told(summary: dict[str, dict[str, Any]], out: Path) -> None:
    assert len(list(out.glob("*.zip"))) == 4
    assert summary["hardop"]["products"] == ["nieuwsbrief", "podcast", "post", "vlog"]
    assert summary["broodtrommel"]["products"] == ["nieuwsbrief"] and summary["achterkanten"]["products"] == []
    (letter,) = out.glob("vertelpunt-nieuwsbrief-*.zip")
    with zipfile.ZipFile(letter) as archive:
        text = archive.read("newsletter.txt").decode()
    for teller in ("een kind van de basisschool", "een jongere", "een ouder", "een ervaringswerker"):
        assert f"— {teller}" in text


def test_the_episode_can_be_heard(out: Path) -> None:
    (bundle,) = out.glob("vertelpunt-podcast-*.zip")
    with zipfile.ZipFile(bundle) as archive, av.open(io.BytesIO(archive.read("aflevering.mp3"))) as episode:
        (sound,) = episode.streams.audio
        assert sound.duration is not None and sound.duration * sound.time_base > 5
