"""What a text shows about themes: which groups of words occur, which stems, and where."""

from __future__ import annotations

import bisect
import functools
import math
import re
from collections.abc import Mapping
from typing import Final

import yaml

from anonymise import cues, lexicon
from anonymise.lists import DATA
from anonymise.text import SKIP, plain, readable, shadow

WORD: Final = re.compile(r"'?[^\W_]+(?:'[^\W_]+)*")
_DIMINUTIVE = re.compile(r"(?:etje|[tpk]je|je|ske)s?$")
_GAP = 3
"""How far the next word of a phrase may stand from the one before."""


class Said:
    """The words of a text by their root, with their places."""

    def __init__(self, text: str) -> None:
        lower = shadow(text).lower()
        self.spans: list[tuple[int, int]] = []
        self.words: list[str] = []
        self.roots: list[frozenset[str]] = []
        self.at: dict[str, list[int]] = {}
        for match in WORD.finditer(lower):
            word = match[0].replace(SKIP, "")
            place = len(self.words)
            self.words.append(word)
            self.spans.append(match.span())
            self.roots.append(roots(word, word))
            for root in roots(word, readable(text[match.start() : match.end()])):
                self.at.setdefault(root, []).append(place)

    def near(self, root: str, place: int, reach: int) -> list[int]:
        """The places of a root within so many words."""
        places = self.at.get(root, [])
        return places[bisect.bisect_left(places, place - reach) : bisect.bisect_right(places, place + reach)]

    def denied(self, place: int) -> bool:
        return any(word in cues.NEGATIONS for word in self.words[max(0, place - 3) : place])


@functools.lru_cache(maxsize=20_000)
def roots(word: str, written: str) -> frozenset[str]:
    """A word, its lemma, and both without a diminutive ending: `schoolreisjes` -> `schoolreis`."""
    forms = {word, plain(lexicon.lemma(written))}
    for form in tuple(forms):
        bare = _DIMINUTIVE.sub("", form)
        if bare != form and len(bare) > 2:
            forms |= {bare, plain(lexicon.lemma(bare))}
    if len(word) > 4 and word.endswith("s"):
        forms.add(word[:-1])
    return frozenset(forms)


@functools.lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """One form for all inflections: the lemma, without a diminutive ending when the word is long enough for one."""
    form = plain(lexicon.lemma(word))
    return _DIMINUTIVE.sub("", form) if len(form) > 5 else form


class Concepts:
    """Groups of words as data/concepts.yaml has them, ready to be asked per word."""

    def __init__(self, source: Mapping[str, Mapping[str, list[object]]]) -> None:
        self.groups = tuple(f"{theme}.{group}" for theme, groups in source.items() for group in groups)
        self._whole: dict[str, set[str]] = {}
        self._begins: dict[str, set[str]] = {}
        self._ends: dict[str, set[str]] = {}
        self.phrases: dict[str, list[tuple[tuple[frozenset[str], ...], str, str]]] = {}
        for theme, groups in source.items():
            for group, words in groups.items():
                for word in map(str, words):
                    self._add(word, f"{theme}.{group}")

    def _add(self, word: str, key: str) -> None:
        if " " in word:
            parts = tuple(roots(plain(part), part) for part in word.split())
            for root in parts[0]:
                self.phrases.setdefault(root, []).append((parts, word, key))
        elif word.endswith("-"):
            self._begins.setdefault(plain(word[:-1]), set()).add(key)
        elif word.startswith("-"):
            self._ends.setdefault(plain(word[1:]), set()).add(key)
        else:
            for root in roots(plain(word), word):
                self._whole.setdefault(root, set()).add(key)

    @functools.lru_cache(maxsize=20_000)  # noqa: B019 - there is one of these, for as long as the process lives
    def of(self, word: str) -> frozenset[str]:
        found: set[str] = set()
        for root in roots(word, word):
            found |= self._whole.get(root, set())
        for cut in range(2, min(len(word), 40) + 1):
            found |= self._begins.get(word[:cut], set())
        for cut in range(max(1, len(word) - 40), len(word) - 1):
            found |= self._ends.get(word[cut:], set())
        return frozenset(found)


@functools.cache
def concepts() -> Concepts:
    return Concepts(yaml.safe_load((DATA / "concepts.yaml").read_text(encoding="utf-8")))


def group_places(said: Said, known: Concepts | None = None) -> dict[str, dict[str, list[tuple[int, ...]]]]:
    """Per group the different words and phrases of it that are said, with their places. What is denied is left out.
    Groups of `concepts` unless others are given."""
    known = known or concepts()
    found: dict[str, dict[str, list[tuple[int, ...]]]] = {}
    for place, word in enumerate(said.words):
        groups = known.of(word)
        if not groups:
            continue
        one = stem(word)
        if one in cues.BURDENS and said.denied(place):
            continue
        for group in groups:
            found.setdefault(group, {}).setdefault(one, []).append((place,))
    for root in [root for root in said.at if root in known.phrases]:
        for first in said.at[root]:
            for parts, words, group in known.phrases[root]:
                if places := follow(said, first, parts):
                    found.setdefault(group, {}).setdefault(words, []).append(places)
    return {group: {w: list(dict.fromkeys(places)) for w, places in words.items()} for group, words in found.items()}


def follow(said: Said, first: int, parts: tuple[frozenset[str], ...]) -> tuple[int, ...]:
    """The places of the words of a phrase, in order and near each other; empty when it is not said there."""
    places = [first]
    for wanted in parts[1:]:
        after = places[-1] + 1
        for place, root in enumerate(said.roots[after : after + _GAP], after):
            if not wanted.isdisjoint(root):
                places.append(place)
                break
        else:
            return ()
    return tuple(places)


@functools.lru_cache(maxsize=20_000)
def uncommonness(words: str) -> float:
    """How much a word of a group says: 1.3 for one that is heard once in a million words or less, 0.15 for one in five
    hundred or more. A phrase counts as a rather rare word."""
    common = 2.0 if " " in words else lexicon.commonness(words)
    return min(max((3.3 - math.log10(max(common, 0.5))) / 2.5, 0.15), 1.3)


def stem_places(said: Said) -> dict[str, list[int]]:
    """The stems of the words of three letters or more, with their places."""
    found: dict[str, list[int]] = {}
    for place, word in enumerate(said.words):
        if len(word) > 2:
            found.setdefault(stem(word), []).append(place)
    return found
