"""What the queue counts with, worked out plainly from what is sealed: to compare its columns with."""

from __future__ import annotations

from sqlalchemy import select

from desk import listening, reviewing, secondreading
from desk.versions import findings_of
from stories import tables as t
from stories.stages import Stage, State
from stories.store import Books, Store
from stories.vault import Kind


def stale(store: Store) -> list[str]:
    """What is wrong with the columns of any story that the machine is done with."""
    with store.read() as books:
        at_rest = books.stories(states=[s for s in State if s is not State.GEWIST], stages=[Stage.TAGGED], limit=1000)
        return [f"{one.id}: {wrong}" for one in at_rest if one.version for wrong in _wrong(books, one.id)]


def _wrong(books: Books, story_id: str) -> list[str]:
    story, version = books.story(story_id), books.version(story_id)
    kept = books._tx.one(select(t.story).where(t.story.c.id == story_id))
    true = {
        "themes_done": any(theme.confirmed for theme in version.themes),
    }
    if story.state is State.TER_VRIJGAVE:  # elsewhere nobody asks
        true["read_through"] = secondreading.is_read(books, story, version)
    if books.has(story_id, Kind.FINDINGS):  # not of a version that a test wrote by itself
        true |= {
            "names_left": len(reviewing.undecided(*findings_of(books, story_id))),
            "heard": listening.heard_all(books, story, version),
        }
    tags = {
        row.mark: row.confirmed for row in books._tx.rows(select(t.story_tag).where(t.story_tag.c.story_id == story_id))
    }
    wrong = [f"{name} is {value}" for name, value in true.items() if getattr(kept, name) != value]
    if tags != {books.queue.tag_mark(theme.id): theme.confirmed for theme in version.themes}:
        wrong.append("tags")
    return wrong
