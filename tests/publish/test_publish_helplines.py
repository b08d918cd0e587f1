"""Every number that we print was looked up, and says where and when."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from publish import helplines
from publish.gate import inspect
from publish.helplines import HELPLINES, STAYS_CHECKED, named_in
from stories.model import Block, BlockKind
from tests.publish.pieces import TODAY, a_piece, the_evidence

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("line", helplines.HELPLINES, ids=lambda line: line.code)
def test_a_helpline_says_its_number_and_has_a_source(line):
    assert line.number in line.line and line.source
    assert helplines.of(line.code) is line


def test_numbers_in_first_drafts_are_numbers_that_were_looked_up():
    drafts = [*(ROOT / "publish" / "templates").rglob("*.yaml"), ROOT / "stories" / "catalogue" / "nl" / "publish.yaml"]
    found = {number for draft in drafts for number in re.findall(r"0[89]00-\d+", draft.read_text(encoding="utf-8"))}
    assert found and found <= {line.number for line in helplines.HELPLINES}


@pytest.mark.parametrize(
    ("text", "codes", "other"),
    [
        ("Kindertelefoon: 0800-0432 (gratis).", ["kindertelefoon"], False),
        ("Bel 0800 0432, of 0800 - 8115.", ["kindertelefoon"], True),
        ("Bel 08000432 of 113, 24/7, van 8.30-17.00 uur, voor 12-18 jaar.", ["kindertelefoon", "113"], False),
        ("Kindertelefoon: 0800-0423.", [], True),
        ("Bel 06 12 34 56 78.", [], True),
        ("Chat op kindertelefoon.nl.", [], False),
        ("Bel 1130.", [], True),
    ],
)
def test_numbers_are_known_however_they_are_spaced_and_a_slip_of_the_finger_is_not(text, codes, other):
    found, more = named_in(text, HELPLINES)
    assert ([line.code for line in found], more) == (codes, other)


def said(text: str, *, days_ago: int = 0, days: int = STAYS_CHECKED) -> list[tuple[str, bool, int | None]]:
    known = tuple(replace(line, checked_on=TODAY - timedelta(days=days_ago)) for line in HELPLINES)
    piece = a_piece(blocks=(*a_piece().blocks[:-2], Block(BlockKind.HELPLINE, text)))
    evidence = the_evidence(piece, helplines=known, helpline_days=days)
    return [(f.code, f.blocks, f.block_index) for f in inspect(piece, evidence, on=TODAY)]


def test_a_check_that_is_too_old_is_said_at_its_block_and_stops_nobody():
    text, at = "Geldfit: 0800-8115.", len(a_piece().blocks) - 2
    assert said(text, days_ago=STAYS_CHECKED) == []
    assert said(text, days_ago=STAYS_CHECKED + 1) == [("helpline_old", False, at)]
    assert said(text, days_ago=31, days=30) == [("helpline_old", False, at)]
    assert said("Geldfit: 0800-8151.", days_ago=9999) == [("helpline_unknown", False, at)]
