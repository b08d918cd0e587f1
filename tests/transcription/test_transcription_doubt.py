"""Which words are doubted, and which are left alone."""

from __future__ import annotations

import math

import numpy as np
import pytest

from stories.model import Flag
from transcription import doubt


@pytest.mark.parametrize(
    "text",
    [
        "Ondertitels ingediend door de Amara.org gemeenschap",
        "ondertitels ingediend door de amara org gemeenschap",
        "Ondertiteld door TV Gelderland 2021",
        "TV Gelderland 2021",
        "Bedankt voor het kijken!",
        "Dank u voor het kijken.",
        "Dankjewel voor het kijken",
        "Tot de volgende keer!",
        "Vergeet niet te abonneren",
        "Ondertiteling",
        "MUZIEK",
        "Thanks for watching!",
    ],
)
def test_what_subtitles_say_is_recognised(text: str) -> None:
    assert doubt.is_boilerplate(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ik kijk thuis altijd naar de televisie.",
        "Bedankt voor het brood, zei ik.",
        "Wij luisterden naar muziek in de gang.",
        "Mijn moeder leest de ondertitels voor mijn oma.",
        "Tot ziens, zei de juf.",
        "In de stilte hoorde ik de buren.",
    ],
)
def test_what_a_child_says_is_not(text: str) -> None:
    assert not doubt.is_boilerplate(text)


def test_loops_are_words_or_phrases_that_come_again_and_again() -> None:
    assert doubt.is_loop("nee nee nee nee nee")
    assert doubt.is_loop("en toen en toen en toen")
    assert doubt.is_loop("Ja. " + "Dat was heel spannend. " * 3)
    assert not doubt.is_loop("ab" * 400) and doubt.compression("ab" * 400) > doubt.MAX_COMPRESSION
    assert not doubt.is_loop("nee nee nee, dat wil ik niet, nee")
    assert not doubt.is_loop("Dat was heel spannend. Dat was heel spannend.")
    assert not doubt.is_loop("")


def test_three_equal_sentences_in_a_row_repeat() -> None:
    assert doubt.repeats(["a", "B.", "b", "b!", "c", "c"]) == {1, 2, 3}
    assert doubt.repeats(["", "", ""]) == frozenset()


def test_loudness_is_in_dbfs() -> None:
    assert doubt.loudness(np.zeros(10, np.float32)) == doubt.loudness(np.zeros(0, np.float32)) == -math.inf
    assert doubt.loudness(np.full(10, 0.1, np.float32)) == pytest.approx(-20)


def test_one_quick_word_is_not_too_fast_but_ten_in_a_second_are() -> None:
    assert not doubt.is_too_fast(1, 80)
    assert not doubt.is_too_fast(7, 1_000)
    assert doubt.is_too_fast(8, 1_000)


def flags(**changes: object) -> tuple[Flag, ...]:
    """The flags of a segment about which there is no doubt but what `changes` say."""
    sure = {
        "words": 4,
        "duration_ms": 2_000,
        "confidence": 0.9,
        "log_probability": -0.1,
        "no_speech": 0.01,
        "window_compression": 1.1,
        "dbfs": -20.0,
        "in_speech": 1.0,
        "voice": 99,
        "rise_db": 30.0,
    }
    return doubt.flags_of("Wij wonen in Gouda", **{**sure, **changes})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ()),
        ({"log_probability": -1.1, "no_speech": 0.7}, (Flag.NO_SPEECH,)),
        ({"log_probability": -1.1}, ()),
        ({"no_speech": 0.99}, ()),
        ({"window_compression": 2.5}, (Flag.COMPRESSION,)),
        ({"voice": 56}, (Flag.SILENCE,)),
        ({"in_speech": 0.2}, (Flag.SILENCE,)),
        ({"dbfs": -56.0}, (Flag.SILENCE,)),
        ({"rise_db": 11.0}, (Flag.LOW_CONFIDENCE,)),
        ({"confidence": 0.4}, (Flag.LOW_CONFIDENCE,)),
        ({"words": 15}, (Flag.TOO_FAST,)),
    ],
)
def test_each_sign_of_doubt_gives_its_own_flag(changes: dict[str, object], expected: tuple[Flag, ...]) -> None:
    assert flags(**changes) == expected


def test_speech_rises_above_its_pauses_and_noise_does_not(speech: np.ndarray) -> None:
    noise = np.random.default_rng(1).normal(size=len(speech)).astype(np.float32)
    assert doubt.rise(speech) > 20 > doubt.MIN_RISE_DB > doubt.rise(speech + noise * 0.1) > doubt.rise(noise)
    assert doubt.rise(np.zeros(0, np.float32)) == doubt.rise(np.zeros(16_000, np.float32)) == math.inf
