"""Learn the weights of themes from the tuning part of the gold stories: `python -m anonymise.learn`.

Writes data/theme_weights.json, the same bytes every time, and prints the figure of cross-validation. A small logistic
model per theme, drawn towards what the groups of data/concepts.yaml mean: weights start at what their theme says and
move only as far as the stories ask. No name goes in: a stem that occurs in anything marked in a gold story is left out.
Data, scores and limits: data/theme_weights.md.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from anonymise.text import plain
from anonymise.themefeatures import WORD, Said, concepts, stem
from anonymise.themes import MOST_LEARNED, WEIGHTS, features, lexicon_score

Matrix = NDArray[np.float64]

ROOT = Path(__file__).resolve().parent.parent
GOLD = (ROOT / "tests/gold/gold1.jsonl", ROOT / "tests/gold/gold2.jsonl")
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


def main() -> None:
    """Learn from all tuning stories, write the weights, print what cross-validation says."""
    stories = Stories()
    rows = np.arange(len(stories.truth))
    WEIGHTS.write_text(stories.learn(rows).dump(), encoding="utf-8")
    report(stories, cross_validate(stories))


class Model:
    """Weights of named features per theme; what is nearly zero is left out."""

    def __init__(
        self, names: Sequence[str], weights: Matrix, bias: Matrix, themes: Mapping[str, Sequence[str]]
    ) -> None:
        self.names, self.weights, self.bias, self.themes = names, weights, bias, themes

    def dump(self) -> str:
        table: dict[str, dict[str, float]] = {}
        for name, row in zip(self.names, self.weights, strict=True):
            kept = {theme: round(float(w), 3) for theme, w in zip(self.themes, row, strict=True) if abs(w) >= 0.02}
            if kept:
                table[name] = kept
        head = {
            "threshold": THRESHOLD,
            "first": FIRST,
            "bias": {theme: round(float(b), 3) for theme, b in zip(self.themes, self.bias, strict=True)},
            "vocabulary": dict(self.themes),
        }
        lines = [f'"{key}": {json.dumps(value, ensure_ascii=False)}' for key, value in head.items()]
        rows = [f"{json.dumps(name)}: {json.dumps(row)}" for name, row in sorted(table.items())]
        return "{\n" + ",\n".join(lines) + ',\n"weights": {\n' + ",\n".join(rows) + "\n}}\n"


class Stories:
    """The tuning stories as features and labels; the test part is read for its marked names only, to keep those out."""

    def __init__(self) -> None:
        rows = [json.loads(line) for path in GOLD for line in path.read_text(encoding="utf-8").splitlines()]
        entries = yaml.safe_load((ROOT / "stories" / "themes.yaml").read_text(encoding="utf-8"))["opgaven"]
        opgaven = [entry for entry in entries if entry["bevestigd"] != "nee"]
        self.themes = {entry["id"]: [str(word) for word in entry["woorden"]] for entry in opgaven}
        more = [json.loads(line) for line in OWN_STORIES.read_text(encoding="utf-8").splitlines()]
        marked = names_in([*rows, *more])
        tuning = [row for row in rows if row["part"] == "tuning"]
        self.counted = len(tuning)
        tuning += more
        self.found: list[dict[str, float]] = []
        for row in tuning:
            said = Said(row["text"])
            scores = {entry["id"]: lexicon_score(said, entry) for entry in opgaven}
            all_found = {name: value for name, (value, _) in features(said, scores).items()}
            self.found.append({n: v for n, v in all_found.items() if n[0] != "~" or n[1:] not in marked})
        self.truth: Matrix = np.array([[entry["naam"] in row["opgaven"] for entry in opgaven] for row in tuning], float)

    def learn(self, rows: NDArray[np.int64]) -> Model:
        """A model from these rows alone; the choice of stems too looks at nothing else."""
        often = Counter(name for i in rows for name in self.found[i] if name[0] == "~")
        stems = sorted(n for n, count in often.items() if SEEN <= count < 0.4 * len(rows))
        names = [*concepts().groups, *("=" + theme for theme in self.themes), *stems]
        table = self.table(rows, names)
        middle = np.where([name[0] != "~" for name in names], table.mean(0), 0.0)
        weights, bias = [], []
        for column, theme in enumerate(self.themes):
            own = [OWN if n.startswith(theme + ".") else OWN_SCORE if n == "=" + theme else 0.0 for n in names]
            w, b = _logistic(table - middle, self.truth[rows, column], np.array(own))
            weights.append(w)
            bias.append(b - float(w @ middle))
        return Model(names, np.array(weights).T, np.array(bias), self.themes)

    def table(self, rows: NDArray[np.int64], names: Sequence[str]) -> Matrix:
        column = {name: i for i, name in enumerate(names)}
        table = np.zeros((len(rows), len(names)))
        for i, row in enumerate(rows):
            for name, value in self.found[row].items():
                if name in column:
                    table[i, column[name]] = value * (STEM if name[0] == "~" else 1.0)
        return table


def names_in(rows: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Every word, and its stem, of everything marked in these stories."""
    words = {w for row in rows for e in row["entities"] for w in WORD.findall(plain(e["text"]))}
    return frozenset(words | {stem(word) for word in words})


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
    """Log odds of every tuning story by a model that did not learn from it."""
    rows = np.arange(len(stories.truth))
    log_odds = np.zeros((stories.counted, len(stories.themes)))
    for fold in range(FOLDS):
        kept = (rows % FOLDS == fold) & (rows < stories.counted)
        model = stories.learn(rows[~kept])
        log_odds[kept[: stories.counted]] = stories.table(rows[kept], model.names) @ model.weights + model.bias
    return log_odds


def proposed(log_odds: Matrix) -> Matrix:
    """What would be proposed: the likeliest from `FIRST`, others from `THRESHOLD`, `MOST_LEARNED` at most."""
    place = (-log_odds).argsort(axis=1).argsort(axis=1)
    chosen = (log_odds > np.where(place == 0, FIRST, THRESHOLD)) & (place < MOST_LEARNED)
    return np.asarray(chosen, float)


def micro_f1(truth: Matrix, guess: Matrix) -> float:
    return float(2 * (truth * guess).sum() / (truth.sum() + guess.sum()))


def report(stories: Stories, log_odds: Matrix) -> None:
    guess, truth = proposed(log_odds), stories.truth[: stories.counted]
    print(f"cross-validation, {len(guess)} stories: micro-F1 {micro_f1(truth, guess):.3f}")
    for column, theme in enumerate(stories.themes):
        print(f"  {theme:24s}{micro_f1(truth[:, column], guess[:, column]):6.2f}")


if __name__ == "__main__":
    main()
