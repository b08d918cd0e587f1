"""Who speaks: a proposal of the machine, asked for by an editor, and an edit like any other once it is there."""

from __future__ import annotations

import time
from collections.abc import Callable

from desk import transcripts
from desk.hearing import still_ours
from desk.opening import opened_story
from desk.versions import MACHINE
from stories import jobs
from stories.errors import InputRefused
from stories.jobs import UNFINISHED, Run
from stories.people import Act, User
from stories.sealed import open_sealed
from stories.settings import Settings
from stories.store import Store
from transcription import speakers
from transcription.records import Watch
from transcription.speakers import Voices

JOB = "speakers"
MOST = speakers.MOST_VOICES
LOOK_S = 2.0
"""So often does the job tell how far it is, and look whether somebody stopped it."""


def propose(store: Store, user: User, story_id: str, voices: int = 2) -> None:
    """Have the machine listen who speaks.

    Raises NotReady when the part for voices is not installed here, InputRefused speakers.no_words or how_many, NotFound
    without a transcript, and Refused while the story is not at the desk.
    """
    user.require(Act.EDIT_TEXT)
    if not 2 <= voices <= MOST:
        raise InputRefused("speakers.how_many", most=MOST)
    speakers.require_installed()
    with store.write() as books:
        opened_story(books, story_id)
        if not speakers.spans(books.transcript(story_id)):
            raise InputRefused("speakers.no_words")
        size = books.recording(story_id).duration_ms
        books.audit(user.id, "speakers_asked", story_id=story_id, detail=f"voices={voices}")
    jobs.enqueue(store, job_of(voices), story_id, size=size)


def job_of(voices: int) -> str:
    """A job knows a story's id and nothing else, so how many voices there are is part of its name."""
    return f"{JOB}-{voices}"


def is_listening(store: Store, user: User, story_id: str) -> bool:
    """Whether a proposal is being made."""
    user.require(Act.EDIT_TEXT)
    return any(job.name.startswith(JOB) and job.state in UNFINISHED for job in jobs.status(store, story_id))


def work(
    store: Store,
    settings: Settings,
    voices: int,
    story_id: str,
    run: Run,
    load: Callable[[int], Voices] = speakers.load_voices,
) -> None:
    """The job. A sentence that an editor changed meanwhile makes it begin anew (Moved); words are never touched."""

    def listen() -> None:
        with store.read() as books:
            still_ours(books, story_id)
            transcript = books.transcript(story_id)
        engine = load(settings.cpu_threads)
        with open_sealed(store, story_id) as audio:
            proposal = speakers.propose(audio, transcript, engine, voices, _watch(run))
        made = speakers.as_change(transcript, proposal)
        if made.before or made.after:  # else it says nothing new
            transcripts.propose(store, MACHINE, story_id, made, "speakers_proposed")

    run.step("speakers", listen)


def _watch(run: Run) -> Watch:
    looked_at = 0.0

    def watch(done: int, total: int) -> None:
        nonlocal looked_at
        moment = time.monotonic()
        if moment - looked_at >= LOOK_S or done == total:
            looked_at = moment
            run.progress(done, total)
            run.check_cancelled()

    return watch
