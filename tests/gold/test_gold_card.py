"""The card stops few enough stories to be read, and holds nearly all that the gold marks as pointing at somebody."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from card import figures, gold


def test_at_most_a_third_of_the_stories_is_stopped() -> None:
    """Also where each would be the only one in the house."""
    found = figures(gold())
    assert found["blocked"] <= found["alone"] <= found["stories"] / 3


def test_what_the_gold_marks_stands_on_the_card() -> None:
    found = figures(gold())
    assert found["quasi"] >= 0.9 * found["quasi_all"] and found["leeftijd"] >= 0.8 * found["leeftijd_all"]
