"""A redacted recording: real sound, the real ear, and a second person. Nothing that was masked comes out of it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from builders import a_withdrawal
from plainrun import PlainRun

import pipeline
import transcription
from anonymise.sound import Why
from desk import correcting, examples, receiving, redacting, redactions, reviewing, telling
from desk.redacting import Standing
from stories import jobs
from stories.audio import CANONICAL_RATE, read_span, samples
from stories.consent import Outcome
from stories.errors import Cancelled, ConsentRefused, Moved, NotReady, Refused
from stories.jobs import JobState
from stories.model import AgeBand, Story, StoryKind, Teller, TellerRole
from stories.people import Role, User
from stories.sealed import open_sealed
from stories.settings import Settings
from stories.store import Store
from stories.vault import Kind

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SHORT = examples.FOLDER / "recordings" / "bushokje.flac"
EDITOR = User("u1", "Ed", frozenset({Role.REDACTEUR}))
SECOND = User("u2", "Bo", frozenset({Role.REDACTEUR}))
RELEASER = User("u3", "An", frozenset({Role.VRIJGEVER}))


@pytest.fixture(scope="module")
def engine() -> transcription.Engine:
    return transcription.load_engine(str(examples.MODEL), Settings(), allow_example=True)


@pytest.fixture
def story(sqlite_store: Store) -> Story:
    """A recording at the editors', as the machine left it."""
    yes = telling.answers(Teller(TellerRole.OUDER, AgeBand.ADULT), own=Outcome.JA)
    told = telling.begin(sqlite_store, yes, kind=StoryKind.AUDIO, is_example=True)
    receiving.receive(sqlite_store, sqlite_store.settings, told.id, SHORT)
    telling.hand_in(sqlite_store, told.id)
    pipeline.process(sqlite_store, sqlite_store.settings, told.id, PlainRun())
    return now(sqlite_store, told.id)


def now(store: Store, story_id: str) -> Story:
    with store.read() as books:
        return books.story(story_id)


def hide(store: Store, story: Story, *words: str) -> None:
    """An editor masks these words, wherever they stand."""
    with store.read() as books:
        text = books.transcript(story.id).text
    decisions = [
        reviewing.added(at, at + len(word)) for word in words for at in range(len(text)) if text.startswith(word, at)
    ]
    assert decisions
    reviewing.decide_names(store, EDITOR, story.id, decisions, expected=now(store, story.id).row_version)


def bleeped(store: Store, story: Story, engine: object, run: PlainRun | None = None) -> PlainRun:
    run = run or PlainRun()
    redacting.work(store, store.settings, story.id, run, lambda model, allow: engine)  # type: ignore[arg-type,return-value]
    return run


def standing(store: Store, story: Story) -> Standing:
    with store.read() as books:
        return redacting.standing(books, story.id)


def record(store: Store, story: Story) -> redactions.Redaction:
    with store.read() as books:
        return redactions.read(books, story.id)


class Deaf:
    """The real ear, which moreover hears `text` in every redacted sound, as often as it is told."""

    def __init__(self, inner: transcription.Engine, text: str, times: int) -> None:
        self._inner, self._text, self.times = inner, text, times

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def transcribe(self, sound: object, language: str, **changes: bool) -> list[object]:
        heard = list(self._inner.transcribe(sound, language, **changes))  # type: ignore[arg-type]
        if self.times > 0 and heard:
            self.times -= 1
            words = (replace(heard[0].words[0], text=" " + self._text),)
            heard[0] = replace(heard[0], text=self._text, words=words)
        return heard  # type: ignore[return-value]


