"""With which of the plan's five questions a passage fits: what poverty does, what goes well or wrong, what would help,
what one learns from it.

Weights of groups of words (data/lens_cues.yaml), of the vocabulary's own words and of where in the story a passage
stands: people begin with what it does to them and end with what came of it. `python -m anonymise.learn_lenses` learns
them. A lens is proposed only with words that speak for it.
"""

from __future__ import annotations

import bisect
import functools
import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml

from anonymise import cues
from anonymise.lists import DATA
from anonymise.themefeatures import Concepts, Said, group_places

Places = tuple[int, ...]
Feature = tuple[float, list[Places]]

WEIGHTS = DATA / "lens_weights.json"
_COUNTED = {
    "#niet": cues.NEGATIONS,
    "#moet": frozenset({"zou", "zouden", "moet", "moeten"}),
    "#ik": frozenset({"ik", "mijn", "mij", "me", "m'n"}),
    "#je": frozenset({"je", "u", "jij", "jullie", "ge"}),
}
"""Little words that tell in which voice something is said."""
POSITION = ("@where", "@first", "@last", "@middle", "@long")


@functools.cache
def lens_cues() -> Concepts:
    return Concepts(yaml.safe_load((DATA / "lens_cues.yaml").read_text(encoding="utf-8")))


@functools.cache
def shipped() -> Mapping[str, Any]:
    """What `python -m anonymise.learn_lenses` wrote: a threshold, and per lens a bias and weights."""
    loaded: Mapping[str, Any] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return loaded


def features(
    said: Said, bounds: Sequence[tuple[int, int]], own_words: Mapping[str, Sequence[Places]]
) -> list[dict[str, Feature]]:
    """Per passage its features by name, each with its value and its places. `own_words`: per lens where words of the
    vocabulary stand."""
    starts = [first for first, _ in bounds]
    found: list[dict[str, dict[object, list[Places]]]] = [{} for _ in bounds]

    def add(name: str, word: object, place: Places) -> None:
        at = bisect.bisect_right(starts, place[0]) - 1
        if place[-1] < bounds[at][1]:  # the words of a phrase may stand apart, but in one passage
            found[at].setdefault(name, {}).setdefault(word, []).append(place)

    for group, words in group_places(said, lens_cues()).items():
        for word, places in words.items():
            for place in places:
                add(group, word, place)
    for at, word in enumerate(said.words):
        for name, listed in _COUNTED.items():
            if word in listed:
                add(name, at, (at,))
    for lens, said_at in own_words.items():
        for place in said_at:
            add("=" + lens, place, place)
    rows: list[dict[str, Feature]] = []
    last = len(bounds) - 1
    for at, (words_of, (first, end)) in enumerate(zip(found, bounds, strict=True)):
        where = at / max(1, last)
        values = (where, float(at == 0), float(at == last), 4 * where * (1 - where), (end - first) / 40)
        row: dict[str, Feature] = {name: (value, []) for name, value in zip(POSITION, values, strict=True)}
        for name, told in words_of.items():
            row[name] = (math.log1p(len(told)), [place for places in told.values() for place in places])
        rows.append(row)
    return rows


def says_so(name: str, lens: str) -> bool:
    """Is this feature about words that are of this lens?"""
    return name == "=" + lens or name.startswith(lens + ".")


def weigh(row: Mapping[str, Feature], lens: str, learned: Mapping[str, Any]) -> tuple[float, list[Places]]:
    """How far a passage is above the threshold of a lens, and the words of that lens that speak for it."""
    score, places = learned["bias"][lens] - learned["threshold"], []
    for name, (value, found) in row.items():
        weight = learned["weights"].get(name, {}).get(lens, 0.0)
        score += weight * value
        if weight > 0 and says_so(name, lens):
            places += found
    return score, places


Weigher = Callable[[str, int], tuple[float, list[Places]]]


def weigher(
    said: Said,
    bounds: Sequence[tuple[int, int]],
    own_words: Mapping[str, Sequence[Places]],
    learned: Mapping[str, Any] | None = None,
) -> Weigher:
    """Ask it for a lens and a passage. A lens that was never learned has no score. `learned`: other weights than the
    ones that ship."""
    learned = learned or shipped()
    rows = features(said, bounds, own_words)
    return lambda lens, at: weigh(rows[at], lens, learned) if lens in learned["bias"] else (-math.inf, [])
