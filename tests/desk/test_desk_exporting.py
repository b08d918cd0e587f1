"""A bundle with sound: made by a job that may be killed, and never after a no."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import av
import pytest
from cleared_sound import SENTENCE, quote, released
from plainrun import PlainRun

from desk import clipmaking, clips, cliptimes, exporting, lastwords, publishing, withdrawing
from desk.exporting import SUBJECT
from publish.subtitles import clock as clock_of
from stories import clock, jobs
from stories.consent import Party, Purpose
from stories.errors import Cancelled, GateRefused, NotFound, Refused
from stories.jobs import JobState
from stories.lastword import LastWord
from stories.model import BlockKind, Piece, PieceKind, Voice
from stories.people import Role
from stories.store import Store


class Studio:
    """A house with an editor, a releaser and a communications officer, and an episode that may leave."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.write() as books:
            self.editor = books.add_user("ed", "een lang wachtwoord", [Role.REDACTEUR])
            self.releaser = books.add_user("vrij", "een lang wachtwoord", [Role.VRIJGEVER])
            self.officer = books.add_user("com", "een lang wachtwoord", [Role.COMMUNICATIE])
        self.story = released(store)
        self.clip = self._clip()
        self.piece = self._piece()

    def _clip(self) -> str:
        self.quote = quote(self.store, self.story, SENTENCE)
        clips.ask(self.store, self.editor, self.quote.id, Voice.PIEP, clips.PIEP)
        clipmaking.work(self.store, self.store.settings, self.story.id, PlainRun())
        with self.store.read() as books:
            (clip,) = books.clips.of_quotes([self.quote.id])
        for user in (self.editor, self.releaser):
            clips.heard(self.store, user, clip.id, digest=clip.digest)
        return clip.id

    def _piece(self) -> Piece:
        store, editor = self.store, self.editor
        piece = publishing.compose(
            store, editor, [self.quote.id], kind=PieceKind.PODCAST, title="Zonder internet",
            publish_on=clock.today() + timedelta(days=3), voices={self.quote.id: Voice.PIEP},
        )  # fmt: skip
        blocks = [replace(b, clip_id=self.clip) if b.kind is BlockKind.CLIP else b for b in piece.blocks]
        piece = publishing.edit(
            store, editor, piece.id, title=piece.title, preheader=piece.preheader, publish_on=piece.publish_on,
            blocks=blocks, expected=piece.row_version,
        )  # fmt: skip
        piece = publishing.offer(store, editor, piece.id, expected=piece.row_version)
        lastwords.answer_product(store, self.story.id, piece.id, LastWord.AKKOORD, digest=piece.digest)
        return publishing.release(store, self.releaser, piece.id, expected=piece.row_version)

    def ask(self) -> None:
        assert exporting.ask(self.store, self.officer, self.piece.id) is None, "where people are heard, it is a job"

    def work(self, run: PlainRun | None = None) -> PlainRun:
        run = run or PlainRun()
        exporting.work(self.store, self.store.settings, SUBJECT + self.piece.id, run)
        return run

    def exports(self) -> list[str]:
        with self.store.read() as books:
            return [made.id for made in books.exports(self.piece.id)]

    def left(self) -> list[Path]:
        """What lies in the folder where things come in."""
        return sorted((self.store.settings.data_dir / "incoming").iterdir())


@pytest.fixture
def studio(sqlite_store: Store) -> Studio:
    return Studio(sqlite_store)


def test_an_episode_leaves_as_files_that_others_can_open(studio: Studio) -> None:
    studio.ask()
    run = studio.work()
    assert run.told[-1][0] <= run.told[-1][1], "somebody can see how far it is"
    (export,) = studio.exports()
    data, name = exporting.download(studio.store, studio.officer, export)
    assert name == f"vertelpunt-podcast-{studio.piece.publish_on}.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        assert bundle.testzip() is None
        with av.open(io.BytesIO(bundle.read("aflevering.mp3"))) as episode:
            assert episode.streams.audio[0].codec_context.name.startswith("mp3")
            assert episode.metadata["title"] == "Zonder internet"
        words = b"".join(bundle.read(name) for name in bundle.namelist()).decode("utf-8", "ignore")
    with studio.store.read() as books:
        last = cliptimes.words_of(books, studio.quote)[-1]
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        assert f"--> {clock_of(last.end_ms)}" in bundle.read("aflevering.vtt").decode(), "as it is heard"
    assert SENTENCE in words and "Jamil" not in words and "Gouda" not in words
    assert studio.story.id not in words and studio.clip not in words and studio.officer.id not in words
    assert studio.left() == [], "no plain sound stays behind"


def test_asked_for_once_is_made_once_however_often_the_job_runs(studio: Studio) -> None:
    studio.ask()
    studio.work()
    studio.work()
    assert len(studio.exports()) == 1
    studio.ask()
    studio.work()
    assert len(studio.exports()) == 2, "whoever asks again gets another"


def _withdraw(studio: Studio) -> None:
    withdrawing.withdraw(studio.store, studio.story.id, Party.TELLER, purpose=Purpose.PODCAST)


def _take_back(studio: Studio) -> None:
    piece = studio.piece
    publishing.edit(
        studio.store, studio.editor, piece.id, title="Iets anders", preheader="", publish_on=piece.publish_on,
        blocks=piece.blocks, expected=piece.row_version,
    )  # fmt: skip