def test_what_is_masked_is_gone_from_the_sound_and_the_rest_is_as_it_was(
    sqlite_store: Store, story: Story, engine: transcription.Engine
) -> None:
    hide(sqlite_store, story, "internet")
    assert standing(sqlite_store, story) is Standing.MISSING
    run = bleeped(sqlite_store, story, engine)
    assert standing(sqlite_store, story) is Standing.READY
    assert any(step.startswith("listen-1-") for step in run.steps)
    with open_sealed(sqlite_store, story.id) as audio:
        before = np.concatenate(list(samples(audio, rate=CANONICAL_RATE)))
    with open_sealed(sqlite_store, story.id, Kind.REDACTED_AUDIO) as audio:
        after = np.concatenate(list(samples(audio, rate=CANONICAL_RATE)))
    assert len(before) == len(after)
    spans, same = record(sqlite_store, story).spans, np.ones(len(before), bool)
    for span in spans:
        same[max(0, span.start_ms - 8) * 48 : (span.end_ms + 8) * 48] = False
    assert np.array_equal(before[same], after[same]) and 0.3 < same.mean() < 1
    with sqlite_store.read() as books:
        transcript = books.transcript(story.id)
    said = [word for one in transcript.segments for word in one.words if "internet" in word.text]
    assert said
    for word in said:
        assert any(s.start_ms <= word.start_ms - 150 and word.end_ms + 150 <= s.end_ms for s in spans)


def test_a_name_that_is_still_heard_takes_its_sentence_away_and_then_it_is_well(
    sqlite_store: Store, story: Story, engine: transcription.Engine
) -> None:
    hide(sqlite_store, story, "internet")
    run = bleeped(sqlite_store, story, Deaf(engine, "internet", 1))
    assert standing(sqlite_store, story) is Standing.READY
    one = record(sqlite_store, story)
    assert "redact-2" in run.steps and one.attempt == 2
    with sqlite_store.read() as books:
        first = books.transcript(story.id).segments[0]  # in which the ear says it heard the word
    (span,) = [s for s in one.spans if s.start_ms <= first.start_ms and first.end_ms <= s.end_ms]
    assert Why.HEARD in span.why


def test_a_name_that_is_heard_twice_leaves_no_recording_and_says_why(
    sqlite_store: Store, story: Story, engine: transcription.Engine
) -> None:
    hide(sqlite_store, story, "internet")
    bleeped(sqlite_store, story, Deaf(engine, "internet", 99))
    assert standing(sqlite_store, story) is Standing.FAILED
    seen = redacting.seen(sqlite_store, EDITOR, story.id)
    assert seen.reason and "internet" not in seen.reason
    with sqlite_store.read() as books:
        assert not books.has(story.id, Kind.REDACTED_AUDIO)
        lines = books.audit_trail(story_id=story.id)
    assert "internet" not in json.dumps(lines, default=str)
    with pytest.raises(Refused, match="veilige opname"):
        redacting.safe_sound(sqlite_store, EDITOR, story.id)


def test_another_text_another_time_or_another_recording_makes_it_stale(
    sqlite_store: Store, story: Story, engine: transcription.Engine
) -> None:
    hide(sqlite_store, story, "internet")
    bleeped(sqlite_store, story, engine)
    reviewing.confirm_themes(
        sqlite_store, EDITOR, story.id, ["meedoen"], expected=now(sqlite_store, story.id).row_version
    )
    assert standing(sqlite_store, story) is Standing.READY, "a theme is no word"
    with sqlite_store.read() as books:
        good, sound = books.transcript(story.id), books.recording(story.id)
    first = good.segments[0]
    moved = tuple(replace(word, end_ms=word.end_ms + 1) for word in first.words)
    with sqlite_store.write() as books:
        books.keep_transcript(story.id, replace(good, segments=(replace(first, words=moved), *good.segments[1:])))
    assert standing(sqlite_store, story) is Standing.STALE
    with sqlite_store.write() as books:
        books.keep_transcript(story.id, good)
    assert standing(sqlite_store, story) is Standing.READY
    with sqlite_store.write() as books:
        books.keep_recording(story.id, replace(sound, sha256="0" * 64), io.BytesIO(b"ander geluid"))
    assert standing(sqlite_store, story) is Standing.STALE
    with sqlite_store.write() as books:
        books.keep_recording(story.id, sound, io.BytesIO(b"weer"))
    hide(sqlite_store, story, "internet", first.text.split()[0])
    assert standing(sqlite_store, story) is Standing.STALE
    with pytest.raises(Refused):
        redacting.safe_sound(sqlite_store, EDITOR, story.id)


