"""Whisper's own English beside a story in another language: for an editor who does not read it, never instead of it."""

from __future__ import annotations

import json
from dataclasses import dataclass

import transcription
from desk.hearing import LoadEngine, still_ours
from desk.opening import opened_story
from desk.working import LATER
from stories import jobs
from stories.errors import Refused
from stories.jobs import UNFINISHED, Run
from stories.model import Story, StoryKind
from stories.people import Act, User
from stories.sealed import open_sealed
from stories.settings import Settings
from stories.store import Store
from stories.vault import Kind

JOB = "translate"


@dataclass(frozen=True, slots=True)
class English:
    """What there is: the lines, or that they are being made."""

    lines: tuple[str, ...] = ()
    is_coming: bool = False


def ask(store: Store, user: User, story_id: str) -> None:
    """Have the recording put into English beside its text. Refused for a story in Dutch or English."""
    user.require(Act.EDIT_TEXT)
    with store.read() as books:
        story = opened_story(books, story_id)
        if story.kind is not StoryKind.AUDIO or books.transcript(story_id).language in ("nl", "en"):
            raise Refused("desk.needs_no_english")
        if "turbo" in store.settings.model:  # it never learned to translate
            raise Refused("desk.model_knows_no_english")
        size = books.recording(story_id).duration_ms
    jobs.enqueue(store, JOB, story_id, size=LATER + size)


def english(store: Store, user: User, story_id: str) -> English:
    """The English lines, if somebody asked for them."""
    user.require(Act.OPEN_ORIGINAL)
    with store.read() as books:
        opened_story(books, story_id)
        if books.has(story_id, Kind.TRANSLATION):
            return English(tuple(json.loads(books.fetch(story_id, Kind.TRANSLATION))))
    return English(is_coming=any(job.name == JOB and job.state in UNFINISHED for job in jobs.status(store, story_id)))


def work(store: Store, settings: Settings, load: LoadEngine, story: Story, model: str, run: Run) -> None:
    """The job: chunk by chunk, each kept as it comes."""
    with store.read() as books:
        still_ours(books, story.id)
        language = books.transcript(story.id).language
    engine = load(model, story.is_example)
    with open_sealed(store, story.id) as audio:
        chunks = transcription.plan(audio, settings)

    def translate(number: int, chunk: transcription.Chunk) -> None:
        with open_sealed(store, story.id) as audio:
            heard = transcription.translate_chunk(audio, chunk, engine, language)
        with store.write() as books:
            still_ours(books, story.id)
            lines = [segment.said for segment in heard if segment.text]
            books.keep(story.id, Kind.TRANSLATION, json.dumps(lines).encode(), version=number)

    def join() -> None:
        with store.write() as books:
            still_ours(books, story.id)
            numbers = [number for number in books.numbers(story.id, Kind.TRANSLATION) if number]
            rows = [json.loads(books.fetch(story.id, Kind.TRANSLATION, version=number)) for number in numbers]
            for number in numbers:
                books.discard(story.id, Kind.TRANSLATION, version=number)
            books.keep(story.id, Kind.TRANSLATION, json.dumps([line for row in rows for line in row]).encode())

    for number, chunk in enumerate(chunks, start=1):
        run.check_cancelled()
        run.give_way()
        run.step(f"english-{number}", lambda number=number, chunk=chunk: translate(number, chunk))  # type: ignore[misc]
        run.progress(number, len(chunks))
    run.step("english-join", join)
