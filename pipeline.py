"""How a story moves: what the machine does at each stage, and the worker's commands.

    captured --transcribe--> transcribed --anonymise--> anonymised --tag--> tagged      (then a person decides)

`process` is the one job. It may run twice and be killed at any moment: it goes on at the step it was in, and
every step asks consent again. Commands: `python -m pipeline worker | demo OUT_DIR | status`.
"""

from __future__ import annotations

import argparse
import functools
import json
import logging
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import transcription
from desk import demo, examples, joining, retention
from desk.versions import MACHINE, machine_themes, new_version
from stories import clock, executors, jobs, supervisor
from stories.consent import Purpose, may_use
from stories.errors import Cancelled, VertelpuntError
from stories.jobs import Run
from stories.model import Story, StoryKind
from stories.quietlogs import keep_quiet
from stories.sealed import open_sealed
from stories.settings import Settings
from stories.stages import STOPPED, Stage, State
from stories.store import Books, Store, migrate
from stories.vault import Kind
from stories.words import say

if TYPE_CHECKING:
    from transcription import Engine

AfterStage = Callable[[str, Stage], None]
"""Told when a story reached a stage; the demo uses it to withdraw a story half-way."""


HOUSEKEEPING_S = 3600

logger = logging.getLogger(__name__)


def process(store: Store, settings: Settings, story_id: str, run: Run, after_stage: AfterStage | None = None) -> None:
    """Take one story as far as the machine may: the job that `desk.telling.ask_for_work` enqueues."""
    while (story := _next_to_do(store, story_id)) is not None:
        run.check_cancelled()
        advance(store, settings, story, run)
        if after_stage:
            after_stage(story_id, _stage_of(store, story_id))


def advance(store: Store, settings: Settings, story: Story, run: Run) -> None:
    """One stage further. Each branch is one or more durable steps that may run twice."""
    again = f"-{story.version}" if story.version else ""  # a step is known by its name: another round, another name
    match story.stage:
        case Stage.CAPTURED if _has_parts(store, story.id):
            joining.join(store, settings, story.id)  # in one transaction, so that it may run twice
        case Stage.CAPTURED if story.kind is StoryKind.AUDIO:
            _transcribe(store, settings, story, run)
        case Stage.CAPTURED:  # typed: what was written is the text
            run.step(f"typed{again}", lambda: _move(store, story.id, Stage.CAPTURED, Stage.TRANSCRIBED))
        case Stage.TRANSCRIBED:
            run.step(f"anonymise{again}", lambda: _move(store, story.id, Stage.TRANSCRIBED, Stage.ANONYMISED))
        case Stage.ANONYMISED:
            run.step(f"tag{again}", lambda: _move(store, story.id, Stage.ANONYMISED, Stage.TAGGED))
        case Stage.TAGGED:  # from here on a person decides
            return


def _next_to_do(store: Store, story_id: str) -> Story | None:
    """The story when the machine has work on it now; else None, with what it waits for written down."""
    with store.write() as books:
        story = books.story(story_id)
        if story.state in STOPPED or story.stage is Stage.TAGGED:
            return None
        verdict = may_use(books.consent(story_id), Purpose.VERWERKEN, on=_today())
        if story.waiting_for != verdict.code:
            story = books.save(story.moved(waiting_for=verdict.code), expected=story.row_version)
        return story if verdict else None


def _move(store: Store, story_id: str, old: Stage, new: Stage) -> None:
    """Do the work of one stage and move the story, in one transaction. Does nothing when it was done before."""
    with store.write() as books:
        story = _still_ours(books, story_id)
        if story.stage is not old:
            return
        state = story.state
        if new is Stage.ANONYMISED:
            story, _ = new_version(books, story, by=MACHINE, themes=())
        if new is Stage.TAGGED:
            version = books.version(story_id)
            books.save_themes(story_id, version.number, machine_themes(books, story_id, version.clean.text))
            state = State.IN_REDACTIE
        books.save(story.moved(stage=new, state=state), expected=story.row_version)
        books.audit(MACHINE, f"stage_{new}", story_id=story_id)


def _transcribe(store: Store, settings: Settings, story: Story, run: Run) -> None:
    """Sound to text in chunks: the plan first, then every chunk as a step of its own, then the whole."""
    heard_ms = _heard_ms(store, story.id)
    again = f"-{heard_ms}" if heard_ms else ""
    run.step(f"plan{again}", lambda: _plan(store, settings, story.id, heard_ms))
    with store.read() as books:
        chunks = transcription.chunks_from_json(json.loads(books.fetch(story.id, Kind.CHUNK)))
    engine = engine_for(*_model_of(story, settings), settings)
    with open_sealed(store, story.id) as audio:
        language = transcription.spoken_language(audio, chunks, engine, settings.language)
    total = sum(chunk.end_ms - chunk.start_ms for chunk in chunks)
    done = 0
    for number, chunk in enumerate(chunks, start=1):
        run.check_cancelled()
        work = functools.partial(_transcribe_chunk, store, story.id, number, chunk, engine, language)
        run.step(f"chunk-{number}{again}", work)
        done += chunk.end_ms - chunk.start_ms
        run.progress(done, total)
    run.step(f"assemble{again}", lambda: _assemble(store, story.id, engine.name, language, len(chunks)))


def _has_parts(store: Store, story_id: str) -> bool:
    with store.read() as books:
        return bool(books.parts(story_id))


def _heard_ms(store: Store, story_id: str) -> int:
    """How much of the recording was transcribed before the teller told more; 0 the first time."""
    with store.read() as books:
        return books.transcript(story_id).duration_ms if books.has(story_id, Kind.TRANSCRIPT) else 0


