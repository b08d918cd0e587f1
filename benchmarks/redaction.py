"""What bleeping and disguising a voice cost: CPU seconds and memory for an hour of speech, and the ratio to bare
decoding and encoding.

    .venv/bin/python benchmarks/redaction.py [MINUTES]

The recording is an example, said over and over; a name is bleeped away about every fifteen seconds. Each way runs in a
process of its own, so that a peak is its own. "Bare" is PyAV with frames going straight from decoder to encoder.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from stories.audio import CANONICAL_RATE, flac_writer, samples
from stories.bleep import redact
from stories.disguise import RECIPES, disguise

SPEECH = Path(__file__).resolve().parents[1] / "examples" / "recordings" / "hardop.mp3"
EVERY_MS, LENGTH_MS = 15_000, 1_100


def make(path: Path, minutes: float) -> None:
    left = round(minutes * 60 * CANONICAL_RATE)
    spoken = list(samples(SPEECH, rate=CANONICAL_RATE, block_s=10.0))
    with path.open("wb") as file, flac_writer(file, CANONICAL_RATE) as add:
        while left > 0:
            for block in spoken:
                left -= add(block[:left]) if left > 0 else 0


def bare(source: Path, target: Path) -> None:
    with av.open(str(source)) as old, av.open(str(target), "w", format="flac") as new:
        stream = new.add_stream("flac", rate=CANONICAL_RATE, layout="mono")
        stream.codec_context.format = "s16"
        for frame in old.decode(audio=0):
            new.mux(stream.encode(frame))
        new.mux(stream.encode(None))


def bleeped(source: Path, target: Path, minutes: float) -> None:
    spans = [(start, start + LENGTH_MS) for start in range(2_000, round(minutes * 60_000) - 2_000, EVERY_MS)]
    with target.open("wb") as file:
        redact(source, spans, file)


def one(way: str, source: Path, minutes: float) -> None:
    """In a process of its own: do it one way and print what it took."""
    began = time.process_time()
    target = source.with_suffix(f".{way}")
    if way == "bare":
        bare(source, target)
    elif way == "bleeped":
        bleeped(source, target, minutes)
    elif way in RECIPES:
        with source.open("rb") as old, target.open("wb") as new:
            disguise(old, new, way)
    used = time.process_time() - began
    print(json.dumps([used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def main(minutes: float = 60.0) -> int:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "opname.flac"
        make(source, minutes)
        taken: dict[str, list[float]] = {}
        for way in ("nothing", "bare", "bleeped", *RECIPES):
            command = [sys.executable, __file__, "--one", way, str(source), str(minutes)]
            taken[way] = json.load(io.BytesIO(subprocess.check_output(command)))
    print(f"{minutes:g} minutes, a bleep every {EVERY_MS // 1000} s")
    for way, (seconds, peak) in taken.items():
        print(f"{way:10} {seconds:7.2f} CPU s {peak:7.0f} MB, {seconds / taken['bare'][0]:6.2f} x bare")
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], Path(sys.argv[3]), float(sys.argv[4]))
    else:
        sys.exit(main(*map(float, sys.argv[1:2])))
