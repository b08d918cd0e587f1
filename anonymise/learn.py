"""Learn from marked stories which words point at which opgave and level: `python -m anonymise.learn`.

Writes data/theme_weights.json, the same bytes every time, and prints the figure of cross-validation. A small logistic
model per tag, drawn towards what the groups of data/concepts.yaml mean: weights start at what their theme says and
move only as far as the stories ask. Stems are learned by the company they keep: stories are described by mixtures of
stems that are told together (`KINDS`), so that a stem which few stories have borrows from those beside it. No name
goes in: a stem that occurs in anything marked in a gold story is left out. Data, scores and limits:
data/theme_weights.md. An installation learns from its own confirmed stories with the same functions
(`desk.relearning`).
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anonymise import lexicon, lists
from anonymise.scenes import scenes
from anonymise.text import plain
from anonymise.themefeatures import WORD, Said, concepts, stem
from anonymise.themes import MOST_LEARNED, WEIGHTS, features, lexicon_score, stem_values
from stories.vocabulary import Soort, built_in, only

Matrix = NDArray[np.float64]
Rows = NDArray[np.int64]

ROOT = Path(__file__).resolve().parent.parent
GOLD_FOLDER = ROOT / "tests/gold"
OWN_STORIES = ROOT / "tests/anonymise/gold.jsonl"
"""Older stories of our own: always learned from, never counted in a figure."""
FOLDS = 5
PULL = 12.0
"""How strongly weights are drawn to where they start. Chosen by cross-validation, as what follows."""
OWN, STARTS = 0.4, {"=": 0.6, "%": 1.0, "@": 0.8, "@%": 0.8}
"""Where the weights of the own theme start: its groups; the score of the vocabulary, its share of all groups' words,
what rated words say of it, and its share of that (`anonymise.themes.features`)."""
SEEN = 3
"""Stories in which a stem must occur."""
KINDS = 300
"""Mixtures of stems that stories are described by (the strongest singular vectors); 75 to 500 are within 0.01."""
STEPS, SAME = 30, 1e-6
"""Newton steps at most, and the change of log odds below which nothing is left to learn (after some six steps)."""
SCENE = 0.25
"""How much a scene counts beside a story: it has a quarter of the words. From 0.25 to 1 gives the same within 0.01."""
THRESHOLD, FIRST = -0.4, -0.8
"""Log odds from which a theme is proposed, and the likeliest of a story. From -1.0 to -0.2 cross-validation gives the
same within 0.01."""
LEVEL_FIRST, LEVEL_NEXT = -1.0, -0.4
"""The same for the levels of the verandertheorie."""


def main() -> None:
    """Learn from all tuning stories, write the weights, print what cross-validation says."""
    stories = gold_stories()
    WEIGHTS.write_text(dump(stories.learn(np.arange(len(stories.found)))), encoding="utf-8")
    guess = proposed(cross_validate(stories), stories.tags)
    print(f"cross-validation, {len(guess)} stories: micro-F1 {micro_f1(stories.opgaven(guess)):.3f}")
    for tag, value in figures(stories, guess).items():
        print(f"  {tag:24s}{value:6.2f}")


@dataclass(frozen=True, slots=True)
class Example:
    """A story to learn from: its words, and the ids of the opgaven and levels that a person gave it."""

    text: str
    tags: frozenset[str]
    levels_known: bool = True
    counts: float = 1.0


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of named features (rows) per tag (columns)."""

    names: Sequence[str]
    weights: Matrix
    bias: Matrix
    tags: Sequence[str]
    vocabulary: Mapping[str, Sequence[str]]  # the words of each opgave when it was learned
    rarity: Mapping[str, float]  # of each stem, see `anonymise.themes.stem_values`

    def learned(self) -> dict[str, Any]:
        """As `anonymise.themes(learned=...)` wants it; what is nearly zero is left out."""
        table: dict[str, dict[str, float]] = {}
        for name, row in sorted(zip(self.names, self.weights, strict=True), key=lambda pair: pair[0]):
            kept = {tag: round(float(w), 3) for tag, w in zip(self.tags, row, strict=True) if abs(w) >= 0.02}
            if kept:
                table[name] = kept
        return {
            "threshold": THRESHOLD,
            "first": FIRST,
            "levels": {"first": LEVEL_FIRST, "next": LEVEL_NEXT},
            "bias": {tag: round(float(b), 3) for tag, b in zip(self.tags, self.bias, strict=True)},
            "vocabulary": dict(self.vocabulary),
            "rarity": {stem: round(value, 2) for stem, value in self.rarity.items()},
            "weights": table,
        }


def dump(model: Model) -> str:
    """The weights as JSON, a feature a line."""
    learned = model.learned()
    weights = learned.pop("weights")
    lines = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in learned.items()]
    rows = [f"{json.dumps(name)}: {json.dumps(row)}" for name, row in weights.items()]
    return "{\n" + ",\n".join(lines) + ',\n"weights": {\n' + ",\n".join(rows) + "\n}}\n"


