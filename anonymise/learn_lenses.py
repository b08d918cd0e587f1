"""Learn from marked passages which words and places point at which lens: `python -m anonymise.learn_lenses`.

Reads the tuning part of `tests/gold/lenses.txt`, writes data/lens_weights.json, the same bytes every time, and prints
the figure of cross-validation by story. Weights start at what the lists mean, as those of opgaven do
(`anonymise.learn`), and no single word is learned. Data, scores and limits: data/theme_weights.md. An installation
learns from passages of its own with the same functions (`desk.relearning_lenses`).
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from anonymise.learn import GOLD_FOLDER, Matrix, logistic, micro_f1
from anonymise.lenses import WEIGHTS, features, lens_cues, says_so
from anonymise.passages import bounds_of, in_order
from anonymise.themefeatures import Said
from stories.vocabulary import Soort, built_in, only

PULL = 3.0
OWN, STRONG, OWN_WORDS = 0.3, 3.5, 0.5
"""Where the weights of a lens start: its groups, its group `sterk`, and the words of the vocabulary."""
THRESHOLD = -1.0
"""Log odds from which a lens is proposed; from -1.2 to -0.7 cross-validation gives the same within 0.01."""
FOLDS = 10
CHOSEN = "@chosen"
"""Feature (1) of passages that somebody chose to mark, where in the gold stories every passage is marked: its weight
takes up how often those have a lens, and is left out of what is learned."""

Rows = list[dict[str, float]]


def lens_ids() -> list[str]:
    """The lenses that are learned, in the order of the columns."""
    return [lens["id"] for lens in only(built_in(), Soort.LENS)]


def gold() -> tuple[Rows, Matrix, list[str]]:
    """Of every marked passage of a tuning story: its features, its lenses (as columns), and the id of its story."""
    sys.path.insert(0, str(GOLD_FOLDER.parent))
    marks = importlib.import_module("gold.lenses").marked()
    rows: Rows = []
    truth: list[list[bool]] = []
    ids: list[str] = []
    for file in sorted(GOLD_FOLDER.glob("gold*.jsonl")):
        for story in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            if story["part"] != "tuning" or story["id"] not in marks:
                continue
            found = rows_of(story["text"])
            rows += found
            truth += [[lens in wanted for lens in lens_ids()] for _, wanted in sorted(marks[story["id"]].items())]
            ids += [story["id"]] * len(found)
    return rows, np.array(truth, float), ids


def rows_of(text: str) -> Rows:
    """The features of every passage of a text, in the order of `anonymise.passage_spans`."""
    said = Said(text)
    own = {lens["id"]: list(in_order(said, lens["woorden"])) for lens in only(built_in(), Soort.LENS)}
    found = features(said, bounds_of(text, said), own)
    return [{name: value for name, (value, _) in row.items()} for row in found]


def learn(rows: Rows, truth: Matrix) -> dict[str, Any]:
    """As `anonymise.lenses.weigh` wants it."""
    lenses = lens_ids()
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
    weights.pop(CHOSEN, None)
    return {"threshold": THRESHOLD, "bias": bias, "weights": weights}


def proposed(rows: Rows, learned: Mapping[str, Any]) -> Matrix:
    """Which lenses would be proposed for these passages (1) and which not (0), as `anonymise.passages` does."""
    weights: Mapping[str, Mapping[str, float]] = learned["weights"]

    def is_proposed(row: Mapping[str, float], lens: str) -> bool:
        score = sum(weights.get(name, {}).get(lens, 0.0) * value for name, value in row.items())
        words = any(says_so(name, lens) and weights.get(name, {}).get(lens, 0.0) > 0 for name in row)
        return bool(words and learned["bias"][lens] + score > learned["threshold"])

    return np.array([[is_proposed(row, lens) for lens in lens_ids()] for row in rows], float)


def cross_validate(rows: Rows, truth: Matrix, ids: Sequence[str]) -> Matrix:
    """What would be proposed for every passage by weights that did not learn from its story."""
    stories = {story: at % FOLDS for at, story in enumerate(dict.fromkeys(ids))}
    folds = np.array([stories[story] for story in ids])
    found = np.zeros(truth.shape)
    for fold in range(FOLDS):
        kept = [row for row, there in zip(rows, folds, strict=True) if there != fold]
        held = [row for row, there in zip(rows, folds, strict=True) if there == fold]
        if held:
            found[folds == fold] = proposed(held, learn(kept, truth[folds != fold]))
    return found


def main() -> None:
    """Learn from every marked tuning passage, write the weights, print what cross-validation says."""
    rows, truth, ids = gold()
    learned = learn(rows, truth)
    lines = [f"{json.dumps(name)}: {json.dumps(row)}" for name, row in learned.pop("weights").items()]
    head = json.dumps(learned)[:-1]
    WEIGHTS.write_text(head + ', "weights": {\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8")
    guess = cross_validate(rows, truth, ids)
    print(f"cross-validation, {len(rows)} passages of {len(set(ids))} stories: micro-F1 {micro_f1((truth, guess)):.3f}")
    for column, lens in enumerate(lens_ids()):
        print(f"  {lens:12}{micro_f1((truth[:, column], guess[:, column])):6.2f}{int(truth[:, column].sum()):5}")


if __name__ == "__main__":
    main()
