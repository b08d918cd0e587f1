"""Passages: what each stretch of a story is about, with its words, and what is denied does not count."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymise import Passage, passage_spans, passages, story_tags, themes
from anonymise.learn import GOLD_FOLDER
from stories.vocabulary import Soort, built_in, only, whole

ALL = built_in()
TOLD = (
    "Bij ons zit schimmel op de muur en het is koud in huis. Mijn dochter slaapt op een matras op de grond bij mij. "
    "Op school zei de juf dat ze gratis mee mocht op schoolreisje, en daar was ik heel blij om, echt waar. "
    "Het zou helpen als de school dat voor alle kinderen betaalt, zonder dat je er steeds om hoeft te vragen. "
    "Ik help nu zelf mee op school, en de directeur luistert naar wat wij als ouders weten."
)


def about(text: str, words: str) -> set[str]:
    """The tags of the passage in which these words stand."""
    (found,) = [p for p in passages(text, ALL) if words in text[p.start : p.end]]
    return {hit.id for hit in found.tags}


def test_each_passage_has_its_own_opgaven_level_and_lens() -> None:
    assert "fijn_thuis" in about(TOLD, "schimmel") and "gevolg" in about(TOLD, "schimmel")
    assert {"meedoen", "verzachten", "gaat_goed"} <= about(TOLD, "schoolreisje")
    assert {"veranderen", "zou_helpen"} <= about(TOLD, "alle kinderen")
    assert "zou_helpen" not in about(TOLD, "schimmel") and "meedoen" not in about(TOLD, "schimmel")


def test_every_tag_shows_the_words_that_led_to_it_inside_its_passage() -> None:
    for passage in passages(TOLD, ALL):
        for hit in passage.tags:
            assert hit.words and all(passage.start <= a < b <= passage.end for a, b in hit.spans)


@pytest.mark.parametrize(
    ("said", "tag"),
    [
        ("ik was niet blij", "gaat_goed"), ("ik had nooit honger", "gevolg"), ("ik had nooit honger", "gezonde_dag"),
        ("nu heb ik wel een bed", "fijn_thuis"), ("ik ben nooit bang", "gevolg"), ("het was niet fijn", "gaat_goed"),
    ],
)  # fmt: skip
def test_what_is_denied_does_not_count(said: str, tag: str) -> None:
    assert tag not in about(said, said)


def test_what_is_lacking_counts_as_it_is_said() -> None:
    assert "gevolg" in about("ik had geen eigen bed", "bed")
    assert "gevolg" not in about("ik had een eigen bed", "bed")


def test_the_words_of_a_lens_stand_in_their_order() -> None:
    assert "zou_helpen" in about("dat zou helpen denk ik", "helpen")
    assert "zou_helpen" not in about("helpen doet niemand en dat zou je wel denken", "helpen")


def test_a_story_has_levels_and_lenses_beside_its_opgaven() -> None:
    kinds = {hit.soort for hit in story_tags(TOLD, ALL)}
    assert kinds == {Soort.OPGAVE, Soort.NIVEAU, Soort.LENS}
    assert {hit.id for hit in themes(TOLD, ALL)} == {h.id for h in story_tags(TOLD, ALL) if h.soort is Soort.OPGAVE}
    assert not any(hit.is_opgave for hit in story_tags(TOLD, ALL) if hit.soort is not Soort.OPGAVE)


def test_a_vocabulary_of_opgaven_alone_gives_opgaven_alone() -> None:
    opgaven = only(ALL, Soort.OPGAVE)
    assert {hit.soort for p in passages(TOLD, opgaven) for hit in p.tags} == {Soort.OPGAVE}
    assert whole([{"id": "eigen"}])[0]["soort"] == "opgave" and len(whole([{"id": "eigen"}])) == 9


def test_speech_without_full_stops_is_cut_where_it_goes_on() -> None:
    speech = "en toen gingen wij naar huis en ik was moe en mijn broertje ook maar we aten niks " * 20
    spans = passage_spans(speech)
    lengths = [len(speech[a:b].split()) for a, b in spans]
    assert len(spans) > 5 and max(lengths) <= 60 and min(lengths) >= 10


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_every_word_stands_in_exactly_one_passage(text: str) -> None:
    spans = passage_spans(text)
    assert all(a < b for a, b in spans) and all(b <= c for (_, b), (c, _) in pairwise(spans))
    assert [(p.start, p.end) for p in passages(text, ALL)] == list(spans)
    left = "".join(c for i, c in enumerate(text) if not any(a <= i < b for a, b in spans))
    assert not any(c.isalpha() and c.isascii() for c in left)


def test_most_marked_passages_of_the_tuning_stories_have_their_opgave() -> None:
    """The passages that the gold stories mark as showing the opgave; a floor, not a figure to boast of."""
    right = whole_count = 0
    names = {row["naam"]: row["id"] for row in ALL}
    for story in tuning()[:60]:
        found: set[str] = set()
        for passage in passages(story["text"], ALL):
            if any(overlaps(passage, story["text"], quote) for quote in story["relevant_quotes"]):
                found |= {hit.id for hit in passage.tags}
        wanted = {names[name] for name in story["opgaven"]}
        right, whole_count = right + len(wanted & found), whole_count + len(wanted)
    assert right / whole_count > 0.65


def overlaps(passage: Passage, text: str, quote: str) -> bool:
    at = text.find(quote)
    return at >= 0 and passage.start < at + len(quote) and at < passage.end


def tuning() -> list[dict]:
    files = sorted(Path(GOLD_FOLDER).glob("gold*.jsonl"))
    rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["part"] == "tuning"]


def test_nine_thousand_words_take_less_than_a_second_and_a_long_text_no_more_for_its_length() -> None:
    passages(TOLD, ALL)
    seconds = {}
    for times in (115, 460):  # 9,000 and 36,000 words
        text = (TOLD + "\n") * times
        started = time.process_time()
        assert passages(text, ALL) == passages(text, ALL)
        seconds[times] = (time.process_time() - started) / 2
    assert seconds[115] < 1.0 and seconds[460] < 6 * seconds[115]
