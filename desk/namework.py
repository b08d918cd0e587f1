"""The work on a story's names: the decisions before the last ones, to take them back to, and how long it took.

Sealed with the story. Steps are about one text: of another one nothing is taken back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from anonymise import Decision
from stories.store import Books
from stories.vault import Kind

MOST_STEPS = 40
"""So many decisions can be taken back."""

Decisions = tuple[Decision, ...]


class Step(StrEnum):
    """Which way a decision goes: a new one, the last one taken back, or made again."""

    NEW = "new"
    BACK = "back"
    FORTH = "forth"


@dataclass(frozen=True, slots=True)
class Work:
    """`seconds` of looking at names; `back` and `forth` are whole sets of decisions about the text `about`."""

    seconds: int = 0
    about: str = ""
    back: tuple[Decisions, ...] = ()
    forth: tuple[Decisions, ...] = ()

    def of(self, about: str) -> Work:
        """As far as it is about this text."""
        return self if self.about == about else Work(self.seconds, about)

    def after(self, step: Step, before: Decisions) -> Work:
        """Once a step was taken from these decisions."""
        match step:
            case Step.NEW:
                return replace(self, back=(*self.back, before)[-MOST_STEPS:], forth=())
            case Step.BACK:
                return replace(self, back=self.back[:-1], forth=(*self.forth, before))
            case Step.FORTH:
                return replace(self, back=(*self.back, before)[-MOST_STEPS:], forth=self.forth[:-1])


def read(books: Books, story_id: str) -> Work:
    if not books.has(story_id, Kind.NAME_WORK):
        return Work()
    data = json.loads(books.fetch(story_id, Kind.NAME_WORK))
    return Work(data["seconds"], data["about"], _decisions(data["back"]), _decisions(data["forth"]))


def keep(books: Books, story_id: str, work: Work) -> None:
    rows = {way: [[asdict(one) for one in step] for step in getattr(work, way)] for way in ("back", "forth")}
    data = {"seconds": work.seconds, "about": work.about, **rows}
    books.keep(story_id, Kind.NAME_WORK, json.dumps(data).encode())


def took(books: Books, story_id: str, about: str, step: Step, before: Sequence[Decision]) -> None:
    """A step was taken, from these decisions about the text with the digest `about`."""
    keep(books, story_id, read(books, story_id).of(about).after(step, tuple(before)))


def add_seconds(books: Books, story_id: str, seconds: int) -> None:
    work = read(books, story_id)
    keep(books, story_id, replace(work, seconds=work.seconds + seconds))


def _decisions(steps: list[list[dict[str, object]]]) -> tuple[Decisions, ...]:
    return tuple(tuple(Decision(**one) for one in step) for step in steps)  # type: ignore[arg-type]
