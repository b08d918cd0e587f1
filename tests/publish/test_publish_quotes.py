"""Quotes: cut from clean text, whole words, whole masks; shown as they were said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.quotes import MAX_QUOTE, NEGATIONS, TimedSpan, around, cut, shown_is_honest, stops_before_negation
from stories.errors import InputRefused
from stories.model import QuoteKind
from tests.publish.pieces import TENT, TROMMEL, released

VERSION = released("s1", TENT).version


def cut_words(words: str, **more):
    start = TENT.index(words)
    return cut(VERSION, start, start + len(words), made_by="u1", **{"listened": True, **more})


def test_a_quote_is_literally_the_clean_text_between_its_offsets():
    quote = cut_words("zat steeds vaker voor het raam.")
    assert quote.text == TENT[quote.start : quote.end] == "zat steeds vaker voor het raam."
    assert (quote.story_id, quote.version, quote.made_by) == ("s1", 2, "u1")


@pytest.mark.parametrize(
    ("listened", "typed", "kind"),
    [(True, False, QuoteKind.CITAAT), (False, True, QuoteKind.CITAAT), (False, False, QuoteKind.PARAFRASE)],
)
def test_only_words_that_somebody_heard_or_the_teller_typed_are_a_citaat(listened, typed, kind):
    assert cut_words("voor het raam", listened=listened, typed=typed).kind is kind


def test_half_a_word_at_an_edge_becomes_the_whole_word():
    assert cut_words("emand meer kom").text == "niemand meer komen"


def test_white_space_at_the_edges_is_dropped():
    assert cut_words(" voor geld. ").text == "voor geld."


def test_a_mask_is_quoted_whole_or_not_at_all():
    assert "[naam 1]" in cut_words("dochter [naam 1] zat").text
    for half in ("dochter [naam", "1] zat", "aam"):
        with pytest.raises(InputRefused) as refused:
            cut_words(half)
        assert refused.value.code == "quote_through_label"


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [(5, 5, "quote_empty"), (2, 3, "quote_empty"), (-1, 4, "quote_outside"), (0, 10_000, "quote_outside"),
     (9, 3, "quote_outside")],
)  # fmt: skip
def test_a_selection_without_words_or_outside_the_text_is_refused(start, end, code):
    with pytest.raises(InputRefused) as refused:
        cut(VERSION, start, end, made_by="u1", listened=True)
    assert refused.value.code == code


def test_a_quote_longer_than_the_limit_is_refused_with_both_numbers():
    long = released("s1", "woord " * 200).version
    with pytest.raises(InputRefused, match=str(MAX_QUOTE)):
        cut(long, 0, 700, made_by="u1", listened=True)


def test_a_quote_knows_when_it_is_heard():
    times = [TimedSpan(0, 42, 0, 2000), TimedSpan(43, 84, 2500, 5000), TimedSpan(85, 140, 5600, 9000)]
    start, end = TENT.index("deurbel"), TENT.index("komen")
    quote = cut(VERSION, start, end, made_by="u1", listened=True, times=times)
    assert (quote.start_ms, quote.end_ms) == (0, 5000)
    assert cut_words("voor het raam").start_ms is None


@given(st.integers(0, len(TENT)), st.integers(0, len(TENT)))
def test_wherever_somebody_selects_no_half_word_and_no_half_mask_comes_out(one, other):
    try:
        quote = cut(VERSION, min(one, other), max(one, other), made_by="u1", listened=True)
    except InputRefused:
        return
    assert quote.text == quote.text.strip()
    assert not (TENT[quote.start - 1 : quote.start].isalnum() and quote.text[0].isalnum())
    assert not (TENT[quote.end : quote.end + 1].isalnum() and quote.text[-1].isalnum())
    assert quote.text.count("[") == quote.text.count("]")


SAID = "Ik ben niet boos geworden, daar was ik te moe voor. Mijn dochter [naam 1] zag het. Het bed is er nu."


@pytest.mark.parametrize(
    "shown",
    [
        SAID,
        SAID.replace(" ", "\n", 3),
        "Ik ben niet boos geworden (...). Mijn dochter [naam 1] zag het. Het bed is er nu.",
        "Ik ben niet boos geworden (…) Het bed is er nu.",
        "(...) niet boos (...)",
        SAID.replace("Het bed", "Het bed [van zijn zoon]"),
        SAID.replace("[naam 1]", "[mijn oudste]"),
    ],
)
def test_marked_cuts_and_explanations_are_honest(shown):
    assert shown_is_honest(SAID, shown) is None


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        ("", "quote_changed"),
        ("(...)", "quote_changed"),
        (SAID.removesuffix(" Het bed is er nu."), "quote_changed"),
        (SAID.removeprefix("Ik ben "), "quote_changed"),
        (SAID.replace("boos", "kwaad"), "quote_changed"),
        (SAID.replace("moe", "heel moe"), "quote_changed"),
        (SAID.replace("moe voor. Mijn", "moe voor Mijn"), "quote_changed"),
        ("Het bed is er nu. (...) Ik ben niet boos geworden (...)", "quote_changed"),
        (SAID.replace("niet ", ""), "quote_changed"),
        (SAID.replace("niet", "(...)"), "quote_negation_lost"),
        ("(...) Het bed is er nu.", "quote_negation_lost"),
        (SAID.replace("niet", "(...) [niet]"), "quote_negation_lost"),
        (SAID.replace("boos geworden", "(...) geworden"), "quote_negation_moved"),
        (SAID.replace("boos geworden,", "[zo] (...) [wel]"), "quote_negation_moved"),
        (SAID.replace("Het bed", "Het bed [dat er nooit was]"), "quote_negation_added"),
    ],
)
def test_anything_else_is_found(shown, code):
    assert shown_is_honest(SAID, shown) == code


@pytest.mark.parametrize("word", sorted(NEGATIONS))
def test_no_negation_can_be_shortened_away(word):
    assert shown_is_honest(f"Dat wil ik {word} meer.", "Dat wil ik (...) meer.") == "quote_negation_lost"


WORDS = st.lists(
    st.sampled_from(["ik", "jij", "boos", "niet", "geen", "bed", "brood", "en", ".", ","]), min_size=1, max_size=12
)


@given(WORDS, st.data())
def test_any_marked_cut_is_honest_exactly_when_it_takes_or_turns_no_negation(words, data):
    start = data.draw(st.integers(0, len(words)))
    end = data.draw(st.integers(start, len(words)))
    shown = " ".join([*words[:start], "(...)", *words[end:]])
    lost = any(word in NEGATIONS for word in words[start:end])
    left = any(word.isalpha() for word in words[:start] + words[end:])
    moved = start > 0 and words[start - 1] in NEGATIONS and words[end : end + 1] not in ([], ["."], [","])
    expected = "quote_changed" if not left else "quote_negation_lost" if lost else None
    expected = expected or ("quote_negation_moved" if moved else None)
    assert shown_is_honest(" ".join(words), shown) == expected


@given(WORDS, WORDS)
def test_other_words_are_never_honest(said, shown):
    assert (shown_is_honest(" ".join(said), " ".join(shown)) is None) == (
        said == shown and any(word.isalpha() for word in said)
    )


def test_a_very_long_row_of_cuts_is_judged_quickly():
    assert shown_is_honest("ja " * 300, "(...) ja " * 300) is None


def test_a_quote_that_stops_before_its_sentence_says_no_is_noticed():
    text = "Het was leuk, maar niet elke dag. Er was brood. Nooit meer honger."
    assert stops_before_negation(text, 0, len("Het was leuk"))
    assert not stops_before_negation(text, 0, text.index(" Er"))
    assert not stops_before_negation(text, text.index("Er"), text.index(" Nooit"))
    assert not stops_before_negation(TROMMEL, 0, TROMMEL.index(" Dat"))


@pytest.mark.parametrize(
    ("words", "before", "after"),
    [
        ("Twee.", "Nul?", "Drie!"),
        ("wee.", "Nul? T", "Drie!"),
        ("Begin. Een.", "", "Nul?"),
        ("Vier", "Drie!", ""),
        ("Drie", "Twee.", "! Vier"),
    ],
)
def test_around_a_quote_stand_its_own_sentence_and_the_ones_beside_it(words, before, after):
    text = "Begin. Een. Nul? Twee. Drie! Vier"
    start = text.index(words)
    assert around(text, start, start + len(words)) == (before, after)


@given(st.text(alphabet="ab .!?\n", max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_what_stands_around_a_quote_is_the_text_itself(text, one, other):
    start, end = min(one, other, len(text)), min(max(one, other), len(text))
    before, after = around(text, start, end)
    assert text[:start].rstrip().endswith(before) and text[end:].lstrip().startswith(after)
