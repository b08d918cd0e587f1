"""The gold stories are what their sources say, and their marks can be trusted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gold import mark

HERE = Path(__file__).resolve().parent
FOLDERS = [HERE / f"gold{number}" for number in range(1, 6)]
STORIES: list[dict[str, Any]] = [
    json.loads(line)
    for folder in FOLDERS
    for line in folder.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()
]

HEAD = "=== g0-001\nnarrator: kind\nform: spoken\ncase: normal\nopgaven: Meedoen\nverandertheorie: verzachten\n"
FILL = "en toen " * 45


def story(text: str, folder: Path, head: str = HEAD) -> dict[str, Any]:
    """The corpus line of a story with this marked text, filled up to the length a story must have."""
    (folder / "one.txt").write_text(f"{head}\n<<Hier>> {text} {FILL}\n", encoding="utf-8")
    return mark.corpus(folder)[0]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_the_corpus_is_made_from_its_sources(folder: Path) -> None:
    assert mark.as_jsonl(mark.corpus(folder)) == folder.with_suffix(".jsonl").read_text(encoding="utf-8")


def test_every_mark_stands_where_it_says() -> None:
    for s in STORIES:
        end = 0
        for e in s["entities"]:
            assert s["text"][e["start"] : e["end"]] == e["text"] == e["text"].strip(), s["id"]
            assert e["start"] >= end, f"{s['id']}: marks overlap at {e['text']!r}"
            end = e["end"]


@pytest.mark.parametrize("part", ["tuning", "test"])
def test_every_type_is_known_and_occurs_in_both_parts(part: str) -> None:
    assert {e["type"] for s in STORIES if s["part"] == part for e in s["entities"]} == mark.TYPES


def test_no_id_is_used_twice() -> None:
    ids = [s["id"] for s in STORIES]
    assert len(ids) == len(set(ids))


def test_about_one_story_in_four_is_kept_for_the_test() -> None:
    assert all(s["part"] == mark.part_of(s["id"]) for s in STORIES)
    assert 0.2 < sum(s["part"] == "test" for s in STORIES) / len(STORIES) < 0.42


def test_many_stories_come_without_capitals() -> None:
    assert 0.35 < sum(s["case"] == "lower" for s in STORIES) / len(STORIES) < 0.55


def test_every_quote_stands_in_its_story() -> None:
    assert all(quote in s["text"] for s in STORIES for quote in s["relevant_quotes"])


def test_every_opgave_has_stories_in_both_parts() -> None:
    for part in ("tuning", "test"):
        assert {o for s in STORIES if s["part"] == part for o in s["opgaven"]} == mark.OPGAVEN


def test_offsets_count_past_wrapped_lines_and_quotes(tmp_path: Path) -> None:
    made = story("bij ons in\n[[plaats|Goor]] woont\n\n[[persoon/turks|Emre]].", tmp_path)
    assert "bij ons in Goor woont\nEmre." in made["text"]
    assert [(made["text"][e["start"] : e["end"]], e["type"]) for e in made["entities"]] == [
        ("Goor", "plaats"),
        ("Emre", "persoon"),
    ]
    assert made["relevant_quotes"] == ["Hier"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[persoon|Emre]] en dan zegt emre niks", "emre"),
        ("[[persoon|Emre]] en dan Emres fiets", "emre"),
        ("[[dier|Buba]]", "unknown type"),
        ("[[persoon/mars|Zog]]", "unknown group"),
        ("[[plaats/turks|Goor]]", "only a persoon"),
        ("[[persoon| Emre]]", "spaces"),
        ("<<nooit dicht", "not closed"),
        ("[[persoon|Emre", "not closed"),
        ("[[bsn|999928236]]", "elfproef"),
        ("[[bsn|negen negen negen negen twee acht twee drie zes]]", "elfproef"),
        ("[[iban|NL81RABO0300123987]]", "checksum"),
    ],
)
def test_a_wrong_source_is_refused(text: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(mark.MarkError, match=why):
        story(text, tmp_path)


def test_a_word_named_as_ordinary_may_stand_unmarked(tmp_path: Path) -> None:
    text = "[[persoon/woord|Beer]] is geen beer"
    with pytest.raises(mark.MarkError, match="beer"):
        story(text, tmp_path)
    assert story(text, tmp_path, HEAD + "ordinary: beer\n")["entities"][0]["text"] == "Beer"


def test_a_lower_case_story_has_no_capital_and_no_full_stop(tmp_path: Path) -> None:
    with pytest.raises(mark.MarkError, match="capital"):
        story("hier", tmp_path, HEAD.replace("normal", "lower"))
