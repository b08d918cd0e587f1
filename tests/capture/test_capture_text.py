"""Typed words: what a reader sees stays, what only hides names or breaks machines goes."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture import TextLimits, check_text
from stories.errors import InputRefused
from stories.model import RawText

STORY = "Ik had het koud in bed."


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (f"  {STORY}\r\n", STORY),
        ("Eén dag\rtwee dagen\u2028drie dagen", "Eén dag\ntwee dagen\ndrie dagen"),
        ("We woonden bij oma.\n\n\n\n\nToen niet meer.", "We woonden bij oma.\n\nToen niet meer."),
        ("Cafe\u0301 om de hoek", "Café om de hoek"),
        ("Nat\u200balie en Sa\u00admira en Jo\u200dost en Pi\ufe0fet", "Natalie en Samira en Joost en Piet"),
        ("Ik \u202eheette\u202c Samira", "Ik heette Samira"),
        ("nul\x00bel\x07 en half \ud83d teken", "nulbel en half  teken"),
        ("Mijn gezin 👨\u200d👩\u200d👧 en ik ❤\ufe0f", "Mijn gezin 👨\u200d👩\u200d👧 en ik ❤\ufe0f"),
        ("می\u200cخواهم به خانه بروم", "می\u200cخواهم به خانه بروم"),
        ("<script>alert(1)</script> {{7*7}}", "<script>alert(1)</script> {{7*7}}"),
    ],
)
def test_what_a_reader_sees_stays(typed: str, kept: str) -> None:
    assert check_text(typed) == RawText(kept)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "text_empty"),
        (" \n\t\u200b\ufeff", "text_empty"),
        ("hoi", "text_too_short"),
        ("........... !!", "text_too_short"),
        ("ik " * 80_000, "text_too_long"),
        ("x" * 1_000_001, "text_too_long"),
    ],
)
def test_no_story_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(InputRefused) as caught:
        check_text(typed)
    assert caught.value.key == f"capture.{code}"


def test_limits_can_be_given() -> None:
    assert check_text("kort", TextLimits(min_letters=3)).text == "kort"
    with pytest.raises(InputRefused):
        check_text(STORY, TextLimits(max_characters=20))
    with pytest.raises(ValueError):
        TextLimits(min_letters=0)


def test_zalgo_is_let_in_and_never_takes_long() -> None:
    start = time.process_time()
    tidy = check_text(STORY + "a" + "\u0301\u0327" * 300_000).text
    assert time.process_time() - start < 5
    assert tidy.startswith(STORY) and len(tidy) < 100
    zalgo = "Z\u0351\u036b\u0343a\u0324\u0332l\u034cg\u0348o\u0353 was hier geweest"
    assert check_text(zalgo).text == unicodedata.normalize("NFC", zalgo)


@given(st.text(st.characters(), max_size=400))
def test_tidying_twice_changes_nothing_more(typed: str) -> None:
    try:
        once = check_text("Er was eens een huis. " + typed).text
    except InputRefused:
        pytest.fail("a story with enough words is a story")
    assert check_text(once).text == once
    once.encode()  # no lone surrogate is left
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in once if c not in "\n\t")


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=200))
def test_letters_digits_and_marks_of_punctuation_all_stay(typed: str) -> None:
    kept = check_text("Er was eens een huis. " + typed + " Einde").text
    wanted = unicodedata.normalize("NFC", typed)
    assert [c for c in wanted if c.isalnum()] == [
        c for c in kept.removeprefix("Er was eens een huis. ").removesuffix(" Einde") if c.isalnum()
    ]
