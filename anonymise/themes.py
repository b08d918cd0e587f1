"""Which opgaven a story is about, from a vocabulary that an administrator edits. Always a proposal, with its words."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from anonymise import cues, meanings
from anonymise.lists import DATA
from anonymise.text import plain
from anonymise.themefeatures import WORD, Said, group_places, roots, stem_places, uncommonness
from stories.vocabulary import Soort, only, soort

Entry = Mapping[str, Any]
Learned = Mapping[str, Any]

_REACH = 6
"""Words within which all words of a phrase must stand (phrases of the vocabulary have two to five words of weight)."""
_WEAK = 0.4
THRESHOLD = 1.4
"""Score from which a theme is proposed; strong words count 1, weak ones 0.4, repetition a little. Chosen on stories
written for development, never on those of tellers."""
NEXT_TO_BEST = 0.6
"""A theme must score at least this share of the best one."""
MOST = 3
"""Themes proposed per story, of opgaven and of working themes each."""
MOST_LEARNED = 2
"""Of the opgaven with learned weights: nearly all gold stories are about one or two."""
BRIEF = 60
"""Words under which the vocabulary's own words are enough: the weights were learned from whole stories."""
_DOUBT = 2.0
"""Words of no theme that are thought to be there too: in a short text one word is no share of everything."""
_STEMS, _FEW = 8.0, 12.0
"""How much all learned stems of a text weigh together (the length of their vector), chosen by cross-validation; and the
length under which they weigh less, because a sentence or two have too few of them (a scene of forty words has more)."""
_CLEAR = 0.9
"""What a rated word must be worth (see `meanings`) to be a reason worth showing: it points clearly at the theme."""
_SHOWN = 0.06
"""What a word must add to the log odds to be a reason worth showing."""
MOST_WORDS = 12
"""Words shown for a theme, the weightiest first chosen."""
WEIGHTS = DATA / "theme_weights.json"


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
    soort: Soort = Soort.OPGAVE

    @property
    def is_opgave(self) -> bool:
        """Working themes of our own (confirmed `nee`) are never called an opgave; nor are levels and lenses."""
        return self.soort is Soort.OPGAVE and self.confirmed != "nee"


