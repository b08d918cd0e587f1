"""Which opgaven a story is about, from a vocabulary that an administrator edits. Always a proposal, with its words."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from anonymise import cues, lexicon
from anonymise.lists import DATA
from anonymise.text import SKIP, plain, readable, shadow

_WORD = re.compile(r"'?[^\W_]+(?:'[^\W_]+)*")
_REACH = 6
"""Words within which all words of a phrase must stand (phrases of the vocabulary have two to five words of weight)."""
_WEAK = 0.4
_DIMINUTIVE = re.compile(r"(?:etje|[tpk]je|je|ske)s?$")
THRESHOLD = 1.4
"""Score from which a theme is proposed; strong words count 1, weak ones 0.4, repetition a little. Chosen on stories
written for development, never on those of tellers."""
NEXT_TO_BEST = 0.6
"""A theme must score at least this share of the best one."""
MOST = 3
"""Themes proposed per story, of opgaven and of working themes each."""


@dataclass(frozen=True, slots=True)
class ThemeHit:
    """A proposed theme. `spans` are (start, end) characters of the words that led to it, `words` those words."""

    id: str
    name: str
    nr: int | None
    confirmed: str  # "ja", "waarschijnlijk" or "nee": is this an opgave of the Alliantie?
    score: float
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    @property
    def is_opgave(self) -> bool:
        """Working themes of our own (confirmed `nee`) are never called an opgave."""
        return self.confirmed != "nee"


def themes(text: str, vocabulary: Sequence[Mapping[str, Any]]) -> tuple[ThemeHit, ...]:
    """The themes of `text`, likeliest first; several may fit.

    `vocabulary` is a list of entries with `id`, `naam`, `nr`, `bevestigd` and `woorden`; other fields are left alone.
    Small inflections count as the same word, the words of a phrase may stand a little apart, and what is denied does
    not count: `nu heb ik wel een bed` is not `geen eigen bed`, and `nooit honger` is no hunger.
    """
    said = _Said(text)
    scored = [(entry, *_score(said, entry)) for entry in vocabulary]
    hits = [_hit(text, *row) for row in scored if row[1] >= THRESHOLD]
    hits.sort(key=lambda hit: (-hit.score, hit.id))
    kept = [*_best([hit for hit in hits if hit.is_opgave]), *_best([hit for hit in hits if not hit.is_opgave])]
    return tuple(sorted(kept, key=lambda hit: (-hit.score, hit.id)))


def _best(hits: list[ThemeHit]) -> list[ThemeHit]:
    """The first few, as far as they come near the first."""
    return [hit for hit in hits[:MOST] if hit.score >= NEXT_TO_BEST * hits[0].score]


def _hit(text: str, entry: Mapping[str, Any], score: float, spans: list[tuple[int, int]]) -> ThemeHit:
    spans = sorted(set(spans))
    return ThemeHit(
        id=str(entry["id"]),
        name=str(entry["naam"]),
        nr=entry.get("nr"),
        confirmed=_confirmed(entry.get("bevestigd")),
        score=round(score, 2),
        words=tuple(dict.fromkeys(" ".join(text[a:b].split()) for a, b in spans)),
        spans=tuple(spans),
    )


def _confirmed(value: object) -> str:
    """YAML reads a bare `ja` as text but `yes` as a truth value; an administrator may write either."""
    if isinstance(value, str):
        return value
    return "ja" if value is True else "nee"


class _Said:
    """The words of a text by their root, with their places."""

    def __init__(self, text: str) -> None:
        lower = shadow(text).lower()
        self.spans: list[tuple[int, int]] = []
        self.words: list[str] = []
        self.at: dict[str, list[int]] = {}
        for match in _WORD.finditer(lower):
            word = match[0].replace(SKIP, "")
            place = len(self.words)
            self.words.append(word)
            self.spans.append(match.span())
            for root in _roots(word, readable(text[match.start() : match.end()])):
                self.at.setdefault(root, []).append(place)

    def denied(self, place: int) -> bool:
        return any(word in cues.NEGATIONS for word in self.words[max(0, place - 3) : place])


def _roots(word: str, written: str) -> frozenset[str]:
    """A word, its lemma, and both without a diminutive ending: `schoolreisjes` -> `schoolreis`."""
    forms = {word, plain(lexicon.lemma(written))}
    for form in tuple(forms):
        bare = _DIMINUTIVE.sub("", form)
        if bare != form and len(bare) > 2:
            forms |= {bare, plain(lexicon.lemma(bare))}
    if len(word) > 4 and word.endswith("s"):
        forms.add(word[:-1])
    return frozenset(forms)


@functools.cache
def _signals() -> Mapping[str, Mapping[str, list[str]]]:
    loaded: Mapping[str, Mapping[str, list[str]]] = yaml.safe_load((DATA / "signals.yaml").read_text(encoding="utf-8"))
    return loaded


def _score(said: _Said, entry: Mapping[str, Any]) -> tuple[float, list[tuple[int, int]]]:
    signals = _signals().get(str(entry["id"]), {})
    strong = dict.fromkeys([*map(str, entry.get("woorden") or ()), *signals.get("strong", ())])
    weighed = [(phrase, 1.0) for phrase in strong] + [(phrase, _WEAK) for phrase in signals.get("weak", ())]
    score, spans, sure = 0.0, [], False
    taken: set[tuple[int, ...]] = set()
    for phrase, weight in weighed:
        places = [found for found in _places(said, phrase) if found not in taken]
        if not places:
            continue
        taken.update(places)
        sure = sure or weight == 1.0
        score += weight * (1 + 0.25 * min(len(places) - 1, 3))
        for found in places:
            spans += [said.spans[place] for place in found]
    return (score if sure else score * 0.5), spans


@functools.cache
def _wanted(phrase: str) -> tuple[tuple[frozenset[str], ...], bool]:
    """The roots of the words of weight in a phrase, and whether it says that something is lacking."""
    words = _WORD.findall(plain(phrase))
    heavy = [w for w in words if w not in cues.SMALL and w not in cues.NEGATIONS] or words
    readable_words = dict(zip(words, _WORD.findall(phrase.lower()), strict=False))
    return tuple(_roots(w, readable_words.get(w, w)) for w in heavy), any(w in cues.NEGATIONS for w in words)


def _places(said: _Said, phrase: str) -> list[tuple[int, ...]]:
    """Where a phrase is said: the places of its words of weight."""
    wanted, lacking = _wanted(phrase)
    found = []
    for first in sorted({place for root in wanted[0] for place in said.at.get(root, ())}):
        places = [first]
        for roots in wanted[1:]:
            near = [p for root in roots for p in said.at.get(root, ()) if p != first and abs(p - first) <= _REACH]
            if not near:
                break
            places.append(min(near, key=lambda p: abs(p - first)))
        if len(places) < len(wanted):
            continue
        around = said.words[max(0, min(places) - 4) : max(places) + 3]
        if lacking and not any(word in cues.NEGATIONS for word in around):
            continue
        if not lacking and any(root in cues.BURDENS for root in wanted[0]) and said.denied(first):
            continue
        found.append(tuple(sorted(set(places))))
    return found
