"""Speech models as work of the computer: fetching one, or taking over a folder, takes minutes and is a job like others.

    ask(store, settings, "small", by=user.id)              # a row; a worker does it
    need(store, settings, "large-v2")                      # from a job: is it here? else it is asked for, and we wait
    {"model": functools.partial(fetching.work, store, settings)}

A job knows only `model:<name>`, where other jobs have the id of a story. Which folder was meant stands in a small file
on the shelf until the work is over: a folder is of one computer, and so is the shelf.
"""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import transcription
from desk.versions import MACHINE
from stories import jobs
from stories.errors import Cancelled, InputRefused, NotReady, Refused
from stories.jobs import JobStatus, Run
from stories.settings import Settings
from stories.store import Store
from transcription import shelf, taking
from transcription.fetching import fetch
from transcription.library import known, one_name
from transcription.models import shelf_of
from transcription.records import Record, Watch

JOB = "model"
SUBJECT = "model:"
LOOK_S = 2.0
"""So often does long work tell how far it is, and look whether somebody stopped it or a story waits."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asked for: a folder to take over, or with an empty folder a fetch by name."""

    by: str
    folder: str = ""
    sha256: str = ""


def ask(store: Store, settings: Settings, name: str, wish: Wish) -> str:
    """Let a worker do it; returns the job's id. A fetch lets stories go first; a folder is there in a minute."""
    path = _wish(settings, name)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(wish)), encoding="utf-8")
        path.chmod(0o600)
    except OSError as error:
        raise NotReady("models.shelf_closed") from error
    return jobs.enqueue(store, JOB, SUBJECT + name, size=0 if wish.folder else jobs.HIGHEST)


def need(store: Store, settings: Settings, name: str) -> None:
    """For a job that cannot do without a model: nothing when it is here; else it is asked for, and NotReady raised.

    Raises NotReady models.is_fetched (it is on its way; the job is tried again by itself), or what is wrong with it.
    """
    if settings.engine == "openai-whisper":  # that program fetches its own, when it is loaded
        return
    if transcription.local_model(name, settings) is None:
        jobs.enqueue(store, JOB, SUBJECT + one_name(name), size=jobs.HIGHEST)
        raise NotReady("models.is_fetched", model=name)


def status(store: Store, name: str) -> JobStatus | None:
    """The newest job about a model."""
    return next(iter(jobs.status(store, SUBJECT + name)), None)


def stop(store: Store, settings: Settings, name: str) -> None:
    """Stop it, and throw away what arrived. A job that runs does so itself, within seconds."""
    jobs.cancel(store, SUBJECT + name)
    found = status(store, name)
    if found is None or found.state is not jobs.JobState.RUNNING:
        _wish(settings, name).unlink(missing_ok=True)
        with contextlib.suppress(NotReady):  # another model is being placed; the next removal takes it along
            shelf.drop_unfinished(settings, name)


def work(store: Store, settings: Settings, subject: str, run: Run) -> None:
    """The job. It may be killed and run again: a fetch goes on where it was, an import begins anew."""
    name = shelf.require_name(subject.removeprefix(SUBJECT))
    wish = _read(settings, name)
    try:
        if name not in shelf.names(settings):
            record = _placed(settings, name, wish, run)
            _note(store, record)
    except Cancelled:
        _wish(settings, name).unlink(missing_ok=True)
        shelf.drop_unfinished(settings, name)
        raise
    except NotReady as error:
        if error.key != "models.hub_sum_wrong":  # what is missing may come: tried again every minute
            raise
        _wish(settings, name).unlink(missing_ok=True)
        raise InputRefused(error.key, model=name) from error
    except Refused:
        _wish(settings, name).unlink(missing_ok=True)
        raise
    _wish(settings, name).unlink(missing_ok=True)


def _placed(settings: Settings, name: str, wish: Wish | None, run: Run) -> Record:
    if wish is not None and wish.folder:
        what = taking.look(settings, wish.folder, name, wish.sha256)
        return taking.take_in(settings, what, by=wish.by, watch=_watch(run, gives_way=False))
    if known(name) is None:
        raise InputRefused("models.wish_gone")
    by = wish.by if wish else ""
    return fetch(settings, name, by=by, afresh=wish is not None, watch=_watch(run, gives_way=True))


def _watch(run: Run, *, gives_way: bool) -> Watch:
    looked_at = 0.0

    def watch(done: int, total: int) -> None:
        nonlocal looked_at
        moment = time.monotonic()
        if moment - looked_at < LOOK_S and done < total:
            return
        looked_at = moment
        run.progress(done, total)
        run.check_cancelled()
        if gives_way:
            run.give_way()

    return watch


def _note(store: Store, record: Record) -> None:
    how = f"sha256={record.sha256[:12]} bytes={record.size} checked={record.checked}"
    action = "model_fetched" if record.source.startswith("hub:") else "model_taken_in"
    with store.write() as books:
        books.audit(record.by or MACHINE, action, subject=record.name, detail=how)


def _wish(settings: Settings, name: str) -> Path:
    return shelf_of(settings) / f".wens-{shelf.require_name(name)}.json"


def _read(settings: Settings, name: str) -> Wish | None:
    try:
        return Wish(**json.loads(_wish(settings, name).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
