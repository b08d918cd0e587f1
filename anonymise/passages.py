"""Which stretch of a story is about what: passages of a few sentences with their opgaven, level and lens.

A passage is what an editor would quote: one sentence has too little around it to say what it is about, and speech that
a recogniser wrote down has no sentences. So sentences are taken together until there are some twenty words, and where
no full stop comes the text is cut before `en toen`, `maar`, `want` and the like. Every word stands in one passage.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from anonymise import cues, lenses
from anonymise.text import plain
from anonymise.themefeatures import WORD, Said, follow, roots
from anonymise.themes import (
    BRIEF,
    Assessment,
    Entry,
    Learned,
    ThemeHit,
    assess,
    evidence,
    hit_of,
    proposals,
    shipped,
    shown,
)
from stories.vocabulary import Soort, built_in, only, soort

FEWEST, LONG, LONGEST = 20, 40, 60
"""Words: sentences are joined below the first; a sentence above the second is cut before a word that goes on, and any
at the third."""

_END = re.compile(r"[.!?…]+[\"'”’)\]]*\s+|\n+")
_GOES_ON: Final = frozenset({"maar", "want", "dus", "toen", "daarna", "nu", "nou", "omdat", "daarom"})
_BEGINS: Final = frozenset({"toen", "dan", "nu", "ik", "mijn", "m'n", "wij", "we", "hij", "zij", "ze", "dat", "daarna"})
"""Words that begin a sentence after `en`."""

Places = tuple[int, ...]

IN_STORY, ELSEWHERE = 0.7, 2.6
"""Evidence from which a passage has an opgave: of those that the whole story is about, and of any other. A strong word
counts 1, a weak one 0.4, a learned one its weight. Chosen on the passages that the tuning stories are marked with."""


OFTEN, MOST_LENSES = 2, 2
"""Passages with a lens from which it is proposed for the whole story; how many of the five at most."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Characters [start, end) of a text, and what they seem to be about. Always a proposal; see `ThemeHit`."""

    start: int
    end: int
    tags: tuple[ThemeHit, ...]


def passages(text: str, vocabulary: Sequence[Entry], *, learned: Learned | None = None) -> tuple[Passage, ...]:
    """Every passage of a text in order, with its opgaven, levels and lenses and the words that led to each.

    `vocabulary` as for `anonymise.themes`. What is denied does not count: `nu heb ik wel een bed`, `nooit honger`,
    `niet blij`. Deterministic. Spans are characters of `text`. Weights of lenses stand in `learned` as `lenses`;
    without them the ones that ship count.
    """
    return _read(text, vocabulary, learned or shipped())[1]


def story_tags(text: str, vocabulary: Sequence[Entry], *, learned: Learned | None = None) -> tuple[ThemeHit, ...]:
    """What a whole story is about: its opgaven, at which level it would help, and the lenses it is told with."""
    return _read(text, vocabulary, learned or shipped())[0]


def passage_spans(text: str) -> tuple[tuple[int, int], ...]:
    """The passages of a text as (start, end) characters, without looking at what they are about."""
    said = Said(text)
    return _places(text, said, bounds_of(text, said))


