"""What transcription costs: memory that does not grow with the recording, and our chunks against bare faster-whisper.

    .venv/bin/python benchmarks/transcription.py [--model MAP] [--audio OPNAME] [--minutes 10] [--hours 3] [--threads 1]

Speech is repeated to the length asked for. Every measurement runs in a process of its own; times are processor time.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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


def nothing(audio: Path, model: Path, threads: int) -> int:
    """Only what must be imported and loaded: the floor under the memory figures."""
    from stories.settings import Settings
    from transcription import load_engine

    load_engine(str(model), Settings(cpu_threads=threads), allow_example=True)
    return 0


def plan(audio: Path, model: Path, threads: int) -> int:
    from stories.settings import Settings
    from transcription import plan as make

    return len(make(audio, Settings()))


def stage(audio: Path, model: Path, threads: int) -> int:
    """Our chunks; returns how many words were heard."""
    from stories.settings import Settings
    from transcription import load_engine, transcribe_file

    settings = Settings(cpu_threads=threads)
    engine = load_engine(str(model), settings, allow_example=True)
    return sum(len(segment.words) for segment in transcribe_file(audio, engine, settings, "nl").segments)


def bare(audio: Path, model: Path, threads: int) -> int:
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
    return sum(len(segment.words or ()) for segment in segments)


WORK = {work.__name__: work for work in (nothing, plan, stage, bare)}


def measured(work: str, audio: Path, model: Path, threads: int) -> dict[str, float]:
    """Run one piece of work in a fresh process."""
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
    parser.add_argument("--run", choices=WORK, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        began = time.process_time()
        count = WORK[options.run](options.audio, options.model, options.threads)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"cpu_s": time.process_time() - began, "peak_mb": peak, "count": count}))
        return
    with tempfile.TemporaryDirectory() as folder:
        short, long = Path(folder) / "short.flac", Path(folder) / "long.flac"
        repeated(options.audio, short, options.minutes * 60)
        repeated(options.audio, long, int(options.hours * 3600))
        rows = [
            ("engine loaded, nothing heard", "nothing", short, 0.0),
            (f"plan of {options.minutes} min", "plan", short, options.minutes * 60),
            (f"plan of {options.hours:g} h", "plan", long, options.hours * 3600),
            (f"our stage, {options.minutes} min", "stage", short, options.minutes * 60),
            (f"bare faster-whisper, {options.minutes} min", "bare", short, options.minutes * 60),
        ]
        cpu: dict[str, float] = {}
        print(f"{'':36}  processor  real-time factor  peak memory  chunks or words")
        for title, work, audio, seconds in rows:
            cost = measured(work, audio, options.model, options.threads)
            cpu[work] = cost["cpu_s"]
            factor = f"{cost['cpu_s'] / seconds:16.4f}" if seconds else " " * 16
            print(f"{title:36}  {cost['cpu_s']:7.1f} s  {factor}  {cost['peak_mb']:8.0f} MB  {cost['count']:6.0f}")
        print(f"our stage takes {cpu['stage'] / cpu['bare']:.2f} times the processor time of bare faster-whisper")


if __name__ == "__main__":
    main()
