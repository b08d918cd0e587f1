"""Rated words: what a word says, in any form, in a compound, denied; and the file that they stand in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymise import meanings
from anonymise.lists import DATA
from anonymise.meanings import Meanings
from anonymise.themefeatures import Said

KNOWN = Meanings(
    {"schimmel": {"fijn_thuis": 1.8}, "tellen": {"stress": 1.0}, "honger": {"gezonde_dag": 1.8}}
    | {"licht ging uit": {"fijn_thuis": 1.8}, "plek": {"fijn_thuis": 0.35}}
)

SHIPPED = meanings.shipped()


def said(text: str) -> dict[str, float]:
    return {word: max(rating.values()) for word, (rating, _) in KNOWN.said(Said(text)).items()}


@pytest.mark.parametrize("word", ["schimmel", "schimmels", "schimmelvlek", "muurschimmel", "schimmeltje"])
def test_a_rated_word_is_known_in_its_forms_and_in_compounds(word: str) -> None:
    assert KNOWN.of(word) == {"fijn_thuis": 1.8}


@pytest.mark.parametrize("word", ["schim", "lente", "keizer", "honing"])
def test_a_word_that_only_looks_like_a_rated_one_says_nothing(word: str) -> None:
    assert KNOWN.of(word) is None


def test_of_a_compound_the_longest_part_counts() -> None:
    assert KNOWN.of("schimmelplek") == {"fijn_thuis": 1.8}


def test_a_phrase_may_have_words_between_and_counts_once() -> None:
    assert said("Toen ging het licht weer ging het uit.") == {"licht ging uit": 1.8}
    assert said("Het licht ging weer uit en het licht ging uit.") == {"licht ging uit": 1.8}


def test_what_is_denied_is_not_said() -> None:
    assert said("Wij hadden nooit honger.") == {}
    assert said("Wij hadden honger.") == {"honger": 1.8}


def test_places_are_those_of_the_words() -> None:
    _, places = KNOWN.said(Said("Ik tel en ik tel de schimmel."))["schimmel"]
    assert places == [(6,)]


def test_every_line_of_the_file_is_a_word_and_ratings() -> None:
    rows = [line for line in (DATA / "meanings.txt").read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    assert len(rows) > 15_000 and len({row.partition("\t")[0] for row in rows}) == len(rows)
    for row in rows:
        word, _, codes = row.partition("\t")
        assert word == word.strip().lower() and codes
        for letter, digit in codes.split():
            assert letter in meanings.LETTERS and digit in "123456"


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    found = SHIPPED.said(Said(text))
    assert all(places for _, places in found.values())
