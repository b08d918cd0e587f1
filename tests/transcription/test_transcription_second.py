"""The second try: what replaces a doubtful reading, and what never does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from transcription_help import RATE

from stories.model import INVENTED, Flag
from transcription.chunks import Chunk
from transcription.engine import Heard, HeardWord
from transcription.second import heard_twice
from transcription.whisper import WhisperEngine

LOOP = "en toen en toen en toen en toen"
CHUNK = Chunk(3, 10_000, 30_000, ((10_000, 13_000), (15_000, 19_000), (24_000, 30_000)), (99, 99, 99))
RNG = np.random.default_rng(2)
SOUND = (RNG.normal(size=20 * RATE) * np.tile(np.repeat([0.1, 0.0001], RATE // 5), 50)).astype(np.float32)


def heard(start: int, end: int, text: str, log_probability: float = -0.1) -> Heard:
    words = text.split()
    times = np.linspace(start, end, len(words) + 1).round().astype(int).tolist()
    timed = tuple(HeardWord(a, b, f" {word}", 0.9) for a, b, word in zip(times, times[1:], words, strict=False))
    return Heard(start, end, text, log_probability, 1.0, 0.0, timed)


class Ears:
    """An engine that hears one thing at first, another when careful, a third in a piece cut out alone."""

    name = "oren"
    knows_languages = False

    def __init__(self, first: list[Heard], careful: list[Heard], alone: list[Heard] | None = None) -> None:
        self._first, self._careful, self._alone = first, careful, alone or []
        self.calls: list[tuple[int, bool]] = []

    def transcribe(
        self, samples: np.ndarray, language: str, *, careful: bool = False, to_english: bool = False
    ) -> list[Heard]:
        self.calls.append((len(samples) * 1000 // RATE, careful))
        if len(samples) < len(SOUND):
            return self._alone
        return self._careful if careful else self._first

    def detect(self, samples: np.ndarray) -> tuple[str, float]:
        return "nl", 1.0


BEFORE, AFTER = heard(200, 2_800, "Ik woon in Gouda"), heard(14_300, 19_500, "Daar is het fijn om te wonen")
DOUBTFUL = heard(5_200, 8_800, LOOP)


def read(ears: Ears) -> list[tuple[str, tuple[Flag, ...]]]:
    return [(reading.segment.text, reading.segment.flags) for reading in heard_twice(SOUND, CHUNK, ears, "nl")]


def test_nothing_is_heard_twice_without_doubt() -> None:
    ears = Ears([BEFORE, AFTER], [])
    assert read(ears) == [(BEFORE.text, ()), (AFTER.text, ())]
    assert ears.calls == [(20_000, False)]


def test_low_confidence_alone_is_no_reason_for_a_second_try() -> None:
    unsure = replace(AFTER, words=tuple(replace(word, probability=0.2) for word in AFTER.words))
    ears = Ears([unsure], [])
    assert read(ears)[0][1] == (Flag.LOW_CONFIDENCE,) and len(ears.calls) == 1


def test_a_better_second_reading_takes_the_place_of_the_doubtful_stretch_alone() -> None:
    ears = Ears([BEFORE, DOUBTFUL, AFTER], [heard(200, 2_800, "Iets heel anders"), heard(5_200, 8_800, "en toen kwam")])
    assert read(ears) == [(BEFORE.text, ()), ("en toen kwam", (Flag.LOW_CONFIDENCE,)), (AFTER.text, ())]


def test_what_careful_ears_do_not_solve_is_cut_out_and_heard_alone() -> None:
    ears = Ears([BEFORE, DOUBTFUL, AFTER], [DOUBTFUL], [heard(100, 3_600, "en toen ging ik naar huis")])
    kept = heard_twice(SOUND, CHUNK, ears, "nl")
    assert ears.calls == [(20_000, False), (20_000, True), (4_000, False)]
    assert [reading.segment.text for reading in kept] == [BEFORE.text, "en toen ging ik naar huis", AFTER.text]
    assert (kept[1].segment.start_ms, kept[1].segment.end_ms) == (15_100, 18_600)


@pytest.mark.parametrize(
    "second",
    [
        [],
        [heard(5_200, 8_800, "Bedankt voor het kijken")],
        [heard(5_200, 8_800, "zomaar wat woorden", log_probability=-1.2)],
        [heard(5_200, 6_900, "en toen kwam"), heard(6_900, 8_800, LOOP)],
    ],
    ids=["nothing", "also invented", "unlikely", "partly invented"],
)
def test_an_empty_or_doubtful_second_reading_wipes_nothing_out(second: list[Heard]) -> None:
    inside = [replace(one, start_ms=one.start_ms - 5_000, end_ms=one.end_ms - 5_000, words=()) for one in second]
    kept = read(Ears([BEFORE, DOUBTFUL, AFTER], second, inside))
    assert kept == [(BEFORE.text, ()), (LOOP, (Flag.LOOP,)), (AFTER.text, ())]


def test_a_second_segment_over_two_first_ones_swaps_both_or_none() -> None:
    both = heard(5_200, 19_500, "en toen kwam ik daar en het was fijn om te wonen")
    assert [text for text, _ in read(Ears([BEFORE, DOUBTFUL, AFTER], [both]))] == [BEFORE.text, both.text]


def test_the_real_engine_decodes_a_loop_differently_and_the_same_each_time(
    engine: WhisperEngine, speech: np.ndarray
) -> None:
    hum = (np.sin(2 * np.pi * 50 * np.arange(10 * RATE) / RATE) * 0.2).astype(np.float32)
    first, careful = engine.transcribe(hum, "nl"), engine.transcribe(hum, "nl", careful=True)
    assert first != careful
    engine.transcribe(speech[: 20 * RATE], "nl")
    assert engine.transcribe(hum, "nl", careful=True) == careful and engine.transcribe(hum, "nl") == first


def test_a_chunk_of_hum_keeps_its_doubt_after_the_second_try(engine: WhisperEngine) -> None:
    hum = (np.sin(2 * np.pi * 50 * np.arange(10 * RATE) / RATE) * 0.2).astype(np.float32)
    made = heard_twice(hum, Chunk(0, 0, 10_000, ((0, 10_000),), (40,)), engine, "nl")
    assert made and all(not INVENTED.isdisjoint(reading.segment.flags) for reading in made)
