"""Who speaks: a proposal of the machine, asked for by an editor, and an edit like any other once it is there."""

from __future__ import annotations

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

JOB = "speakers"
MOST = speakers.MOST_VOICES


def propose(store: Store, user: User, story_id: str, voices: int = 2) -> None:
    """Have the machine listen who speaks. Raises NotReady when the part for voices is not installed here."""
    user.require(Act.EDIT_TEXT)
    if not 2 <= voices <= MOST:
        raise InputRefused("speakers.how_many", most=MOST)
    speakers.require_installed()
    with store.read() as books:
        opened_story(books, story_id)
        size = books.recording(story_id).duration_ms
    jobs.enqueue(store, job_of(voices), story_id, size=size)


def job_of(voices: int) -> str:
    """A job knows a story's id and nothing else, so how many voices there are is part of its name."""
    return f"{JOB}-{voices}"


def is_listening(store: Store, user: User, story_id: str) -> bool:
    """Whether a proposal is being made."""
    user.require(Act.EDIT_TEXT)
    return any(job.name.startswith(JOB) and job.state in UNFINISHED for job in jobs.status(store, story_id))


def work(store: Store, settings: Settings, voices: int, story_id: str, run: Run) -> None:
    """The job. What an editor changed meanwhile stays: the proposal is made for the text as it is at the end."""

    def listen() -> None:
        with store.read() as books:
            still_ours(books, story_id)
            transcript = books.transcript(story_id)
        engine = speakers.load_voices(settings.cpu_threads)
        with open_sealed(store, story_id) as audio:
            proposal = speakers.propose(audio, transcript, engine, voices)
        made = speakers.as_change(transcript, proposal)
        transcripts.propose(store, MACHINE, story_id, made, "speakers_proposed")

    run.step("speakers", listen)
