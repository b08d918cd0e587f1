"""What a disguised voice still says, and whose it still is: `.venv/bin/python benchmarks/disguise.py`.

The example recordings (five synthetic voices, one human) as they are and disguised, by three measures:

- words: what the practice model writes. It knows these sentences, and no whisper or monotone: what it still understands
  is a lower bound for a person, what it misses says nothing about one.
- strength: per third of an octave, how the strength of the sound goes up and down within 384 ms, correlated with the
  undisguised (after C. H. Taal et al., "An algorithm for intelligibility prediction of time-frequency weighted noisy
  speech", 2011, without its clipping; 1 is the same). Beside it the same for speech under noise and for other words, so
  that the number can be placed. No person judged anything here.
- voice: cosine between vectors of voices (Resemblyzer, the extra `speakers`), and how often a disguised sentence lies
  nearest to other sentences of its own speaker. Left out, and said so, where that is not installed.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.asr import distance, words_of
from stories.audio import CANONICAL_RATE, WHISPER_RATE, Samples, samples, write_flac
from stories.disguise import RECIPES, disguise
from stories.errors import NotReady
from stories.settings import Settings
from transcription import load_engine, transcribe_file
from transcription.speakers import Voices, load_voices

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
FRAME, HOP, TOGETHER = 410, 205, 30  # samples at 16 kHz; frames of 384 ms
BANDS = [150 * 2 ** (third / 3) for third in range(15)]  # Hz
LOUD_DB = 40.0  # frames that are softer than the loudest by more are silence
ASIS = "as it is"


@dataclass(frozen=True, slots=True)
class Sentence:
    speaker: str
    start: int  # samples at 16 kHz
    end: int


def truth(sound: Path) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(sound.with_suffix(".json").read_text(encoding="utf-8"))
    return rows


def versions(sound: Path, folder: Path) -> dict[str, Path]:
    """The recording as canonical FLAC, as it is and in each recipe."""
    plain = BytesIO()
    write_flac(sound, plain, rate=CANONICAL_RATE)
    found = {}
    for recipe in (ASIS, *RECIPES):
        plain.seek(0)
        found[recipe] = folder / f"{sound.stem}-{recipe}.flac"
        with found[recipe].open("w+b") as target:
            target.write(plain.getvalue()) if recipe == ASIS else disguise(plain, target, recipe)
    return found


def heard(path: Path) -> Samples:
    return np.concatenate(list(samples(path, rate=WHISPER_RATE)))


def strengths(sound: Samples) -> np.ndarray:
    """Per frame the strength in each band."""
    count = (len(sound) - FRAME) // HOP + 1
    frames = np.stack([sound[at * HOP : at * HOP + FRAME] for at in range(count)]) * np.hanning(FRAME)
    power = np.abs(np.fft.rfft(frames, 1024)) ** 2
    hertz = np.fft.rfftfreq(1024, 1 / WHISPER_RATE)
    edges = [(hertz >= low * 2 ** (-1 / 6)) & (hertz < low * 2 ** (1 / 6)) for low in BANDS]
    strength: np.ndarray = np.sqrt(np.stack([power[:, band].sum(axis=1) for band in edges], axis=1))
    return strength


def alike(clean: Samples, other: Samples) -> float:
    """The mean correlation of strengths within 384 ms, over all bands, where somebody speaks."""
    size = min(len(clean), len(other))
    one, two = strengths(clean[:size]), strengths(other[:size])
    loud = 20 * np.log10(one.sum(axis=1) + 1e-9)
    found = []
    for at in range(0, len(one) - TOGETHER, TOGETHER // 2):
        if loud[at : at + TOGETHER].max() < loud.max() - LOUD_DB:
            continue
        a, b = (x[at : at + TOGETHER] - x[at : at + TOGETHER].mean(axis=0) for x in (one, two))
        norms = np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0))
        found.append(((a * b).sum(axis=0) / np.maximum(norms, 1e-12)).mean())
    return float(np.mean(found))


def noisy(sound: Samples, decibel: float) -> Samples:
    noise = np.random.default_rng(1).standard_normal(len(sound)).astype(np.float32)
    level = np.sqrt(np.mean(sound**2) / np.mean(noise**2)) * 10 ** (-decibel / 20)
    return sound + noise * np.float32(level)


def sentences(sound: Path) -> Iterator[Sentence]:
    name = sound.stem
    for row in truth(sound):
        start, end = int(str(row["start_ms"])) * 16, int(str(row["end_ms"])) * 16
        if end - start >= 1.5 * WHISPER_RATE:
            yield Sentence(f"{name} {row['speaker']}", start, end)


def say_words(made: dict[Path, dict[str, Path]]) -> None:
    settings = Settings(_env_file=None)
    engine = load_engine(str(EXAMPLES / "model"), settings, allow_example=True)
    for recipe in (ASIS, *RECIPES):
        rates = {}
        for sound, paths in made.items():
            wanted = words_of(" ".join(str(row["text"]) for row in truth(sound)))
            found = transcribe_file(paths[recipe], engine, settings, "nl")
            rates[sound.stem] = (distance(wanted, words_of(found.text)), len(wanted))
        wrong, total = (sum(each) for each in zip(*rates.values(), strict=True))
        each = ", ".join(f"{name} {errors / words:.2f}" for name, (errors, words) in rates.items())
        print(f"words wrong, {recipe}: {wrong / total:.2f} ({each})", flush=True)


def say_strengths(made: dict[Path, dict[str, Path]]) -> None:
    plain = {sound: heard(paths[ASIS]) for sound, paths in made.items()}
    for recipe in RECIPES:
        found = {sound.stem: alike(plain[sound], heard(paths[recipe])) for sound, paths in made.items()}
        each = ", ".join(f"{name} {value:.2f}" for name, value in found.items())
        print(f"strength, {recipe}: {np.mean(list(found.values())):.2f} ({each})")
    for decibel in (10, 5, 0, -5, -10):
        value = np.mean([alike(sound, noisy(sound, decibel)) for sound in plain.values()])
        print(f"strength, speech {decibel} dB above noise: {value:.2f}")
    others = [alike(one, two) for one, two in product(plain.values(), repeat=2) if one is not two]
    print(f"strength, other words: {np.mean(others):.2f}", flush=True)


def say_voices(made: dict[Path, dict[str, Path]], voices: Voices) -> None:
    places = [(sound, one) for sound in made for one in sentences(sound)]
    vectors = {}
    for recipe in (ASIS, *RECIPES):
        whole = {sound: heard(paths[recipe]) for sound, paths in made.items()}
        vectors[recipe] = np.stack([voices.embed(whole[sound][one.start : one.end]) for sound, one in places])
    who = np.array([one.speaker for _, one in places])
    speakers = sorted(set(who))
    print(f"voice: {len(places)} sentences of {len(speakers)} speakers; nearest by chance {1 / len(speakers):.2f}")
    for recipe in vectors:
        for against in dict.fromkeys((ASIS, recipe)):
            _compare(vectors[recipe], vectors[against], who, speakers, f"{recipe} against {against}")


def _compare(these: np.ndarray, those: np.ndarray, who: np.ndarray, speakers: Sequence[str], name: str) -> None:
    cosine = these @ those.T
    others = ~np.eye(len(who), dtype=bool)
    same = (who[:, None] == who[None, :]) & others
    right = 0
    for at in range(len(who)):
        means = [cosine[at][(who == one) & others[at]].mean() for one in speakers]
        right += speakers[int(np.argmax(means))] == who[at]
    print(
        f"voice, {name}: own {cosine[same].mean():.2f}, others {cosine[~same & others].mean():.2f},"
        f" nearest to own {right / len(who):.2f}"
    )


def main() -> int:
    sounds = sorted(path for path in (EXAMPLES / "recordings").iterdir() if path.suffix not in (".json", ".md"))
    with tempfile.TemporaryDirectory() as name:
        made = {sound: versions(sound, Path(name)) for sound in sounds}
        say_words(made)
        say_strengths(made)
        try:
            voices = load_voices()
        except NotReady as missing:
            print(f"voice: not measured. {missing.message}")
            return 0
        say_voices(made, voices)
    return 0


if __name__ == "__main__":
    sys.exit(main())