@dataclass
class Stories:
    """Examples as features and labels. The first `counted` are cross-validated, the others only learned from.

    `may_learn(stem)` says whether a stem may stand in what is learned.
    """

    examples: Sequence[Example]
    counted: int
    may_learn: Callable[[str], bool]
    found: list[dict[str, float]] = field(init=False)

    def __post_init__(self) -> None:
        self.entries = [row for row in only(built_in(), Soort.OPGAVE) if row["bevestigd"] != "nee"]
        self.levels = [row["id"] for row in only(built_in(), Soort.NIVEAU)]
        self.tags = [*(row["id"] for row in self.entries), *self.levels]
        self.found = [self._features(example.text) for example in self.examples]
        self.truth: Matrix = np.array([[tag in one.tags for tag in self.tags] for one in self.examples], float)
        self._levels_known = np.array([one.levels_known for one in self.examples])
        self._counts = np.array([one.counts for one in self.examples])

    def _features(self, text: str) -> dict[str, float]:
        said = Said(text)
        scores = {entry["id"]: lexicon_score(said, entry) for entry in self.entries}
        found = {name: value for name, (value, _) in features(said, scores).items()}
        return {name: value for name, value in found.items() if name[0] != "~" or self.may_learn(name[1:])}

    def learn(self, rows: Rows) -> Model:
        """A model from these rows alone; the choice of stems too looks at nothing else."""
        often = Counter(name[1:] for i in rows for name in self.found[i] if name[0] == "~")
        rarity = {
            stem: math.log(len(rows) / count)
            for stem, count in sorted(often.items())
            if SEEN <= count < 0.4 * len(rows)
        }
        groups = [*concepts().groups, *(sign + entry["id"] for sign in STARTS for entry in self.entries)]
        names = [*groups, *("~" + stem for stem in rarity)]
        whole = self.table(rows, names, rarity)
        stems = whole[:, len(groups) :]
        kinds = mixtures(stems, min(KINDS, *stems.shape))
        whole = np.hstack([whole[:, : len(groups)], stems @ kinds])
        weights, bias = [], []
        for column, tag in enumerate(self.tags):
            known = self._levels_known[rows] if tag in self.levels else np.ones(len(rows), bool)
            starts = {sign + tag: weight for sign, weight in STARTS.items()}
            own = [OWN if n.startswith(tag + ".") else starts.get(n, 0.0) for n in groups]
            middle = np.zeros(whole.shape[1])
            middle[: len(groups)] = whole[known, : len(groups)].mean(0)
            start = np.concatenate([own, np.zeros(kinds.shape[1])])
            w, b = logistic(
                whole[known] - middle, self.truth[rows[known], column], start, counts=self._counts[rows[known]]
            )
            weights.append(np.concatenate([w[: len(groups)], kinds @ w[len(groups) :]]))
            bias.append(b - float(w @ middle))
        words = {entry["id"]: [str(word) for word in entry["woorden"]] for entry in self.entries}
        return Model(names, np.array(weights).T, np.array(bias), self.tags, words, rarity)

    def table(self, rows: Rows, names: Sequence[str], rarity: Mapping[str, float]) -> Matrix:
        """A row per story and a column per feature."""
        column = {name: i for i, name in enumerate(names)}
        table = np.zeros((len(rows), len(names)))
        for i, row in enumerate(rows):
            found = self.found[row]
            stems = stem_values((name[1:] for name in found if name[0] == "~"), rarity)
            for name, value in found.items():
                if name in column:
                    table[i, column[name]] = stems[name[1:]] if name[0] == "~" else value
        return table

    def opgaven(self, guess: Matrix, rows: slice = slice(None)) -> tuple[Matrix, Matrix]:
        """Truth and guess of the counted stories, opgaven alone."""
        last = len(self.entries)
        return self.truth[: self.counted][rows, :last], guess[rows, :last]


def gold_stories() -> Stories:
    """The tuning part of the gold stories, and our older ones; what is marked in any gold story is not learned. Of the
    test part only that is read: its marked names, to keep them out."""
    tuning, more, marked = gold()
    return Stories([*tuning, *more], len(tuning), lambda one: one not in marked)


def gold() -> tuple[list[Example], list[Example], frozenset[str]]:
    """Tuning stories, older stories, and every word that is marked in any story. Raises OSError without them."""
    files = sorted(GOLD_FOLDER.glob("gold*.jsonl"))
    rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    more = [json.loads(line) for line in OWN_STORIES.read_text(encoding="utf-8").splitlines()]
    ids = {str(row["naam"]): str(row["id"]) for row in only(built_in(), Soort.OPGAVE)}
    tuning = [_example(row, ids) for row in rows if row["part"] == "tuning"]
    told = [Example(one.text, frozenset(one.opgaven), False, SCENE) for one in scenes()]
    return tuning, [*(_example(row, ids) for row in more), *told], names_in([*rows, *more])


