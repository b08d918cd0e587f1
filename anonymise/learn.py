"""Learn from marked stories which words point at which opgave and level: `python -m anonymise.learn`.

Writes data/theme_weights.json, the same bytes every time, and prints the figure of cross-validation. A small logistic
model per tag, drawn towards what the groups of data/concepts.yaml mean: weights start at what their theme says and
move only as far as the stories ask. No name goes in: a stem that occurs in anything marked in a gold story is left out.
Data, scores and limits: data/theme_weights.md. An installation learns from its own confirmed stories with the same
functions (`desk.relearning`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anonymise import lexicon, lists
from anonymise.text import plain
from anonymise.themefeatures import WORD, Said, concepts, stem
from anonymise.themes import MOST_LEARNED, WEIGHTS, features, lexicon_score
from stories.vocabulary import Soort, built_in, only

Matrix = NDArray[np.float64]
Rows = NDArray[np.int64]

ROOT = Path(__file__).resolve().parent.parent
GOLD_FOLDER = ROOT / "tests/gold"
OWN_STORIES = ROOT / "tests/anonymise/gold.jsonl"
"""Older stories of our own: always learned from, never counted in a figure."""
FOLDS = 5
PULL, OWN, OWN_SCORE, STEM = 20.0, 0.7, 0.6, 1.0
"""How strongly weights are drawn to where they start; where groups and the vocabulary's score of the own theme start;
the value of a stem. Chosen by cross-validation."""
SEEN = 3
"""Stories in which a stem must occur."""
THRESHOLD, FIRST = -1.3, -1.5
"""Log odds from which a theme is proposed, and the likeliest of a story. From -0.9 to -1.3 cross-validation gives the
same; the lowest is taken, because a theme that is not proposed costs an editor more than one to tick off."""
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


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of named features (rows) per tag (columns)."""

    names: Sequence[str]
    weights: Matrix
    bias: Matrix
    tags: Sequence[str]
    vocabulary: Mapping[str, Sequence[str]]  # the words of each opgave when it was learned

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

    def _features(self, text: str) -> dict[str, float]:
        said = Said(text)
        scores = {entry["id"]: lexicon_score(said, entry) for entry in self.entries}
        found = {name: value for name, (value, _) in features(said, scores).items()}
        return {name: value for name, value in found.items() if name[0] != "~" or self.may_learn(name[1:])}

    def learn(self, rows: Rows) -> Model:
        """A model from these rows alone; the choice of stems too looks at nothing else."""
        often = Counter(name for i in rows for name in self.found[i] if name[0] == "~")
        stems = sorted(n for n, count in often.items() if SEEN <= count < 0.4 * len(rows))
        names = [*concepts().groups, *("=" + entry["id"] for entry in self.entries), *stems]
        weights, bias = [], []
        for column, tag in enumerate(self.tags):
            known = rows[self._levels_known[rows]] if tag in self.levels else rows
            table = self.table(known, names)
            middle = np.where([name[0] != "~" for name in names], table.mean(0), 0.0)
            own = [OWN if n.startswith(tag + ".") else OWN_SCORE if n == "=" + tag else 0.0 for n in names]
            w, b = _logistic(table - middle, self.truth[known, column], np.array(own))
            weights.append(w)
            bias.append(b - float(w @ middle))
        words = {entry["id"]: [str(word) for word in entry["woorden"]] for entry in self.entries}
        return Model(names, np.array(weights).T, np.array(bias), self.tags, words)

    def table(self, rows: Rows, names: Sequence[str]) -> Matrix:
        column = {name: i for i, name in enumerate(names)}
        table = np.zeros((len(rows), len(names)))
        for i, row in enumerate(rows):
            for name, value in self.found[row].items():
                if name in column:
                    table[i, column[name]] = value * (STEM if name[0] == "~" else 1.0)
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
    return tuning, [_example(row, ids) for row in more], names_in([*rows, *more])


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


def _logistic(table: Matrix, truth: Matrix, start: Matrix) -> tuple[Matrix, float]:
    """Weights drawn to `start`, and a free bias: Newton steps over the rows, which are far fewer than the features."""
    offset = table @ start + float(np.log((truth.mean() + 0.01) / (1.01 - truth.mean())))
    kernel = table @ table.T / PULL + 10.0
    log_odds, alpha = offset.copy(), np.zeros(len(truth))
    for _ in range(30):
        chance = 1 / (1 + np.exp(-log_odds))
        curve = chance * (1 - chance) + 1e-9
        root = np.sqrt(curve)
        aim = curve * (log_odds - offset) + truth - chance
        inner = np.eye(len(truth)) + root[:, None] * kernel * root
        alpha = aim - root * np.linalg.solve(inner, root * (kernel @ aim))
        log_odds = kernel @ alpha + offset
    weights = start + table.T @ alpha / PULL
    return weights, float(offset[0] - table[0] @ start + 10.0 * alpha.sum())


def cross_validate(stories: Stories) -> Matrix:
    """Log odds of every counted story by a model that did not learn from it."""
    rows = np.arange(len(stories.found))
    log_odds = np.zeros((stories.counted, len(stories.tags)))
    for fold in range(FOLDS):
        kept = (rows % FOLDS == fold) & (rows < stories.counted)
        model = stories.learn(rows[~kept])
        log_odds[kept[: stories.counted]] = stories.table(rows[kept], model.names) @ model.weights + model.bias
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
