"""Families and places on the card of a text whose number says how rare they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anonymise.quasi_signs import NUMBER, Entry, Rarity, Sign, value_of

_CHILDREN = re.compile(
    rf"(?<!\w)(?:klas (?:met|van) |school (?:met|van) )?({NUMBER}) (?:kinderen|kids|kindjes|koters)(?!\w)"
)
_SIBLINGS = r"(?:broers?|zussen|zusters|broertjes?|zusjes?|broers en zussen|broertjes en zusjes)"
_BROTHERS = re.compile(
    rf"(?<!\w)({NUMBER}) {_SIBLINGS}(?: en (?:nog )?({NUMBER}) {_SIBLINGS}| en (?:zussen|zusjes))?(?!\w)"
)
_SMALL_PLACE = re.compile(
    r"(?<!\w)(?:een |het |ons )?(?:klein |heel klein )?(?:dorp|dorpje|plaatsje|gehucht|straatje) (?:van|met) "
    rf"(?:nog geen |amper |maar )?(?:\d[\d.]*|{NUMBER}|(?:{NUMBER})?(?:honderd|duizend)|een paar honderd)"
    r" (?:man|mensen|inwoners|zielen|huizen)(?!\w)"
)
_LAST_OF = re.compile(
    r"(?<!\w)(?:de|het) (?:laatste|enige) (?!kamer|moeder|vader|zomer|winter|meester|nummer|keer|september|oktober"
    r"|november|december)[a-z-]{2,24}(?:er|aar|ster|orgel|molen|smid|man)(?= (?:van|in|uit|met))"
)
_LARGE, _VERY_LARGE, _NO_FAMILY = 4, 6, 16
"""Children in a family: from 4 about 1 in 20 families with children, from 6 about 1 in 150; 16 is a class."""


def family(lower: str) -> Iterator[Sign]:
    """Large families, places with few people, and the last of a trade, in a folded lower-case text."""
    for match in _CHILDREN.finditer(lower):
        if not match[0].startswith(("klas", "school")):
            yield from _children(match.start(1), match.end(), value_of(match[1]) or 0, "veel kinderen")
    for match in _BROTHERS.finditer(lower):
        count = 1 + (value_of(match[1]) or 0) + (value_of(match[2]) or 0 if match[2] else 0)
        yield from _children(match.start(), match.end(), count, "broers en zussen")
    for match in _SMALL_PLACE.finditer(lower):
        yield Entry("plek", "gehucht", Rarity.ZELDZAAM, "een klein dorp").at(match.start(), match.end())
    for match in _LAST_OF.finditer(lower):
        yield Entry("werk", "zeldzaam", Rarity.ZELDZAAM, "een bijzonder beroep").at(match.start(), match.end())


def _children(start: int, end: int, count: int, words: str) -> Iterator[Sign]:
    if _LARGE <= count < _NO_FAMILY:
        rarity = Rarity.ZELDZAAM if count >= _VERY_LARGE else Rarity.MINDER_GEWOON
        code = "heel_groot" if count >= _VERY_LARGE else "groot"
        yield Sign(start, end, "gezin", f"gezin:{code}", str(count), rarity, words)
