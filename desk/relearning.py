"""Learn the weights of themes from what editors confirmed: `python -m pipeline retrain-themes [--accept | --shipped]`.

Only stories whose people said yes to learning from them (`intern_leren`) and that have confirmed tags. New weights are
a file with a number, and count only once a person accepts them, having read what gets better or worse. A stem may
stand in them only when it is an everyday word of the dictionary, no listed name, and in nothing that is hidden in any
of these stories. When somebody takes that yes back, weights that learned from their story are removed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

import anonymise
from anonymise import learn
from desk import weighing
from desk.standing import standing
from desk.tagging import MACHINE
from stories.clock import today as today_at_home
from stories.consent import Purpose, may_use
from stories.errors import NotFound, Refused
from stories.model import CleanText, Story
from stories.stages import STOPPED, State
from stories.store import Books, Store
from stories.vocabulary import Soort, built_in, only
from stories.words import say

FEWEST = 10
"""Stories from which learning makes sense: with fewer, the figures of the report are chance."""


@dataclass(frozen=True, slots=True)
class Change:
    """F1 of one tag (or, with an empty `tag`, of all opgaven together) with the weights that count now and with the
    new ones: on `stories` of this house that neither learned from, and on the gold stories by cross-validation. None
    where there is nothing to measure."""

    tag: str
    stories: int
    house_before: float | None
    house_after: float | None
    gold_before: float
    gold_after: float


@dataclass(frozen=True, slots=True)
class Report:
    """What new weights would change. `number` is theirs; `learned_from` counts the stories of this house."""

    number: int
    learned_from: int
    held_out: int
    changes: tuple[Change, ...]

    @property
    def text(self) -> str:
        """In plain Dutch, for whoever decides whether to accept."""
        lines = [
            say("themes.report_head", number=self.number, count=self.learned_from),
            say("themes.report_how", held_out=self.held_out),
            "",
            *(_line(change) for change in self.changes),
            "",
            say("themes.report_accept"),
        ]
        return "\n".join(lines) + "\n"


def _line(change: Change) -> str:
    row = next((row for row in built_in() if row["id"] == change.tag), None)
    name = row["naam"] if row else say("themes.report_all")
    house = say("themes.report_nothing")
    if change.house_before is not None and change.house_after is not None:
        house = _from_to(change.house_before, change.house_after)
    gold = _from_to(change.gold_before, change.gold_after)
    return say("themes.report_line", name=name, count=change.stories, house=house, gold=gold)


def _from_to(before: float, after: float) -> str:
    step = round(after, 2) - round(before, 2)
    word = say("themes.report_better" if step > 0 else "themes.report_worse" if step < 0 else "themes.report_same")
    return say("themes.report_from_to", before=f"{before:.2f}", after=f"{after:.2f}", word=word)


def retrain(store: Store, *, today: date | None = None) -> Report:
    """Learn, write the weights and the report beside them, and change nothing else.

    Raises Refused (themes.too_few) with fewer than `FEWEST` stories to learn from, and NotFound without the gold
    stories, which come with the source.
    """
    settings = store.settings
    ids, house, hidden = _to_learn_from(store, today or today_at_home())
    if len(house) < FEWEST:
        raise Refused("themes.too_few", count=len(house), least=FEWEST)
    try:
        tuning, more, marked = learn.gold()
    except OSError:
        raise NotFound("themes.no_gold") from None
    may_learn = _everyday(hidden | marked)
    before = learn.Stories([*tuning, *more], len(tuning), may_learn)
    after = learn.Stories([*tuning, *house, *more], len(tuning) + len(house), may_learn)
    changes, held_out = _compare(before, after, [one.text for one in house], _unseen(store, ids), store)
    model = after.learn(np.arange(len(after.found)))
    folder = weighing.folder(settings)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    number = max((int(file.stem[-4:]) for file in folder.glob("*-[0-9][0-9][0-9][0-9].*")), default=0) + 1
    report = Report(number, len(house), held_out, changes)
    whole = {"stories": sorted(ids), "learned": model.learned()}
    weighing.weights_file(settings, number).write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    (folder / f"report-{number:04d}.txt").write_text(report.text, encoding="utf-8")
    with store.write() as books:
        books.audit(MACHINE, "theme_weights_made", detail=f"version={number} stories={len(house)}")
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
    allowed = set(_to_learn_from(store, today or today_at_home())[0])
    gone = [number for number in made if not set(_card(store, number)["stories"]) <= allowed]
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


def _card(store: Store, number: int) -> dict[str, Any]:
    card: dict[str, Any] = json.loads(weighing.weights_file(store.settings, number).read_text(encoding="utf-8"))
    return card


def _to_learn_from(store: Store, on: date) -> tuple[list[str], list[learn.Example], frozenset[str]]:
    """The stories that may be learned from: their ids, their words and tags, and every word that is hidden in one."""
    ids, examples, hidden = [], [], set()
    with store.read() as books:
        for story in books.stories(limit=1_000_000):
            if story.is_example or story.state in (*STOPPED, State.CONCEPT) or not story.version:
                continue
            example = _example(books, story, on)
            if example is not None:
                ids.append(story.id)
                examples.append(example)
                hidden |= set(_hidden(books, story.id))
    return ids, examples, frozenset(hidden)


def _example(books: Books, story: Story, on: date) -> learn.Example | None:
    """A story as something to learn from; None when nobody confirmed a tag, or its people did not say yes to it."""
    now = standing(books, story.id)
    tags = frozenset(theme.id for theme in now.version.themes if theme.confirmed)
    may = may_use(now.consent, Purpose.INTERN_LEREN, on=on, special=now.special)
    within = now.audience is None or Purpose.INTERN_LEREN in now.audience.reaches
    if not tags or not may or not within:
        return None
    levels = {row["id"] for row in only(built_in(), Soort.NIVEAU)}
    return learn.Example(_without_labels(now.version.clean), tags, levels_known=bool(tags & levels))


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


def _unseen(store: Store, ids: Sequence[str]) -> list[bool]:
    """Per story: did the weights that count now not learn from it?"""
    number = weighing.accepted(store.settings)
    known = set(_card(store, number)["stories"]) if number is not None else set()
    return [story_id not in known for story_id in ids]


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
    truth, new = after.truth[held], guess[held]

    def change(tag: str, columns: slice) -> Change:
        there = bool(truth[:, columns].sum())
        return Change(
            tag,
            int(truth[:, columns].sum()),
            learn.micro_f1((truth[:, columns], now[:, columns])) if there else None,
            learn.micro_f1((truth[:, columns], new[:, columns])) if there else None,
            learn.micro_f1((before.truth[:gold, columns], gold_before[:, columns])),
            learn.micro_f1((after.truth[:gold, columns], guess[:gold, columns])),
        )

    rows = [change(tag, slice(at, at + 1)) for at, tag in enumerate(after.tags)]
    return (*rows, change("", slice(0, last))), len(held)
