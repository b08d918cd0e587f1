"""How often a word gets the wrong speaker, and what telling speakers apart costs: `python benchmarks/speakers.py`.

Sentences of two example recordings take turns, with the true times of their words. Needs the extra `speakers`. "Higher"
is the same recording at a higher pitch, as if another person spoke: without it there are few voices in the examples.
Real turn-taking, with people who talk through each other, is worse.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
import wave
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from stories.audio import Samples, samples, write_flac
from stories.model import Segment, Transcript, Word
from transcription import apply, speakers

RECORDINGS = Path(__file__).resolve().parents[1] / "examples" / "recordings"
RATE = 16_000
Sentence = tuple[Samples, list[tuple[int, int, str]]]


def sentences(name: str, pitch: float) -> list[Sentence]:
    """Each sentence of a recording: its sound, and its words with times from its beginning."""
    sound = np.concatenate(list(samples(next(p for p in RECORDINGS.glob(f"{name}.*") if p.suffix != ".json"))))
    found = []
    for row in json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8")):
        words = [(word["start_ms"], word.get("end_ms", word["start_ms"] + 200), word["text"]) for word in row["words"]]
        start, end = words[0][0], words[-1][1]
        piece = sound[start * 16 : end * 16]
        higher = np.interp(np.arange(0, len(piece), pitch), np.arange(len(piece)), piece).astype(np.float32)
        times = [(round((a - start) / pitch), round((b - start) / pitch), text) for a, b, text in words]
        found.append((higher, times))
    return found


def conversation(turns: Sequence[tuple[int, Sentence]], gap_ms: int, folder: Path) -> tuple[Path, Transcript]:
    now, pieces, segments = 0, [], []
    for _, (sound, times) in turns:
        words = tuple(Word(now + a, now + max(a, b), text, 0.9) for a, b, text in times)
        text = " ".join(word.text for word in words)
        segments.append(Segment(words[0].start_ms, words[-1].end_ms, text, 0.9, words=words))
        pieces += [sound, np.zeros(gap_ms * 16, np.float32)]
        now += len(sound) // 16 + gap_ms
    path = folder / "gesprek.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(np.concatenate(pieces), -1, 1) * 32767).astype("<i2").tobytes())
    flac = folder / "gesprek.flac"  # as recordings are kept here: read by seeking
    with flac.open("wb") as target:
        write_flac(path, target, rate=RATE)
    return flac, Transcript("nl", now, "", tuple(segments))


def confusion(transcript: Transcript, truth: Sequence[int], proposal: speakers.Proposal) -> float:
    """Share of speech with the wrong speaker, whatever the two are called."""
    after = apply(transcript, speakers.as_change(transcript, proposal))
    heard = {(word.start_ms, word.text): segment.speaker for segment in after.segments for word in segment.words}
    time_of: dict[tuple[int, str | None], int] = {}
    for who, segment in zip(truth, transcript.segments, strict=True):
        for word in segment.words:
            key = (who, heard[word.start_ms, word.text])
            time_of[key] = time_of.get(key, 0) + word.end_ms - word.start_ms
    names = {name for _, name in time_of} | {None, "nobody"}
    right = max(sum(time_of.get((who, name), 0) for who, name in enumerate(pair)) for pair in permutations(names, 2))
    return 1 - right / sum(time_of.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=0.0, help="only one conversation, of about so many hours")
    hours = parser.parse_args().hours
    voices = speakers.load_voices(1)
    voices.embed(np.zeros(RATE, np.float32) + 1e-3)  # the first call compiles
    pairs = [("mensenstem", "bushokje", 1.0), ("broodtrommel", "bushokje", 1.0), ("mensenstem", "mensenstem", 1.18),
             ("hardop", "hardop", 1.18)]  # fmt: skip
    print(f"{'who':34} {'pause':>6} {'speech':>7} {'wrong':>7} {'CPU':>13} {'peak':>7}")
    with TemporaryDirectory() as folder:
        for first, second, pitch in pairs if not hours else []:
            for gap_ms in (300, 50):
                a, b = sentences(first, 1.0), sentences(second, pitch)
                turns = [(n % 2, (b if n % 2 else a)[n // 2 % len(b if n % 2 else a)]) for n in range(24)]
                line(f"{first} / {second}{' higher' if pitch > 1 else ''}", turns, gap_ms, voices, Path(folder))
        if hours:
            a, b = sentences("broodtrommel", 1.0), sentences("bushokje", 1.0)
            turns = [(n % 2, (b if n % 2 else a)[n // 2 % len(b if n % 2 else a)]) for n in range(int(hours * 1100))]
            line(f"about {hours:g} h", turns, 300, voices, Path(folder))
    return 0


def line(name: str, turns: Sequence[tuple[int, Sentence]], gap_ms: int, voices: speakers.Voices, folder: Path) -> None:
    audio, transcript = conversation(turns, gap_ms, folder)
    began = time.process_time()
    proposal = speakers.propose(audio, transcript, voices, 2)
    used = time.process_time() - began
    wrong = confusion(transcript, [who for who, _ in turns], proposal)
    seconds, peak = transcript.duration_ms / 1000, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name:34} {gap_ms:4} ms {seconds:5.0f} s {wrong:6.1%} {used / seconds:8.3f} x rt {peak:4} MB", flush=True)


if __name__ == "__main__":
    sys.exit(main())
