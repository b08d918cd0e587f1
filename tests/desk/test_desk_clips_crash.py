"""kill -9 of a worker while it cuts and disguises clips, on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from cleared_sound import quote, released

from desk import clipmaking, clips
from stories import jobs
from stories.disguise import FLUISTER, VLAK
from stories.jobs import JobState
from stories.model import Voice
from stories.people import Role
from stories.store import Store

ROOT = Path(__file__).resolve().parents[2]
FORMS = ((Voice.PIEP, clips.PIEP), (Voice.VERVORMD, FLUISTER), (Voice.VERVORMD, VLAK))

WORKER = """
import sys
from functools import partial
from desk import clipmaking
from stories import jobs
from stories.settings import Settings
from stories.store import Store

settings, notes, point = Settings(_env_file=None), sys.argv[1], sys.argv[2]
store, make_one = Store.open(settings), clipmaking._make_one

def noted(store, settings, story_id, wish):
    with open(notes, "a") as file:
        file.write(wish.id + "\\n")
    make_one(store, settings, story_id, wish)

def halting(name, wait, real):
    calls = iter(range(99))
    def once(*given, **more):
        if next(calls) == wait:
            print("halfway", flush=True)
            sys.stdin.read()
        return real(*given, **more)
    setattr(clipmaking, name, once)

clipmaking._make_one = noted
if point:
    halting(point, 1, getattr(clipmaking, point))
jobs.Jobs(settings, {clipmaking.JOB: partial(clipmaking.work, store, settings)}, store=store).work_until_idle()
"""


def worker(store: Store, notes: Path, point: str) -> subprocess.Popen[str]:
    given = {
        "VERTELPUNT_DATA_DIR": str(store.settings.data_dir),
        "VERTELPUNT_MASTER_KEY_FILE": str(store.settings.master_key),
        "VERTELPUNT_DATABASE_URL": store.settings.database_url,
        "VERTELPUNT_MEDIA_URL": store.settings.media_url,
    }
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(notes), point],
        cwd=ROOT, env=os.environ | given, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("store", "point"),
    [
        ("sqlite", "digest_of_file"),  # the plain sound is there
        ("sqlite", "_settle"),  # kept, and not committed
        pytest.param("postgresql", "_settle", marks=pytest.mark.postgres),
    ],
    indirect=["store"],
)
def test_a_job_killed_in_its_second_clip_makes_that_one_again_and_no_other(
    store: Store, tmp_path: Path, point: str
) -> None:
    with store.write() as books:
        user = books.add_user("ed", "een lang wachtwoord", [Role.REDACTEUR])
    story = released(store)
    words, notes = quote(store, story), tmp_path / "notes"
    for voice, recipe in FORMS:
        clips.ask(store, user, words.id, voice, recipe)
    with worker(store, notes, point) as killed:
        assert killed.stdout is not None and killed.stdout.readline() == "halfway\n"
        os.kill(killed.pid, signal.SIGKILL)
    with store.read() as books:
        (first,) = books.clips.of_quotes([words.id])
        assert len(clipmaking.wishes(books, story.id)) == 2
    incoming = store.settings.data_dir / "incoming"
    assert list(incoming.iterdir()) == [], "plain sound has no name, so it went with the process"
    with worker(store, notes, "") as finishing:
        assert finishing.wait(120) == 0
    with store.read() as books:
        made = books.clips.of_quotes([words.id])
        assert clipmaking.wishes(books, story.id) == ()
    assert made[0] == first
    assert [(clip.voice, clip.recipe) for clip in made] == list(FORMS)
    assert Counter(notes.read_text().split()) == {clip.id: 1 + (clip == made[1]) for clip in made}
    (job,) = [one for one in jobs.status(store, story.id) if one.name == clipmaking.JOB]
    assert (job.state, job.done, job.total) == (JobState.DONE, 2, 2)
    assert list(incoming.iterdir()) == []
    assert store.sweep(older_than=timedelta()) == (point == "_settle"), "what was sealed in vain is found and deleted"