def themes(text: str, vocabulary: Sequence[Entry], *, learned: Learned | None = None) -> tuple[ThemeHit, ...]:
    """The themes of `text`, likeliest first; several may fit.

    `vocabulary` is a list of entries with `id`, `naam`, `nr`, `bevestigd` and `woorden`; other fields are left alone,
    and entries that are a level or a lens too (`anonymise.passages` finds those). `learned`: other weights than the
    ones that ship.
    Themes that the gold stories are marked with are weighed with what was learned from them (`anonymise.learn`); any
    other, and any word that was added to the vocabulary since, counts by its words alone. Small inflections count as
    the same word, the words of a phrase may stand a little apart, and what is denied does not count:
    `nu heb ik wel een bed` is not `geen eigen bed`, and `nooit honger` is no hunger.
    """
    said, known, opgaven = Said(text), learned or shipped(), only(vocabulary, Soort.OPGAVE)
    return proposals(text, said, opgaven, known, assess(said, opgaven, known))


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the words of a text say: per entry its score by the vocabulary's words with their spans; per learned tag
    the log odds, and the places that speak for it with what each adds."""

    scored: Mapping[str, tuple[float, list[tuple[int, int]]]]
    logits: Mapping[str, float]
    places: Mapping[str, list[tuple[float, tuple[int, ...]]]]


def assess(said: Said, opgaven: Sequence[Entry], learned: Learned) -> Assessment:
    scored = {str(entry["id"]): _score(said, entry) for entry in opgaven}
    return Assessment(scored, *_weigh(said, learned, {key: row[0] for key, row in scored.items()}))


def proposals(
    text: str, said: Said, vocabulary: Sequence[Entry], learned: Learned, seen: Assessment
) -> tuple[ThemeHit, ...]:
    """As `themes`, of a text whose words were weighed, with entries that are all themes."""
    scored, logits, places = seen.scored, seen.logits, seen.places
    best = max((logits[key] for key in scored if key in logits), default=0.0)
    hits, sure = [], []
    for entry in vocabulary:
        key = str(entry["id"])
        score, spans = scored[key]
        if key in logits:
            known = set(learned["vocabulary"][key])
            own = [word for word in entry.get("woorden") or () if str(word) not in known]
            least = learned["first"] if logits[key] == best else learned["threshold"]
            brief = len(said.words) < BRIEF and score >= THRESHOLD
            if brief or _alone(said, own) >= THRESHOLD:
                hits.append(hit_of(text, entry, max(score, THRESHOLD), spans))
            elif logits[key] > least:
                why = [*spans, *shown(said, places[key], spans)]
                if why:
                    likely = THRESHOLD * math.exp(min(logits[key], 5.0) - learned["first"])
                    sure.append(hit_of(text, entry, likely, why))
        elif score >= THRESHOLD:
            hits.append(hit_of(text, entry, score, spans))
    sure.sort(key=lambda hit: (-hit.score, hit.id))
    hits.sort(key=lambda hit: (-hit.score, hit.id))
    kept = [*_best([hit for hit in hits if hit.is_opgave]), *_best([hit for hit in hits if not hit.is_opgave])]
    return tuple(sorted([*kept, *sure[:MOST_LEARNED]], key=lambda hit: (-hit.score, hit.id)))


def lexicon_score(said: Said, entry: Entry) -> float:
    """What the words of the vocabulary say by themselves."""
    return _score(said, entry)[0]


@functools.cache
def shipped() -> Learned:
    """What `python -m anonymise.learn` wrote: per theme a bias and weights of groups, scores and stems."""
    loaded: Learned = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return loaded


def features(
    said: Said, scores: Mapping[str, float], rarity: Mapping[str, float] | None = None
) -> dict[str, tuple[float, list[tuple[int, ...]]]]:
    """Name of each feature with its value and its places: groups of concepts.yaml, which share of their words is of
    one theme (few stories are about more than two), the same of rated words (`meanings`), scores of the vocabulary,
    stems. Without the `rarity` of stems (see `stem_values`) every stem is there, and its value says nothing yet."""
    found: dict[str, tuple[float, list[tuple[int, ...]]]] = {}
    told: dict[str, float] = {}
    for group, words in group_places(said).items():
        found[group] = (math.log1p(len(words)), [place for places in words.values() for place in places])
        theme = group.partition(".")[0]
        told[theme] = told.get(theme, 0.0) + sum(map(uncommonness, words))
    found |= _shares("%", told) | _meant(said)
    for theme, score in scores.items():
        if score:
            found["=" + theme] = (math.log1p(score), [])
    places_of = stem_places(said)
    values = dict.fromkeys(places_of, 1.0) if rarity is None else stem_values(places_of, rarity)
    for stem, value in values.items():
        found["~" + stem] = (value, [(place,) for place in places_of[stem]])
    return found


def _meant(said: Said) -> dict[str, tuple[float, list[tuple[int, ...]]]]:
    """What rated words say of each theme, with the places of those that are clear, and its share of all they say."""
    worth: dict[str, float] = {}
    clear: dict[str, list[tuple[int, ...]]] = {}
    for rating, places in meanings.shipped().said(said).values():
        for theme, value in rating.items():
            worth[theme] = worth.get(theme, 0.0) + value
            clear.setdefault(theme, []).extend(places if value >= _CLEAR else ())
    whole = {"@" + theme: (math.log1p(value), clear[theme]) for theme, value in worth.items()}
    return whole | _shares("@%", worth)


def _shares(sign: str, told: Mapping[str, float]) -> dict[str, tuple[float, list[tuple[int, ...]]]]:
    """Which part of all that words say is of each theme."""
    whole = sum(told.values()) + _DOUBT
    return {sign + theme: (4 * weight / whole, []) for theme, weight in told.items()}


def stem_values(stems: Iterable[str], rarity: Mapping[str, float]) -> dict[str, float]:
    """The values of those stems that were learned: the fewer stories have one, the more; and the more stems a text
    has, the less each. `rarity`: of every learned stem the logarithm of one in how many stories has it."""
    known = {stem: rarity[stem] for stem in stems if stem in rarity}
    length = max(_FEW, math.sqrt(sum(value * value for value in known.values())))
    return {stem: _STEMS * value / length for stem, value in known.items()}


def _weigh(
    said: Said, learned: Learned, scores: Mapping[str, float]
) -> tuple[dict[str, float], dict[str, list[tuple[float, tuple[int, ...]]]]]:
    """Per learned theme the log odds, and the places that speak for it with what each adds."""
    logits: dict[str, float] = dict(learned["bias"])
    places: dict[str, list[tuple[float, tuple[int, ...]]]] = {theme: [] for theme in logits}
    levels = learned.get("levels", {})
    for name, (value, found) in features(said, scores, learned["rarity"]).items():
        for theme, weight in learned["weights"].get(name, {}).items():
            logits[theme] += weight * value
            if weight * value >= _SHOWN and (
                name[0] == "~" or name.startswith((theme + ".", "@" + theme)) or theme in levels
            ):
                places[theme] += [(weight * value, place) for place in found]
    return logits, places


def shown(
    said: Said, places: list[tuple[float, tuple[int, ...]]], spans: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The weightiest few places that are not shown already."""
    ranked = sorted(places, key=lambda row: (-row[0], row[1]))
    flat = dict.fromkeys(said.spans[place] for _, row in ranked for place in row)
    known = set(spans)
    return [span for span in flat if span not in known][: max(0, MOST_WORDS - len(spans))]


