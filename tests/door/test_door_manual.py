"""The manual is there for every role, holds nothing from outside, and opens nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from app_fixture import Visitor

from stories.people import Role

ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted(path.stem for path in (ROOT / "docs" / "handleiding").glob("*.md"))


def test_every_role_and_every_teller_has_a_page() -> None:
    assert {*map(str, Role), "verteller", "privacy", "README"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_stands_on_its_own(visitor: Visitor, name: str) -> None:
    answer = visitor.get(f"/handleiding/{name}")
    assert answer.status == 200 and "<h1>" in answer.text and 'lang="nl"' in answer.text
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", answer.text)
    for link in re.findall(r"(?:src|href)=\"(/handleiding[^\"]*)\"", answer.text):
        assert visitor.get(link).status == 200, link
    assert not visitor.cookies


@pytest.mark.parametrize("name", ["../privacy", "%2e%2e/privacy", "beeld/../../privacy.md", "niets", "beeld/niets.png"])
def test_nothing_else_of_the_documents_is_served(visitor: Visitor, name: str) -> None:
    assert visitor.get(f"/handleiding/{name}").status in (400, 404)


def test_the_manual_is_short() -> None:
    """One page per role: what is longer is not read. The privacy officer's may be two."""
    for name in NAMES:
        words = len((ROOT / "docs" / "handleiding" / f"{name}.md").read_text(encoding="utf-8").split())
        assert words < (1000 if name == "privacy" else 420), (name, words)
