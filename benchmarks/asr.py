"""How well a real speech model hears: word error rate, speed, memory and flagged words, with the product's own stage.

    VERTELPUNT_WHISPER_MODEL=large-v2 .venv/bin/python benchmarks/asr.py [--audio MAP] [--clips 140] [--threads 2]

The model is a name (downloaded when it is not here) or a folder. `--audio` names a folder of recordings with their
transcripts: a `metadata.jsonl` with lines of `{"file": ..., "text": ...}`, or NAME.txt beside NAME.flac (or .wav,
.mp3, .m4a, .ogg, .opus, .webm). So an organisation measures its own recordings, made with consent for this purpose.
Only figures are shown: no word, no file name; nothing is logged or kept.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from stories.errors import InputRefused, NotReady
from stories.settings import Settings
from transcription import Engine, load_engine, transcribe_file

VARIABLE = "VERTELPUNT_WHISPER_MODEL"
SOUNDS = (".flac", ".wav", ".mp3", ".m4a", ".ogg", ".opus", ".webm")


@dataclass(frozen=True, slots=True)
class Clip:
    audio: Path
    text: str


@dataclass(frozen=True, slots=True)
class Score:
    """What one recording, or all together, came to. `errors` are words wrong, missing or too many."""

    words: int
    errors: int
    heard: int
    flagged: int
    audio_s: float
    cpu_s: float

    def __add__(self, other: Score) -> Score:
        return Score(
            self.words + other.words,
            self.errors + other.errors,
            self.heard + other.heard,
            self.flagged + other.flagged,
            self.audio_s + other.audio_s,
            self.cpu_s + other.cpu_s,
        )

    @property
    def word_error_rate(self) -> float:
        return self.errors / self.words

    @property
    def real_time_factor(self) -> float:
        return self.cpu_s / self.audio_s

    @property
    def flagged_share(self) -> float:
        return self.flagged / self.heard if self.heard else 0.0


NOTHING = Score(0, 0, 0, 0, 0.0, 0.0)


def clips_in(folder: Path) -> list[Clip]:
    """The recordings of a folder that have a transcript, in the order of their names."""
    listed = folder / "metadata.jsonl"
    if listed.is_file():
        rows = [json.loads(line) for line in listed.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [Clip(folder / row["file"], row["text"]) for row in rows if words_of(row["text"])]
    found = (path for path in sorted(folder.iterdir()) if path.suffix.lower() in SOUNDS)
    beside = ((path, path.with_suffix(".txt")) for path in found)
    clips = [Clip(path, text.read_text(encoding="utf-8")) for path, text in beside if text.is_file()]
    return [clip for clip in clips if words_of(clip.text)]


def default_clips() -> tuple[str, list[Clip]]:
    """Real speech that lies beside the repository when there is any, else our own examples."""
    for folder in sorted((ROOT.parent / "shared" / "audio").glob("*/")):
        if (folder / "metadata.jsonl").is_file():
            return "adult Dutch (CC0)", clips_in(folder)
    recordings = ROOT / "examples" / "recordings"
    clips = []
    for truth in sorted(recordings.glob("*.json")):
        audio = next(path for path in recordings.glob(f"{truth.stem}.*") if path.suffix in SOUNDS)
        clips.append(Clip(audio, " ".join(part["text"] for part in json.loads(truth.read_text(encoding="utf-8")))))
    return "our own examples, mostly synthesised (no other recordings are here)", clips


def words_of(text: str) -> list[str]:
    """Lower-case words without accents or punctuation: what is compared. (Numbers in digits count as other words.)"""
    plain = unicodedata.normalize("NFKD", text.lower())
    return re.findall(r"[^\W_]+", "".join(sign for sign in plain if not unicodedata.combining(sign)))


def distance(truth: Sequence[str], heard: Sequence[str]) -> int:
    """How many words must be changed, added or left out (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for count, word in enumerate(truth, 1):
        before, row[0] = row[:], count
        for at, other in enumerate(heard, 1):
            row[at] = min(before[at] + 1, row[at - 1] + 1, before[at - 1] + (word != other))
    return row[-1]


def scored(clip: Clip, engine: Engine, settings: Settings) -> Score:
    """Hear one recording through the whole stage. Flagged text counts as heard: the engine did hear it."""
    began = time.process_time()
    made = transcribe_file(clip.audio, engine, settings, settings.language)
    cpu_s = time.process_time() - began
    truth = words_of(clip.text)
    heard = [(word, bool(segment.flags)) for segment in made.segments for word in words_of(segment.text)]
    errors = distance(truth, [word for word, _ in heard])
    flagged = sum(is_flagged for _, is_flagged in heard)
    return Score(len(truth), errors, len(heard), flagged, made.duration_ms / 1000, cpu_s)


def measured(clips: Sequence[Clip], engine: Engine, settings: Settings) -> Iterator[Score]:
    return (scored(clip, engine, settings) for clip in clips)


def line(title: str, score: Score) -> str:
    return (
        f"{title:>6}  {score.audio_s:8.1f} s  {score.words:6}  {score.word_error_rate:7.3f}"
        f"  {score.real_time_factor:11.3f}  {score.flagged:5} ({score.flagged_share:.0%})"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Hoe goed een spraakmodel opnames verstaat.")
    parser.add_argument("--audio", type=Path, help="map met opnames en hun tekst")
    parser.add_argument("--clips", type=int, help="hoogstens zo veel opnames")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    model = os.environ.get(VARIABLE, "")
    if not model:
        print(f"Niet gemeten: noem in {VARIABLE} een echt spraakmodel, bij naam (large-v2) of als map.")
        return 0
    source, clips = ("your own recordings", clips_in(options.audio)) if options.audio else default_clips()
    clips = clips[: options.clips]
    if not clips:
        print("Geen opnames met tekst gevonden: zet NAAM.txt naast NAAM.flac, of maak een metadata.jsonl.")
        return 1
    settings = Settings(cpu_threads=options.threads)
    try:
        engine = load_engine(model, settings)
    except NotReady as error:
        print(error.message)
        return 1
    print(f"{engine.name} on {source}, {options.threads} threads; processor seconds per second of sound")
    print(f"{'':>6}  {'sound':>10}  {'words':>6}  {'errors':>7}  {'real time x':>11}  flagged words")
    total, refused = NOTHING, 0
    for number, clip in enumerate(clips, 1):
        try:
            score = scored(clip, engine, settings)
        except InputRefused:
            refused += 1
            continue
        total += score
        print(line(str(number), score))
    if refused:
        print(f"{refused} recordings could not be read")
    if total.words:
        print(line("all", total))
    print(f"peak memory {_peak_mb():.0f} MB")
    return 0


def _peak_mb() -> float:
    from benchmarks.transcription import peak_mb

    return peak_mb()


if __name__ == "__main__":
    sys.exit(main())