def _plan(store: Store, settings: Settings, story_id: str, heard_ms: int) -> None:
    with store.read() as books:
        _still_ours(books, story_id)
        is_new = books.recording(story_id).duration_ms > heard_ms
    with open_sealed(store, story_id) as audio:
        chunks = transcription.plan(audio, settings, from_ms=heard_ms) if is_new else ()
    with store.write() as books:
        books.keep(story_id, Kind.CHUNK, json.dumps(transcription.chunks_to_json(chunks)).encode())


def _transcribe_chunk(
    store: Store, story_id: str, number: int, chunk: transcription.Chunk, engine: Engine, language: str
) -> None:
    with store.read() as books:
        _still_ours(books, story_id)
        if books.has(story_id, Kind.CHUNK, version=number):
            return
    with open_sealed(store, story_id) as audio:
        segments = transcription.transcribe_chunk(audio, chunk, engine, language)
    with store.write() as books:
        _still_ours(books, story_id)
        data = json.dumps(transcription.segments_to_json(segments)).encode()
        books.keep(story_id, Kind.CHUNK, data, version=number)


def _assemble(store: Store, story_id: str, model: str, language: str, count: int) -> None:
    with store.write() as books:
        story = _still_ours(books, story_id)
        if story.stage is not Stage.CAPTURED:
            return
        parts = [
            transcription.segments_from_json(json.loads(books.fetch(story_id, Kind.CHUNK, version=number)))
            for number in range(1, count + 1)
        ]
        duration_ms = books.recording(story_id).duration_ms
        if books.has(story_id, Kind.TRANSCRIPT):
            parts.append(books.transcript(story_id).segments)
        transcript = transcription.assemble(duration_ms, model, language, parts)
        books.keep_transcript(story_id, joining.with_typed(transcript, books.typed(story_id)))
        for number in range(count + 1):
            books.discard(story_id, Kind.CHUNK, version=number)
        books.save(story.moved(stage=Stage.TRANSCRIBED), expected=story.row_version)
        books.audit(MACHINE, "stage_transcribed", story_id=story_id, detail=f"chunks={count}")


def _still_ours(books: Books, story_id: str) -> Story:
    """The story, or Cancelled when it was stopped, or ConsentRefused when consent went meanwhile."""
    story = books.story(story_id)
    if story.state in STOPPED:
        raise Cancelled("pipeline.stopped")
    books.consent(story_id).require(Purpose.VERWERKEN, on=_today())
    return story


def _model_of(story: Story, settings: Settings) -> tuple[str, bool]:
    """Name or folder of the model, and whether the practice model is allowed: for examples alone."""
    return (str(examples.MODEL), True) if story.is_example else (settings.model, False)


@functools.lru_cache(maxsize=2)  # a model is large and holds no words of anybody
def engine_for(model: str, allow_example: bool, settings: Settings) -> Engine:
    """Load the speech model. Raises NotReady with an instruction; never another model instead."""
    return transcription.load_engine(model, settings, allow_example=allow_example)


def _stage_of(store: Store, story_id: str) -> Stage:
    with store.read() as books:
        return books.story(story_id).stage


def _today() -> date:
    return clock.today()


def worker(settings: Settings) -> NoReturn:
    """Work until stdin closes or the process is told to stop; the app's supervisor starts this."""
    keep_quiet()
    supervisor.lower_priority()
    store = Store.open(settings)
    threading.Thread(target=_housekeeping, args=(store,), name="housekeeping", daemon=True).start()
    work = jobs.Jobs(settings, {"process": functools.partial(process, store, settings)}, store=store)
    supervisor.worker_main(work)


def _housekeeping(store: Store) -> None:
    """Every hour: carry out every term that the notice promises."""
    while True:
        try:
            retention.tidy(store)
        except VertelpuntError as error:
            logger.error("housekeeping waits: %s", error.code)
        time.sleep(HOUSEKEEPING_S)


def run_demo(out: Path) -> int:
    """A fresh installation in a temporary folder, all examples through the real stages, the bundle in `out`."""

    def work(settings: Settings, store: Store, after_stage: AfterStage) -> None:
        function = functools.partial(process, store, settings, after_stage=after_stage)
        jobs.Jobs(settings, {"process": function}).work_until_idle()

    return demo.run(out, work)


def status(settings: Settings) -> int:
    """Print, as JSON, how many stories there are per stage and state, and which model is ready."""
    store = Store.open(settings)
    counts: dict[str, int] = {}
    with store.read() as books:
        for story in books.stories(limit=100_000):
            key = f"{story.stage}/{story.state}"
            counts[key] = counts.get(key, 0) + 1
    alive = executors.alive(store)
    print(
        json.dumps(
            {
                "stories": counts,
                "model": {"name": settings.model, "status": str(transcription.model_status(settings))},
                "worker_seen_at": alive.isoformat() if alive else None,
            },
            indent=1,
        )
    )
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m pipeline")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("worker", help=say("pipeline.help_worker"))
    commands.add_parser("status", help=say("pipeline.help_status"))
    commands.add_parser("demo", help=say("pipeline.help_demo")).add_argument("out_dir", type=Path)
    arguments = parser.parse_args(argv)
    try:
        if arguments.command == "demo":
            return run_demo(arguments.out_dir)
        settings = Settings()
        migrate(settings)
        return worker(settings) if arguments.command == "worker" else status(settings)
    except VertelpuntError as error:
        print(error.message, file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main())
