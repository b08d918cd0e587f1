"""What transcription costs: memory that does not grow with the recording, and our stage against other programs.

    .venv/bin/python benchmarks/transcription.py [--model MAP] [--audio OPNAME] [--minutes 10] [--hours 3] [--threads 1]

Speech is repeated to the length asked for. Every measurement runs in a process of its own; times are processor time,
the smaller of two runs that take turns. The ratio to bare faster-whisper is taken with the practice model, which is so
small that everything around it weighs, and with random weights of real sizes (`parts/weights.py`): the same number of
tokens in every window for both, so the same work, and words that mean nothing. Where openai-whisper is installed it is
measured too, with the same weights in float32 (it has no int8).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

RATE = 16_000


def repeated(source: Path, target: Path, seconds: int) -> None:
    """`source` again and again as a 16 kHz mono FLAC of `seconds`, written in a stream."""
    import av

    from stories.audio import samples

    once = (np.concatenate(list(samples(source))) * 32767).astype(np.int16)
    with av.open(str(target), "w", format="flac") as out:
        stream = out.add_stream("flac", rate=RATE, layout="mono")
        written = 0
        while written < seconds * RATE:
            piece = once[: seconds * RATE - written]
            frame = av.AudioFrame.from_ndarray(piece[np.newaxis], format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, written
            out.mux(stream.encode(frame))
            written += len(piece)
        out.mux(stream.encode(None))


def peak_mb() -> float:
    """The most memory this process had. (On Linux `ru_maxrss` begins at what the parent had; this figure does not.)"""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024  # type: ignore[index]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def nothing(audio: Path, model: Path, threads: int) -> list[str]:
    """Only what must be imported and loaded: the floor under the memory figures."""
    from stories.settings import Settings
    from transcription import load_engine

    load_engine(str(model), Settings(cpu_threads=threads), allow_example=True)
    return []


def plan(audio: Path, model: Path, threads: int) -> list[str]:
    """The keys of the chunks."""
    from stories.settings import Settings
    from transcription import plan as make

    return [chunk.key for chunk in make(audio, Settings())]


def stage(audio: Path, model: Path, threads: int) -> list[str]:
    """Our chunks; returns the words that were heard."""
    from stories.settings import Settings
    from transcription import load_engine, transcribe_file

    settings = Settings(cpu_threads=threads)
    engine = load_engine(str(model), settings, allow_example=True)
    heard = transcribe_file(audio, engine, settings, "nl")
    return [word.text for segment in heard.segments for word in segment.words]


def bare(audio: Path, model: Path, threads: int) -> list[str]:
    """faster-whisper on the whole file, with the same model and the same choices."""
    from faster_whisper import WhisperModel

    whisper = WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=threads)
    segments, _ = whisper.transcribe(
        str(audio),
        language="nl",
        beam_size=5,
        temperature=(0.0,),
        condition_on_previous_text=False,
        word_timestamps=True,
        vad_filter=True,
        vad_parameters={"threshold": 0.35, "min_silence_duration_ms": 250, "speech_pad_ms": 200},
    )
    return [word.word for segment in segments for word in segment.words or ()]


def openai(audio: Path, model: Path, threads: int) -> list[str]:
    """openai-whisper on the whole file with the same weights and choices; it has no voice detection."""
    import torch
    import whisper

    torch.set_num_threads(threads)
    heard = whisper.transcribe(
        _openai_model(model),
        np.concatenate(list(_samples(audio))),
        language="nl",
        beam_size=5,
        temperature=0.0,
        condition_on_previous_text=False,
        word_timestamps=True,
        fp16=False,
        verbose=None,
    )
    return [word["word"] for segment in heard["segments"] for word in segment["words"]]


def _samples(audio: Path) -> Iterator[Any]:
    from stories.audio import samples

    return samples(audio)


def _openai_model(folder: Path) -> Any:
    from benchmarks.parts.weights import PRACTICE, SIZES, openai_whisper, random_weights, read_ctranslate2

    size = SIZES.get(folder.name, PRACTICE)
    made = random_weights(size, TOKENS) if folder.name in SIZES else read_ctranslate2(folder, size)
    return openai_whisper(made, size)


WORK = {work.__name__: work for work in (nothing, plan, stage, bare, openai)}


def measured(work: str, audio: Path, model: Path, threads: int, truth: Path | None = None) -> dict[str, float]:
    """Run one piece of work in a fresh process; with `truth`, its wrong words are counted."""
    done = subprocess.run(
        [
            sys.executable,
            __file__,
            "--run",
            work,
            "--audio",
            str(audio),
            "--model",
            str(model),
            "--threads",
            str(threads),
            *(("--truth", str(truth)) if truth else ()),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description="Wat uitschrijven kost.")
    parser.add_argument("--model", type=Path, default=ROOT / "examples" / "model")
    parser.add_argument("--audio", type=Path, default=ROOT / "examples" / "recordings" / "broodtrommel.m4a")
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--hours", type=float, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--truth", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--run", choices=WORK, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        began = time.process_time()
        words = WORK[options.run](options.audio, options.model, options.threads)
        cost = {"cpu_s": time.process_time() - began, "peak_mb": peak_mb(), "count": len(words)}
        print(json.dumps(cost | (_wrong(options.truth, words) if options.truth else {})))
        return
    with tempfile.TemporaryDirectory() as folder:
        short, long = Path(folder) / "short.flac", Path(folder) / "long.flac"
        repeated(options.audio, short, options.minutes * 60)
        half = Path(folder) / "half.flac"
        repeated(options.audio, half, options.minutes * 30)
        repeated(options.audio, long, int(options.hours * 3600))
        _memory(short, long, options)
        _error_rates(options.model, options.threads)
        _ratios("practice model", options.model, short, options.minutes * 60, options.threads)
        for title, model in _real_sizes(Path(folder), options.model).items():
            _ratios(title, model, half, options.minutes * 30, options.threads)


def _wrong(truth: Path, words: list[str]) -> dict[str, float]:
    from benchmarks.asr import distance, words_of

    told = words_of(" ".join(part["text"] for part in json.loads(truth.read_text(encoding="utf-8"))))
    return {"words": len(told), "errors": distance(told, words_of(" ".join(words)))}


def _error_rates(model: Path, threads: int) -> None:
    """Of the recordings that the practice model was made for: words wrong, with the same weights and beam 5."""
    recordings = ROOT / "examples" / "recordings"
    truths = {next(recordings.glob(f"{path.stem}.[!j]*")): path for path in sorted(recordings.glob("*.json"))}
    print("\nword error rate on the example recordings, practice model:", end=" ")
    for work, name in _works():
        costs = [measured(work, audio, model, threads, truth) for audio, truth in truths.items()]
        rate = sum(cost["errors"] for cost in costs) / sum(cost["words"] for cost in costs)
        print(f"{name} {rate:.3f}", end="; ", flush=True)
    print()


def _works() -> list[tuple[str, str]]:
    found = [("stage", "our stage"), ("bare", "bare faster-whisper")]
    if importlib.util.find_spec("whisper") is not None:
        found.append(("openai", "openai-whisper float32"))
    return found


TOKENS = 100
"""In every window of the random models: what people say in half a minute."""


def _real_sizes(folder: Path, like: Path) -> dict[str, Path]:
    from benchmarks.parts.weights import SIZES, random_weights, write_ctranslate2

    found = {}
    for name in ("tiny", "base"):
        write_ctranslate2(random_weights(SIZES[name], TOKENS), SIZES[name], like, folder / name)
        found[f"random weights, size {name}"] = folder / name
    return found


def _memory(short: Path, long: Path, options: argparse.Namespace) -> None:
    print(f"{'':36}  processor  real-time factor  peak memory  chunks or words")
    minutes, hours = options.minutes * 60, options.hours * 3600
    rows = [
        ("engine loaded, nothing heard", "nothing", short, 0.0),
        (f"plan of {options.minutes} min", "plan", short, minutes),
        (f"plan of {options.hours:g} h", "plan", long, hours),
        (f"whole stage, {options.minutes} min", "stage", short, minutes),
        (f"whole stage, {options.hours:g} h", "stage", long, hours),
    ]
    peaks = [
        _row(title, measured(work, audio, options.model, options.threads), s)["peak_mb"]
        for title, work, audio, s in rows
    ]
    planned, staged = peaks[2] - peaks[1], peaks[4] - peaks[3]
    print(f"{options.hours:g} h against {options.minutes} min: plan {planned:+.0f} MB, whole stage {staged:+.0f} MB")


def _row(title: str, cost: dict[str, float], seconds: float) -> dict[str, float]:
    factor = f"{cost['cpu_s'] / seconds:16.4f}" if seconds else " " * 16
    print(f"{title:36}  {cost['cpu_s']:7.1f} s  {factor}  {cost['peak_mb']:8.0f} MB  {cost['count']:6.0f}")
    return cost


def _ratios(title: str, model: Path, audio: Path, seconds: float, threads: int) -> None:
    """Ours against the others on one model: the smaller of two runs each, in turns."""
    print(f"\n{title}, {seconds / 60:g} min")
    best: dict[str, dict[str, float]] = {}
    for work, _ in _works() * 2:
        cost = measured(work, audio, model, threads)
        best[work] = min((cost, best.get(work, cost)), key=lambda each: each["cpu_s"])
    for work, name in _works():
        _row(name, best[work], seconds)
    ours = best["stage"]
    ratio = ours["cpu_s"] / best["bare"]["cpu_s"]
    print(f"our stage takes {ratio:.2f} times the processor time of bare faster-whisper")
    if "openai" in best:
        theirs = best["openai"]
        faster, memory = theirs["cpu_s"] / ours["cpu_s"], theirs["peak_mb"] - ours["peak_mb"]
        print(f"our stage is {faster:.1f} times as fast as openai-whisper and takes {memory:.0f} MB less")
    else:
        print("openai-whisper is not installed (pip install 'vertelpunt[openai-whisper]'): not compared")


if __name__ == "__main__":
    main()
