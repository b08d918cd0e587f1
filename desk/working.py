"""Asking the machine for work, when consent allows it."""

from __future__ import annotations

from stories import clock, jobs
from stories.consent import Purpose, may_use
from stories.model import StoryKind
from stories.stages import STOPPED, State
from stories.store import Store
from stories.vault import Kind


def ask_for_work(store: Store, story_id: str) -> bool:
    """Enqueue the machine's work when consent allows it; else write down what the story waits for."""
    today = clock.today()
    with store.write() as books:
        story = books.story(story_id)
        if story.state in STOPPED or story.state is State.CONCEPT:
            return False
        verdict = may_use(books.consent(story_id), Purpose.VERWERKEN, on=today)
        if story.waiting_for != verdict.code:
            books.save(story.moved(waiting_for=verdict.code), expected=story.row_version)
        size = sum(part.duration_ms or 0 for part in books.parts(story_id))
        if story.kind is StoryKind.AUDIO and books.has(story_id, Kind.AUDIO):
            size += books.recording(story_id).duration_ms
    if verdict:
        jobs.enqueue(store, "process", story_id, size=size)
    return bool(verdict)
