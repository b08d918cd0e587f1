"""Who speaks, at the desk: a proposal is an edit of the machine, and whatever becomes of it, every word stays."""

from __future__ import annotations

import io
from functools import partial

import numpy as np
import numpy.typing as npt
import pytest
from builders import a_consent, a_recording, a_story
from plainrun import PlainRun

from desk import speaking, transcripts
from stories import jobs
from stories.audio import write_flac
from stories.errors import InputRefused, Moved, NotReady, Refused
from stories.jobs import JobState
from stories.model import Segment, Story, StoryKind, Transcript, Word
from stories.people import Role, User
from stories.stages import Stage, State
from stories.store import Store
from stories.vault import Kind
from transcription import retyped, speakers

EDITOR = User("u1", "Ed", frozenset({Role.REDACTEUR}))
WHO = "001101"
STEP_MS = 2000
RATE = 16_000


class Pitch:
    """Knows people by their pitch."""

    def embed(self, samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        spectrum = np.abs(np.fft.rfft(samples, RATE))[:1000]
        return (spectrum / (np.linalg.norm(spectrum) + 1e-9)).astype(np.float32)


def hears(_threads: int) -> Pitch:
    return Pitch()


def a_hum() -> tuple[bytes, Transcript]:
    """Everybody hums at a pitch of their own, in sentences of five words."""
    import wave
    from pathlib import Path
    from tempfile import TemporaryDirectory

    pieces, segments = [], []
    for number, voice in enumerate(WHO):
        time = np.arange(STEP_MS * 16) / RATE
        pieces.append(0.3 * np.sin(2 * np.pi * (130 if voice == "0" else 310) * time))
        start = number * STEP_MS
        words = tuple(Word(start + at * 300, start + (at + 1) * 300, f"w{number}{at}", 0.9) for at in range(5))
        segments.append(Segment(start, start + 1500, " ".join(w.text for w in words), 0.9, words=words))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes((np.concatenate(pieces) * 32767).astype("<i2").tobytes())
        flac = io.BytesIO()
        write_flac(path, flac, rate=RATE)
    return flac.getvalue(), Transcript("nl", len(WHO) * STEP_MS, "proef", tuple(segments))


@pytest.fixture
def story(sqlite_store: Store) -> Story:
    """At the editors', with sound in which two people hum."""
    sound, transcript = a_hum()
    story = a_story(kind=StoryKind.AUDIO, stage=Stage.TAGGED, state=State.IN_REDACTIE)
    with sqlite_store.write() as books:
        story = books.add_story(story)
        books.add_consent(*a_consent(story))
        recording = a_recording(sound, duration_ms=len(WHO) * STEP_MS)
        books.keep_recording(story.id, recording, io.BytesIO(sound))
        books.keep_transcript(story.id, transcript)
    return story


def said(store: Store, story: Story) -> Transcript:
    with store.read() as books:
        return books.transcript(story.id)


def now(store: Store, story: Story) -> Story:
    with store.read() as books:
        return books.story(story.id)


def test_the_machine_says_who_speaks_and_an_editor_may_undo_it(sqlite_store: Store, story: Story) -> None:
    before, run = said(sqlite_store, story), PlainRun()
    speaking.work(sqlite_store, sqlite_store.settings, 2, story.id, run, load=hears)
    after = said(sqlite_store, story)
    assert [s.speaker for s in after.segments] == [f"Spreker {int(voice) + 1}" for voice in WHO]
    assert after.text == before.text and run.told[-1] == (len(WHO) * 1500, len(WHO) * 1500)
    assert now(sqlite_store, story).stage is Stage.TAGGED, "no word changed: nothing is looked for again"
    transcripts.undo(sqlite_store, EDITOR, story.id, expected=now(sqlite_store, story).row_version)
    assert said(sqlite_store, story) == before


def test_doing_it_twice_changes_nothing_more(sqlite_store: Store, story: Story) -> None:
    for _ in range(2):
        speaking.work(sqlite_store, sqlite_store.settings, 2, story.id, PlainRun(), load=hears)
    with sqlite_store.read() as books:
        assert len(books.numbers(story.id, Kind.TRANSCRIPT_EDIT)) == 1


def test_an_edit_meanwhile_is_not_written_over(sqlite_store: Store, story: Story) -> None:
    class Busy(Pitch):
        def embed(self, samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
            current = now(sqlite_store, story)
            if current.row_version == story.row_version:
                transcripts.change(
                    sqlite_store,
                    EDITOR,
                    story.id,
                    lambda t: retyped(t, 0, "Zij zei niets."),
                    expected=current.row_version,
                )
            return super().embed(samples)

    with pytest.raises(Moved):
        speaking.work(sqlite_store, sqlite_store.settings, 2, story.id, PlainRun(), load=lambda _: Busy())
    assert said(sqlite_store, story).segments[0].text == "Zij zei niets."
    assert {s.speaker for s in said(sqlite_store, story).segments} == {None}


def test_a_story_that_left_the_desk_stays_as_it_is(sqlite_store: Store, story: Story) -> None:
    with sqlite_store.write() as books:
        books.save(story.moved(state=State.TER_VRIJGAVE), expected=story.row_version)
    with pytest.raises(Refused):
        speaking.work(sqlite_store, sqlite_store.settings, 2, story.id, PlainRun(), load=hears)
    assert {s.speaker for s in said(sqlite_store, story).segments} == {None}


def test_without_the_extra_the_editor_reads_what_to_do_and_no_work_is_made(
    sqlite_store: Store, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speakers, "find_spec", lambda _name: None)  # it may be installed where this test runs
    with pytest.raises(NotReady) as error:
        speaking.propose(sqlite_store, EDITOR, story.id)
    assert "resemblyzer" in error.value.message and not jobs.status(sqlite_store, story.id)
    with pytest.raises(InputRefused):
        speaking.propose(sqlite_store, EDITOR, story.id, voices=1)


def test_a_text_without_words_in_the_sound_makes_no_work(
    sqlite_store: Store, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speakers, "require_installed", lambda: None)
    with sqlite_store.write() as books:
        books.keep_transcript(story.id, Transcript("nl", 0, "", (Segment(0, 0, "Dit typte ik.", 1.0),)))
    with pytest.raises(InputRefused) as error:
        speaking.propose(sqlite_store, EDITOR, story.id)
    assert error.value.key == "speakers.no_words" and not jobs.status(sqlite_store, story.id)


def test_asking_makes_a_job_of_which_the_worker_knows_the_name(
    sqlite_store: Store, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speakers, "require_installed", lambda: None)
    speaking.propose(sqlite_store, EDITOR, story.id, 2)
    functions = {
        speaking.job_of(count): partial(speaking.work, sqlite_store, sqlite_store.settings, count, load=hears)
        for count in range(2, speaking.MOST + 1)
    }
    jobs.Jobs(sqlite_store.settings, functions, store=sqlite_store).work_until_idle()
    (done,) = jobs.status(sqlite_store, story.id)
    assert done.state is JobState.DONE and said(sqlite_store, story).segments[2].speaker == "Spreker 2"


def test_an_edit_meanwhile_makes_the_job_listen_again(
    sqlite_store: Store, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the durable engine: the step that failed is done anew, not answered from memory."""
    monkeypatch.setattr(speakers, "require_installed", lambda: None)
    edited: list[int] = []

    class BusyOnce(Pitch):
        def embed(self, samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
            if not edited:
                edited.append(1)
                row_version = now(sqlite_store, story).row_version
                transcripts.change(
                    sqlite_store, EDITOR, story.id, lambda t: retyped(t, 0, "Zij zei iets."), expected=row_version
                )
            return super().embed(samples)

    speaking.propose(sqlite_store, EDITOR, story.id, 2)
    functions = {
        speaking.job_of(2): partial(speaking.work, sqlite_store, sqlite_store.settings, 2, load=lambda _: BusyOnce()),
        "process": lambda _story_id, _run: None,
    }
    pace = jobs.Pace(poll_s=0.05, retry_s=(0.1, 0.1))
    jobs.Jobs(sqlite_store.settings, functions, store=sqlite_store, pace=pace).work_until_idle()
    (done,) = [job for job in jobs.status(sqlite_store, story.id) if job.name == speaking.job_of(2)]
    after = said(sqlite_store, story)
    assert done.state is JobState.DONE and after.segments[0].text == "Zij zei iets."
    assert [s.speaker for s in after.segments] == [f"Spreker {int(voice) + 1}" for voice in WHO]
