"""What editors decided, as lessons for this installation's own recogniser of names (`training/local.py`).

A lesson is a text with the names that people let stand as names. It lives in memory alone: nothing of it is written to
disk, and what is learned from it holds numbers only (`anonymise/own.py`). A story teaches when its teller, and for a
child everybody who must, lets us learn from it ourselves, when two people released exactly this text, and as long as
nothing was withdrawn. A passage that the teller keeps for the house keeps its whole story out.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from desk.standing import standing
from desk.versions import MACHINE, masked_in, raw_text
from stories.clock import today as today_at_home
from stories.consent import Purpose
from stories.errors import NotReady, VertelpuntError
from stories.model import Story
from stories.store import Books, Store
from stories.use import may_use_version

SOURCES = "sources.json"
"""Beside an own recogniser: the ids of the stories that taught it."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A story's text and its marks: (start, end, type), in characters. Its repr shows no word."""

    story_id: str
    text: str
    marks: tuple[tuple[int, int, str], ...]

    def __repr__(self) -> str:
        return f"Lesson({self.story_id!r}, ...)"


def lessons(store: Store, *, on: date) -> tuple[Lesson, ...]:
    """What may be learned from on the date `on`, oldest story first, and so audited."""
    with store.write() as books:
        rows = [lesson for story in books.stories(limit=100_000) if (lesson := _lesson(books, story, on)) is not None]
        books.audit(MACHINE, "names_learned", detail=f"stories={len(rows)}")
    return tuple(reversed(rows))


def no_longer(store: Store, story_ids: Iterable[str], *, on: date) -> int:
    """How many of these stories may no longer be learned from: what was learned from them is to be built anew."""
    with store.read() as books:
        return sum(not _may_teach(books, story_id, on) for story_id in story_ids)


def sources(folder: Path) -> list[str]:
    """The ids of the stories that taught. Raises NotReady (training.no_candidate) where there is no recogniser."""
    try:
        found: list[str] = json.loads((folder / SOURCES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise NotReady("training.no_candidate") from None
    return found


def tidy(store: Store, *, on: date | None = None) -> int:
    """Remove an own recogniser that learned from a story that may not teach any more, accepted or not: the one that
    ships counts from the next start. One of which nobody can say who taught it goes too. How many were removed."""
    removed = 0
    for folder in (store.settings.own_recogniser, store.settings.recogniser_candidate):
        if folder.exists() and not _may_stay(store, folder, on or today_at_home()):
            shutil.rmtree(folder)
            removed += 1
    if removed:
        with store.write() as books:
            books.audit(MACHINE, "own_recogniser_removed", detail=f"count={removed}")
    return removed


def _may_stay(store: Store, folder: Path, on: date) -> bool:
    try:
        return not no_longer(store, sources(folder), on=on)
    except NotReady:
        return False


def _lesson(books: Books, story: Story, on: date) -> Lesson | None:
    if story.is_example or not _may_teach(books, story.id, on):
        return None
    raw = raw_text(books, story)
    if raw.digest != books.version(story.id).clean.source_digest:
        return None  # the text was edited since: nobody looked at these marks
    return Lesson(story.id, raw.text, tuple((f.start, f.end, f.type) for f in masked_in(books, story, raw)))


def _may_teach(books: Books, story_id: str, on: date) -> bool:
    """Anything that cannot be read is a no."""
    try:
        now = standing(books, story_id)
        return bool(may_use_version(now, Purpose.INTERN_LEREN, on=on)) and not books.excluded(story_id)
    except VertelpuntError:
        return False
