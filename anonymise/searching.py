"""The words by which a text can be found: folded, brought back to their dictionary form, long ones with their parts.

Dutch inflects inside the word (`gepest`, `liep`) more than a stemmer of rules can follow; the dictionary that finds
names knows those forms. What it does not know is left to the rules: Snowball's Dutch. The two are compared in
`docs/decisions/2026-11-26-search.md`.
"""

from __future__ import annotations

import functools
from collections.abc import Collection
from typing import NamedTuple

import snowballstemmer

from anonymise import lexicon
from anonymise.text import plain, readable, shadow
from anonymise.themefeatures import WORD, stem

METHOD = 1
"""Goes up when the same text would give other words: whatever was made with another number is made anew."""

LONGEST = 64
"""Letters of a word that count; no word of Dutch is longer."""

_SHORTEST_COMPOUND, _SHORTEST_PART = 8, 4
_WHOLE = 10.0
"""A word that is heard this often in a million words means itself: `kinderen` is no compound of `eren`."""


class SearchWord(NamedTuple):
    """Characters [start, end) of a text, the forms that stand for them, and the parts of a compound."""

    start: int
    end: int
    forms: tuple[str, ...]
    parts: tuple[str, ...] = ()


def search_words(text: str) -> tuple[SearchWord, ...]:
    """The words of a text, or of a question, in order."""
    found = (match.span() for match in WORD.finditer(shadow(text).lower()))
    words = (SearchWord(start, end, *_known(text[start:end])) for start, end in found)
    return tuple(word for word in words if word.forms)


def search_hits(text: str, forms: Collection[str]) -> tuple[SearchWord, ...]:
    """The words of a text that one of `forms` finds, in order: what most words cost is a look in a table."""
    wanted: dict[str, bool] = {}
    found = []
    for match in WORD.finditer(shadow(text).lower()):
        start, end = match.span()
        written = text[start:end]
        if written not in wanted:
            wanted[written] = any(form in forms for known in _known(written) for form in known)
        if wanted[written]:
            found.append(SearchWord(start, end, *_known(written)))
    return tuple(found)


@functools.lru_cache(maxsize=20_000)
def _known(written: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The forms of a word with and without its accents (a question is often typed without), and its parts."""
    word = plain(written)[:LONGEST]
    if not word.strip("'"):
        return (), ()
    return tuple(dict.fromkeys((_base(readable(written)[:LONGEST]), _base(word)))), _parts(word)


def _base(word: str) -> str:
    """The form at which the dictionary stops. Where it goes round (`fiets` is of `fietsen`, `fietsen` of `fiets`) the
    shortest one. A word it does not have is stemmed, by a stemmer of its own: one cannot be shared by threads."""
    seen = [word]
    while (form := stem(seen[-1])) not in seen:
        seen.append(form)
    if len(seen) == 1 and word not in lexicon.dutch():
        return str(snowballstemmer.stemmer("dutch").stemWord(plain(word)))
    return plain(min(seen[seen.index(form) :], key=lambda one: (len(one), one)))


@functools.lru_cache(maxsize=20_000)
def _parts(word: str) -> tuple[str, ...]:
    """`schuldhulpverlening` is also found by `schuld`, `hulp` and `hulpverlening`."""
    found: dict[str, None] = {}
    for tail, head in _cuts(word):
        for part in (head, tail):
            found[_base(part)] = None
            found |= dict.fromkeys(_parts(part))
    return tuple(found)


def _cuts(word: str) -> list[tuple[str, str]]:
    """The first way to cut a word into two everyday words, with or without a link between them, longest tail first."""
    if len(word) < _SHORTEST_COMPOUND or lexicon.commonness(word) >= _WHOLE:
        return []
    for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        tail = word[cut:]
        if not _everyday(tail):
            continue
        for link in ("", "s", "en", "e"):
            head = word[: cut - len(link)]
            if word[:cut].endswith(link) and len(head) >= _SHORTEST_PART and _everyday(head):
                return [(tail, head)]
    return []


def _everyday(word: str) -> bool:
    return lexicon.is_known(word, word) and (lexicon.commonness(word) >= 1.0 or len(word) > 5)
