"""How well the lenses of passages are proposed, on stories whose passages were marked by hand in `lenses.txt`.

A line is a story, and per passage the character at which it starts and its lenses: g gevolg, + gaat_goed, x gaat_fout,
h zou_helpen, i inzicht, - none. The rules stand in LENSES.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from anonymise.passages import passages
from stories.vocabulary import Soort, built_in, only

MARKS: Final = Path(__file__).resolve().parent / "lenses.txt"
LETTERS: Final = {"g": "gevolg", "+": "gaat_goed", "x": "gaat_fout", "h": "zou_helpen", "i": "inzicht"}

Marked = Mapping[str, Mapping[int, frozenset[str]]]
"""Ids of stories with, per passage, its start and its lenses."""


def marked() -> Marked:
    """Raises ValueError for a letter that is no lens."""
    rows = [line.split() for line in MARKS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {row[0]: dict(map(_passage, row[1:])) for row in rows}


def _passage(cell: str) -> tuple[int, frozenset[str]]:
    start, _, letters = cell.partition(":")
    if not letters or set(letters) - LETTERS.keys() - {"-"}:
        raise ValueError(f"{cell}: geen lens")
    return int(start), frozenset(LETTERS[letter] for letter in letters if letter != "-")


def tally(stories: Iterable[Mapping[str, Any]]) -> dict[str, list[int]]:
    """Per lens right, wrong and left out, over the passages of those stories that are marked.

    Raises ValueError when passages are not where they were when they were marked."""
    lenses, known = only(built_in(), Soort.LENS), marked()
    rows: dict[str, list[int]] = {}
    for story in stories:
        wanted = known.get(story["id"])
        if wanted is None:
            continue
        found = {p.start: {tag.id for tag in p.tags} for p in passages(story["text"], lenses)}
        if found.keys() != wanted.keys():
            raise ValueError(f"{story['id']}: de fragmenten staan anders dan toen ze gemerkt werden")
        for start, gold in wanted.items():
            for lens in gold | found[start]:
                row = rows.setdefault(lens, [0, 0, 0])
                row[0 if lens in gold & found[start] else 1 if lens in found[start] else 2] += 1
    return rows
