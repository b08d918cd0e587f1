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
from desk import (
    clipmaking,
    demo,
    exporting,
    fetching,
    finals,
    hearing,
    indexing,
    joining,
    models,
    queue,
    redacting,
    relearning,
    retention,
    speaking,
    teaching,
    translating,
)
from desk.hearing import FIRST, SECOND, Plan
from desk.tagging import retagged
from desk.versions import MACHINE, new_version
from desk.working import FINAL, ask_for_final, ask_for_work
from stories import clock, executors, jobs, supervisor
from stories.consent import Purpose, may_use
from stories.errors import VertelpuntError
from stories.jobs import Run
from stories.model import Story, StoryKind
from stories.quietlogs import keep_quiet
from stories.settings import Settings
from stories.stages import STOPPED, Stage, State
from stories.store import Store, migrate
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
    if _is_a_draft(store, story_id):
        ask_for_final(store, story_id)


def _is_a_draft(store: Store, story_id: str) -> bool:
    """Whether the better model has not heard (all of) this recording, and may."""
    with store.read() as books:
        story = books.story(story_id)
        if story.stage is not Stage.TAGGED or story.state in STOPPED or not books.has(story_id, Kind.FINAL):
            return False
        return finals.read(books, story_id).until_ms < books.recording(story_id).duration_ms


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
        story = hearing.still_ours(books, story_id)
        if story.stage is not old:
            return
        state = story.state
        if new is Stage.ANONYMISED:
            confirmed = [t for t in books.version(story_id).themes if t.confirmed] if story.version else ()
            story, _ = new_version(books, story, by=MACHINE, themes=confirmed)
        if new is Stage.TAGGED:
            version = books.version(story_id)
            books.save_themes(story_id, version.number, retagged(books, version))
            state = State.IN_REDACTIE
        books.save(story.moved(stage=new, state=state), expected=story.row_version)
        books.audit(MACHINE, f"stage_{new}", story_id=story_id)


def _transcribe(store: Store, settings: Settings, story: Story, run: Run) -> None:
    """Sound to text, chunk by chunk; a continuation is heard from where the transcript ends."""
    heard_ms = _heard_ms(store, story.id)
    again = f"-{heard_ms}" if heard_ms else ""
    load = functools.partial(_engine, store, settings)
    plan = hearing.hear(store, settings, story, run, load, FIRST, hearing.first_model(story, settings), heard_ms)
    run.step(f"assemble{again}", lambda: _assemble(store, settings, story.id, plan))


def _has_parts(store: Store, story_id: str) -> bool:
    with store.read() as books:
        return bool(books.parts(story_id))


def _heard_ms(store: Store, story_id: str) -> int:
    """How much of the recording was transcribed before the teller told more; 0 the first time."""
    with store.read() as books:
        return books.transcript(story_id).duration_ms if books.has(story_id, Kind.TRANSCRIPT) else 0


def _assemble(store: Store, settings: Settings, story_id: str, plan: Plan) -> None:
    with store.write() as books:
        story = hearing.still_ours(books, story_id)
        if story.stage is not Stage.CAPTURED:
            return
        parts = hearing.segments(books, story_id, FIRST, plan)
        duration_ms = books.recording(story_id).duration_ms
        heard_ms = 0
        if books.has(story_id, Kind.TRANSCRIPT):
            before = books.transcript(story_id)
            heard_ms = before.duration_ms
            parts.append(before.segments)
        if not story.is_example:
            best = plan.model == settings.model
            finals.heard_first(books, story_id, from_ms=heard_ms, until_ms=duration_ms, best=best)
        name = _load(settings, plan.model, story.is_example).name
        transcript = transcription.assemble(duration_ms, name, plan.language, parts)
        books.keep_transcript(story_id, joining.with_typed(transcript, books.typed(story_id)))
        hearing.forget(books, story_id, FIRST)
        books.save(story.moved(stage=Stage.TRANSCRIBED), expected=story.row_version)
        books.audit(MACHINE, "stage_transcribed", story_id=story_id, detail=_made_by(plan, name, settings))


def _made_by(plan: Plan, name: str, settings: Settings) -> str:
    """Which model made a transcript, for the audit: codes only."""
    ours = settings.engine == "faster-whisper"
    info = transcription.local_model(plan.model, settings, allow_example=True) if ours else None
    weights = transcription.fingerprint(info) if info else "?"
    return f"chunks={len(plan.chunks)} sha256={weights} model={name}".encode("ascii", "replace").decode()[:150]


def final(store: Store, settings: Settings, story_id: str, run: Run) -> None:
    """The second pass over a recording, when nothing shorter waits: the job that `process` enqueues after a draft.

    What the teller tells meanwhile, or an editor writes, is safe: only what nobody touched is replaced.
    """
    with store.read() as books:
        story = books.story(story_id)
        verdict = may_use(books.consent(story_id), Purpose.VERWERKEN, on=_today())
        if story.state in STOPPED or not verdict or not books.has(story_id, Kind.TRANSCRIPT):
            return
        from_ms, until_ms = finals.read(books, story_id).until_ms, books.recording(story_id).duration_ms
    if from_ms >= until_ms:
        return
    load = functools.partial(_engine, store, settings)
    plan = hearing.hear(store, settings, story, run, load, SECOND, settings.model, from_ms)
    run.step(f"final-merge-{from_ms}", lambda: _take_in(store, settings, story_id, plan, from_ms, until_ms))
    ask_for_work(store, story_id)  # names are looked for in the new text; nothing to do is fine


