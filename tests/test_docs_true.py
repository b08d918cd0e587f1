"""What the documents say is what the code does: settings, commands, decisions, catalogue."""

from __future__ import annotations

import ast
import re
import string
import subprocess
from pathlib import Path

import pytest
import yaml

from stories.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "stories" / "catalogue" / "nl"
CODE = [p for p in ROOT.rglob("*.py") if not {".venv", ".boot", "tests", "examples"} & set(p.relative_to(ROOT).parts)]


def settings_table() -> str:
    """The table of docs/settings.md, made from the settings themselves."""
    rows = ["| instelling | standaard | wat het doet |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = "geheim" if "secret" in name or name.endswith("_key") else str(field.default)
        shown = f"`{default}`" if default not in ("", "None", "geheim") else "leeg"
        rows.append(f"| `VERTELPUNT_{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows)


def test_every_setting_stands_in_the_settings_page() -> None:
    assert settings_table() in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def test_make_help_names_every_target() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = next(line for line in text.splitlines() if line.startswith(".PHONY")).split(":")[1].split()
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert all(f"make {target}" in shown for target in phony)


def test_readme_names_only_make_targets_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?m)(?:^|`)make ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8")):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    assert all(page.name in listed for page in folder.glob("2*.md"))


def test_links_between_documents_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} -> {target}"


def catalogue() -> dict[str, str]:
    rooms = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) or {} for path in CATALOGUE.glob("*.yaml")}
    return {f"{room}.{key}": str(value) for room, rows in rooms.items() for key, value in rows.items()}


def keys_in_code() -> set[str]:
    """Every string in the code that looks like a catalogue key of a room that exists."""
    rooms = "|".join(path.stem for path in CATALOGUE.glob("*.yaml"))
    pattern = re.compile(rf"^(?:{rooms})\.[a-z0-9_]+$")
    found = set()
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                for argument in node.args[:1]:
                    if (
                        isinstance(argument, ast.Constant)
                        and isinstance(argument.value, str)
                        and pattern.match(argument.value)
                    ):
                        found.add(argument.value)
    return found


def test_every_sentence_the_code_asks_for_is_in_the_catalogue() -> None:
    assert keys_in_code() - set(catalogue()) == set()


@pytest.mark.parametrize("room", sorted(path.stem for path in CATALOGUE.glob("*.yaml")))
def test_catalogue_sentences_are_whole(room: str) -> None:
    for key, sentence in catalogue().items():
        if key.startswith(f"{room}."):
            assert sentence.strip(), key
            list(string.Formatter().parse(sentence))  # raises on a lone brace


@pytest.mark.parametrize("path", sorted(CATALOGUE.parent.rglob("*.yaml")), ids=lambda p: str(p.name))
def test_no_sentence_of_the_catalogue_stands_there_twice(path: Path) -> None:
    """YAML quietly takes the last of two: a sentence that somebody mends would stay as it was."""
    seen: set[tuple[str, str]] = set()
    room = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        found = re.match(r"( *)([a-z0-9_]+):", line)
        if found:
            room = "" if not found[1] else room
            key = (room, found[2])
            assert key not in seen, key
            seen.add(key)
            room = room if found[1] else found[2]
