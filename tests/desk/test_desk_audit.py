"""The audit can be read by people: whatever is written in it has a sentence behind the name of who did it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk import contacts, foureyes, nametable
from desk.keeping import ASK_AGAIN, WARN
from stories.stages import Stage
from stories.words import room

ROOT = Path(__file__).resolve().parents[2]
FILES = [
    *(ROOT / "desk").glob("*.py"),
    *(ROOT / "door").glob("*.py"),
    ROOT / "pipeline.py",
    ROOT / "stories" / "erasure.py",
]
MADE_UP = {
    *(f"stage_{stage}" for stage in Stage if stage is not Stage.CAPTURED),
    *(f"{lock.audit}_{what}" for lock in (contacts.LOCK, nametable.LOCK) for what in foureyes.NOTED),
    *(WARN, ASK_AGAIN),
}
"""Actions whose name is put together, or handed on by a variable."""


def actions(path: Path) -> Iterator[str]:
    """Every literal that is written down as an action: the second word of `audit`, the third of `audit.append`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        at = {"books.audit": 1, "audit.append": 2, "anew.write": 2}.get(ast.unparse(node.func))
        if at is not None and len(node.args) > at:
            for part in ast.walk(node.args[at]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value:
                    yield part.value


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_action_has_a_sentence(path: Path) -> None:
    known = room("audit", "nl")
    assert not [action for action in actions(path) if action not in known and not action.startswith("stage_")]


def test_also_the_actions_that_no_line_of_code_spells_out() -> None:
    assert set(room("audit", "nl")) >= MADE_UP


def test_the_search_finds_what_it_looks_for() -> None:
    found = {action for path in FILES for action in actions(path)}
    assert {"erase", "story_erased", "story_handed_in", "consent_renewed", "own_yes_at_16", "proof_ended"} <= found
