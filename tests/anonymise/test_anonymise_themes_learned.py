"""The learned weights of themes: their figure is held, no name went into them, and administrators stay the boss."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from anonymise import learn, themes
from anonymise.scenes import scenes
from anonymise.themes import WEIGHTS

ROOT = Path(__file__).resolve().parents[2]
VOCABULARY: list[dict[str, Any]] = yaml.safe_load((ROOT / "stories" / "themes.yaml").read_text(encoding="utf-8"))[
    "opgaven"
]
FILES = sorted(learn.GOLD_FOLDER.glob("gold*.jsonl"))
GOLD = [json.loads(line) for path in FILES for line in path.read_text(encoding="utf-8").splitlines()]
HELD = 0.77
"""Micro-F1 of cross-validation on the tuning stories. The words were found in these same stories, so this says nothing
about new ones; it only shows that a change made things worse, or better and not recorded."""
WISHES = "Ik heb een wensput en een wensboom gezien."


@pytest.fixture(scope="module")
def stories() -> learn.Stories:
    return learn.gold_stories()


def test_cross_validation_is_what_is_recorded(stories: learn.Stories) -> None:
    guess = learn.proposed(learn.cross_validate(stories), stories.tags)
    assert learn.micro_f1(stories.opgaven(guess)) == pytest.approx(HELD, abs=0.012)


def test_the_shipped_weights_are_what_the_command_makes(stories: learn.Stories) -> None:
    made = json.loads(learn.dump(stories.learn(np.arange(len(stories.truth)))))
    shipped = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert made["vocabulary"] == shipped["vocabulary"] and made["bias"] == pytest.approx(shipped["bias"], abs=0.01)
    for name in made["weights"].keys() | shipped["weights"].keys():
        ours, theirs = made["weights"].get(name, {}), shipped["weights"].get(name, {})
        for theme in ours.keys() | theirs.keys():
            # libraries of linear algebra differ in the last digits, and 0.02 is where a weight is left out
            assert ours.get(theme, 0) == pytest.approx(theirs.get(theme, 0), abs=0.021)


def test_only_tuning_stories_our_own_and_scenes_are_learned_from(stories: learn.Stories) -> None:
    tuning = [row for row in GOLD if row["part"] == "tuning"]
    told = [scene.text for scene in scenes()]
    assert stories.counted == len(tuning) and len(stories.truth) == len(tuning) + 20 + len(told)
    assert [one.text for one in stories.examples[-len(told) :]] == told


def test_no_person_of_the_gold_stories_is_in_the_weights() -> None:
    shipped = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    learned = {name[1:] for name in shipped["weights"] if name.startswith("~")} | set(shipped["rarity"])
    persons = {e["text"] for row in GOLD for e in row["entities"] if e["type"] == "persoon"}
    words = {word for name in persons for word in re.findall(r"[^\W\d_]+", name.lower())}
    assert len(learned) > 100 and len(words) > 500
    assert learned & words == set()


def test_the_weights_are_small_enough_to_read() -> None:
    assert WEIGHTS.stat().st_size < 400_000


def test_a_theme_that_was_removed_is_never_proposed() -> None:
    for row in GOLD[:40]:
        if row["part"] == "tuning":
            proposed = {hit.id for hit in themes(row["text"], VOCABULARY)}
            for gone in proposed:
                left = [entry for entry in VOCABULARY if entry["id"] != gone]
                assert gone not in {hit.id for hit in themes(row["text"], left)}


def test_words_that_an_administrator_adds_to_an_opgave_count_at_once() -> None:
    assert "meedoen" not in {hit.id for hit in themes(WISHES, VOCABULARY)}
    changed = [
        {**entry, "woorden": [*entry["woorden"], "wensput", "wensboom"]} if entry["id"] == "meedoen" else entry
        for entry in VOCABULARY
    ]
    assert "meedoen" in {hit.id for hit in themes(WISHES, changed)}


def test_in_a_few_sentences_the_words_of_the_vocabulary_are_enough() -> None:
    hits = themes("Er was schimmel en we moesten verhuizen.", VOCABULARY)
    assert [hit.id for hit in hits] == ["fijn_thuis"]


def test_every_proposal_shows_words_of_the_text() -> None:
    count = 0
    for row in GOLD:
        if row["part"] == "tuning":
            for hit in themes(row["text"], VOCABULARY):
                count += 1
                assert hit.words and all(row["text"][a:b].strip() for a, b in hit.spans)
    assert count > 150


def test_eight_thousand_words_a_second_and_the_same_every_time() -> None:
    texts = [row["text"] for row in GOLD if row["part"] == "tuning"]
    first = [themes(text, VOCABULARY) for text in texts]
    started = time.process_time()
    again = [themes(text, VOCABULARY) for text in texts]
    seconds = time.process_time() - started
    assert again == first
    assert sum(len(text.split()) for text in texts) / seconds > 8_000
