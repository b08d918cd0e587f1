"""Nothing is invented silently: sounds in which nobody speaks, pauses, noise over speech, voices over each other.

All through the real path. The practice model makes it hard: on what it does not know it says, with confidence, one of
the sentences that it knows. So what is counted here is whether our own doubt catches that. Not caught, and so not
tested: two or three voices over each other, and a recording played backwards. To the voice detector and in loudness
those are speech; only a model that knows Dutch can tell.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from transcription_help import RATE, ROOT, Said, unflagged_inventions, words_of

import transcription
from stories.audio import samples
from stories.model import INVENTED
from stories.settings import Settings
from transcription.whisper import WhisperEngine

RECORDINGS = ROOT / "examples" / "recordings"
SECONDS = np.arange(20 * RATE) / RATE


def noise(length: int, colour: float, seed: int = 1) -> np.ndarray:
    """Noise of power 1: `colour` 0 is white, 1 pink, 2 brown (power falls with that power of the frequency)."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=length))
    steps = np.arange(len(spectrum))
    steps[0] = 1
    sound = np.fft.irfft(spectrum / steps ** (colour / 2), length)
    return sound / np.std(sound)


def chord(*notes: float, tremolo: float = 0.0) -> np.ndarray:
    sound = sum(np.sin(2 * np.pi * note * SECONDS) for note in notes) / len(notes) * 0.3
    return sound * (0.5 + 0.5 * np.sin(2 * np.pi * tremolo * SECONDS)) if tremolo else sound


def vowel(pitch: float) -> np.ndarray:
    """Three times a second the same "a", without a word: humming, a mixer, a toy."""
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.1 * np.sin(2 * np.pi * 0.7 * SECONDS))) / RATE
    heights = [sum(np.exp(-(((pitch * h - at) / 120) ** 2)) for at in (600, 1200, 2500)) for h in range(1, 30)]
    sound = sum(height * np.sin(phase * h) for h, height in enumerate(heights, 1))
    return sound / np.abs(sound).max() * 0.4 * (np.sin(2 * np.pi * 3 * SECONDS) > 0)


def breaths(seed: int) -> np.ndarray:
    rng, sound = np.random.default_rng(seed), np.zeros(SECONDS.size)
    for second in range(0, 18, 2):
        length = int((0.3 + 0.7 * rng.random()) * RATE)
        sound[second * RATE : second * RATE + length] = noise(length, 1, second) * np.hanning(length) * 0.15
    return sound


NOBODY: dict[str, Callable[[], np.ndarray]] = {
    "digital silence": lambda: np.zeros(SECONDS.size),
    "room": lambda: noise(SECONDS.size, 0) * 0.0005,
    "hum": lambda: np.sin(2 * np.pi * 50 * SECONDS) * 0.2,
    "white": lambda: noise(SECONDS.size, 0) * 0.1,
    "pink": lambda: noise(SECONDS.size, 1) * 0.1,
    "loud pink": lambda: noise(SECONDS.size, 1, 2) * 0.3,
    "brown": lambda: noise(SECONDS.size, 2) * 0.3,
    "tone": lambda: chord(440),
    "chord": lambda: chord(220, 277, 330),
    "low chord": lambda: chord(110, 138.6, 164.8, 220),
    "low chord that trembles": lambda: chord(110, 138.6, 164.8, 220, tremolo=4),
    "chord that trembles": lambda: chord(262, 330, 392, 523, tremolo=4),
    "breaths": lambda: breaths(1),
    "vowel": lambda: vowel(150),
    "high vowel": lambda: vowel(220),
}


@pytest.mark.parametrize("name", NOBODY)
def test_where_nobody_speaks_no_word_is_left_without_a_flag(
    name: str, engine: WhisperEngine, settings: Settings, write_wav: Callable[[np.ndarray], Path]
) -> None:
    heard = transcription.transcribe_file(write_wav(NOBODY[name]()), engine, settings, "nl")
    assert unflagged_inventions(heard, ()) == []
    assert all(not INVENTED.isdisjoint(segment.flags) for segment in heard.segments if segment.text)


def spoken(name: str, sentences: int) -> tuple[np.ndarray, list[Said]]:
    """The first sentences of a recording, cut in the pause after them, and what is said in it when."""
    audio = next(path for path in RECORDINGS.glob(f"{name}.*") if path.suffix != ".json")
    told = json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))
    end = (told[sentences - 1]["words"][-1]["end_ms"] + told[sentences]["words"][0]["start_ms"]) // 2
    words = [word for sentence in told[:sentences] for word in sentence["words"]]
    truth = [Said("".join(words_of(word["text"])), word["start_ms"], word["end_ms"]) for word in words]
    return np.concatenate(list(samples(audio)))[: end * RATE // 1000], truth


BETWEEN: dict[str, Callable[[int], np.ndarray]] = {
    "silence": np.zeros,
    "room": lambda length: noise(length, 0) * 0.0005,
    "hum": lambda length: np.sin(2 * np.pi * 50 * np.arange(length) / RATE) * 0.1,
}


@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize("pause_s", [20, 60])
def test_long_pauses_add_no_word_and_lose_none(
    pause_s: int, between: str, engine: WhisperEngine, settings: Settings, write_wav: Callable[[np.ndarray], Path]
) -> None:
    parts, truth, at = list[np.ndarray](), list[Said](), 0
    for name, sentences in (("broodtrommel", 3), ("bushokje", 3), ("deurbel", 2)):
        sound, said = spoken(name, sentences)
        parts += [sound, BETWEEN[between](pause_s * RATE)]
        truth += [Said(word.text, word.start_ms + at, word.end_ms + at) for word in said]
        at += (len(sound) + pause_s * RATE) * 1000 // RATE
    heard = transcription.transcribe_file(write_wav(np.concatenate(parts)), engine, settings, "nl")
    assert unflagged_inventions(heard, truth) == []
    assert words_of(heard.text) == [word.text for word in truth]


@pytest.mark.parametrize("colour", [0, 1], ids=["white", "pink"])
@pytest.mark.parametrize("decibels", [0, 3, 5])
@pytest.mark.parametrize(("name", "sentences"), [("bushokje", 7), ("hardop", 8), ("mensenstem", 4)])
def test_under_noise_what_is_misheard_is_flagged(
    name: str,
    sentences: int,
    decibels: int,
    colour: int,
    engine: WhisperEngine,
    settings: Settings,
    write_wav: Callable[[np.ndarray], Path],
) -> None:
    sound, truth = spoken(name, sentences)
    level = np.sqrt(np.mean(np.square(sound[np.abs(sound) > 0.02])))
    mixed = sound + noise(len(sound), colour, 7) * level / 10 ** (decibels / 20)
    heard = transcription.transcribe_file(write_wav(mixed * 0.5), engine, settings, "nl")
    assert unflagged_inventions(heard, truth) == []
    assert heard.segments, "noise must not make a voice disappear: at least 'luister hier' is left"


def test_among_many_voices_every_word_is_flagged(
    engine: WhisperEngine, settings: Settings, write_wav: Callable[[np.ndarray], Path]
) -> None:
    voices = [spoken(name, 5)[0][: 12 * RATE] for name in ("broodtrommel", "bushokje", "deurbel", "hardop")]
    shortest = min(map(len, voices))
    many = sum(np.roll(voice[:shortest], shift * 30_000) for voice in voices for shift in (0, 1)) / 6
    heard = transcription.transcribe_file(write_wav(many), engine, settings, "nl")
    assert unflagged_inventions(heard, ()) == [] and heard.segments
