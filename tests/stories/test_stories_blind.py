"""A mark compares and gives nothing away."""

from __future__ import annotations

from stories.blind import MARK_HEX, Blind
from stories.vault import KEY_BYTES, StoryKey

HOUSE = StoryKey(bytes(range(KEY_BYTES)))


def test_equal_words_have_equal_marks_and_others_do_not() -> None:
    words = Blind(HOUSE, "words")
    assert words.mark("schuld") == Blind(HOUSE, "words").mark("schuld") != words.mark("schulden")
    assert len(words.mark("schuld")) == MARK_HEX


def test_marks_of_another_purpose_or_house_cannot_be_compared() -> None:
    other_house = StoryKey(bytes(KEY_BYTES))
    marks = {Blind(HOUSE, "words").mark("x"), Blind(HOUSE, "tags").mark("x"), Blind(other_house, "words").mark("x")}
    assert len(marks) == 3


def test_half_a_surrogate_pair_has_a_mark_too() -> None:
    assert Blind(HOUSE, "words").mark("\ud83d")
