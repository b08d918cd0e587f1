"""How far two readers agree on the opgaven of the gold stories: `python tests/gold/agreement.py`.

`two_readers.txt` has what the writer of a story marked, and what a second reader marked by the rules of THEMES.md
without seeing it; both before the differences were settled. No tagger can be measured further than readers agree.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))

OPGAVEN: Final = {
    "M": "Meedoen",
    "F": "Een fijn thuis",
    "D": "Een gezonde dag",
    "K": "Kansrijk opgroeien",
    "O": "Ontwikkelkansen bieden",
    "W": "De rol van de werkgever",
    "S": "Armoede en preventie van (early life) stress",
    "E": "Ervaringsdeskundigheid",
}
Reading = Mapping[str, frozenset[str]]
"""Ids of stories with the letters of their opgaven."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of one or more opgaven: how often the first reader gave them, the second, both; and how often they could have."""

    first: int
    second: int
    both: int
    places: int

    @property
    def f1(self) -> float:
        return 2 * self.both / (self.first + self.second) if self.first + self.second else 1.0

    @property
    def kappa(self) -> float:
        """Cohen's: 0 is chance, 1 is always the same."""
        a, b = self.first / self.places, self.second / self.places
        same = 1 - (self.first + self.second - 2 * self.both) / self.places
        chance = a * b + (1 - a) * (1 - b)
        return (same - chance) / (1 - chance) if chance < 1 else 1.0


def readings() -> tuple[Reading, Reading]:
    rows = [line.split() for line in (HERE / "two_readers.txt").read_text(encoding="utf-8").splitlines()[1:]]
    return {row[0]: frozenset(row[1]) - {"-"} for row in rows}, {row[0]: frozenset(row[2]) - {"-"} for row in rows}


def agreement(first: Reading, second: Reading, ids: Sequence[str], opgaven: str) -> Agreement:
    """On these stories and opgaven (letters)."""
    pairs = [(one in first[i], one in second[i]) for i in ids for one in opgaven]
    return Agreement(sum(a for a, _ in pairs), sum(b for _, b in pairs), sum(a and b for a, b in pairs), len(pairs))


def main() -> None:
    from gold.mark import part_of

    first, second = readings()
    for part in ("test", "tuning"):
        ids = [i for i in first if part_of(i) == part]
        whole = agreement(first, second, ids, "".join(OPGAVEN))
        counts = f"{whole.first} and {whole.second} marks, {whole.both} the same"
        print(f"{part}: {len(ids)} stories, micro-F1 {whole.f1:.3f}, {counts}")
        for letter, name in OPGAVEN.items():
            one = agreement(first, second, ids, letter)
            print(f"  {name:46}{one.first:4}{one.second:4}{one.both:4}  F1 {one.f1:.2f}  kappa {one.kappa:.2f}")


if __name__ == "__main__":
    main()
