"""How much one hour of speech-like m4a costs to take in: `python benchmarks/capture.py [MINUTES]`.

Prints processor seconds, peak memory and the ratio to a bare PyAV decode of the same file in the same run (so that the
number means the same on a slow machine). Aim: at most 25 CPU seconds and 150 MB for 60 minutes.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # first: this file is named as the room

from capture import check_file, to_flac
from stories.settings import Settings

RATE = 44_100
AIM_CPU_S_PER_HOUR, AIM_MB = 25.0, 150.0


def make_m4a(path: Path, minutes: int) -> None:
    """A voice that glides and pauses, in noise: nothing that compresses away."""
    noise = np.random.default_rng(0).normal(0, 400, RATE * 7).astype(np.int16)
    t = np.arange(RATE) / RATE
    with av.open(str(path), mode="w", format="ipod") as output:
        stream = output.add_stream("aac", rate=RATE, layout="mono")
        stream.codec_context.bit_rate = 64_000
        for second in range(minutes * 60):
            pitch = 120 + second * 37 % 140
            tone = 6_000 * np.sin(2 * np.pi * pitch * t) * np.sin(np.pi * 3 * t) ** 2 * (second % 5 != 0)
            at = second * 7_919 % (RATE * 6)
            samples = (tone + noise[at : at + RATE]).astype(np.int16)[np.newaxis]
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, second * RATE
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))


def bare_decode(source: Path, _: Path) -> None:
    with av.open(str(source)) as container:
        container.streams.audio[0].thread_count = 1
        for _frame in container.decode(audio=0):
            pass


def flac(source: Path, folder: Path) -> None:
    to_flac(source, folder / "out.flac", Settings(_env_file=None))


def check(source: Path, _: Path) -> None:
    assert check_file(source, Settings(_env_file=None)).accepted


def measured(work: Callable[[Path, Path], None], source: Path, folder: Path) -> dict[str, float]:
    """Wall and processor seconds, and peak MB of the heaviest process, of `work` in a fresh process."""
    report = folder / "report.json"
    child = multiprocessing.get_context("spawn").Process(target=_inside, args=(work, source, folder, report))
    child.start()
    child.join()
    assert child.exitcode == 0
    numbers: dict[str, float] = json.loads(report.read_text())
    return numbers


def _inside(work: Callable[[Path, Path], None], source: Path, folder: Path, report: Path) -> None:
    start = time.perf_counter()
    work(source, folder)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    numbers = {
        "wall_s": time.perf_counter() - start,
        "cpu_s": sum(u.ru_utime + u.ru_stime for u in used),
        "peak_mb": max(u.ru_maxrss for u in used) / 1024,
    }
    report.write_text(json.dumps(numbers))


def main(minutes: int = 60) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "in.m4a"
        make_m4a(source, minutes)
        print(f"{minutes} minutes of m4a, {source.stat().st_size / 2**20:.1f} MiB")
        rows = {
            label: measured(work, source, folder)
            for label, work in (("bare decode", bare_decode), ("check", check), ("to_flac", flac))
        }
        bare = rows["bare decode"]["cpu_s"]
        for label, row in rows.items():
            ratio = row["cpu_s"] / bare
            cost = f"cpu {row['cpu_s']:6.1f} s  wall {row['wall_s']:6.1f} s  peak {row['peak_mb']:5.0f} MB"
            print(f"{label:12} {cost}  x{ratio:.1f}")
        row = rows["to_flac"]
        fine = row["cpu_s"] <= AIM_CPU_S_PER_HOUR * minutes / 60 + 1 and row["peak_mb"] <= AIM_MB
        print(f"aim {AIM_CPU_S_PER_HOUR:g} CPU s per hour and {AIM_MB:g} MB: {'met' if fine else 'missed'}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
