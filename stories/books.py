"""Books: everything one transaction can read and write. The work is done by the `books_*` modules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from stories import books_ahead as ahead
from stories import books_calendar as calendar
from stories import books_counted as counting
from stories import books_pieces as pieces
from stories import books_search as search
from stories import books_stories as rows
from stories import books_telling as telling
from stories import erasure
from stories.blind import Blind
from stories.books_counted import Counted
from stories.books_house import HouseBooks
from stories.books_notes import NoteBook
from stories.books_products import ProductBooks
from stories.books_queue import QueueRows
from stories.books_search import Ask
from stories.books_told import ToldBooks
from stories.consent import Purpose
from stories.model import Approval, Story, StoryVersion, Task, Theme, require
from stories.planned import Planned
from stories.settings import Settings
from stories.stages import State
from stories.transaction import Transaction

T = TypeVar("T")


class Books(ToldBooks, ProductBooks, HouseBooks):
    """Every getter of one thing raises NotFound when it is absent.

    Any method may raise NotReady (database or media folder busy, full or away), InputRefused (a clear column was
    given something that is no text) and Refused (against a rule of the database, such as changing a consent event).
    """

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    @property
    def settings(self) -> Settings:
        return self._tx.settings

    # stories

    def add_story(self, story: Story) -> Story:
        """Write a new story and make its key."""
        return rows.add(self._tx, story)

    def story(self, story_id: str) -> Story:
        return rows.get(self._tx, story_id)

    def these_stories(self, story_ids: Sequence[str]) -> dict[str, Story]:
        """By id; ids that are not there are left out."""
        return rows.these(self._tx, story_ids)

    def stories(
        self,
        *,
        states: Sequence[str] = (),
        stages: Sequence[str] = (),
        taken_by: str | None = None,
        limit: int = 100,
        after: str | None = None,
    ) -> tuple[Story, ...]:
        """Newest first. `after` is the id of the last story of the page before (keyset by created_at and id)."""
        return rows.newest_first(self._tx, states, stages, limit, after, taken_by)

    def save(self, story: Story, *, expected: int) -> Story:
        """Write a story's row; returns it with row_version + 1.

        Raises Moved unless the row still has row_version `expected`, and StageRefused when its stage or state may not
        follow the stored one. `gewist` is reached by `erase` alone; `version` is written by `add_version` alone.
        """
        return rows.save(self._tx, story, expected)

    @property
    def queue(self) -> QueueRows:
        """What the queue counts with, and its rows."""
        return QueueRows(self._tx)

    def look_ahead(self, story_ids: Sequence[str]) -> None:
        """About to ask the same of each of these stories: read it together, when this is one moment for a page."""
        ahead.look_ahead(self._tx, story_ids)

    # versions: immutable

    def add_version(self, version: StoryVersion) -> StoryVersion:
        """Raises Moved unless its number is the newest + 1. The story's row_version does not change."""
        return rows.add_version(self._tx, version)

    def version(self, story_id: str, number: int | None = None) -> StoryVersion:
        """A version, the newest by default. NotFound too when its words were erased."""
        return rows.version(self._tx, story_id, number)

    def makers(self, story_id: str) -> frozenset[str]:
        """Who made a version of this story: ids of users, and the machine."""
        return rows.makers(self._tx, story_id)

    def save_themes(self, story_id: str, number: int, themes: Sequence[Theme]) -> None:
        """Replace the themes of a version; other confirmed themes are another digest, which voids approvals."""
        rows.save_themes(self._tx, story_id, number, themes)

    # search: of versions that a person checked; leaving that state takes them out (`save`, `add_version`, `erase`)

    def index(
        self, version: StoryVersion, words: Mapping[str, Sequence[int]], tags: Collection[str], *, method: int
    ) -> None:
        """Make a version findable by these words (with their places) and tags; what was kept of the story before goes.

        Raises ValueError unless it is the newest version of a story that is SEARCHABLE.
        """
        search.put(self._tx, version, words, tags, method)

    def unindex_all(self) -> None:
        search.drop_all(self._tx)

    def to_index(self, *, method: int, limit: int = 100) -> tuple[str, ...]:
        """Ids of stories that may be searched and are not yet findable as they are now."""
        return search.missing(self._tx, method, limit)

    def unindex_stale(self) -> int:
        """Take out whatever may not be searched (any more); returns how many."""
        return search.drop_stale(self._tx)

    def search(self, ask: Ask) -> tuple[str, ...]:
        """Ids of the stories that fit, best first; without words the newest first."""
        return search.find(self._tx, ask)

    def searchable_regions(self) -> tuple[str, ...]:
        return search.regions(self._tx)

    def region_mark(self, region: str) -> str:
        """What stands for a region in an address or audit line, where words that people typed do not belong."""
        return Blind(self._tx.house_key, "regions").mark(region)

    # approvals, the calendar, tasks

    def add_approval(self, approval: Approval) -> None:
        rows.add_approval(self._tx, approval)

    def approvals(self, subject: str) -> tuple[Approval, ...]:
        """Approvals of a story or piece, oldest first."""
        return rows.approvals(self._tx, subject)

    def approved_as(self, role: str) -> tuple[str, ...]:
        """The stories and pieces that anybody ever approved in this role."""
        return rows.approved_as(self._tx, role)

    def counted(
        self, purpose: Purpose, about: Hashable, make: Callable[[Counted], T], *, one_person_since: datetime | None
    ) -> tuple[T, ...]:
        """What `make` says of every released story, with what was said about `purpose`; see
        `books_counted.remembered`."""
        return counting.remembered(self._tx, purpose, one_person_since, about, make)

    def plan(self, item: Planned) -> Planned:
        """A line of the calendar. Raises NotFound when its piece is not there."""
        return calendar.add(self._tx, item)

    def planned(self, item_id: str) -> Planned:
        return calendar.get(self._tx, item_id)

    def planned_between(self, first: date, last: date) -> tuple[Planned, ...]:
        """Everything from the day `first` to the day `last`, also what is done or called off; the first day first."""
        return calendar.between(self._tx, first, last)

    def planned_late(self, before: date) -> tuple[Planned, ...]:
        """What was planned for an earlier day and is neither done nor called off."""
        return calendar.late(self._tx, before)

    def planned_with(self, piece_id: str) -> tuple[Planned, ...]:
        return calendar.with_piece(self._tx, piece_id)

    def save_planned(self, item: Planned, *, expected: int) -> Planned:
        """Raises Moved when somebody was faster."""
        return calendar.save(self._tx, item, expected)

    def quoted_stories(self) -> tuple[str, ...]:
        """Ids of the stories that have a quote."""
        return calendar.quoted_stories(self._tx)

    def add_task(self, task: Task) -> None:
        pieces.add_task(self._tx, task)

    def tasks(self, *, open_only: bool = True) -> tuple[Task, ...]:
        """Tasks by due date."""
        return pieces.tasks(self._tx, open_only)

    def finish_task(self, task_id: str, at: datetime) -> None:
        pieces.finish_task(self._tx, task_id, at)

    @property
    def notebook(self) -> NoteBook:
        """Notes between colleagues, whom they name, and who is looking now."""
        return NoteBook(self._tx)

    # erasure

    def erase(self, story_id: str, *, why: str) -> None:
        """Destroy the key and everything the story said, for ever; see `stories.erasure`.

        `why` is a code. Raises StageRefused unless the story is `ingetrokken`; erased already is fine.
        """
        if erasure.erase(self._tx, story_id, why):
            self._tx.scrub = True

    def proofs_left(self, *, before: datetime) -> tuple[str, ...]:
        """Ids of the stories that were erased before this moment and of which the proof still stands."""
        return telling.proofs_left(self._tx, before)

    def end_proof(self, story_id: str, at: datetime) -> None:
        """The proof of an erased story has had its time: its consent events, sittings and receipts go."""
        require(self.story(story_id).state is State.GEWIST, "only the proof of an erased story ends")
        telling.end_proof(self._tx, story_id, at)
