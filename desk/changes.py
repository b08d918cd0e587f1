"""What others did to a story since somebody's screen was drawn: told when their save is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desk.reviewing import with_names
from stories.people import Act, User
from stories.store import Store
from stories.words import has, say

LOOKING = frozenset(
    {"original_opened", "note_written", "note_changed", "note_taken_back", "note_resolved", "transcript_exported"}
)
"""Actions that change nothing about a story: nobody's save is refused for them."""

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that somebody did, as a sentence without its subject: "bood het verhaal aan om vrij te geven"."""

    at: datetime
    name: str
    did: str
    by_self: bool  # in another tab, or on another machine


def did(action: str, detail: str) -> str:
    """What an audit line tells, behind the name of who did it; the first word of its detail may make it more exact."""
    exact = f"audit.{action}_{detail.partition(' ')[0]}"
    return say(exact if detail and has(exact) else f"audit.{action}")


def newest_line(store: Store, user: User, story_id: str) -> int:
    """The number of the newest audit line about a story: where `changes_since` begins. 0 when there is none."""
    user.require(Act.READ_STORY)
    with store.read() as books:
        lines = books.audit_trail(story_id=books.story(story_id).id, limit=1)
    return int(lines[0]["seq"]) if lines else 0


def changes_since(store: Store, user: User, story_id: str, line: int) -> tuple[Changed, ...]:
    """What was done after the audit line with this number, newest first; the same by the same person once."""
    user.require(Act.READ_STORY)
    with store.read() as books:
        lines = [one for one in books.audit_trail(story_id=books.story(story_id).id, limit=SHOWN) if one["seq"] > line]
        lines = [one for one in lines if one["action"] not in LOOKING]
        found = {
            (one["actor"], said): Changed(one["at"], one["name"], said, one["actor"] == user.id)
            for one in reversed(with_names(books, lines))
            if (said := did(one["action"], one["detail"]))
        }
    return tuple(sorted(found.values(), key=lambda one: one.at, reverse=True))
