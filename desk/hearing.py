"""Hearing a recording: the plan first, then every chunk as a durable step of its own, in one of two passes.

The first pass may use a quick model, so that editors can begin; the second the best one. A plan says which model and
which language, so that what goes on after a crash, or with other settings, goes on as it began.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import transcription
from desk import examples
from stories import clock
from stories.consent import Purpose
from stories.errors import Cancelled
from stories.jobs import Run
from stories.model import Segment, Story
from stories.sealed import open_sealed
from stories.settings import Settings
from stories.stages import STOPPED
from stories.store import Books, Store
from stories.vault import Kind
from transcription import Chunk, ModelStatus

if TYPE_CHECKING:
    from transcription import Engine

LoadEngine = Callable[[str, bool], "Engine"]
"""Name or folder of a model, and whether the practice model is allowed. Raises NotReady."""


@dataclass(frozen=True, slots=True)
class Pass:
    """Where a pass keeps its plan and chunks, and how its steps are called."""

    kind: Kind
    prefix: str = ""


FIRST = Pass(Kind.CHUNK)
SECOND = Pass(Kind.FINAL_CHUNK, "final-")


@dataclass(frozen=True, slots=True)
class Plan:
    model: str
    language: str
    chunks: tuple[Chunk, ...]

    @property
    def speech_ms(self) -> int:
        return sum(chunk.speech_ms for chunk in self.chunks)


def first_model(story: Story, settings: Settings) -> str:
    """The practice model for examples, and for nothing else; the draft model when it is here; else the final one."""
    if story.is_example:
        return str(examples.MODEL)
    draft = settings.draft_model
    is_here = draft and transcription.model_status(settings, draft) is ModelStatus.READY
    return draft if is_here else settings.model


def hear(
    store: Store, settings: Settings, story: Story, run: Run, load: LoadEngine, which: Pass, model: str, from_ms: int
) -> Plan:
    """Hear a recording after `from_ms`, chunk by chunk; what was heard is fetched with `segments`.

    Raises Cancelled when the story was stopped, ConsentRefused when consent went, NotReady without the model.
    """
    again = f"-{from_ms}" if from_ms else ""

    def make_plan() -> None:
        _plan(store, settings, story, load, which, model, from_ms)

    run.step(f"{which.prefix}plan{again}", make_plan)
    plan = _read_plan(store, story.id, which, settings)
    engine = load(plan.model, story.is_example)
    done = 0
    run.progress(done, plan.speech_ms)
    for number, chunk in enumerate(plan.chunks, start=1):
        run.check_cancelled()
        run.give_way()
        work = functools.partial(_hear_chunk, store, story.id, which, number, chunk, engine, plan.language)
        run.step(f"{which.prefix}chunk-{number}{again}", work)
        done += chunk.speech_ms
        run.progress(done, plan.speech_ms)
    return plan


def segments(books: Books, story_id: str, which: Pass, plan: Plan) -> list[tuple[Segment, ...]]:
    """What was heard, chunk by chunk."""
    numbers = range(1, len(plan.chunks) + 1)
    rows = (json.loads(books.fetch(story_id, which.kind, version=number)) for number in numbers)
    return [transcription.segments_from_json(row) for row in rows]


def forget(books: Books, story_id: str, which: Pass) -> None:
    """Plan and chunks have done their work."""
    for number in books.numbers(story_id, which.kind):
        books.discard(story_id, which.kind, version=number)


def still_ours(books: Books, story_id: str) -> Story:
    """The story, or Cancelled when it was stopped, or ConsentRefused when consent went meanwhile."""
    story = books.story(story_id)
    if story.state in STOPPED:
        raise Cancelled("pipeline.stopped")
    books.consent(story_id).require(Purpose.VERWERKEN, on=clock.today())
    return story


def chosen_language(books: Books, story_id: str) -> str | None:
    """The language that a person said the story is in, if anybody did."""
    return books.fetch(story_id, Kind.LANGUAGE).decode() if books.has(story_id, Kind.LANGUAGE) else None


def _plan(
    store: Store, settings: Settings, story: Story, load: LoadEngine, which: Pass, model: str, from_ms: int
) -> None:
    with store.read() as books:
        still_ours(books, story.id)
        is_new = books.recording(story.id).duration_ms > from_ms
        language = chosen_language(books, story.id)
        if language is None and books.has(story.id, Kind.TRANSCRIPT):
            language = books.transcript(story.id).language
    engine = load(model, story.is_example)  # before the work is planned: a model that is missing is said at once
    with open_sealed(store, story.id) as audio:
        chunks = transcription.plan(audio, settings, from_ms=from_ms) if is_new else ()
        if language in (None, transcription.UNDETERMINED):
            language = transcription.spoken_language(audio, chunks, engine, settings.language)
    data = {"model": model, "language": language, "chunks": transcription.chunks_to_json(chunks)}
    with store.write() as books:
        still_ours(books, story.id)
        forget(books, story.id, which)  # what an older plan left
        books.keep(story.id, which.kind, json.dumps(data).encode())


def _read_plan(store: Store, story_id: str, which: Pass, settings: Settings) -> Plan:
    with store.read() as books:
        data: Any = json.loads(books.fetch(story_id, which.kind))
    if isinstance(data, list):  # made by an older release, that had one model and one language
        data = {"model": settings.model, "language": settings.language, "chunks": data}
    return Plan(data["model"], data["language"], transcription.chunks_from_json(data["chunks"]))


def _hear_chunk(
    store: Store, story_id: str, which: Pass, number: int, chunk: Chunk, engine: Engine, language: str
) -> None:
    with store.read() as books:
        still_ours(books, story_id)
        if books.has(story_id, which.kind, version=number):
            return
    with open_sealed(store, story_id) as audio:
        heard = transcription.transcribe_chunk(audio, chunk, engine, language)
    with store.write() as books:
        still_ours(books, story_id)
        data = json.dumps(transcription.segments_to_json(heard)).encode()
        books.keep(story_id, which.kind, data, version=number)
