"""`python -m anonymise detect`: called as outsiders call it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import anonymise

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "anonymise", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120
    )


def lines(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_detect_answers_every_line_in_order(tmp_path: Path) -> None:
    source = lines(
        tmp_path / "in.jsonl",
        [
            {"id": "b", "text": "Mijn juf heet Tirza. Er was schimmel en we moesten verhuizen."},
            {"id": "a", "text": "De deurwaarder kwam weer om de schulden, met een aanmaning."},
            {"id": "leeg", "text": ""},
        ],
    )
    target = tmp_path / "out.jsonl"
    done = run("detect", str(source), str(target))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["b", "a", "leeg"]
    assert set(rows[0]) == {"id", "entities", "opgaven", "themes", "clean_text"}
    assert rows[0]["clean_text"].startswith("Mijn juf heet [naam 1].")
    assert rows[0]["opgaven"] == ["Een fijn thuis"]
    assert any("Geldzorgen" in n for n in rows[1]["themes"]) and not any("Geldzorgen" in n for n in rows[1]["opgaven"])
    for row in rows:
        for entity in row["entities"]:
            assert set(entity) == {"start", "end", "type", "reason", "certainty"}
            assert entity["type"] in anonymise.TYPES and entity["certainty"] in ("red", "amber")


def test_a_bad_line_stops_with_its_number_and_leaves_nothing(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    target = tmp_path / "out.jsonl"
    for bad in ('{"id": "x"}', "geheimwoord", "[1]", '{"id": 3, "text": "a"}', "", "[" * 100_000):
        source.write_text('{"id": "een", "text": "Hallo"}\n' + bad + "\n", encoding="utf-8")
        done = run("detect", str(source), str(target)) if bad in ("geheimwoord", "") else _inside(source, target)
        assert done.returncode == 2
        assert "Regel 2 " in done.stderr and "geheimwoord" not in done.stderr and "Traceback" not in done.stderr
        assert [p.name for p in tmp_path.iterdir()] == ["in.jsonl"]


def _inside(source: Path, target: Path) -> subprocess.CompletedProcess[str]:
    """The same call within this process: starting Python six times takes long."""
    import contextlib
    import io

    from anonymise.__main__ import main

    told = io.StringIO()
    with contextlib.redirect_stderr(told):
        code = main(["detect", str(source), str(target)])
    return subprocess.CompletedProcess([], code, "", told.getvalue())


def test_an_output_that_was_there_stays_when_the_input_is_bad(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("kapot\n", encoding="utf-8")
    target.write_text("van gisteren", encoding="utf-8")
    assert _inside(source, target).returncode == 2
    assert target.read_text(encoding="utf-8") == "van gisteren"


def test_wrong_usage_and_missing_files_are_told(tmp_path: Path) -> None:
    assert run().returncode == 64
    assert run("detect", "een").returncode == 64
    missing = _inside(tmp_path / "niets.jsonl", tmp_path / "uit.jsonl")
    assert missing.returncode == 2 and "invoerbestand" in missing.stderr
    source = lines(tmp_path / "in.jsonl", [{"id": "a", "text": "b"}])
    unwritable = _inside(source, tmp_path / "geen" / "map" / "uit.jsonl")
    assert unwritable.returncode == 2 and "uitvoerbestand" in unwritable.stderr
