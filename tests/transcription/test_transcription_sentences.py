"""Segments are sentences, and no word is lost, moved or changed on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.model import INVENTED, Flag, Segment, Word
from transcription.sentences import LONGEST_MS, in_sentences


def heard(text: str, start_ms: int = 0, *, step: int = 300, flags: tuple[Flag, ...] = (), sure: float = 0.9) -> Segment:
    words = tuple(
        Word(start_ms + at * step, start_ms + (at + 1) * step - 50, word, sure) for at, word in enumerate(text.split())
    )
    return Segment(words[0].start_ms, words[-1].end_ms, " ".join(text.split()), sure, flags=flags, words=words)


def texts(*segments: Segment) -> list[str]:
    return [segment.text for segment in in_sentences(segments)]


def test_what_the_engine_gives_in_one_piece_becomes_sentences() -> None:
    assert texts(heard("Ik heet Sef. Hoe heet jij? Nou ja, dat was het…")) == [
        "Ik heet Sef.", "Hoe heet jij?", "Nou ja, dat was het…",
    ]  # fmt: skip


def test_a_sentence_that_the_engine_cut_becomes_one() -> None:
    first = heard("Toen gingen wij, met z'n allen,")
    assert texts(first, heard("naar de bus.", first.end_ms + 100)) == ["Toen gingen wij, met z'n allen, naar de bus."]


def test_a_long_pause_ends_a_sentence() -> None:
    first = heard("en toen")
    assert texts(first, heard("ging ze weg", first.end_ms + 1_200)) == ["en toen", "ging ze weg"]


@pytest.mark.parametrize("word", ["mevr.", "dhr.", "bijv.", "J.", "o.a.", "St."])
def test_a_stop_that_shortens_a_word_ends_nothing(word: str) -> None:
    assert texts(heard(f"Dat was {word} De Vries die belde.")) == [f"Dat was {word} De Vries die belde."]


def test_speech_without_a_stop_is_cut_where_somebody_breathed() -> None:
    long = heard(" ".join(["woord"] * 60))
    words = [replace(word, start_ms=word.start_ms + 400 * (at >= 33), end_ms=word.end_ms + 400 * (at >= 33))
             for at, word in enumerate(long.words)]  # fmt: skip
    made = in_sentences([replace(long, words=tuple(words), end_ms=words[-1].end_ms)])
    assert [len(segment.words) for segment in made] == [33, 27]


def test_what_may_be_invented_stays_as_it_came() -> None:
    doubtful = heard("Ondertiteld door niemand. Bedankt voor het kijken.", 5_000, flags=(Flag.BOILERPLATE,))
    assert in_sentences([heard("Ja."), doubtful])[1] == doubtful


def test_doubt_is_weighed_by_the_sentence() -> None:
    sure, unsure = heard("Dat klopt."), heard("Of toch niet.", 2_000, sure=0.3)
    both = replace(sure, words=sure.words + unsure.words, end_ms=unsure.end_ms, text=f"{sure.text} {unsure.text}")
    assert [segment.flags for segment in in_sentences([both])] == [(), (Flag.LOW_CONFIDENCE,)]


def test_doubt_about_the_sound_goes_along_with_its_words() -> None:
    noisy = heard("Dat was. En toen", flags=(Flag.LOW_CONFIDENCE,))
    made = in_sentences([noisy, heard("ging ik. Naar huis.", noisy.end_ms + 100)])
    assert [bool(segment.flags) for segment in made] == [True, True, False]


WORDS = st.lists(st.sampled_from(["ja.", "nee", "en", "toen?", "mevr.", "hm…", "ik"]), min_size=1, max_size=60)


@given(st.lists(st.tuples(WORDS, st.integers(0, 3_000), st.sampled_from([(), (Flag.LOOP,)])), max_size=5))
def test_every_word_is_there_once_with_its_time(given_segments: list[tuple[list[str], int, tuple[Flag, ...]]]) -> None:
    at, segments = 0, []
    for words, gap, flags in given_segments:
        segments.append(heard(" ".join(words), at + gap, flags=flags))
        at = segments[-1].end_ms
    made = in_sentences(segments)
    assert [word for segment in made for word in segment.words] == [w for segment in segments for w in segment.words]
    for segment in made:
        assert segment.text == " ".join(word.text for word in segment.words)
        if INVENTED.isdisjoint(segment.flags) and len(segment.words) > 20:
            assert segment.end_ms - segment.start_ms <= LONGEST_MS
    assert in_sentences(made) == made