def _example(row: Mapping[str, Any], ids: Mapping[str, str]) -> Example:
    levels = row.get("verandertheorie")
    return Example(
        row["text"], frozenset([*(ids[name] for name in row["opgaven"]), *(levels or ())]), levels is not None
    )


def names_in(rows: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Every word, and its stem, of everything marked in these stories."""
    return words_of(e["text"] for row in rows for e in row["entities"])


def words_of(names: Iterable[str]) -> frozenset[str]:
    """Every word of these names as it may stand in a text, and its stem."""
    words = {word for name in names for word in WORD.findall(plain(name))}
    return frozenset(words | {stem(word) for word in words})


def is_everyday(stem: str) -> bool:
    """Is this a word of the dictionary, and no name that we know of? Only such a stem may be learned from people's
    stories; the ones that ship come from made-up stories, and need not be."""
    names = (
        lists.given, lists.family, lists.places, lists.schools,
        lists.ordinary_given, lists.ordinary_family, lists.ordinary_places,
    )  # fmt: skip
    return stem.isalpha() and lexicon.is_known(stem, stem) and not any(stem in listed() for listed in names)


def logistic(
    table: Matrix, truth: Matrix, start: Matrix, pull: float = PULL, counts: Matrix | None = None
) -> tuple[Matrix, float]:
    """Weights drawn to `start` by `pull`, and a nearly free bias. Newton steps over the features. `counts`: how much
    each row counts, 1 unless given."""
    counts = np.ones(len(truth)) if counts is None else counts
    base = float(np.log((truth.mean() + 0.01) / (1.01 - truth.mean())))
    offset, whole = table @ start + base, np.hstack([table, np.ones((len(table), 1))])
    pulls = np.array([pull] * len(start) + [0.1])
    moved = np.zeros(len(pulls))
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-(offset + whole @ moved)))
        curve = (whole.T * (counts * chance * (1 - chance))) @ whole + np.diag(pulls)
        step = np.linalg.solve(curve, whole.T @ (counts * (truth - chance)) - pulls * moved)
        moved += step
        if np.abs(step).max() < SAME:
            break
    return start + moved[:-1], base + float(moved[-1])


def mixtures(table: Matrix, count: int) -> Matrix:
    """The strongest directions of a table as columns: its first right singular vectors, found by multiplying a random
    guess by it a few times (Halko, Martinsson and Tropp 2011), because all of them would take minutes."""
    guess = np.random.default_rng(0).standard_normal((table.shape[1], count + 20))
    for _ in range(4):
        guess = np.linalg.qr(table.T @ (table @ guess))[0]
    return np.asarray(guess @ np.linalg.svd(table @ guess, full_matrices=False)[2][:count].T)


def cross_validate(stories: Stories) -> Matrix:
    """Log odds of every counted story by a model that did not learn from it."""
    rows = np.arange(len(stories.found))
    log_odds = np.zeros((stories.counted, len(stories.tags)))
    for fold in range(FOLDS):
        kept = (rows % FOLDS == fold) & (rows < stories.counted)
        model = stories.learn(rows[~kept])
        table = stories.table(rows[kept], model.names, model.rarity)
        log_odds[kept[: stories.counted]] = table @ model.weights + model.bias
    return log_odds


def proposed(log_odds: Matrix, tags: Sequence[str]) -> Matrix:
    """What would be proposed: the likeliest opgave from `FIRST`, others from `THRESHOLD`, `MOST_LEARNED` at most; and
    levels by their own thresholds."""
    levels = {row["id"] for row in only(built_in(), Soort.NIVEAU)}
    split = sum(tag not in levels for tag in tags)
    return np.hstack(
        [
            _chosen(log_odds[:, :split], FIRST, THRESHOLD, MOST_LEARNED),
            _chosen(log_odds[:, split:], LEVEL_FIRST, LEVEL_NEXT, 3),
        ]
    )


def _chosen(log_odds: Matrix, first: float, others: float, most: int) -> Matrix:
    place = (-log_odds).argsort(axis=1).argsort(axis=1)
    return np.asarray((log_odds > np.where(place == 0, first, others)) & (place < most), float)


def micro_f1(pair: tuple[Matrix, Matrix]) -> float:
    """Of truth and guess; 1 when there is nothing to find and nothing was said."""
    truth, guess = pair
    whole = float(truth.sum() + guess.sum())
    return 2 * float((truth * guess).sum()) / whole if whole else 1.0


def figures(stories: Stories, guess: Matrix, rows: slice = slice(None)) -> dict[str, float]:
    """F1 per tag over these counted stories."""
    truth = stories.truth[: stories.counted]
    return {tag: micro_f1((truth[rows, i], guess[rows, i])) for i, tag in enumerate(stories.tags)}


if __name__ == "__main__":
    main()