def test_a_passage_that_the_teller_keeps_for_the_house_is_not_heard(
    sqlite_store: Store, story: Story, engine: transcription.Engine
) -> None:
    with sqlite_store.read() as books:
        segment = books.transcript(story.id).segments[1]
        start = books.transcript(story.id).text.index(segment.text)
    correcting.exclude(sqlite_store, story.id, start, start + len(segment.text))
    pipeline.process(sqlite_store, sqlite_store.settings, story.id, PlainRun())
    bleeped(sqlite_store, story, engine)
    assert standing(sqlite_store, story) is Standing.READY
    spans = record(sqlite_store, story).spans
    assert any(s.start_ms <= segment.start_ms and segment.end_ms <= s.end_ms for s in spans)
    with open_sealed(sqlite_store, story.id, Kind.REDACTED_AUDIO) as audio:
        left = read_span(audio, segment.start_ms, segment.end_ms)
    assert np.sqrt(np.mean(left**2)) < 0.06, "a bleep at most"


def test_a_text_that_changes_meanwhile_leaves_nothing_ready(
    sqlite_store: Store, story: Story, engine: transcription.Engine
) -> None:
    hide(sqlite_store, story, "internet")
    run = PlainRun(judge_1=lambda: hide(sqlite_store, story, "internet", "geen"))
    bleeped(sqlite_store, story, engine, run)
    assert standing(sqlite_store, story) is Standing.STALE
    run = PlainRun(redact_1=lambda: hide(sqlite_store, story, "internet"))
    bleeped(sqlite_store, story, engine, run)
    assert standing(sqlite_store, story) is Standing.READY, "it is made of what there is when it begins"


@pytest.mark.parametrize("step", ["redact_1", "listen_1_1", "judge_1"])
def test_consent_is_asked_at_every_step(
    sqlite_store: Store, story: Story, engine: transcription.Engine, step: str
) -> None:
    hide(sqlite_store, story, "internet")

    def withdraw() -> None:
        with sqlite_store.write() as books:
            books.add_consent(a_withdrawal(story, at=books.consent(story.id).events[-1].at))

    with pytest.raises(ConsentRefused):
        bleeped(sqlite_store, story, engine, PlainRun(**{step: withdraw}))
    with sqlite_store.read() as books:
        assert redacting.standing(books, story.id) is not Standing.READY
    with pytest.raises(ConsentRefused):
        redacting.seen(sqlite_store, EDITOR, story.id)


def test_a_story_that_stands_still_is_left_alone(
    sqlite_store: Store, story: Story, engine: transcription.Engine
) -> None:
    reviewing.pause(sqlite_store, RELEASER, story.id, expected=now(sqlite_store, story.id).row_version)
    with pytest.raises(Cancelled):
        bleeped(sqlite_store, story, engine)
    with pytest.raises(Refused):
        redacting.ask(sqlite_store, EDITOR, story.id)


def test_every_step_may_run_twice(sqlite_store: Store, story: Story, engine: transcription.Engine) -> None:
    class Twice(PlainRun):
        def step(self, name: str, work: Callable[[], None]) -> None:
            super().step(name, work)
            work()

    hide(sqlite_store, story, "internet")
    bleeped(sqlite_store, story, engine, Twice())
    first = record(sqlite_store, story)
    assert standing(sqlite_store, story) is Standing.READY
    assert bleeped(sqlite_store, story, engine).steps == [], "it is there"
    with sqlite_store.write() as books:
        redactions.drop(books, story.id)
    bleeped(sqlite_store, story, engine)
    assert record(sqlite_store, story) == first


