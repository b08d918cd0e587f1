"""Who speaks: an editor says how many people there are, the machine proposes who says what, as an edit to look at.

A step of its own, later and optional: whatever becomes of it, the transcript stays. Voice prints live in the memory of
the worker while it compares them, and nowhere else.

    {speaking.job(count): functools.partial(speaking.work, store, settings, count) for count in speaking.COUNTS}
"""

from __future__ import annotations

import functools
import importlib.util
import time

from desk import transcripts
from desk.hearing import still_ours
from desk.opening import opened_story
from stories import jobs
from stories.errors import InputRefused, NotReady
from stories.jobs import Run
from stories.people import Act, User
from stories.sealed import open_sealed
from stories.settings import Settings
from stories.stages import State
from stories.store import Store
from transcription import speakers
from transcription.speakers import Voices

COUNTS = (2, 3, 4)
"""How many voices somebody can say there are. One needs no telling apart."""
LOOK_S = 2.0


def job(count: int) -> str:
    """The name of the job: a row has room for a story's id alone, so the count is in the name."""
    return f"speakers-{count}"


def can_propose() -> bool:
    """Is the extra `speakers` here? Loads nothing."""
    return importlib.util.find_spec("resemblyzer") is not None


def is_listening(store: Store, user: User, story_id: str) -> bool:
    """Whether a proposal is being made."""
    user.require(Act.EDIT_TEXT)
    names = {job(count) for count in COUNTS}
    return any(one.name in names and one.state in jobs.UNFINISHED for one in jobs.status(store, story_id))


def propose(store: Store, user: User, story_id: str, voices: int = 2) -> None:
    """Let the machine propose who speaks; it becomes an edit, which can be undone.

    Raises NotReady speakers.not_installed, InputRefused speakers.no_words or speakers.wrong_count, NotFound without a
    transcript, and Refused while the story is not at the desk.
    """
    user.require(Act.EDIT_TEXT)
    if voices not in COUNTS:
        raise InputRefused("speakers.wrong_count")
    with store.read() as books:
        opened_story(books, story_id)
        if not speakers.spans(books.transcript(story_id)):
            raise InputRefused("speakers.no_words")
        size = books.recording(story_id).duration_ms
    if not can_propose():
        raise NotReady("speakers.not_installed")
    with store.write() as books:
        books.audit(user.id, "speakers_asked", story_id=story_id, detail=f"voices={voices}")
    jobs.enqueue(store, job(voices), story_id, size=size)


@functools.lru_cache(maxsize=1)  # a model is no print of anybody's voice
def load_voices(threads: int) -> Voices:
    return speakers.load_voices(threads)


def work(store: Store, settings: Settings, count: int, story_id: str, run: Run, voices: Voices | None = None) -> None:
    """The job. An edit meanwhile makes it begin anew (Moved); a story that left the desk stays as it is."""
    with store.read() as books:
        story = still_ours(books, story_id)
        if story.state is not State.IN_REDACTIE:
            return
        transcript = books.transcript(story_id)
    looked_at = 0.0

    def watch(done: int, total: int) -> None:
        nonlocal looked_at
        if time.monotonic() - looked_at >= LOOK_S or done == total:
            looked_at = time.monotonic()
            run.progress(done, total)
            run.check_cancelled()

    with open_sealed(store, story_id) as audio:
        proposal = speakers.propose(audio, transcript, voices or load_voices(settings.cpu_threads), count, watch)
    change = speakers.as_change(transcript, proposal)
    if change.before or change.after:  # else it says nothing new
        with store.read() as books:  # somebody may have listened meanwhile; an edit of these sentences is Moved
            row_version = books.story(story_id).row_version
        transcripts.change_by_machine(store, story_id, lambda _: change, expected=row_version)
