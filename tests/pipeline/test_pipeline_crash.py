"""kill -9 of a real worker in the middle of a real transcription, on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desk import examples, finals, receiving, telling, withdrawing
from stories.consent import Outcome, Party
from stories.jobs import JobState, status
from stories.model import AgeBand, Story, StoryKind, Teller, TellerRole, Transcript
from stories.stages import Stage, State
from stories.store import Store
from stories.vault import Kind

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
LONGEST = "hardop"  # the interview with two voices


@dataclass
class Works:
    """Workers on one installation, and what they noted."""

    store: Store
    notes: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def worker(self) -> subprocess.Popen[bytes]:
        settings = self.store.settings
        given = {
            "VERTELPUNT_DATA_DIR": str(settings.data_dir),
            "VERTELPUNT_MASTER_KEY_FILE": str(settings.master_key_file),
            "VERTELPUNT_DATABASE_URL": settings.database_url,
            "VERTELPUNT_MEDIA_URL": settings.media_url,
            "VERTELPUNT_MODEL": settings.model,
            "VERTELPUNT_DRAFT_MODEL": settings.draft_model,
            "NOTES": str(self.notes),
            "PYTHONPATH": str(ROOT),
        }
        script = Path(__file__).with_name("worker_that_notes.py")
        process = subprocess.Popen(
            [sys.executable, str(script)], cwd=ROOT, env=os.environ | given, stdin=subprocess.PIPE
        )
        self.workers.append(process)
        return process

    def noted(self) -> list[str]:
        return self.notes.read_text().splitlines() if self.notes.exists() else []

    def story(self, story: Story) -> Story:
        with self.store.read() as books:
            return books.story(story.id)

    def until(self, happened: Callable[[], bool], seconds: float = 600) -> None:
        end = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < end, f"waited {seconds} s; noted: {self.noted()}"
            time.sleep(0.05)


@pytest.fixture
def works(store: Store, tmp_path: Path) -> Iterator[Works]:
    made = Works(store, tmp_path / "notes")
    yield made
    for process in made.workers:
        process.kill()
        process.wait(10)


def told(works: Works) -> Story:
    example = next(e for e in examples.read_examples() if e.id == LONGEST)
    return examples.tell(works.store, works.store.settings, example)[0]


def finish(works: Works, story: Story) -> Transcript:
    works.worker()
    works.until(lambda: works.story(story).stage is Stage.TAGGED)
    with works.store.read() as books:
        return books.transcript(story.id)


def assert_no_finished_chunk_was_repeated(works: Works, *interrupted: int) -> None:
    """Each chunk began once, but for the one that was under way (one of `interrupted`): that one began twice."""
    lines = works.noted()
    begun = Counter(int(line.split()[1]) for line in lines if line.startswith("begin"))
    assert begun and set(begun) == set(range(len(begun)))
    repeated = {chunk: times for chunk, times in begun.items() if times > 1}
    assert len(repeated) <= 1 and set(repeated) <= set(interrupted) and set(repeated.values()) <= {2}, lines


def test_a_transcription_killed_in_a_chunk_goes_on_there(works: Works) -> None:
    story = told(works)
    first = works.worker()
    works.until(lambda: "begin 1" in works.noted())
    first.kill()
    first.wait(10)
    assert works.story(story).stage is Stage.CAPTURED
    transcript = finish(works, story)
    assert_no_finished_chunk_was_repeated(works, 1)
    assert transcript.segments and works.story(story).state is State.IN_REDACTIE
    (job,) = [job for job in status(works.store, story.id) if job.name == "process"]
    works.until(lambda: status(works.store, story.id)[0].state is JobState.DONE)
    assert job.total > 0


@pytest.mark.soak
@pytest.mark.parametrize("when", [f"{edge} {chunk}" for chunk in range(3) for edge in ("begin", "end")])
def test_killed_at_every_chunk_boundary_the_text_is_the_same(works: Works, when: str) -> None:
    whole = finish(works, told(works))
    works.workers[0].kill()
    works.notes.unlink()
    story = told(works)
    second = works.worker()
    works.until(lambda: when in works.noted())
    second.kill()
    second.wait(10)
    assert finish(works, story) == whole
    edge, chunk = when.split()
    # the signal comes a moment later: after "end" the chunk is being stored, or the next one has begun already
    under_way = (int(chunk),) if edge == "begin" else (int(chunk), int(chunk) + 1)
    assert_no_finished_chunk_was_repeated(works, *under_way)


def test_a_story_withdrawn_while_it_is_transcribed_stops(works: Works) -> None:
    story = told(works)
    works.worker()
    works.until(lambda: "begin 1" in works.noted())
    withdrawing.withdraw(works.store, story.id, Party.TELLER)
    over = (JobState.CANCELLED, JobState.DONE, JobState.FAILED)
    works.until(lambda: all(job.state in over for job in status(works.store, story.id)))
    assert works.story(story).state is State.INGETROKKEN
    assert works.story(story).stage is Stage.CAPTURED


def test_two_workers_share_the_work_and_no_chunk_is_heard_twice(works: Works) -> None:
    story = told(works)
    works.worker()
    transcript = finish(works, story)
    assert transcript.segments
    assert_no_finished_chunk_was_repeated(works)


def test_a_recording_that_is_gone_is_said_and_the_story_stays(works: Works) -> None:
    story = told(works)
    with works.store.read() as books:
        numbers = [part.number for part in books.parts(story.id)]
    for number in numbers:
        with works.store.write() as books:
            books.discard(story.id, Kind.PART_AUDIO, version=number)
    works.worker()
    over = (JobState.CANCELLED, JobState.FAILED)
    works.until(lambda: status(works.store, story.id)[0].state in over)  # three tries, half a minute apart
    assert status(works.store, story.id)[0].message == "stories.not_found"
    assert works.story(story).stage is Stage.CAPTURED


# two passes


@pytest.fixture
def two_models(works: Works, tmp_path: Path) -> Works:
    """A draft model and a final one: both are the practice model, as a test may have it."""
    for name in ("klein", "groot"):
        shutil.copytree(ROOT / "examples" / "model", tmp_path / name, ignore=shutil.ignore_patterns("NOT_A_REAL*"))
    changes = {"model": str(tmp_path / "groot"), "draft_model": str(tmp_path / "klein")}
    works.store.settings = works.store.settings.model_copy(update=changes)
    return works


def spoken(works: Works, name: str) -> Story:
    """A story of somebody, not an example: only these get a second pass."""
    yes = telling.answers(Teller(TellerRole.OUDER, AgeBand.ADULT), own=Outcome.JA)
    story = telling.begin(works.store, yes, kind=StoryKind.AUDIO)
    receiving.receive(works.store, works.store.settings, story.id, examples.FOLDER / "recordings" / name)
    telling.hand_in(works.store, story.id)
    return story


def final_text(works: Works, story: Story) -> Transcript:
    works.until(lambda: finals_of(works, story) and works.story(story).stage is Stage.TAGGED)
    with works.store.read() as books:
        return books.transcript(story.id)


def finals_of(works: Works, story: Story) -> int:
    with works.store.read() as books:
        return finals.read(books, story.id).until_ms


def killed_in_the_second_pass(works: Works, when: str) -> Transcript:
    story = spoken(works, "hardop.mp3")
    first = works.worker()
    works.until(lambda: when in works.noted())
    first.kill()
    first.wait(10)
    assert works.story(story).state is State.IN_REDACTIE, "editors have the draft meanwhile"
    works.worker()
    return final_text(works, story)


def test_a_second_pass_killed_in_a_chunk_goes_on_there(two_models: Works) -> None:
    transcript = killed_in_the_second_pass(two_models, "begin 1 groot")
    assert transcript.model == "groot" and transcript.segments
    begun = Counter(line for line in two_models.noted() if line.startswith("begin"))
    assert {line for line, times in begun.items() if times > 1} <= {"begin 1 groot"}


@pytest.mark.soak
@pytest.mark.parametrize("when", [f"{edge} {chunk} groot" for chunk in range(3) for edge in ("begin", "end")])
def test_killed_anywhere_in_the_second_pass_the_text_is_the_same(two_models: Works, when: str) -> None:
    transcript = killed_in_the_second_pass(two_models, when)
    begun = Counter(line for line in two_models.noted() if line.startswith("begin"))
    assert sum(times - 1 for times in begun.values()) <= 1
    two_models.workers[-1].kill()
    two_models.notes.unlink()
    story = spoken(two_models, "hardop.mp3")
    two_models.worker()
    assert final_text(two_models, story).segments == transcript.segments


def test_every_first_draft_comes_before_any_second_pass(two_models: Works) -> None:
    interview, child = spoken(two_models, "hardop.mp3"), spoken(two_models, "bushokje.flac")
    two_models.worker()
    two_models.until(lambda: bool(finals_of(two_models, interview) and finals_of(two_models, child)))
    models = [line.split()[2] for line in two_models.noted()]
    assert models == sorted(models, reverse=True), "klein before groot"
