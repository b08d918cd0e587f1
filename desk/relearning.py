"""Learn the weights of themes from what editors confirmed: `python -m pipeline retrain-themes [--accept | --shipped]`.

Only stories whose people said yes to learning from them (`intern_leren`) and that have confirmed tags. New weights are
a file with a number, and count only once a person accepts them, having read what gets better or worse. A stem may
stand in them only when it is an everyday word of the dictionary, no listed name, and in nothing that is hidden in any
of these stories. When somebody takes that yes back, weights that learned from their story are removed. Lenses,
of single passages, are learned by the same rules (`desk.relearning_lenses`) and stand in the same file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

import anonymise
from anonymise import learn
from desk import relearning_lenses, weighing
from desk.relearned import FEWEST, Change, Guesses, Report, changed
from desk.standing import standing
from desk.tagging import MACHINE
from stories.clock import today as today_at_home
from stories.consent import Purpose, may_use
from stories.errors import NotFound, Refused
from stories.model import CleanText, StoryVersion
from stories.stages import STOPPED, State
from stories.store import Books, Store
from stories.vocabulary import Soort, built_in, only


def retrain(store: Store, *, today: date | None = None) -> Report:
    """Learn, write the weights and the report beside them, and change nothing else.

    Raises Refused (themes.too_few) with fewer than `FEWEST` stories to learn from, and NotFound without the gold
    stories, which come with the source.
    """
    settings = store.settings
    teachers = _teachers(store, today or today_at_home())
    ids, house = list(teachers.examples), list(teachers.examples.values())
    if len(house) < FEWEST:
        raise Refused("themes.too_few", count=len(house), least=FEWEST)
    try:
        tuning, more, marked = learn.gold()
    except OSError:
        raise NotFound("themes.no_gold") from None
    may_learn = _everyday(marked.union(teachers.hidden))
    unseen = _unseen(store, ids, "stories")
    before = learn.Stories([*tuning, *more], len(tuning), may_learn)
    after = learn.Stories([*tuning, *house, *more], len(tuning) + len(house), may_learn)
    changes, held_out = _compare(before, after, [one.text for one in house], [one in unseen for one in ids], store)
    whole: dict[str, Any] = {"stories": sorted(ids), "learned": after.learn(np.arange(len(after.found))).learned()}
    unseen = _unseen(store, teachers.lenses, "lens_stories")
    lenses, weights = relearning_lenses.learn(teachers.lenses, unseen, weighing.current(settings))
    if weights:
        whole |= {"lens_stories": sorted(teachers.lenses)}
        whole["learned"]["lenses"] = weights
    folder = weighing.folder(settings)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    number = max((int(file.stem[-4:]) for file in folder.glob("*-[0-9][0-9][0-9][0-9].*")), default=0) + 1
    report = Report(number, len(house), held_out, changes, lenses)
    weighing.weights_file(settings, number).write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    (folder / f"report-{number:04d}.txt").write_text(report.text, encoding="utf-8")
    with store.write() as books:
        books.audit(
            MACHINE, "theme_weights_made", detail=f"version={number} stories={len(house)} lenses={lenses.learned_from}"
        )
    return report


def accept(store: Store, *, today: date | None = None) -> int:
    """The newest weights count from now on, if every story they learned from may still be learned from. Their number.
    Raises NotFound (themes.no_weights) when there are none."""
    tidy(store, today=today)
    numbers = _made(store)
    if not numbers:
        raise NotFound("themes.no_weights")
    weighing.accept(store.settings, numbers[-1])
    with store.write() as books:
        books.audit(MACHINE, "theme_weights_accepted", detail=f"version={numbers[-1]}")
    return numbers[-1]


def use_shipped(store: Store) -> None:
    """The weights that come with the product count again."""
    weighing.accept(store.settings, None)
    with store.write() as books:
        books.audit(MACHINE, "theme_weights_shipped")


def tidy(store: Store, *, today: date | None = None) -> int:
    """Remove weights that learned from a story that may not be learned from any more (R6), accepted or not: the ones
    that ship count until somebody learns anew. How many were removed."""
    made = _made(store)
    if not made:
        return 0
    teachers = _teachers(store, today or today_at_home())
    gone = [
        number
        for number in made
        if not set(_learned_from(store, number, "stories")) <= teachers.examples.keys()
        or not set(_learned_from(store, number, "lens_stories")) <= teachers.may
    ]
    now = weighing.accepted(store.settings)
    for number in gone:
        weighing.weights_file(store.settings, number).unlink(missing_ok=True)
    if now in gone:
        weighing.accept(store.settings, None)
    if gone:
        with store.write() as books:
            books.audit(MACHINE, "theme_weights_removed", detail=f"count={len(gone)}")
    return len(gone)


def _made(store: Store) -> list[int]:
    return sorted(int(file.stem[-4:]) for file in weighing.folder(store.settings).glob("weights-[0-9]*.json"))


def _learned_from(store: Store, number: int, what: str) -> list[str]:
    """The ids of the stories that opgaven ("stories") or lenses ("lens_stories") of these weights learned from."""
    card: dict[str, Any] = json.loads(weighing.weights_file(store.settings, number).read_text(encoding="utf-8"))
    found: list[str] = card.get(what, [])
    return found


@dataclass(frozen=True, slots=True)
class _Teachers:
    """The stories that may be learned from: their ids; by id what each teaches about opgaven and levels, and about
    lenses, where a person confirmed some; and every word that is hidden in one with confirmed tags."""

    may: set[str] = field(default_factory=set)
    examples: dict[str, learn.Example] = field(default_factory=dict)
    lenses: dict[str, relearning_lenses.Taught] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)


def _teachers(store: Store, on: date) -> _Teachers:
    found = _Teachers()
    with store.read() as books:
        for story in books.stories(limit=1_000_000):
            if story.is_example or story.state in (*STOPPED, State.CONCEPT) or not story.version:
                continue
            now = standing(books, story.id)
            within = now.audience is None or Purpose.INTERN_LEREN in now.audience.reaches
            if not within or not may_use(now.consent, Purpose.INTERN_LEREN, on=on, special=now.special):
                continue
            found.may.add(story.id)
            if example := _example(now.version):
                found.examples[story.id] = example
                found.hidden.update(_hidden(books, story.id))
            if taught := relearning_lenses.taught(books, now.version):
                found.lenses[story.id] = taught
    return found


def _example(version: StoryVersion) -> learn.Example | None:
    """A version as something to learn from; None when nobody confirmed a tag."""
    tags = frozenset(theme.id for theme in version.themes if theme.confirmed)
    levels = {row["id"] for row in only(built_in(), Soort.NIVEAU)}
    return learn.Example(_without_labels(version.clean), tags, levels_known=bool(tags & levels)) if tags else None


def _without_labels(clean: CleanText) -> str:
    """The text without the replacements of names: they may look like names themselves."""
    text = clean.text
    for start, end in clean.labels:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _hidden(books: Books, story_id: str) -> Iterable[str]:
    """Every word of what is hidden in a story, also what the teller wanted hidden and was not found."""
    names = [name.original for name in books.names(story_id)]
    names += [*books.intake_names(story_id), *(person.name for person in books.third_persons(story_id))]
    return learn.words_of(names)


def _everyday(hidden: frozenset[str]) -> Callable[[str], bool]:
    return lambda stem: stem not in hidden and learn.is_everyday(stem)


def _unseen(store: Store, ids: Collection[str], what: str) -> set[str]:
    """Those that the weights that count now did not learn from."""
    number = weighing.accepted(store.settings)
    return set(ids).difference(_learned_from(store, number, what) if number is not None else ())


def _compare(
    before: learn.Stories, after: learn.Stories, texts: Sequence[str], unseen: Sequence[bool], store: Store
) -> tuple[tuple[Change, ...], int]:
    """Per tag what changes; the last of them is about all opgaven together."""
    gold, last = before.counted, len(before.entries)
    gold_before = learn.proposed(learn.cross_validate(before), before.tags)
    guess = learn.proposed(learn.cross_validate(after), after.tags)
    held = [gold + at for at, new in enumerate(unseen) if new]
    learned = weighing.current(store.settings)
    now = np.zeros((len(held), len(after.tags)))
    for row, at in enumerate(held):
        found = {hit.id for hit in anonymise.story_tags(texts[at - gold], built_in(), learned=learned)}
        now[row] = [tag in found for tag in after.tags]
    here = Guesses(after.truth[held], now, guess[held])
    on_gold = Guesses(before.truth[:gold], gold_before, guess[:gold])
    rows = [changed(tag, slice(at, at + 1), here, on_gold) for at, tag in enumerate(after.tags)]
    return (*rows, changed("", slice(0, last), here, on_gold)), len(held)
