"""What the queue must know of a story and cannot read, because it lies sealed: counted anew with every version."""

from __future__ import annotations

from collections.abc import Sequence

from anonymise import Decision
from desk import listening, places, secondreading
from stories.model import Finding, Story, StoryVersion
from stories.store import Books


def note(
    books: Books, story: Story, version: StoryVersion, findings: Sequence[Finding], decisions: Sequence[Decision]
) -> None:
    """Keep beside the story's row how many places of its newest version nobody decided about, and whether all it was
    made from was heard, and it was read through."""
    books.queue.note(
        story.id,
        names_left=len(places.undecided(places.places(findings, decisions))),
        heard=listening.heard_all(books, story, version),
        read_through=secondreading.is_read(books, story, version),
    )
