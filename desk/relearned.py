"""What weights that were learned anew would change, in figures and in words (`desk.relearning`)."""

from __future__ import annotations

from dataclasses import dataclass

from anonymise.learn import Matrix, micro_f1
from stories.vocabulary import built_in
from stories.words import say

FEWEST = 10
"""Stories from which learning makes sense: with fewer, the figures of the report are chance."""


@dataclass(frozen=True, slots=True)
class Change:
    """F1 of one tag (or, with an empty `tag`, of all of its sort together) with the weights that count now and with the
    new ones: on the `marked` stories or passages of this house that neither learned from, and on the gold ones by
    cross-validation. None where there is nothing to measure."""

    tag: str
    marked: int
    house_before: float | None
    house_after: float | None
    gold_before: float
    gold_after: float


@dataclass(frozen=True, slots=True)
class Guesses:
    """A row per story or passage and a column per tag: what people said, and what is proposed now and would be."""

    truth: Matrix
    before: Matrix
    after: Matrix

    def figures(self, columns: slice) -> tuple[float, float]:
        """F1 before and after."""
        truth = self.truth[:, columns]
        return micro_f1((truth, self.before[:, columns])), micro_f1((truth, self.after[:, columns]))


def changed(tag: str, columns: slice, house: Guesses, gold: Guesses) -> Change:
    count = int(house.truth[:, columns].sum())
    now, new = house.figures(columns) if count else (None, None)
    return Change(tag, count, now, new, *gold.figures(columns))


@dataclass(frozen=True, slots=True)
class Lenses:
    """What would change for lenses. Without `changes` nothing was learned, from too few stories."""

    learned_from: int
    passages: int = 0
    held_out: int = 0
    changes: tuple[Change, ...] = ()

    @property
    def lines(self) -> list[str]:
        if not self.changes:
            return [say("lenses.too_few", count=self.learned_from, least=FEWEST)]
        head = say("lenses.head", passages=self.passages, count=self.learned_from, held_out=self.held_out)
        return [head, "", *(_line(change, say("lenses.all")) for change in self.changes)]


@dataclass(frozen=True, slots=True)
class Report:
    """What new weights would change. `number` is theirs; `learned_from` counts the stories of this house."""

    number: int
    learned_from: int
    held_out: int
    changes: tuple[Change, ...]
    lenses: Lenses

    @property
    def text(self) -> str:
        """In plain Dutch, for whoever decides whether to accept."""
        lines = [
            say("themes.report_head", number=self.number, count=self.learned_from),
            say("themes.report_how", held_out=self.held_out),
            "",
            *(_line(change, say("themes.report_all")) for change in self.changes),
            "",
            *self.lenses.lines,
            "",
            say("themes.report_accept"),
        ]
        return "\n".join(lines) + "\n"


def _line(change: Change, together: str) -> str:
    name = next((row["naam"] for row in built_in() if row["id"] == change.tag), together)
    house = say("themes.report_nothing")
    if change.house_before is not None and change.house_after is not None:
        house = _from_to(change.house_before, change.house_after)
    gold = _from_to(change.gold_before, change.gold_after)
    return say("themes.report_line", name=name, count=change.marked, house=house, gold=gold)


def _from_to(before: float, after: float) -> str:
    step = round(after, 2) - round(before, 2)
    word = say("themes.report_better" if step > 0 else "themes.report_worse" if step < 0 else "themes.report_same")
    return say("themes.report_from_to", before=f"{before:.2f}", after=f"{after:.2f}", word=word)