def _places(text: str, said: Said, bounds: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Passages as characters: from the first word up to the next passage, white space left out."""
    starts = [said.spans[first][0] for first, _ in bounds]
    ends = [*starts[1:], len(text)] if starts else []
    return tuple((start, start + len(text[start:end].rstrip())) for start, end in zip(starts, ends, strict=True))


def _read(text: str, vocabulary: Sequence[Entry], known: Learned) -> tuple[tuple[ThemeHit, ...], tuple[Passage, ...]]:
    said = Said(text)
    opgaven = only(vocabulary, Soort.OPGAVE)
    seen = assess(said, opgaven, known)
    whole = list(proposals(text, said, opgaven, known, seen))
    about = {hit.id for hit in whole} | _levels(said, vocabulary, known, seen)
    bounds = bounds_of(text, said)
    starts = [first for first, _ in bounds]
    found: list[list[ThemeHit]] = [[] for _ in bounds]
    for entry in only(vocabulary, Soort.OPGAVE, Soort.NIVEAU):
        key, kind = str(entry["id"]), soort(entry)
        learned = seen.places.get(key, []) if kind is Soort.OPGAVE or key in about else []
        least = IN_STORY if key in about else ELSEWHERE if kind is Soort.OPGAVE else 1.0
        if kind is Soort.OPGAVE:
            weighed = [(weight, place) for weight, places in evidence(said, entry) for place in places]
        else:
            weighed = [(1.0, place) for place in in_order(said, entry.get("woorden") or ())]
            spans = [span for _, place in weighed for span in _spans(said, place, kind)]
            spans += shown(said, learned, spans)
            if key in about and spans:
                whole.append(hit_of(text, entry, seen.logits[key], spans))
        for at, rows in _by_passage([*weighed, *learned], starts).items():
            score, places = _sum(said, rows)
            if score >= least:
                found[at].append(hit_of(text, entry, score, [s for place in places for s in _spans(said, place, kind)]))
    whole += _lenses(text, said, bounds, only(vocabulary, Soort.LENS), found, known.get("lenses"))
    return tuple(whole), tuple(
        Passage(start, end, tuple(hits)) for (start, end), hits in zip(_places(text, said, bounds), found, strict=True)
    )


def _lenses(
    text: str,
    said: Said,
    bounds: list[tuple[int, int]],
    entries: Sequence[Entry],
    found: list[list[ThemeHit]],
    learned: Learned | None,
) -> list[ThemeHit]:
    """Add to each passage its lenses; those of the whole story. In a few sentences, and of a lens or a word that the
    administrator added, the words of the vocabulary are enough; else all that is said and where weighs (`lenses`)."""
    starts = [first for first, _ in bounds]
    own = {str(entry["id"]): list(in_order(said, entry.get("woorden") or ())) for entry in entries}
    weigh = lenses.weigher(said, bounds, own, learned)
    whole = []
    for entry in entries:
        key = str(entry["id"])
        known = () if len(said.words) < BRIEF else _built_in_words(key)
        fresh = in_order(said, (word for word in entry.get("woorden") or () if str(word) not in known))
        told = {at: [place for _, place in rows] for at, rows in _by_passage(((1.0, p) for p in fresh), starts).items()}
        hits = 0
        for at in range(len(bounds)):
            score, places = weigh(key, at)
            why = [place for place in told.get(at, ()) if place[-1] < bounds[at][1]] + (places if score > 0 else [])
            if why:
                spans = [span for place in why for span in _spans(said, place, Soort.LENS)]
                found[at].append(hit_of(text, entry, max(score, 0.0) + 1.0, spans))
                hits += 1
        if hits >= OFTEN:
            spans = [span for row in found for hit in row if hit.id == key for span in hit.spans]
            whole.append(hit_of(text, entry, hits, spans))
    return sorted(whole, key=lambda hit: (-hit.score, hit.id))[:MOST_LENSES]


@functools.cache
def _built_in_words(lens: str) -> frozenset[str]:
    """The words of a lens that its weights know."""
    return frozenset(str(word) for row in only(built_in(), Soort.LENS) if row["id"] == lens for word in row["woorden"])


def _spans(said: Said, place: Places, kind: Soort) -> list[tuple[int, int]]:
    """The characters of a phrase: of a level or a lens as one, of an opgave word by word, which may stand apart."""
    if kind is Soort.OPGAVE:
        return [said.spans[p] for p in place]
    return [(said.spans[place[0]][0], said.spans[place[-1]][1])]


def _levels(said: Said, vocabulary: Sequence[Entry], known: Learned, seen: Assessment) -> set[str]:
    """The likeliest levels of a story; none for a few sentences, which say too little."""
    least = known.get("levels")
    ids = [str(entry["id"]) for entry in only(vocabulary, Soort.NIVEAU)]
    ranked = sorted((key for key in ids if key in seen.logits), key=lambda key: (-seen.logits[key], key))
    if not least or len(said.words) < BRIEF:
        return set()
    return {key for at, key in enumerate(ranked) if seen.logits[key] > least["next" if at else "first"]}


def _sum(said: Said, rows: Sequence[tuple[float, Places]]) -> tuple[float, list[Places]]:
    """What the words of one passage weigh together: a word that is said twice counts once."""
    once: dict[tuple[str, ...], float] = {}
    for weight, place in rows:
        words = tuple(said.words[p] for p in place)
        once[words] = max(once.get(words, 0.0), weight)
    return sum(once.values()), [place for _, place in rows]


def _by_passage(weighed: Iterable[tuple[float, Places]], starts: list[int]) -> dict[int, list[tuple[float, Places]]]:
    rows: dict[int, list[tuple[float, Places]]] = {}
    for weight, place in weighed:
        rows.setdefault(bisect.bisect_right(starts, place[0]) - 1, []).append((weight, place))
    return rows


@functools.lru_cache(maxsize=2_000)
def _parts(phrase: str) -> tuple[tuple[frozenset[str], ...], bool]:
    """The words of a phrase by their roots, and whether it says that something is lacking."""
    words = WORD.findall(plain(phrase))
    return tuple(roots(word, word) for word in words), any(word in cues.NEGATIONS for word in words)


def in_order(said: Said, phrases: Iterable[object]) -> Iterator[Places]:
    """Where phrases are said word for word, in this order and near each other, and not denied."""
    for phrase in dict.fromkeys(map(str, phrases)):
        parts, lacking = _parts(phrase)
        for first in sorted({place for root in parts[:1] for form in root for place in said.at.get(form, ())}):
            places = follow(said, first, parts)
            if places and (lacking or not said.denied(first)):
                yield places


def bounds_of(text: str, said: Said) -> list[tuple[int, int]]:
    """The passages as [first word, last word)."""
    ends = {bisect.bisect_left(said.spans, (match.end(), 0)) for match in _END.finditer(text)}
    bounds: list[tuple[int, int]] = []
    first = 0
    for place in range(1, len(said.words) + 1):
        length = place - first
        full = place in ends and length >= FEWEST
        goes_on = length >= LONG and place < len(said.words) and _goes_on(said, place)
        if full or goes_on or length >= LONGEST or place == len(said.words):
            bounds.append((first, place))
            first = place
    if len(bounds) > 1 and bounds[-1][1] - bounds[-1][0] < FEWEST // 2:
        bounds[-2:] = [(bounds[-2][0], bounds[-1][1])]
    return bounds


def _goes_on(said: Said, place: int) -> bool:
    word = said.words[place]
    follows = said.words[place + 1 : place + 2]
    return word in _GOES_ON or (word == "en" and bool(_BEGINS.intersection(follows)))
