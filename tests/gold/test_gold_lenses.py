"""The marked passages can be trusted, and what ships is what was learned from their tuning part."""

from __future__ import annotations

import json

import pytest
from gold import lenses
from gold.mark import part_of
from gold.score import files, load

from anonymise import learn_lenses
from anonymise.lenses import WEIGHTS, lens_cues
from anonymise.passages import passage_spans, passages
from stories.vocabulary import Soort, built_in, only

STORIES = {story["id"]: story for story in load(files())}
MARKED = lenses.marked()
HELD = 0.56
"""Micro-F1 of cross-validation by story on the marked tuning passages."""


def test_every_passage_of_a_marked_story_is_marked() -> None:
    for i, marks in MARKED.items():
        assert [start for start, _ in passage_spans(STORIES[i]["text"])] == list(marks), i


@pytest.mark.parametrize(("part", "least"), [("tuning", 60), ("test", 25)])
def test_both_parts_have_marked_stories_and_every_lens(part: str, least: int) -> None:
    stories = [marks for i, marks in MARKED.items() if part_of(i) == part]
    assert len(stories) >= least
    assert {lens for marks in stories for found in marks.values() for lens in found} == set(lenses.LETTERS.values())


def test_what_ships_is_what_the_command_makes_from_tuning_stories_alone() -> None:
    rows, truth, ids = learn_lenses.gold()
    assert set(ids) == {i for i in MARKED if part_of(i) == "tuning"}
    made, ships = learn_lenses.learn(rows, truth), json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert made["bias"] == pytest.approx(ships["bias"], abs=0.01)
    for name, row in made["weights"].items():
        assert row == pytest.approx(ships["weights"][name], abs=0.01), name
    guess = learn_lenses.cross_validate(rows, truth, ids)
    assert learn_lenses.micro_f1((truth, guess)) == pytest.approx(HELD, abs=0.02)


def test_a_passage_has_a_lens_only_with_words_of_its_own_that_speak_for_it() -> None:
    known = {group.partition(".")[0] for group in lens_cues().groups}
    assert known == {row["id"] for row in only(built_in(), Soort.LENS)}
    for i in list(MARKED)[:10]:
        text = STORIES[i]["text"]
        for passage in passages(text, only(built_in(), Soort.LENS)):
            for tag in passage.tags:
                assert tag.words and all(passage.start <= a < b <= passage.end for a, b in tag.spans)


def test_marks_that_are_off_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    i = next(iter(MARKED))
    monkeypatch.setattr(lenses, "marked", lambda: {i: {0: frozenset({"gevolg"}), 3: frozenset()}})
    with pytest.raises(ValueError, match=i):
        lenses.tally([STORIES[i]])


def test_passages_are_counted_as_a_person_would(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Ik had honger en ik was bang."
    monkeypatch.setattr(lenses, "marked", lambda: {"a": {0: frozenset({"gevolg", "inzicht"})}})
    assert lenses.tally([{"id": "a", "text": text}, {"id": "b", "text": text}]) == {
        "gevolg": [1, 0, 0],
        "inzicht": [0, 0, 1],
    }
