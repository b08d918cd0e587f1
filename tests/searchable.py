"""Stories that people checked, so that they can be found: for the tests of search."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from builders import MOMENT, a_consent, a_story, a_version

from desk import indexing
from stories.consent import ConsentEvent
from stories.model import Approval, Story, Theme
from stories.stages import SEARCHABLE, Stage, State
from stories.store import Store
from stories.use import RELEASED


def told(
    store: Store,
    words: str,
    *,
    state: State = State.VRIJGEGEVEN,
    themes: tuple[str, ...] = (),
    hours: int = 0,
    consent: Callable[[Story], Iterable[ConsentEvent]] = a_consent,
    **changes: Any,
) -> Story:
    """A story with this text, released for everything unless a test says otherwise, `hours` after the others."""
    story = a_story(stage=Stage.TAGGED, state=state, created_at=MOMENT + timedelta(hours=hours), **changes)
    version = a_version(story, words, themes=tuple(Theme(one, "redactie", confirmed=True) for one in themes))
    with store.write() as books:
        books.add_story(story)
        books.add_consent(*consent(story))
        books.add_version(version)
        books.add_approval(Approval(story.id, version.digest, "u-vrij", MOMENT, RELEASED))
        if state in SEARCHABLE:
            indexing.index(books, version)
        return books.story(story.id)