def _take_in(store: Store, settings: Settings, story_id: str, plan: Plan, from_ms: int, until_ms: int) -> None:
    with store.write() as books:
        story = hearing.still_ours(books, story_id)
        if finals.read(books, story_id).until_ms >= until_ms:
            return
        name = _load(settings, plan.model, story.is_example).name
        parts = hearing.segments(books, story_id, SECOND, plan)
        heard = transcription.assemble(until_ms, name, plan.language, parts)
        finals.take_in(books, story, heard, from_ms=from_ms, made_by=_made_by(plan, name, settings))
        hearing.forget(books, story_id, SECOND)


def _engine(store: Store, settings: Settings, model: str, allow_example: bool) -> Engine:
    """The speech model, loaded. One that is not here is fetched by a job of its own: NotReady says so meanwhile."""
    if not allow_example:
        fetching.need(store, settings, model)
    return _load(settings, model, allow_example)


@functools.lru_cache(maxsize=2)  # a model is large and holds no words of anybody
def _load(settings: Settings, model: str, allow_example: bool) -> Engine:
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
    work = jobs.Jobs(settings, _functions(store, settings), store=store)
    supervisor.worker_main(work)


def _functions(store: Store, settings: Settings) -> dict[str, jobs.JobFunction]:
    return {
        "process": functools.partial(process, store, settings),
        FINAL: functools.partial(final, store, settings),
        fetching.JOB: functools.partial(fetching.work, store, settings),
        translating.JOB: functools.partial(_translate, store, settings),
        exporting.JOB: functools.partial(exporting.work, store, settings),
        redacting.JOB: functools.partial(_redact, store, settings),
        clipmaking.JOB: functools.partial(clipmaking.work, store, settings),
        **{
            speaking.job_of(voices): functools.partial(speaking.work, store, settings, voices)
            for voices in range(2, speaking.MOST + 1)
        },
    }


def _translate(store: Store, settings: Settings, story_id: str, run: Run) -> None:
    with store.read() as books:
        story = books.story(story_id)
    if story.state not in STOPPED:
        translating.work(store, settings, functools.partial(_engine, store, settings), story, settings.model, run)


def _redact(store: Store, settings: Settings, story_id: str, run: Run) -> None:
    redacting.work(store, settings, story_id, run, functools.partial(_engine, store, settings))


def _housekeeping(store: Store) -> None:
    """At the start and every hour: carry out every term that the notice promises, and count for the queue."""
    while True:
        try:
            retention.tidy(store)
            exporting.tidy(store)
            queue.count_again(store)
            relearning.tidy(store)
            teaching.tidy(store)
            indexing.tidy(store)
        except VertelpuntError as error:
            logger.error("housekeeping waits: %s", error.code)
        time.sleep(HOUSEKEEPING_S)


def run_demo(out: Path) -> int:
    """A fresh installation in a temporary folder, all examples through the real stages, the bundle in `out`."""

    def work(settings: Settings, store: Store, after_stage: AfterStage) -> None:
        told = functools.partial(process, store, settings, after_stage=after_stage)
        jobs.Jobs(settings, _functions(store, settings) | {"process": told}).work_until_idle()

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
                "models": [{"use": s.use, "name": s.name, "status": s.status} for s in models.standings(settings)],
                "worker_seen_at": alive.isoformat() if alive else None,
            },
            indent=1,
        )
    )
    return 0


def retrain_themes(store: Store, *, accept: bool = False, shipped: bool = False) -> int:
    """Learn the weights of themes anew and print what gets better or worse; or say which weights count."""
    if accept:
        print(say("themes.accepted", number=relearning.accept(store)))
    elif shipped:
        relearning.use_shipped(store)
        print(say("themes.shipped"))
    else:
        print(relearning.retrain(store).text)
    return 0


def reindex(store: Store) -> int:
    """Make the index of search anew and print how many stories can be found."""
    print(say("search.reindexed", count=indexing.rebuild(store)))
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m pipeline")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("worker", help=say("pipeline.help_worker"))
    commands.add_parser("status", help=say("pipeline.help_status"))
    commands.add_parser("reindex", help=say("search.help_reindex"))
    themes = commands.add_parser("retrain-themes", help=say("themes.help_retrain"))
    choice = themes.add_mutually_exclusive_group()
    choice.add_argument("--accept", action="store_true", help=say("themes.help_accept"))
    choice.add_argument("--shipped", action="store_true", help=say("themes.help_shipped"))
    commands.add_parser("demo", help=say("pipeline.help_demo")).add_argument("out_dir", type=Path)
    arguments = parser.parse_args(argv)
    try:
        if arguments.command == "demo":
            return run_demo(arguments.out_dir)
        settings = Settings()
        migrate(settings)
        if arguments.command == "retrain-themes":
            return retrain_themes(Store.open(settings), accept=arguments.accept, shipped=arguments.shipped)
        if arguments.command == "reindex":
            return reindex(Store.open(settings))
        return worker(settings) if arguments.command == "worker" else status(settings)
    except VertelpuntError as error:
        print(error.message, file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main())
