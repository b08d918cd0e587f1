"""What stories are tagged with: opgaven, levels of the verandertheorie, and the plan's five questions as lenses.

A row of the vocabulary has the fields of `themes.yaml`, and `soort`: what kind of tag it is. Rows of before there were
kinds have none: they are opgaven. Administrators edit all of it as one versioned rule (`desk.rulemaking`).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "themes.yaml"

Row = Mapping[str, Any]


class Soort(StrEnum):
    """What a tag says: what a story is about, at which level something would change, or with which question it fits."""

    OPGAVE = "opgave"
    NIVEAU = "niveau"
    LENS = "lens"


_LISTS = {"opgaven": Soort.OPGAVE, "niveaus": Soort.NIVEAU, "lenzen": Soort.LENS}


def soort(row: Row) -> Soort:
    """Raises ValueError for a kind that there is not."""
    return Soort(row.get("soort", Soort.OPGAVE))


@functools.cache
def built_in() -> tuple[dict[str, Any], ...]:
    """What the product comes with: every row of `themes.yaml`."""
    lists = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple({**row, "soort": str(kind)} for name, kind in _LISTS.items() for row in lists[name])


def whole(rows: Iterable[Row]) -> tuple[dict[str, Any], ...]:
    """These rows, and behind them the levels and lenses of ours that they do not know: a vocabulary that was kept
    before there were any has them at once."""
    kept = [{**row, "soort": str(soort(row))} for row in rows]
    known = {row["id"] for row in kept}
    return (*kept, *(row for row in built_in() if row["soort"] != Soort.OPGAVE and row["id"] not in known))


def only(rows: Iterable[Row], *kinds: Soort) -> tuple[dict[str, Any], ...]:
    """The rows of these kinds, in the order they stand in."""
    return tuple(dict(row) for row in rows if soort(row) in kinds)
