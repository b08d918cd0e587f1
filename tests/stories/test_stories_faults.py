"""Killed in the middle: an upload is either safely stored or not there at all, and memory stays flat."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from builders import a_story

from stories.errors import NotFound
from stories.store import Store, migrate
from stories.vault import Kind

ROOT = Path(__file__).resolve().parents[2]

UPLOAD = """
import io, resource, sys
from pathlib import Path
from stories.receipts import Hasher
from stories.settings import Settings
from stories.store import Store
from stories.vault import Kind

class Zeros(io.RawIOBase):
    def __init__(self, size):
        self.left = size
    def read(self, size=-1):
        taken = min(size, self.left)
        self.left -= taken
        return bytes(taken)

data, key, url, story_id, size = sys.argv[1:]
settings = Settings(_env_file=None, data_dir=Path(data), master_key_file=Path(key), database_url=url)
store = Store.open(settings, hasher=Hasher(time_cost=1, memory_kib=8, parallelism=1))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print("begin", flush=True)
with store.write() as books:
    books.keep(story_id, Kind.AUDIO, Zeros(int(size)))
print("stored", flush=True)
with store.read() as books:
    read = sum(len(chunk) for chunk in books.stream(story_id, Kind.AUDIO))
assert read == int(size)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, flush=True)
"""


def upload(store: Store, story_id: str, size: int) -> subprocess.Popen[str]:
    s = store.settings
    arguments = [str(s.data_dir), str(s.master_key), s.database_url, story_id, str(size)]
    return subprocess.Popen(
        [sys.executable, "-c", UPLOAD, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.slow
@pytest.mark.parametrize("moment", [0.0, 0.05, 0.2, 0.5])
def test_an_upload_killed_half_way_is_safely_stored_or_not_there(store: Store, moment: float) -> None:
    story, size = a_story(), 100_000_000
    with store.write() as books:
        books.add_story(story)
        books.keep(story.id, Kind.AUDIO, b"de vorige")
    running = upload(store, story.id, size)
    assert running.stdout is not None and running.stdout.readline() == "begin\n"
    time.sleep(moment)
    running.send_signal(signal.SIGKILL)
    told_stored = "stored" in running.communicate()[0]
    with store.read() as books:
        stored = books.size(story.id, Kind.AUDIO)
        whole = sum(len(chunk) for chunk in books.stream(story.id, Kind.AUDIO))
    assert stored == whole
    assert stored == size if told_stored else stored in (size, len(b"de vorige"))
    migrate(store.settings)
    store.sweep(older_than=timedelta(0))
    assert len(list((store.settings.data_dir / "media").iterdir())) == 1, "nothing half is left behind"


def test_memory_stays_flat_while_a_hundred_megabytes_go_in_and_out(sqlite_store: Store) -> None:
    story = a_story()
    with sqlite_store.write() as books:
        books.add_story(story)
    running = upload(sqlite_store, story.id, 100_000_000)
    out, err = running.communicate(timeout=120)
    assert running.returncode == 0, err
    assert int(out.split()[-1]) < 10, "megabytes"


def test_a_thread_that_reads_sees_one_moment(store: Store) -> None:
    story = a_story()
    with store.read() as books:
        with pytest.raises(NotFound):
            books.story(story.id)
        with store.write() as writing:
            writing.add_story(story)
        with pytest.raises(NotFound):
            books.story(story.id)
    with store.read() as books:
        assert books.story(story.id) == story
