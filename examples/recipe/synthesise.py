"""Make the example recordings and their truth from stories.yaml, and one of clips of a human voice.

    python examples/recipe/synthesise.py --nathalie <folder with metadata.jsonl and the clips>

Without --nathalie the human recording is left as it is. Every recording <name>.<ext> gets a <name>.json:
[{"speaker", "text", "start_ms", "end_ms", "words": [{"text", "start_ms", "end_ms"}]}], times from its start.
"""

import argparse
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import av
import numpy as np
import yaml
from espeak import Samples, Speaker, Speech, Voice, Word, resampled

EXAMPLES = Path(__file__).resolve().parents[1]

# Per story: who sounds how. A asks the questions, B tells.
VOICES = {
    "broodtrommel": {"B": Voice("nl+f2", pitch=85, words_per_minute=142)},
    "deurbel": {"B": Voice("nl+f4", pitch=52, words_per_minute=148)},
    "hardop": {
        "A": Voice("nl+m3", pitch=42, words_per_minute=150),
        "B": Voice("nl+f3", pitch=62, words_per_minute=146),
    },
    "bushokje": {"B": Voice("nl+m1", pitch=70, words_per_minute=156)},
}

HUMAN_RECORDING = "mensenstem.flac"
HUMAN_CLIPS = (
    "nl_rhasspy_1045",
    "nl_rhasspy_527",
    "nl_rhasspy_662",
    "nl_rhasspy_753",
    "nl_rhasspy_896",
    "nl_rhasspy_1163",
)

LEAD_IN_MS = 400
PAUSES_MS = (380, 620, 900, 450, 1250, 520, 700)  # between sentences, in turn: nobody tells evenly
ROOM_NOISE = 0.0005  # standard deviation, 1.0 is full scale: a quiet room (-66 dBFS)
PEAK = 0.6  # loudest sample of a sentence, 1.0 is full scale


@dataclass(frozen=True)
class Encoding:
    """How a file format is written: PyAV codec name, rate in Hz, bits per second (None: lossless)."""

    codec: str
    rate_hz: int
    bit_rate: int | None


ENCODINGS = {
    ".m4a": Encoding("aac", 48_000, 64_000),
    ".ogg": Encoding("libopus", 48_000, 40_000),
    ".mp3": Encoding("libmp3lame", 48_000, 64_000),
    ".flac": Encoding("flac", 16_000, None),
}


@dataclass(frozen=True)
class Turn:
    """One sentence in a recording: who says it and when; words are counted from the recording's start."""

    speaker: str
    text: str
    start_ms: int
    end_ms: int
    words: tuple[Word, ...]


