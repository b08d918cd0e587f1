"""Is this an everyday Dutch word? A word that is not may be a name, whatever its capitals.

A Dutch lexicon is worth more than lists of names: in lower-case speech most first names are simply words that
Dutch does not have. The words come from simplemma's Dutch dictionary (inflected form -> lemma), how
common they are from wordfreq, and words of speech that dictionaries leave out from data/spoken.txt.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import cast

import wordfreq
from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from anonymise.lists import common_numbers, spoken
from anonymise.text import plain

ENDINGS = ("s", "en", "e", "je", "jes", "tje", "tjes", "etje", "ske", "ke", "kes", "t", "d", "de", "te", "n", "er")
_NAME_TAILS = (
    "man", "mans", "berg", "berge", "bergen", "veld", "velde", "dijk", "huis", "huizen", "hof", "hoven", "dam", "veen",
    "broek", "hout", "meer", "horst", "kamp", "land", "boom", "beek", "donk", "drecht", "loo", "woud", "burg", "wijk",
    "stra", "sma", "stein", "schoten", "poort", "polder", "goed", "oord", "heide", "water", "kerk", "ster", "mond",
)  # fmt: skip
"""Last parts of Dutch family and place names: a compound with these is ordinary only when the dictionary says so."""
_LAUGHTER = re.compile(r"(?:(?:ha|he|hi|ho|hè|ja|jo|ne|wo|bla|la|na){3,}h?|[aeou]+h+|h?m+|z+|s+t+|k?r+)$")


@functools.cache
def dutch() -> Mapping[str, str]:
    """simplemma's Dutch dictionary: form -> lemma (370,000 forms)."""
    return cast(Mapping[str, str], DefaultDictionaryFactory().get_dictionary("nl"))


@functools.cache
def english() -> Mapping[str, str]:
    """simplemma's English dictionary, asked only about words that Dutch does not have."""
    return cast(Mapping[str, str], DefaultDictionaryFactory().get_dictionary("en"))


@functools.cache
def _frequencies() -> Mapping[str, float]:
    return cast(Mapping[str, float], wordfreq.get_frequency_dict("nl", wordlist="small"))


@functools.cache
def _english_frequencies() -> Mapping[str, float]:
    return cast(Mapping[str, float], wordfreq.get_frequency_dict("en", wordlist="small"))


def commonness(word: str) -> float:
    """Occurrences per million words of Dutch, 0 for words under about one per million (wordfreq, small list)."""
    return _frequencies().get(word, 0.0) * 1e6


def is_common(word: str) -> bool:
    """One of the 30,000 words of wordfreq's list. What was worked out for these may be kept in memory from story to
    story: that somebody said them tells nothing. Other words may be a story's own and are forgotten with it."""
    return word in _frequencies()


def lemma(word: str) -> str:
    """The dictionary form of a lower-case word; the word itself when it is not known."""
    return dutch().get(word) or word


def is_known(word: str, folded: str) -> bool:
    """Does Dutch, written or spoken, have this very word? `word` with accents, `folded` without."""
    return _known_common(word) if word == folded and is_common(word) else _known(word, folded)


def _known(word: str, folded: str) -> bool:
    known = dutch()
    listed = word in known or folded in known or word in spoken() or folded in spoken() or folded in common_numbers()
    return listed or _is_common_dutch(word)


@functools.cache
def _known_common(word: str) -> bool:
    return _known(word, word)


def _is_common_dutch(word: str) -> bool:
    """At least one in a million words of Dutch and three times rarer in English: dictionaries of inflected forms leave
    out words without inflection (armoede, straks, wiskunde). Names are common too, so the lists must be asked first."""
    here = _frequencies().get(word, 0.0)
    return here >= 1e-6 and _english_frequencies().get(word, 0.0) < here / 3


def is_english(word: str) -> bool:
    """An English word people may mix in: known to English and common there. The dictionary holds first names too; those
    are seldom over 60 per million (wordfreq), and the few that are stand in the lists."""
    return _english_frequencies().get(word, 0.0) > 6e-5 and word in english()


def is_ordinary(word: str, folded: str) -> bool:
    """An everyday word: known, or made of known words in the ways Dutch makes words.

    `word` is lower-case with its accents, `folded` is the same without. Names are not looked up here: ask the lists
    first.
    """
    if len(folded) < 2 or folded.isdigit() or is_known(word, folded):
        return True
    if folded[0].isdigit() or _LAUGHTER.match(folded):
        return True
    calm = re.sub(r"(.)\1{2,}", r"\1", word)  # jaaaa, heyyyy
    if calm != word:
        twice = re.sub(r"(.)\1{2,}", r"\1\1", word)
        return any(is_known(w, plain(w)) for w in (calm, twice))
    if "'" in folded:
        return all(len(part) < 3 or is_known(part, part) for part in folded.split("'"))
    return _inflected(word) or _compound(word, folded)


def _inflected(word: str) -> bool:
    """pakske, appje, gamede: a known word of at least four letters with an ending, or ge- before it."""
    for ending in ENDINGS:
        stem = word[: -len(ending)]
        if word.endswith(ending) and len(stem) >= 4 and (stem in dutch() or stem in spoken()):
            return (stem in dutch() and commonness(stem) > 1) or (
                stem in spoken() and ending not in ("n", "e", "d", "er")
            )
    return word.startswith("ge") and len(word) > 6 and (word[2:] in dutch() or word[2:-1] + "en" in dutch())


def _compound(word: str, folded: str, depth: int = 0) -> bool:
    """speelgoedkast, schoolreisgeld: two or three known parts, with s or e(n) between them."""
    if len(word) < 8 or len(word) > 40:
        return False
    known = dutch()
    for cut in range(len(word) - 3, 3, -1):
        tail = word[cut:]
        if tail not in known or tail in _NAME_TAILS or commonness(tail) < 1.0:
            continue
        head = word[:cut]
        for link in ("", "s", "en", "e"):
            stem = head[: len(head) - len(link)]
            if not head.endswith(link) or len(stem) < 3:
                continue
            if stem in known and (commonness(stem) >= 1.0 or (len(stem) > 5 and depth == 0)):
                return True
            if depth < 1 and _compound(stem, folded, depth + 1):
                return True
    return False
