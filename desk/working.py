"""Asking the machine for work, when consent allows it."""

from __future__ import annotations

from stories import clock, jobs
from stories.consent import Purpose, may_use
from stories.model import StoryKind
from stories.stages import STOPPED, State
from stories.store import Store
from stories.vault import Kind

FINAL = "final"
"""The job that hears a recording again with the better model, once nothing shorter waits."""
LATER = 2**30
"""Added to the size of what can wait: every first pass goes before every second one."""


def ask_for_work(store: Store, story_id: str, *, after_s: float = 0) -> bool:
    """Enqueue the machine's work when consent allows it; else write down what the story waits for.

    `after_s`: begin that much later; each time somebody asks, the waiting begins anew.
    """
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
        jobs.enqueue(store, "process", story_id, size=size, after_s=after_s)
    return bool(verdict)


def ask_for_final(store: Store, story_id: str) -> None:
    """Have a recording heard again with the final model, when the machine is free."""
    with store.read() as books:
        size = books.recording(story_id).duration_ms
    jobs.enqueue(store, FINAL, story_id, size=LATER + size)