def composed(spoken: Iterable[tuple[str, Speech]], rate_hz: int, seed: int) -> tuple[Samples, list[Turn]]:
    """Put sentences one after the other with pauses and a little room noise."""
    pieces: list[Samples] = []
    turns: list[Turn] = []
    at_ms = LEAD_IN_MS
    pieces.append(_silence(LEAD_IN_MS, rate_hz))
    for index, (speaker, speech) in enumerate(spoken):
        samples = resampled(speech.samples, speech.rate_hz, rate_hz)
        samples = samples * (PEAK / float(np.abs(samples).max()))
        duration_ms = len(samples) * 1000 // rate_hz  # whole milliseconds, so that no rounding adds up
        samples = samples[: duration_ms * rate_hz // 1000]
        words = tuple(word.shifted(at_ms) for word in speech.words)
        turns.append(Turn(speaker, speech.text, words[0].start_ms, words[-1].end_ms, words))
        pause_ms = PAUSES_MS[index % len(PAUSES_MS)]
        pieces += [samples, _silence(pause_ms, rate_hz)]
        at_ms += duration_ms + pause_ms
    whole = np.concatenate(pieces)
    noise = np.random.default_rng(seed).normal(0, ROOM_NOISE, len(whole)).astype(np.float32)
    return (whole + noise).astype(np.float32), turns


def _silence(duration_ms: int, rate_hz: int) -> Samples:
    return np.zeros(duration_ms * rate_hz // 1000, dtype=np.float32)


def encode(samples: Samples, rate_hz: int, path: Path) -> None:
    """Write mono samples as the file format that the suffix of `path` names."""
    how = ENCODINGS[path.suffix]
    pcm = (np.clip(resampled(samples, rate_hz, how.rate_hz), -1, 1) * 32767).astype(np.int16)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(how.codec, rate=how.rate_hz)
        stream.layout = "mono"
        if how.bit_rate:
            stream.bit_rate = how.bit_rate
        if how.codec == "flac":
            stream.format = "s16"
        frame = av.AudioFrame.from_ndarray(pcm[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate = how.rate_hz
        resampler = av.AudioResampler(stream.format, "mono", how.rate_hz, frame_size=stream.frame_size or 4096)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))


def decode(path: Path) -> tuple[Samples, int]:
    """All samples of a file as mono, at its own rate."""
    with av.open(str(path)) as container:
        rate_hz = container.streams.audio[0].rate
        resampler = av.AudioResampler("flt", "mono", rate_hz)
        parts = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    return np.concatenate([part.to_ndarray()[0] for part in parts]).astype(np.float32), rate_hz


def write(name: str, samples: Samples, rate_hz: int, turns: list[Turn], folder: Path) -> None:
    path = folder / name
    encode(samples, rate_hz, path)
    truth = [asdict(turn) for turn in turns]
    path.with_suffix(".json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{name}: {len(samples) / rate_hz:.1f} s, {len(turns)} sentences, {path.stat().st_size / 1000:.0f} kB")


def read_truth(path: Path) -> list[Turn]:
    """The sentences of a recording, from the .json beside it."""
    turns = json.loads(path.read_text(encoding="utf-8"))
    return [Turn(**turn | {"words": tuple(Word(**word) for word in turn["words"])}) for turn in turns]


def human_speech(folder: Path) -> list[tuple[str, Speech]]:
    """The chosen clips of the human voice, with their aligned words written as in the text."""
    lines = (folder / "metadata.jsonl").read_text(encoding="utf-8").splitlines()
    clips = {clip["id"]: clip for clip in map(json.loads, lines)}
    spoken = []
    for clip_id in HUMAN_CLIPS:
        clip = clips[clip_id]
        samples, rate_hz = decode(folder / clip["file"])
        aligned = [word for word in clip["words"] if re.search(r"\w", word["word"].replace("<eps>", ""))]
        written = clip["text"].split()
        if len(aligned) != len(written):
            raise ValueError(f"clip {clip_id}: {len(aligned)} aligned words, {len(written)} written words")
        words = tuple(Word(text, word["start_ms"], word["end_ms"]) for text, word in zip(written, aligned, strict=True))
        spoken.append(("B", Speech(clip["text"], samples, rate_hz, words)))
    return spoken


def main() -> None:
    arguments = argparse.ArgumentParser(description="Make the example recordings.")
    arguments.add_argument("--stories", type=Path, default=EXAMPLES / "stories.yaml")
    arguments.add_argument("--recordings", type=Path, default=EXAMPLES / "recordings")
    arguments.add_argument("--nathalie", type=Path, help="folder with the CC0 clips of the human voice")
    chosen = arguments.parse_args()
    chosen.recordings.mkdir(parents=True, exist_ok=True)
    speaker = Speaker()
    stories = yaml.safe_load(chosen.stories.read_text(encoding="utf-8"))
    for seed, story in enumerate(story for story in stories if story["kind"] == "audio"):
        voices = VOICES[story["id"]]
        spoken = [(turn["speaker"], speaker.say(turn["text"], voices[turn["speaker"]])) for turn in story["text"]]
        rate_hz = ENCODINGS[Path(story["recording"]).suffix].rate_hz
        write(story["recording"], *_with_rate(spoken, rate_hz, seed), chosen.recordings)
    if chosen.nathalie:
        rate_hz = ENCODINGS[Path(HUMAN_RECORDING).suffix].rate_hz
        write(HUMAN_RECORDING, *_with_rate(human_speech(chosen.nathalie), rate_hz, seed=99), chosen.recordings)


def _with_rate(spoken: list[tuple[str, Speech]], rate_hz: int, seed: int) -> tuple[Samples, int, list[Turn]]:
    samples, turns = composed(spoken, rate_hz, seed)
    return samples, rate_hz, turns


if __name__ == "__main__":
    main()
