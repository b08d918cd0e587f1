"""What sealing costs: seconds and memory for 100 MB, beside a plain copy of the same file in the same run.

    .venv/bin/python -m benchmarks.vault [MEGABYTES]

Prints one line per measure: best of five in seconds, the ratio to the plain copy, and how far the peak memory of the
process rose. Nothing is kept.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from stories.vault import CHUNK_BYTES, Kind, StoryKey, seal, unseal, unseal_range

TURNS = 5


def main() -> None:
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    key = StoryKey(os.urandom(32))
    with tempfile.TemporaryDirectory() as folder:
        plain, sealed, other = (Path(folder) / name for name in ("plain", "sealed", "other"))
        with plain.open("wb") as file:
            for _ in range(megabytes):
                file.write(os.urandom(1_000_000))

        def copy() -> None:
            with plain.open("rb") as source, other.open("wb") as target:
                shutil.copyfileobj(source, target, CHUNK_BYTES)

        def seal_it() -> None:
            with plain.open("rb") as source, sealed.open("wb") as target:
                seal(key, source, target, story_id="s", version=0, kind=Kind.AUDIO)

        def unseal_it() -> None:
            with sealed.open("rb") as source, other.open("wb") as target:
                for chunk in unseal(key, source, story_id="s", version=0, kind=Kind.AUDIO):
                    target.write(chunk)

        def seek_in_it() -> None:
            with sealed.open("rb") as source:
                for start in range(0, megabytes * 1_000_000, megabytes * 10_000):
                    source.seek(0)
                    list(unseal_range(key, source, start, start + 100, story_id="s", version=0, kind=Kind.AUDIO))

        base = measure("plain copy", megabytes, copy, None)
        measure("seal", megabytes, seal_it, base)
        measure("unseal", megabytes, unseal_it, base)
        measure("100 ranges of 100 bytes", megabytes, seek_in_it, base)


def measure(name: str, megabytes: int, work: Callable[[], None], base: float | None) -> float:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = []
    for _ in range(TURNS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    rise = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    best = min(seconds)
    ratio = "" if base is None else f"  {best / base:4.1f} x plain copy"
    print(f"{name:24} {megabytes} MB  {best:6.3f} s  +{rise:.1f} MB memory{ratio}")
    return best


if __name__ == "__main__":
    main()
