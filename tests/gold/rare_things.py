"""How many rare things of `tests/anonymise/rare.txt` stand on the card (`python tests/gold/rare_things.py`)."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from anonymise.quasi import signs  # noqa: E402

FILE = ROOT / "tests" / "anonymise" / "rare.txt"


def figures(after: bool, misses: bool = False) -> tuple[int, int]:
    """Found and all, of the lines written before the rules or of those written after them."""
    halves = FILE.read_text(encoding="utf-8").split("\n# after\n", 1)
    lines = halves[after].splitlines()
    found = total = 0
    for line in lines:
        if line.startswith("#"):
            continue
        text = re.sub(r"[\[\]]", "", line)
        card = [sign for sign in signs(text) if sign.is_telling]
        for number, mark in enumerate(re.finditer(r"\[([^\]]*)\]", line)):
            start = mark.start() - 2 * number
            hit = any(s.start < start + len(mark[1]) and start < s.end for s in card)
            total, found = total + 1, found + hit
            if misses and not hit:
                print(line)
    return found, total


if __name__ == "__main__":
    for after in (False, True):
        print("after" if after else "before", *figures(after, "--misses" in sys.argv and not after))
