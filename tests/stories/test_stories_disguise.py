"""A disguised voice: the melody is gone, the words are still there, and a bleep stays that bleep."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from stories.audio import CANONICAL_RATE, Samples, flac_writer, read_span, samples
from stories.bleep import redact, settled
from stories.disguise import FLUISTER, PITCH_SAMPLES, RECIPES, VLAK, disguise
from stories.model import digest_of

Array = npt.NDArray[np.float64]
RATE = 16_000
OURS = Path(__file__).parents[2] / "examples" / "recordings"
NATHALIE = Path("/work/shared/audio/nathalie")
"""A real voice of which a house may have recordings; without them these tests use the examples alone."""
VOICES = {
    "man": OURS / "bushokje.flac",
    "vrouw": OURS / "mensenstem.flac",
    "nathalie": max(NATHALIE.glob("*.flac"), key=lambda file: file.stat().st_size, default=NATHALIE / "absent"),
}
MOST_S = 8


def as_flac(sound: Samples) -> io.BytesIO:
    file = io.BytesIO()
    with flac_writer(file, CANONICAL_RATE) as add:
        add(sound)
    return file


def speech(name: str) -> io.BytesIO:
    if not VOICES[name].exists():
        pytest.skip("no recording of this voice here")
    return as_flac(read_span(VOICES[name], 0, MOST_S * 1000, rate=CANONICAL_RATE))


def heard(file: io.BytesIO, rate: int = RATE) -> Samples:
    file.seek(0)
    return np.concatenate(list(samples(file, rate=rate)))


def disguised(file: io.BytesIO, recipe: str, **bleeps: list[tuple[int, int]]) -> io.BytesIO:
    target = io.BytesIO()
    file.seek(0)
    disguise(file, target, recipe, **bleeps)
    return target


def power(sound: Samples, size: int) -> Array:
    """Of frames of `size` samples with some sound in them: all of them, the faint ones zero."""
    count = (len(sound) - size) // (size // 2)
    frames = np.stack([sound[at * size // 2 : at * size // 2 + size] for at in range(count)]) * np.hanning(size)
    spectrum: Array = np.abs(np.fft.rfft(frames, 2 * size)) ** 2
    return spectrum


def pitch(sound: Samples) -> tuple[Array, Array]:
    """Of each frame that is no silence: how periodic it is (0 to 1), and with which period (in samples)."""
    size, first, last = 1024, RATE // 450, RATE // 60
    r = np.fft.irfft(power(sound, size))
    window = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(size), 2 * size)) ** 2)
    alike = (r[:, first:last] / window[first:last]) / (r[:, :1] / window[0] + 1e-12)
    loud = r[:, 0] > 1e-3 * r[:, 0].max()
    return alike.max(axis=1)[loud], first + alike.argmax(axis=1)[loud].astype(float)


def bands(sound: Samples) -> Array:
    """How strong 14 bands of speech are, in time."""
    edges = np.geomspace(12, 440, 15).astype(int)
    return np.log(np.stack([power(sound, 512)[:, a:b].mean(axis=1) + 1e-9 for a, b in pairwise(edges)]))


VOICED = 0.7
"""From here on a frame counts as periodic."""


@pytest.mark.parametrize("name", VOICES)
def test_a_whisper_has_no_pitch_left(name: str) -> None:
    before, after = heard(speech(name)), heard(disguised(speech(name), FLUISTER))
    periodic, periods = pitch(before)
    assert (periodic > VOICED).mean() > 0.4 and periods[periodic > VOICED].std() > 5, "the voice itself had melody"
    assert (pitch(after)[0] > VOICED).mean() < 0.02


@pytest.mark.parametrize("name", VOICES)
def test_a_flat_voice_has_one_pitch_for_everybody(name: str) -> None:
    periodic, periods = pitch(heard(disguised(speech(name), VLAK)))
    found = periods[periodic > 0.9]
    assert len(found) > 10
    assert np.mean([min(abs(p - n * PITCH_SAMPLES) for n in (1, 2)) <= 1 for p in found]) > 0.98  # or twice as long


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("name", VOICES)
def test_the_words_are_still_there(name: str, recipe: str) -> None:
    """Measured as how the shape of the sound moves; another moment of the same recording is the yardstick."""
    before, after = bands(heard(speech(name))), bands(heard(disguised(speech(name), recipe)))
    loud = before.mean(axis=0) > np.median(before.mean(axis=0))
    moves = [sound[:, loud] - sound[:, loud].mean(axis=1, keepdims=True) for sound in (before, after)]

    def alike(shift: int) -> float:
        return float(np.corrcoef(moves[0].ravel(), np.roll(moves[1], shift, axis=1).ravel())[0, 1])

    assert alike(0) > 0.75
    assert alike(25) < 0.4


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_gliding_tone_does_not_shine_through(recipe: str) -> None:
    """A high voice, whose overtones lie far apart, is where a predictor would keep the pitch."""
    time = np.arange(4 * CANONICAL_RATE) / CANONICAL_RATE
    phase = 2 * np.pi * np.cumsum(250 + 37.5 * time) / CANONICAL_RATE
    voice = sum(np.sin(n * phase) / n for n in range(1, 20)) * 0.1
    periodic, periods = pitch(heard(disguised(as_flac(voice.astype(np.float32)), recipe)))
    glide = RATE / np.linspace(250, 400, len(periods))
    follows = (periodic > VOICED) & (np.abs(periods / glide - 1) < 0.03)
    assert follows.mean() < 0.06


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("size", [1, 47, 48_000, 480_000, 480_001, 500_123])
def test_it_is_as_long_as_it_was(recipe: str, size: int) -> None:
    noise = np.random.default_rng(1).standard_normal(size).astype(np.float32) * 0.1
    assert len(heard(disguised(as_flac(noise), recipe), CANONICAL_RATE)) == size


@pytest.mark.parametrize("recipe", RECIPES)
def test_it_keeps_the_time(recipe: str) -> None:
    """A click stays where it was, also behind the edge of a block, so that subtitles fit."""
    sound = np.zeros(11 * CANONICAL_RATE, np.float32)
    for at in (2, 10):
        sound[at * CANONICAL_RATE : at * CANONICAL_RATE + 2400] = 0.5
    after = np.abs(heard(disguised(as_flac(sound), recipe), CANONICAL_RATE))
    for at in (2, 10):
        place = at * CANONICAL_RATE
        near = after[place - 4800 : place + 7200]
        middle = float((near * np.arange(len(near))).sum() / near.sum()) - 4800
        assert abs(middle - 1200) < 1500


def test_the_same_sound_gives_the_same_bytes() -> None:
    made = {digest_of(disguised(speech("man"), FLUISTER).getvalue().hex()) for _ in range(2)}
    assert len(made) == 1


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_bleep_stays_the_bleep_it_was_and_no_voice_is_in_it(recipe: str) -> None:
    spans = [(1_000, 1_900), (3_000, 3_050), (5_000, 6_000)]
    safe = io.BytesIO()
    redact(speech("man"), spans, safe)
    holes = settled(spans)
    before, after = heard(safe, CANONICAL_RATE), heard(disguised(safe, recipe, bleeps=holes), CANONICAL_RATE)
    for start, end in holes:
        hole = slice(start * 48, end * 48)
        assert np.array_equal(before[hole], after[hole]) and np.abs(after[hole]).max() > 0.05
    outside = slice(2_000 * 48, 2_700 * 48)
    assert not np.array_equal(before[outside], after[outside])


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_bleep_does_not_ring_on_in_the_voice(recipe: str) -> None:
    safe = io.BytesIO()
    redact(as_flac(np.zeros(3 * CANONICAL_RATE, np.float32)), [(1_000, 1_900)], safe)
    after = heard(disguised(safe, recipe, bleeps=[(1_000, 1_900)]), CANONICAL_RATE)
    assert np.abs(after[48_000:91_200]).max() > 0.05
    after[48_000:91_200] = 0
    assert np.abs(after).max() < 0.001


def test_a_recipe_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="recipe"):
        disguised(speech("man"), "anoniem-1")
