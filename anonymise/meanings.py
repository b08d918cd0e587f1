"""What words are about: which opgaven a word makes likelier when somebody tells with it, from data/meanings.txt.

Groups of words (`concepts.yaml`) know what tellers of our own stories said. These ratings know the dictionary:
readers judged 27,000 words by their meaning alone, so that a teller who says it otherwise is understood too.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Final

from anonymise import cues
from anonymise.lists import DATA
from anonymise.text import plain
from anonymise.themefeatures import Concepts, Said, group_places, stem

LETTERS: Final = {
    "m": "meedoen", "t": "fijn_thuis", "g": "gezonde_dag", "k": "kansrijk_opgroeien",
    "o": "ontwikkelkansen", "w": "werkgever", "e": "ervaringsdeskundigheid", "s": "stress",
}  # fmt: skip
"""The letters of the file, and the ids of their opgaven."""
Rating = Mapping[str, float]
"""Per opgave how much a word says: 0.35 a little, 1 clearly, 1.8 almost only this. See `_worth`."""
_COMPOUND = 7
"""Letters from which a word that nobody rated is looked at in parts: `schimmelplek` says what `schimmel` says."""
_PART = 3
_JOINTS: Final = ("", "s", "en")
"""What may stand between the parts of a compound."""


class Meanings:
    """Rated words and phrases, ready to be asked."""

    def __init__(self, rated: Mapping[str, Rating]) -> None:
        self.rated = rated
        self._words: dict[str, dict[str, float]] = {}
        self._phrases = {word: rating for word, rating in rated.items() if " " in word}
        self._in_order = Concepts({"": {phrase: [phrase] for phrase in self._phrases}})
        for word, rating in rated.items():
            for form in {word, stem(word)} if " " not in word else ():
                known = self._words.setdefault(form, {})
                known.update({theme: max(value, known.get(theme, 0.0)) for theme, value in rating.items()})

    @functools.lru_cache(maxsize=20_000)  # noqa: B019 - there is one of these, for as long as the process lives
    def of(self, word: str) -> Rating | None:
        """The rating of a word, else of the longest rated part that it begins or ends with."""
        known = self._known(word)
        if known or len(word) < _COMPOUND:
            return known
        parts = [
            word[:at].removesuffix(joint)
            for at in range(_PART, len(word) - _PART + 1)
            for joint in _JOINTS
            if word[:at].endswith(joint)
        ]
        parts += [word[at:] for at in range(_PART, len(word) - _PART)]
        rated = (part for part in sorted(parts, key=len, reverse=True) if len(part) >= _PART)
        return next(filter(None, map(self._known, rated)), None)

    def _known(self, word: str) -> Rating | None:
        return self._words.get(word) or self._words.get(stem(word))

    def said(self, said: Said) -> dict[str, tuple[Rating, list[tuple[int, ...]]]]:
        """Every rated stem and phrase of a text, once, with its places. What is denied is left out."""
        found: dict[str, tuple[Rating, list[tuple[int, ...]]]] = {}
        for place, word in enumerate(said.words):
            if rating := self.of(word):
                one = stem(word)
                if not (one in cues.BURDENS and said.denied(place)):
                    found.setdefault(one, (rating, []))[1].append((place,))
        for group, words in group_places(said, self._in_order).items():
            phrase = group.removeprefix(".")
            found[phrase] = self._phrases[phrase], [place for places in words.values() for place in places]
        return found


@functools.cache
def shipped() -> Meanings:
    lines = (DATA / "meanings.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return Meanings({plain(word): _rating(codes.split()) for word, codes in rows})


@functools.cache
def subjects() -> frozenset[str]:
    """The stems of the words that say something of an opgave: `bioscoop`, `epilepsie`."""
    said = _worth(3)
    return frozenset(stem(word) for word, rating in shipped().rated.items() if sum(rating.values()) >= said)


def _rating(codes: Sequence[str]) -> Rating:
    return {LETTERS[code[0]]: _worth(int(code[1])) for code in codes}


def _worth(halves: int) -> float:
    """Clear signs count more than their share of weak ones: the one of `schimmel` is not the sum of three of `raam`."""
    return float(0.35 * (halves / 2) ** 1.5)
