"""What two readers of the gold stories agree on, and that settling it invented nothing."""

from __future__ import annotations

import json

import pytest
from gold.agreement import OPGAVEN, Agreement, agreement, readings
from gold.mark import part_of
from gold.score import files

FIRST, SECOND = readings()
GOLD = {
    row["id"]: set(row["opgaven"])
    for path in files()
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
}


@pytest.mark.parametrize(("part", "found"), [("test", 0.864), ("tuning", 0.882)])
def test_the_agreement_is_what_the_documents_say(part: str, found: float) -> None:
    ids = [i for i in FIRST if part_of(i) == part]
    assert agreement(FIRST, SECOND, ids, "".join(OPGAVEN)).f1 == pytest.approx(found, abs=0.0005)


def test_both_readers_read_the_same_stories() -> None:
    assert FIRST.keys() == SECOND.keys() <= GOLD.keys()


def test_a_gold_story_has_no_opgave_that_neither_reader_gave_and_all_that_both_gave() -> None:
    for i in FIRST:
        both, either = ({OPGAVEN[one] for one in marks} for marks in (FIRST[i] & SECOND[i], FIRST[i] | SECOND[i]))
        assert both <= GOLD[i] <= either, i


def test_kappa_is_what_a_person_would_count() -> None:
    assert Agreement(first=5, second=5, both=5, places=10).kappa == 1.0
    assert Agreement(first=5, second=4, both=2, places=10).kappa == pytest.approx(0.0)
    assert Agreement(first=20, second=10, both=10, places=100).f1 == pytest.approx(2 / 3)
