"""How fast `anonymise.find` is, against the blank spaCy tokenizer on the same text in the same run.

    python benchmarks/anonymise.py [WORDS]

Prints one JSON object: seconds to import and load, words per second cased and in lower case, the ratio to the blank
tokenizer, words per second of the residual check, peak memory in MB, and seconds and peak for a megabyte. Seconds are
of the processor. The text is made of our own fictional stories.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STORIES = ROOT / "tests" / "anonymise" / "gold.jsonl"
sys.path.insert(0, str(ROOT))


def seconds(work: Callable[[], object], rounds: int = 3) -> float:
    """The fastest of a few rounds."""
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


def main(words: int = 5_000) -> dict[str, float]:
    started = time.process_time()
    import anonymise

    anonymise.find("Toen kwam Samira binnen.")
    loaded = time.process_time() - started
    import spacy

    stories = [json.loads(line)["text"] for line in STORIES.read_text(encoding="utf-8").splitlines()]
    texts: list[str] = []
    count = 0
    while count < words:
        text = stories[len(texts) % len(stories)]
        texts.append(text)
        count += len(text.split())
    lower = [text.lower() for text in texts]
    blank = spacy.blank("nl")
    find = seconds(lambda: [anonymise.find(text, known_names=("Samira", "Jelte")) for text in texts])
    find_lower = seconds(lambda: [anonymise.find(text, known_names=("Samira", "Jelte")) for text in lower])
    tokens = seconds(lambda: [blank(text) for text in texts])
    check = seconds(lambda: anonymise.residual({str(i): t for i, t in enumerate(texts)}, ("Samira", "Jelte", "Tirza")))
    peak = peak_mb()
    megabyte = ("\n".join(texts) * (1 + 1_000_000 // sum(map(len, texts))))[:1_000_000]
    whole = seconds(lambda: anonymise.find(megabyte), rounds=1)
    return {
        "words": count,
        "load_s": round(loaded, 2),
        "find_words_per_s": round(count / find),
        "find_lower_words_per_s": round(count / find_lower),
        "blank_tokenizer_words_per_s": round(count / tokens),
        "times_the_blank_tokenizer": round(find / tokens, 1),
        "residual_words_per_s": round(count / check),
        "peak_memory_mb": peak,
        "megabyte_s": round(whole, 1),
        "megabyte_peak_mb": peak_mb(),
    }


def peak_mb() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:2])), indent=1))
