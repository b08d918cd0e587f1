"""Our names finder against deduce, the Dutch reference tool, on the same stories in the same run.

    python benchmarks/names_against_deduce.py [PYTHON]

deduce (GPL-3) is no part of Vertelpunt and is never imported by it. PYTHON is the interpreter of an environment that
has it; without one, and without deduce beside us, one line says how to get it and nothing is measured. Both read the
part of tests/gold that nobody tunes on, as written and in lower case, each in a process of its own on one core.

Prints one JSON object: seconds to start (the first start of deduce builds its lists and takes minutes; it is started
twice), words per second, peak memory in MB, and the totals: direct recall by entity, stories that leak, over-redaction
in characters.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from gold.measure import lowered  # type: ignore[import-not-found]
from gold.score import files, load  # type: ignore[import-not-found]

from anonymise import INDIRECT

HOW = (
    "deduce is niet geïnstalleerd; niets gemeten. Zo wel: python -m venv MAP && MAP/bin/pip install deduce && "
    "python benchmarks/names_against_deduce.py MAP/bin/python"
)

_FRAME = """
import json, resource, sys, time
started = time.perf_counter()
{load}
loaded = time.perf_counter() - started
texts = json.load(sys.stdin)
started = time.process_time()
spans = [{find} for text in texts]
spent = time.process_time() - started
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
json.dump({{"start_s": loaded, "spent_s": spent, "memory_mb": memory, "spans": spans}}, sys.stdout)
"""
OURS = _FRAME.format(
    load="import anonymise; anonymise.find('Toen kwam Samira binnen.')",
    find="[(f.start, f.end) for f in anonymise.find(text) if f.certainty == 'red']",
)
THEIRS = _FRAME.format(
    load="from deduce import Deduce; deduce = Deduce(); deduce.deidentify('Toen kwam Samira binnen.')",
    find="[(a.start_char, a.end_char) for a in deduce.deidentify(text).annotations if a.tag != 'leeftijd']",
)


def run(python: str, code: str, texts: Sequence[str]) -> dict[str, Any]:
    """One finder in a process of its own, on one core. Its log (deduce logs every word) is thrown away."""
    done = subprocess.run(
        [python, "-c", code],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def totals(stories: Sequence[Any], spans: Sequence[Sequence[Sequence[int]]]) -> dict[str, float]:
    """Recall, leaks and over-redaction, as tests/gold/measure.py defines them."""
    direct = found = leaks = hidden = others = 0
    for story, masked in zip(stories, spans, strict=True):
        text = story["text"]
        red, marked, leak = bytearray(len(text)), bytearray(len(text)), False
        for start, end in masked:
            red[start:end] = b"\1" * (end - start)
        for entity in story["entities"]:
            start, end = entity["start"], entity["end"]
            marked[start:end] = b"\1" * (end - start)
            if entity["type"] not in INDIRECT:
                whole = all(red[i] for i in range(start, end) if text[i].isalnum())
                direct, found, leak = direct + 1, found + whole, leak or not whole
        leaks += leak
        for i, char in enumerate(text):
            if not char.isspace() and not marked[i]:
                others, hidden = others + 1, hidden + red[i]
    return {
        "recall": round(found / direct, 4),
        "leak_rate": round(leaks / len(stories), 3),
        "over_redaction": round(hidden / others, 4),
    }


def main(python: str = "") -> dict[str, Any] | None:
    if not python and importlib.util.find_spec("deduce") is None:
        print(HOW)
        return None
    stories = [story for story in load(files()) if story["part"] == "test"]
    low = [lowered(story) for story in stories]
    texts = [story["text"] for story in (*stories, *low)]
    words = sum(len(text.split()) for text in texts)
    peer = python or sys.executable
    run(peer, THEIRS, [])
    result: dict[str, Any] = {"stories": len(stories), "words": words}
    for name, found in (("vertelpunt", run(sys.executable, OURS, texts)), ("deduce", run(peer, THEIRS, texts))):
        result[name] = {
            "start_s": round(found["start_s"], 1),
            "words_per_s": round(words / found["spent_s"]),
            "memory_mb": round(found["memory_mb"]),
            "written": totals(stories, found["spans"][: len(stories)]),
            "lower": totals(low, found["spans"][len(stories) :]),
        }
    return result


if __name__ == "__main__":
    measured = main(*sys.argv[1:2])
    if measured:
        print(json.dumps(measured, indent=1))
