"""How often the card stops a gold story, and how much of what is marked stands on it (`python tests/gold/card.py`)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from anonymise.hits import DIRECT  # noqa: E402
from anonymise.quasi import Rarity, signs  # noqa: E402


def figures(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Names are masked as the gold marks them. `blocked`: with all stories in one house; `alone`: each by itself."""
    found = {
        "stories": len(rows),
        "blocked": 0,
        "alone": 0,
        "quasi": 0,
        "quasi_all": 0,
        "leeftijd": 0,
        "leeftijd_all": 0,
    }
    cards = []
    for row in rows:
        card = signs(row["text"], [(e["start"], e["end"]) for e in row["entities"] if e["type"] in DIRECT])
        cards.append([sign for sign in card if sign.is_telling])
        for mark in row["entities"]:
            if mark["type"] in ("quasi", "leeftijd"):
                found[f"{mark['type']}_all"] += 1
                found[mark["type"]] += any(s.start < mark["end"] and mark["start"] < s.end for s in card)
    values = [{sign.value for sign in card} for card in cards]
    for card, own in zip(cards, values, strict=True):
        rare, many = any(s.rarity is Rarity.ZELDZAAM for s in card), len({s.aspect for s in card}) >= 2
        found["alone"] += rare or many
        found["blocked"] += rare or (many and sum(own <= other for other in values) == 1)
    return found


def gold() -> list[dict[str, Any]]:
    files = sorted(FOLDER.glob("gold?.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    print(json.dumps(figures(gold()), indent=1))
