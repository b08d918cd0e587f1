"""A story with sound and a transcript, as it lies at the editors'. What its sound says is of no matter."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from builders import a_consent, a_recording, a_story, a_transcript
from plainrun import PlainRun

import pipeline
from stories.model import Story, StoryKind
from stories.stages import Stage, State
from stories.store import Store

SENTENCES = ("Mijn zus Sanne mocht niet mee.", "Er was geen geld voor de bus.", "Toen zei zij dat ze ziek was.")


def told(store: Store) -> Story:
    """Handed in with six seconds of sound, and not transcribed yet."""
    story = a_story(kind=StoryKind.AUDIO, stage=Stage.TRANSCRIBED, state=State.INGEDIEND)
    with store.write() as books:
        books.add_story(story)
        books.add_consent(*a_consent(story))
        books.keep_recording(story.id, a_recording(b"flac", duration_ms=6000), BytesIO(b"flac"))
    return story


def written_out(store: Store, sentences: Sequence[str] = SENTENCES) -> Story:
    """The same with these sentences, two seconds each, after the machine looked through them."""
    story = told(store)
    with store.write() as books:
        books.keep_transcript(story.id, a_transcript(sentences))
    return machine(store, story)


def machine(store: Store, story: Story) -> Story:
    """Let the machine do what it has to do."""
    pipeline.process(store, store.settings, story.id, PlainRun())
    return now(store, story)


def now(store: Store, story: Story) -> Story:
    with store.read() as books:
        return books.story(story.id)
