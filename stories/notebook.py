"""What colleagues write to each other about a story, whom they name, and who is looking now. Frozen values.

A note is for the house alone: nothing that leaves the house, searches or learns may read one (`desk.notes`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from stories.model import require


@dataclass(frozen=True, slots=True)
class Note:
    """One note; `by`, `mentions` and `resolved_by` are ids of users. Its words are sealed with the story's key."""

    id: str
    story_id: str
    by: str
    at: datetime
    text: str
    mentions: tuple[str, ...] = ()
    edited_at: datetime | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None

    def __post_init__(self) -> None:
        require(self.at.tzinfo is not None, "a note knows its time zone")
        require(bool(self.text.strip()), "a note has words")
        require(len(set(self.mentions)) == len(self.mentions), "a colleague is named once")
        require(self.by not in self.mentions, "nobody names themselves")
        require((self.resolved_at is None) == (self.resolved_by is None), "done is done by somebody")


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody was named in a note: which one, by whom and when. Not a word of it."""

    note_id: str
    story_id: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Presence:
    """A user has this part of a story open; `seen_at` is their last sign of life."""

    user_id: str
    part: str
    seen_at: datetime
