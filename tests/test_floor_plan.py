"""The floor plan of docs/architecture.md, kept: who may import whom, and where heavy libraries are named."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
STAGES = {"capture", "transcription", "anonymise", "publish"}
ROOMS = STAGES | {"stories", "desk", "door", "ui", "pipeline", "app", "voices"}

MAY_IMPORT: dict[str, set[str]] = {
    "stories": set(),
    "capture": {"stories"},
    "transcription": {"stories"},
    "anonymise": {"stories"},
    "publish": {"stories"},
    "desk": {"stories"} | STAGES,
    "pipeline": {"stories", "desk"} | STAGES,
    "door": {"stories", "desk"},
    "ui": {"stories", "desk"},
    "app": {"stories", "desk", "door", "ui"},
    "voices": {"stories", "capture"},  # a tool that makes door/stem/; the app does not import it
}

HEAVY: dict[str, set[str]] = {
    "streamlit": {"ui", "app", "door"},
    "faster_whisper": {"transcription"},
    "resemblyzer": {"transcription"},
    "huggingface_hub": {"transcription"},
    "spacy": {"anonymise"},
    "dbos": {"stories"},
    "sqlalchemy": {"stories"},
    "alembic": {"stories"},
    "cryptography": {"stories"},
    "av": {"stories", "capture", "publish", "voices"},
    "mjml": {"publish"},
    "jinja2": {"publish", "door"},
    "docx": {"publish"},
    "xlsxwriter": {"publish"},
    "PIL": {"publish", "capture"},
    "opentimelineio": {"publish"},
}
"""Rooms that may name a heavy library."""

AT_MOST_FILES = {
    "faster_whisper": 3,
    "resemblyzer": 1,
    "huggingface_hub": 1,
    "spacy": 4,
    "dbos": 2,
    "mjml": 1,
    "opentimelineio": 1,
}


@functools.cache
def sources() -> list[Path]:
    folders = [ROOT / room for room in sorted(ROOMS) if (ROOT / room).is_dir()]
    return [ROOT / "app.py", ROOT / "pipeline.py", *(f for folder in folders for f in sorted(folder.rglob("*.py")))]


@functools.cache
def imports(path: Path) -> set[str]:
    """Every module a file imports, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.relative_to(ROOT)}: relative imports hide the floor plan"
            found.add(node.module or "")
    return found


def room_of(path: Path) -> str:
    relative = path.relative_to(ROOT)
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_room_imports_only_what_the_floor_plan_allows(path: Path) -> None:
    room = room_of(path)
    used = {name.partition(".")[0] for name in imports(path)} & ROOMS
    assert used - {room} <= MAY_IMPORT[room], f"{room} may not import {used - {room} - MAY_IMPORT[room]}"


@pytest.mark.parametrize("library", HEAVY)
def test_a_heavy_library_is_named_in_few_places(library: str) -> None:
    naming = [p for p in sources() if library in {name.partition(".")[0] for name in imports(p)}]
    assert {room_of(p) for p in naming} <= HEAVY[library]
    assert len(naming) <= AT_MOST_FILES.get(library, len(naming))


def test_the_product_never_looks_outside_the_repository() -> None:
    for path in sources():
        strings = [
            n.value for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Constant)
        ]
        outside = [s for s in strings if isinstance(s, str) and (s.startswith("../") or "shared/" in s)]
        assert not outside, path.relative_to(ROOT)