def test_a_second_person_listens_and_whoever_made_it_may_not(
    sqlite_store: Store, story: Story, engine: transcription.Engine
) -> None:
    hide(sqlite_store, story, "internet")  # by EDITOR
    redacting.ask(sqlite_store, SECOND, story.id)
    assert [j.state for j in jobs.status(sqlite_store, story.id) if j.name == redacting.JOB] == [JobState.WAITING]
    assert redacting.seen(sqlite_store, SECOND, story.id).is_coming
    bleeped(sqlite_store, story, engine)
    seen = redacting.seen(sqlite_store, RELEASER, story.id)
    assert seen.standing is Standing.READY and seen.may_approve and seen.gone_ms > 0
    for maker in (EDITOR, SECOND):
        assert not redacting.seen(sqlite_store, maker, story.id).may_approve
        with pytest.raises(Refused, match="iemand anders"):
            redacting.mark_redacted_heard(sqlite_store, maker, story.id, digest=seen.digest)
    with sqlite_store.read() as books:
        assert not redactions.second_person_heard(books, story.id)
    with pytest.raises(Moved):
        redacting.mark_redacted_heard(sqlite_store, RELEASER, story.id, digest="een andere")
    redacting.mark_redacted_heard(sqlite_store, RELEASER, story.id, digest=seen.digest)
    redacting.mark_redacted_heard(sqlite_store, RELEASER, story.id, digest=seen.digest)
    with sqlite_store.read() as books:
        assert redactions.second_person_heard(books, story.id)
        assert [a.by for a in books.approvals(story.id) if a.role == redactions.SAFE_HEARD] == [RELEASER.id]
    hide(sqlite_store, story, "internet", "geen")
    with sqlite_store.read() as books:
        assert not redactions.second_person_heard(books, story.id), "it was about another text"
    bleeped(sqlite_store, story, engine)
    with sqlite_store.read() as books:
        assert not redactions.second_person_heard(books, story.id), "and about another sound"


def test_half_a_recording_is_never_followed_by_half_of_another(
    sqlite_store: Store, story: Story, engine: transcription.Engine
) -> None:
    hide(sqlite_store, story, "internet")
    bleeped(sqlite_store, story, engine)
    size, digest = redacting.safe_sound(sqlite_store, RELEASER, story.id)
    whole = b"".join(redacting.safe_range(sqlite_store, RELEASER, story.id, digest, 0, size))
    assert len(whole) == size and whole.startswith(b"fLaC")
    hide(sqlite_store, story, "internet", "geen")
    bleeped(sqlite_store, story, engine)
    with pytest.raises(Moved):
        redacting.safe_range(sqlite_store, RELEASER, story.id, digest, 0, 10)


def test_the_model_that_is_missing_is_said_before_the_work(sqlite_store: Store, story: Story) -> None:
    def missing(model: str, allow: bool) -> transcription.Engine:
        raise NotReady("desk.no_examples")

    with pytest.raises(NotReady):
        redacting.work(sqlite_store, sqlite_store.settings, story.id, PlainRun(), missing)
    assert standing(sqlite_store, story) is Standing.MISSING


def test_masked_words_that_are_not_those_of_the_version_are_refused(
    sqlite_store: Store, story: Story, engine: transcription.Engine
) -> None:
    """Whatever went wrong before: only what gives exactly this version is bleeped as this version."""
    hide(sqlite_store, story, "internet")
    with sqlite_store.write() as books:
        row = json.loads(books.fetch(story.id, Kind.FINDINGS))
        row["decisions"] = []
        books.keep(story.id, Kind.FINDINGS, json.dumps(row).encode())
    bleeped(sqlite_store, story, engine)
    assert standing(sqlite_store, story) is Standing.FAILED
    assert not sqlite_store_has_sound(sqlite_store, story)


def sqlite_store_has_sound(store: Store, story: Story) -> bool:
    with store.read() as books:
        return books.has(story.id, Kind.REDACTED_AUDIO)


def test_the_worker_makes_it(sqlite_store: Store, story: Story) -> None:
    redacting.ask(sqlite_store, EDITOR, story.id)
    functions = {redacting.JOB: pipeline._functions(sqlite_store, sqlite_store.settings)[redacting.JOB]}
    jobs.Jobs(sqlite_store.settings, functions, store=sqlite_store).work_until_idle()
    seen = redacting.seen(sqlite_store, EDITOR, story.id)
    assert seen.standing is Standing.READY and not seen.is_coming
    with sqlite_store.read() as books:
        actions = [line["action"] for line in books.audit_trail(story_id=story.id)]
    assert {"redaction_asked", "redaction_ready"} <= set(actions)
