"""Measure the practice model on the encoded recordings, through faster-whisper as the product calls it.

    python examples/recipe/evaluate.py            prints a table in Markdown for the model card

Twice per recording: as a whole, and cut at pauses into chunks that are each transcribed alone, as the product does.
"""

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import jiwer
import numpy as np
from espeak import Samples, Word
from faster_whisper import WhisperModel
from faster_whisper.audio import decode_audio
from faster_whisper.vad import VadOptions, get_speech_timestamps
from synthesise import EXAMPLES, read_truth

RATE_HZ = 16_000
OPTIONS = {
    "language": "nl",
    "beam_size": 5,
    "vad_filter": True,
    "condition_on_previous_text": False,
    "word_timestamps": True,
}
CHUNK_VAD = VadOptions(threshold=0.4, min_silence_duration_ms=250, speech_pad_ms=200, max_speech_duration_s=27)
LARGEST_GAP_S = 4.0  # speech further apart is not joined into one chunk


@dataclass(frozen=True)
class Measured:
    """Word error rate, and how far word starts and ends are off: median and 95th percentile in ms."""

    chunks: int
    word_error_rate: float
    start_median_ms: float
    start_p95_ms: float
    end_median_ms: float
    text: str


def plain(text: str) -> str:
    return re.sub(r"[^\w ]", "", text.lower()).strip()


def transcribed(model: WhisperModel, samples: Samples, offset_ms: int = 0, **options: object) -> list[Word]:
    segments, _ = model.transcribe(samples, **(OPTIONS | options))
    words = []
    for word in (word for segment in segments for word in segment.words or ()):
        start_ms = offset_ms + round(1000 * word.start)
        end_ms = max(start_ms + 1, offset_ms + round(1000 * word.end))
        words.append(Word(word.word.strip(), start_ms, end_ms))
    return words


def chunk_spans(samples: Samples, longest_s: float) -> Iterator[tuple[int, int]]:
    """First and last sample of chunks of joined speech, each at most `longest_s` long."""
    start = end = None
    for speech in get_speech_timestamps(samples, CHUNK_VAD):
        if start is None or end is None:
            start, end = speech["start"], speech["end"]
        elif speech["end"] - start > longest_s * RATE_HZ or speech["start"] - end > LARGEST_GAP_S * RATE_HZ:
            yield start, end
            start, end = speech["start"], speech["end"]
        else:
            end = speech["end"]
    if start is not None and end is not None:
        yield start, end


def compared(truth: list[Word], found: list[Word], chunks: int) -> Measured:
    reference = [plain(word.text) for word in truth]
    hypothesis = [plain(word.text) for word in found]
    start_off, end_off = [], []
    for same, first, last, other, _ in SequenceMatcher(None, reference, hypothesis, autojunk=False).get_opcodes():
        for step in range(last - first) if same == "equal" else ():
            start_off.append(abs(truth[first + step].start_ms - found[other + step].start_ms))
            end_off.append(abs(truth[first + step].end_ms - found[other + step].end_ms))
    return Measured(
        chunks,
        jiwer.wer(" ".join(reference), " ".join(hypothesis)),
        float(np.median(start_off)) if start_off else float("nan"),
        float(np.percentile(start_off, 95)) if start_off else float("nan"),
        float(np.median(end_off)) if end_off else float("nan"),
        " ".join(word.text for word in found),
    )


def measure(model: WhisperModel, sound: Path, longest_s: float | None, **options: object) -> Measured:
    """One recording as a whole (`longest_s` None) or in chunks."""
    truth = [word for turn in read_truth(sound.with_suffix(".json")) for word in turn.words]
    samples = decode_audio(str(sound), sampling_rate=RATE_HZ)
    spans = [(0, len(samples))] if longest_s is None else list(chunk_spans(samples, longest_s))
    found: list[Word] = []
    for start, end in spans:
        found += transcribed(model, samples[start:end], start * 1000 // RATE_HZ, **options)
    return compared(truth, found, len(spans))


def main() -> None:
    arguments = argparse.ArgumentParser(description="Measure the practice model.")
    arguments.add_argument("--model", type=Path, default=EXAMPLES / "model")
    arguments.add_argument("--recordings", type=Path, default=EXAMPLES / "recordings")
    arguments.add_argument("--show-text", action="store_true", help="print what was understood where words are wrong")
    chosen = arguments.parse_args()
    model = WhisperModel(str(chosen.model), device="cpu", compute_type="int8", cpu_threads=2, local_files_only=True)
    ways: dict[str, tuple[float | None, dict[str, object]]] = {
        "whole": (None, {}),
        "whole, beam 1": (None, {"beam_size": 1}),
        "chunks of 28 s": (28.0, {}),
        "chunks of 28 s, no second VAD": (28.0, {"vad_filter": False}),
        "chunks of 10 s": (10.0, {}),
    }
    print("| recording | how | chunks | WER | word start off, median / 95% (ms) | word end off, median (ms) |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for truth in sorted(chosen.recordings.glob("*.json")):
        sound = next(path for path in sorted(chosen.recordings.glob(f"{truth.stem}.*")) if path != truth)
        for name, (longest_s, options) in ways.items():
            result = measure(model, sound, longest_s, **options)
            print(
                f"| `{sound.name}` | {name} | {result.chunks} | {result.word_error_rate:.3f} "
                f"| {result.start_median_ms:.0f} / {result.start_p95_ms:.0f} | {result.end_median_ms:.0f} |",
                flush=True,
            )
            if chosen.show_text and result.word_error_rate:
                print(result.text)


if __name__ == "__main__":
    main()