def _alone(said: Said, words: Sequence[str]) -> float:
    """What words that an administrator added score by themselves; the learned weights do not know them."""
    return _score(said, {"id": "", "woorden": words})[0] if words else 0.0


def _best(hits: list[ThemeHit]) -> list[ThemeHit]:
    """The first few, as far as they come near the first."""
    return [hit for hit in hits[:MOST] if hit.score >= NEXT_TO_BEST * hits[0].score]


def hit_of(text: str, entry: Entry, score: float, spans: list[tuple[int, int]]) -> ThemeHit:
    spans = sorted(set(spans))
    return ThemeHit(
        id=str(entry["id"]),
        name=str(entry["naam"]),
        nr=entry.get("nr"),
        confirmed=_confirmed(entry.get("bevestigd")),
        soort=soort(entry),
        score=round(score, 2),
        words=tuple(dict.fromkeys(" ".join(text[a:b].split()) for a, b in spans)),
        spans=tuple(spans),
    )


def _confirmed(value: object) -> str:
    """YAML reads a bare `ja` as text but `yes` as a truth value; an administrator may write either."""
    if isinstance(value, str):
        return value
    return "ja" if value is True else "nee"


@functools.cache
def _signals() -> Mapping[str, Mapping[str, list[str]]]:
    loaded: Mapping[str, Mapping[str, list[str]]] = yaml.safe_load((DATA / "signals.yaml").read_text(encoding="utf-8"))
    return loaded


def _score(said: Said, entry: Entry) -> tuple[float, list[tuple[int, int]]]:
    score, spans, sure = 0.0, [], False
    for weight, places in evidence(said, entry):
        sure = sure or weight == 1.0
        score += weight * (1 + 0.25 * min(len(places) - 1, 3))
        for found in places:
            spans += [said.spans[place] for place in found]
    return (score if sure else score * 0.5), spans


def evidence(said: Said, entry: Entry) -> Iterator[tuple[float, list[tuple[int, ...]]]]:
    """Per word or phrase of an entry that is said: its weight, and where it stands. A place counts once."""
    signals = _signals().get(str(entry["id"]), {})
    strong = dict.fromkeys([*map(str, entry.get("woorden") or ()), *signals.get("strong", ())])
    weighed = [(phrase, 1.0) for phrase in strong] + [(phrase, _WEAK) for phrase in signals.get("weak", ())]
    taken: set[tuple[int, ...]] = set()
    for phrase, weight in weighed:
        places = [found for found in _places(said, phrase) if found not in taken]
        taken.update(places)
        if places:
            yield weight, places


@functools.cache
def _wanted(phrase: str) -> tuple[tuple[frozenset[str], ...], bool]:
    """The roots of the words of weight in a phrase, and whether it says that something is lacking."""
    words = WORD.findall(plain(phrase))
    heavy = [w for w in words if w not in cues.SMALL and w not in cues.NEGATIONS] or words
    readable_words = dict(zip(words, WORD.findall(phrase.lower()), strict=False))
    return tuple(roots(w, readable_words.get(w, w)) for w in heavy), any(w in cues.NEGATIONS for w in words)


def _places(said: Said, phrase: str) -> list[tuple[int, ...]]:
    """Where a phrase is said: the places of its words of weight."""
    wanted, lacking = _wanted(phrase)
    found = []
    for first in sorted({place for root in wanted[0] for place in said.at.get(root, ())}):
        places = [first]
        for each in wanted[1:]:
            near = [p for root in each for p in said.near(root, first, _REACH) if p != first]
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
