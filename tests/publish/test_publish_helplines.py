"""Every number that we print was looked up, and says where and when."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from publish import helplines

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("line", helplines.HELPLINES, ids=lambda line: line.code)
def test_a_helpline_says_its_number_and_has_a_source(line):
    assert line.number in line.line and line.source
    assert helplines.of(line.code) is line


def test_numbers_in_first_drafts_are_numbers_that_were_looked_up():
    drafts = [*(ROOT / "publish" / "templates").rglob("*.yaml"), ROOT / "stories" / "catalogue" / "nl" / "publish.yaml"]
    found = {number for draft in drafts for number in re.findall(r"0[89]00-\d+", draft.read_text(encoding="utf-8"))}
    assert found and found <= {line.number for line in helplines.HELPLINES}


def test_a_check_of_more_than_a_year_ago_is_old():
    line = helplines.HELPLINES[0]
    assert not line.is_old(line.checked_on + helplines.STAYS_CHECKED)
    assert line.is_old(line.checked_on + helplines.STAYS_CHECKED + timedelta(days=1))
