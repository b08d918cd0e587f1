"""Keeping checked texts findable: put in when an editor offers a version, taken out by the store itself when a story
leaves the states in which a person has checked it (`stories.books_search`), and put right every hour.
"""

from __future__ import annotations

from collections.abc import Iterable

import anonymise
from desk import tagging
from stories.model import StoryVersion
from stories.store import Books, Store

BATCH = 20
"""Stories per transaction while many are put in: nobody waits long for the database."""


def index(books: Books, version: StoryVersion) -> None:
    """Make a version findable. Raises ValueError unless a person checked it."""
    books.index(version, places(version.clean.text), tags_of(books, version), method=anonymise.SEARCH_METHOD)


def places(text: str) -> dict[str, list[int]]:
    """Every form by which a text is found, with the places of its words."""
    found: dict[str, list[int]] = {}
    for place, word in enumerate(anonymise.search_words(text)):
        for form in dict.fromkeys((*word.forms, *word.parts)):
            found.setdefault(form, []).append(place)
    return found


def tags_of(books: Books, version: StoryVersion) -> tuple[str, ...]:
    """What a person confirmed about a version, of the story and of its passages."""
    passages: Iterable[str] = (tag for row in tagging.kept(books, version.story_id, version.number) for tag in row.tags)
    return tuple(sorted({*(theme.id for theme in version.themes if theme.confirmed), *passages}))


def tidy(store: Store) -> int:
    """Put in what is missing and take out what may not be there; returns how many stories that was. May run twice."""
    with store.write() as books:
        changed = books.unindex_stale()
    while True:
        with store.write() as books:
            found = books.to_index(method=anonymise.SEARCH_METHOD, limit=BATCH)
            for story_id in found:
                index(books, books.version(story_id))
        changed += len(found)
        if len(found) < BATCH:
            return changed


def rebuild(store: Store) -> int:
    """Make the whole index anew; returns how many stories can be found."""
    with store.write() as books:
        books.unindex_all()
    return tidy(store)
