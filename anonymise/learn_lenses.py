"""Learn from marked passages which words and places point at which lens: `python -m anonymise.learn_lenses`.

Reads the tuning part of `tests/gold/lenses.txt`, writes data/lens_weights.json, the same bytes every time, and prints
the figure of cross-validation by story. Weights start at what the lists mean, as those of opgaven do
(`anonymise.learn`), and no single word is learned. Data, scores and limits: data/theme_weights.md.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

import numpy as np

from anonymise.learn import GOLD_FOLDER, Matrix, logistic, micro_f1
from anonymise.lenses import WEIGHTS, features, lens_cues
from anonymise.passages import bounds_of, in_order
from anonymise.themefeatures import Said
from stories.vocabulary import Soort, built_in, only

PULL = 3.0
OWN, STRONG, OWN_WORDS = 0.3, 3.5, 0.5
"""Where the weights of a lens start: its groups, its group `sterk`, and the words of the vocabulary."""
THRESHOLD = -1.0
"""Log odds from which a lens is proposed; from -1.2 to -0.7 cross-validation gives the same within 0.01."""
FOLDS = 10


def gold() -> tuple[list[dict[str, float]], Matrix, list[str]]:
    """Of every marked passage of a tuning story: its features, its lenses (as columns), and the id of its story."""
    sys.path.insert(0, str(GOLD_FOLDER.parent))
    lenses, marks = only(built_in(), Soort.LENS), importlib.import_module("gold.lenses").marked()
    rows: list[dict[str, float]] = []
    truth: list[list[bool]] = []
    ids: list[str] = []
    for file in sorted(GOLD_FOLDER.glob("gold*.jsonl")):
        for story in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            if story["part"] != "tuning" or story["id"] not in marks:
                continue
            said = Said(story["text"])
            own = {lens["id"]: list(in_order(said, lens["woorden"])) for lens in lenses}
            found = features(said, bounds_of(story["text"], said), own)
            rows += [{name: value for name, (value, _) in row.items()} for row in found]
            truth += [[lens["id"] in wanted for lens in lenses] for _, wanted in sorted(marks[story["id"]].items())]
            ids += [story["id"]] * len(found)
    return rows, np.array(truth, float), ids


def learn(rows: list[dict[str, float]], truth: Matrix) -> dict[str, Any]:
    """As `anonymise.lenses.weigh` wants it."""
    lenses = [lens["id"] for lens in only(built_in(), Soort.LENS)]
    names = sorted({name for row in rows for name in row} | set(lens_cues().groups))
    table = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    middle = table.mean(0)
    bias, weights = {}, dict[str, dict[str, float]]()
    for column, lens in enumerate(lenses):
        starts = {"=" + lens: OWN_WORDS, lens + ".sterk": STRONG}
        start = [starts.get(name, OWN if name.startswith(lens + ".") else 0.0) for name in names]
        found, free = logistic(table - middle, truth[:, column], np.array(start), PULL)
        bias[lens] = round(free - float(found @ middle), 3)
        for name, weight in zip(names, found, strict=True):
            weights.setdefault(name, {})[lens] = round(float(weight), 3)
    return {"threshold": THRESHOLD, "bias": bias, "weights": weights}


def log_odds(rows: list[dict[str, float]], learned: dict[str, Any]) -> Matrix:
    bias: dict[str, float] = learned["bias"]
    weights: dict[str, dict[str, float]] = learned["weights"]
    return np.array(
        [
            [free + sum(weights.get(n, {}).get(lens, 0.0) * v for n, v in row.items()) for lens, free in bias.items()]
            for row in rows
        ]
    )


def cross_validate(rows: list[dict[str, float]], truth: Matrix, ids: list[str]) -> Matrix:
    """Log odds of every passage by weights that did not learn from its story."""
    stories = {story: at % FOLDS for at, story in enumerate(sorted(set(ids)))}
    folds = np.array([stories[story] for story in ids])
    found = np.zeros(truth.shape)
    for fold in range(FOLDS):
        kept = [row for row, there in zip(rows, folds, strict=True) if there != fold]
        held = [row for row, there in zip(rows, folds, strict=True) if there == fold]
        found[folds == fold] = log_odds(held, learn(kept, truth[folds != fold]))
    return found


def main() -> None:
    """Learn from every marked tuning passage, write the weights, print what cross-validation says."""
    rows, truth, ids = gold()
    learned = learn(rows, truth)
    lines = [f"{json.dumps(name)}: {json.dumps(row)}" for name, row in learned.pop("weights").items()]
    head = json.dumps(learned)[:-1]
    WEIGHTS.write_text(head + ', "weights": {\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8")
    guess = (cross_validate(rows, truth, ids) > THRESHOLD).astype(float)
    print(f"cross-validation, {len(rows)} passages of {len(set(ids))} stories: micro-F1 {micro_f1((truth, guess)):.3f}")
    for column, lens in enumerate(learned["bias"]):
        print(f"  {lens:12}{micro_f1((truth[:, column], guess[:, column])):6.2f}{int(truth[:, column].sum()):5}")


if __name__ == "__main__":
    main()
