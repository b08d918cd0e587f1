"""Learn the weights of lenses from passages in which editors confirmed them: the second half of `desk.relearning`.

What counts as a no. Only what is ticked is kept, so a passage without tags may never have been looked at: it teaches
nothing. In a passage where somebody confirmed a tag they looked, and all tags stand in one row to tick: a lens that is
not ticked there is a no, if that editor uses lenses at all, which shows from another passage of the story. No word of a
story is learned, only weights of the groups of words that ship.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

import anonymise
from anonymise import learn_lenses
from anonymise.learn_lenses import CHOSEN, Rows, lens_ids
from anonymise.lenses import shipped
from desk import tagging
from desk.relearned import FEWEST, Guesses, Lenses, changed
from stories.model import StoryVersion
from stories.store import Books


@dataclass(frozen=True, slots=True)
class Taught:
    """The text of a story, and the tags of those of its passages, [start, end), in which a person confirmed any."""

    text: str
    told: Mapping[tuple[int, int], frozenset[str]]

    def passages(self) -> tuple[Rows, list[list[bool]]]:
        """The features of these passages and whether each has each lens. Labels stay in the text: the machine that
        proposes sees them too."""
        spans = anonymise.passage_spans(self.text)
        rows = [(row, span) for row, span in zip(learn_lenses.rows_of(self.text), spans, strict=True)]
        known = [(row, self.told[span]) for row, span in rows if span in self.told]
        return [row for row, _ in known], [[lens in tags for lens in lens_ids()] for _, tags in known]


def taught(books: Books, version: StoryVersion) -> Taught | None:
    """What people confirmed in the passages of a version; None when no lens is among it."""
    told = {(r.start, r.end): frozenset(r.tags) for r in tagging.kept(books, version.story_id, version.number)}
    has_lens = any(tags.intersection(lens_ids()) for tags in told.values())
    return Taught(version.clean.text, told) if has_lens else None


def learn(
    house: Mapping[str, Taught], unseen: Collection[str], current: Mapping[str, Any] | None
) -> tuple[Lenses, dict[str, Any] | None]:
    """What would change, and the new weights of lenses, from these stories by id beside the gold ones; None from too
    few. `unseen`: ids of stories that the `current` weights did not learn from."""
    if len(house) < FEWEST:
        return Lenses(len(house)), None
    gold, gold_truth, gold_ids = learn_lenses.gold()
    rows: Rows = []
    truth: list[list[bool]] = []
    ids: list[str] = []
    for story_id, one in house.items():
        found, has = one.passages()
        rows += found
        truth += has
        ids += [story_id] * len(found)
    has_lens = np.array(truth, float).reshape(-1, len(lens_ids()))
    all_rows = [*gold, *(row | {CHOSEN: 1.0} for row in rows)]
    all_truth = np.vstack([gold_truth, has_lens])
    now = (current or {}).get("lenses") or shipped()
    after = learn_lenses.cross_validate(all_rows, all_truth, [*gold_ids, *ids])
    held = [at for at, story_id in enumerate(ids) if story_id in unseen]
    here = Guesses(
        has_lens[held],
        learn_lenses.proposed([rows[at] for at in held], now).reshape(len(held), len(lens_ids())),
        after[len(gold) :][held],
    )
    before = learn_lenses.cross_validate(gold, gold_truth, gold_ids)
    on_gold = Guesses(gold_truth, before, after[: len(gold)])
    changes = [changed(lens, slice(at, at + 1), here, on_gold) for at, lens in enumerate(lens_ids())]
    changes.append(changed("", slice(None), here, on_gold))
    count = len({ids[at] for at in held})
    return Lenses(len(house), len(rows), count, tuple(changes)), learn_lenses.learn(all_rows, all_truth)
