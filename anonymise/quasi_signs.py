"""What the card of a text is made of: a sign, how rare it is, and numbers as they are said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from anonymise import lists

ASPECTS = ("leeftijd", "plek", "gezin", "werk", "ziekte", "gebeurtenis", "tijd", "herkomst", "geloof", "bezit")


class Rarity(IntEnum):
    """How many families that tell a story share it; the borders stand in `data/quasi.yaml`."""

    GEWOON = 0
    MINDER_GEWOON = 1
    ZELDZAAM = 2


@dataclass(frozen=True, slots=True, order=True)
class Sign:
    """Characters [start, end) of a text tell something about who it is.

    `value` is the generalised value, an ASCII code such as `leeftijd:8_11`; `exact` tells apart what one value holds
    (the ages 8 and 9). `proposal` are Dutch words that may stand there instead.
    """

    start: int
    end: int
    aspect: str
    value: str
    exact: str
    rarity: Rarity
    proposal: str

    @property
    def is_telling(self) -> bool:
        return self.rarity > Rarity.GEWOON


@dataclass(frozen=True, slots=True)
class Entry:
    """What the words of one row of the list say, wherever they stand."""

    aspect: str
    code: str
    rarity: Rarity
    proposal: str

    def at(self, start: int, end: int) -> Sign:
        return Sign(start, end, self.aspect, f"{self.aspect}:{self.code}", self.code, self.rarity, self.proposal)


GONE = "\xa4"
"""Stands for a character of a label: no letter, so that no word runs over it."""

NUMBER = rf"(?:\d{{1,2}}|{'|'.join(sorted(map(re.escape, lists.numbers()), key=len, reverse=True))})"
"""A number of at most two digits, or in words."""


def value_of(said: str) -> int | None:
    """What a number word, an ordinal or digits say; None when it is none of these."""
    if said == "anderhalf":
        return 1
    bare = said.removesuffix("e")
    return int(bare) if bare.isdecimal() else lists.numbers().get(said, lists.ordinals().get(said))