@pytest.mark.parametrize("happens", [_withdraw, _take_back])
@pytest.mark.parametrize("when", ["before the job", "during the sound", "just before it is written down"])
def test_what_changes_at_any_moment_of_the_job_leaves_no_bundle(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, happens: Callable[[Studio], None], when: str
) -> None:
    studio.ask()
    if when == "before the job":
        happens(studio)
    elif when == "during the sound":
        monkeypatch.setattr(exporting, "LOOK_S", 0.0)
        once = iter([happens])
        run = PlainRun()
        monkeypatch.setattr(run, "progress", lambda done, total: next(once, lambda studio: None)(studio))
    else:
        sealed = studio.store.sealed

        def late(*given: object) -> object:
            happens(studio)
            return sealed(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(studio.store, "sealed", late)
    with pytest.raises((Refused, GateRefused, exporting.Moved)):
        studio.work(run if when == "during the sound" else None)
    assert studio.exports() == [] and studio.left() == []


def test_a_cancelled_job_stops_in_the_middle_and_leaves_nothing(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.ask()
    exporting.stop(studio.store, studio.officer, studio.piece.id)
    job = exporting.coming(studio.store, studio.officer, studio.piece.id)
    assert job is not None and job.state is JobState.CANCELLED
    run = PlainRun()

    def stopped() -> None:
        raise Cancelled("jobs.cancelled")

    monkeypatch.setattr(run, "check_cancelled", stopped)
    with pytest.raises(Cancelled):
        studio.work(run)
    assert studio.exports() == [] and studio.left() == []


WORKER = """
import os, sys
from pathlib import Path
from desk import exporting
from publish import podcast
from stories import jobs
from stories.settings import Settings
from stories.store import Store
from functools import partial

settings = Settings(_env_file=None, data_dir=Path(sys.argv[1]), master_key_file=Path(sys.argv[2]))
store = Store.open(settings)
if sys.argv[3] == "die":
    def die(*given, **more):
        print("halfway", flush=True)
        sys.stdin.read()
    podcast.finished = die
else:  # the mix is there: no sound of anybody is opened again
    exporting.Shelves.clip = None
jobs.Jobs(settings, {exporting.JOB: partial(exporting.work, store, settings)}, store=store).work_until_idle()
"""


def test_a_job_that_was_killed_with_minus_nine_goes_on_with_its_mix(studio: Studio) -> None:
    studio.ask()
    settings = studio.store.settings
    command = [sys.executable, "-c", WORKER, str(settings.data_dir), str(settings.master_key)]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [*command, "die"], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None and worker.stdout.readline() == "halfway\n"
        os.kill(worker.pid, signal.SIGKILL)
    (folder,) = studio.left()
    left = {path.name: path.read_bytes()[:4] for path in folder.iterdir()}
    assert left == {"mix.flac": b"VPS1", "mix.json": b"VPS1"}, "what a killed job leaves is sealed"
    assert studio.exports() == []
    exporting.tidy(studio.store)
    assert studio.left() == [folder], "its next try still needs it"
    subprocess.run([*command, "finish"], cwd=root, check=True, timeout=120)
    assert len(studio.exports()) == 1 and studio.left() == []
    job = exporting.coming(studio.store, studio.officer, studio.piece.id)
    assert job is not None and job.state is JobState.DONE


def test_what_a_killed_job_left_goes_when_nobody_waits_for_it(studio: Studio) -> None:
    half = studio.store.halfway(studio.piece.id)
    half.keep("mix.flac", io.BytesIO(b"geluid"))
    exporting.tidy(studio.store)
    assert studio.left() == []
    half.keep("mix.flac", io.BytesIO(b"geluid"))
    studio.ask()
    exporting.tidy(studio.store)
    assert len(studio.left()) == 1, "a job waits, and goes on with it"
    _withdraw(studio)
    assert studio.left() == [], "a no takes it away at once, as it does finished bundles"


def test_a_withdrawal_stops_a_download_that_runs(studio: Studio) -> None:
    studio.ask()
    studio.work()
    (export,) = studio.exports()
    bundle = exporting.opened(studio.store, studio.officer, export)
    assert bundle.read(0, 4) == b"PK\x03\x04"
    _withdraw(studio)
    with pytest.raises(NotFound):
        bundle.read(4, 8)
    with pytest.raises((Refused, NotFound)):
        exporting.opened(studio.store, studio.officer, export)


def test_a_range_is_the_same_bytes_as_the_whole(studio: Studio) -> None:
    export = exporting.export(studio.store, studio.officer, studio.piece.id)
    data, _ = exporting.download(studio.store, studio.officer, export.id)
    bundle = exporting.opened(studio.store, studio.officer, export.id)
    assert len(data) == bundle.size
    for start, stop in ((0, 1), (30_000, 40_001), (bundle.size - 3, bundle.size + 9)):
        assert bundle.read(start, stop) == data[start:stop]


def test_without_its_clip_no_job_is_asked_for(studio: Studio) -> None:
    with studio.store.write() as books:
        books.clips.remove(studio.clip)
    with pytest.raises(GateRefused):
        exporting.ask(studio.store, studio.officer, studio.piece.id)
    assert jobs.status(studio.store, SUBJECT + studio.piece.id) == ()
