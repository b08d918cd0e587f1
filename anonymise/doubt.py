"""How likely a word must be part of a name before an editor is shown it, by what stands around it.

The networks are asked about every word; where names of clubs and houses are made of everyday words ("bij de gele doos")
they are unsure. What stands before such a word tells an editor's eye, and lowers the bar: the factors are those of a
logistic regression over likelihood and surroundings, on tuning stories that the networks had not seen, rounded.
"""

from __future__ import annotations

from collections.abc import Sequence

from anonymise import cues, lexicon
from anonymise.view import Look, Word

_CASED, _SPEECH = 0.0175, 0.034
"""The bar with nothing telling around, in text with capitals and in speech without; at these an editor is shown about
27 and 28 marks per 1,000 words of the test stories."""
_SELDOM = 4.0
"""Occurrences per million words under which a word is seldom said."""
_EVERYDAY = 1000.0
"""Occurrences per million words above which a word (`ik`, `naar`) is no name for what stands before it."""
_KINDS = {"organisatie": 5, "overig_naam": 30}
"""Types of which the names are the least like names."""
_INFLECTED = 3.0
"""How many times likelier a form such as `liep` or `stoelen` must be: names seldom are one."""
_ARTICLES = frozenset(("de", "het", "'t", "t"))
_TOWARDS = frozenset(("bij", "in", "op", "naar"))
_PREPOSITIONS = _TOWARDS | {"van", "voor", "uit", "door", "via"}
_CALLED = frozenset(("heet", "heette", "heten"))

LOWEST = 0.000015
"""A word less likely than this is never shown."""


def bar(words: Sequence[Word], i: int, kind: str, likely: float) -> float:
    """The likelihood from which the word at `i` is shown, when `kind` is the likeliest type of a name here.

    A word far less `likely` than that gets a rough answer, soon."""
    word = words[i]
    one = words[i - 1].plain if i else ""
    least = _CASED if word.cased else _SPEECH
    if not one[:1].isdigit() and lexicon.commonness(word.plain) <= _EVERYDAY:  # not: 1500 euro
        least /= _surroundings(words, i, kind)
    if 2 * likely < least:
        return max(LOWEST, least / 2)
    if lexicon.commonness(word.plain) < _SELDOM:
        least /= 2
    if one in ("en", "of") or one in cues.SAYS:
        least *= 8
    if word.plain.endswith("en"):
        least *= 6
    if word.look is Look.ORDINARY and lexicon.lemma(word.plain).lower() != word.plain:
        least *= _INFLECTED
    return max(LOWEST, least)


def _surroundings(words: Sequence[Word], i: int, kind: str) -> float:
    """How many times lower the bar is for what stands around the word at `i`, of the likeliest type `kind`."""
    one, two, three = (words[j].plain if j >= 0 else "" for j in (i - 1, i - 2, i - 3))
    times = float(_KINDS.get(kind, 1))
    if one in _ARTICLES and two in _PREPOSITIONS:
        times *= 40 if two in _TOWARDS else 9  # bij de kajuit
    elif two in _ARTICLES and three in _PREPOSITIONS:
        times *= 100 if one.endswith("e") else 10  # bij de gele doos
    elif one in _PREPOSITIONS and one != "voor":  # voor koffie
        times *= 30 if one == "van" else 5
    if one in cues.TITLES or one in cues.RELATIONS:
        times *= 8
    if one in _CALLED or two in _CALLED or (i + 1 < len(words) and words[i + 1].plain in _CALLED):
        times *= 50
    if one in cues.ORGANISATIONS or two in cues.ORGANISATIONS or three in cues.ORGANISATIONS:
        times *= 60
    return times * 20 if words[i].telling else times
