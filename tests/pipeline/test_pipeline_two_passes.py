"""A quick draft first, the better model later: real sound, the real path, two folders with a model.

Both models are the practice model, which hears the same; so where the passes must differ, the draft is spoilt by hand.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from plainrun import PlainRun

import pipeline
from desk import correcting, finals, receiving, telling, transcribing, transcripts, translating, withdrawing
from stories import jobs
from stories.consent import Outcome, Party
from stories.errors import NotReady, Refused
from stories.jobs import JobState
from stories.model import AgeBand, Segment, Story, StoryKind, Teller, TellerRole, Transcript
from stories.people import Role, User
from stories.stages import Stage, State
from stories.store import Store
from stories.vault import Kind
from transcription import retyped

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ROOT = Path(__file__).resolve().parents[2]
SHORT = ROOT / "examples" / "recordings" / "bushokje.flac"
EDITOR = User("u1", "Ed", frozenset({Role.REDACTEUR}))


@pytest.fixture
def house(sqlite_store: Store, tmp_path: Path) -> Store:
    """An installation with a draft model and a final one."""
    for name in ("klein", "groot"):
        shutil.copytree(ROOT / "examples" / "model", tmp_path / name, ignore=shutil.ignore_patterns("NOT_A_REAL*"))
    changes = {"model": str(tmp_path / "groot"), "draft_model": str(tmp_path / "klein")}
    sqlite_store.settings = sqlite_store.settings.model_copy(update=changes)
    return sqlite_store


def told(store: Store) -> Story:
    yes = telling.answers(Teller(TellerRole.OUDER, AgeBand.ADULT), own=Outcome.JA)
    story = telling.begin(store, yes, kind=StoryKind.AUDIO)
    receiving.receive(store, store.settings, story.id, SHORT)
    telling.hand_in(store, story.id)
    return story


def worked(store: Store, story: Story) -> PlainRun:
    run = PlainRun()
    pipeline.process(store, store.settings, story.id, run)
    return run


def heard_again(store: Store, story: Story) -> PlainRun:
    run = PlainRun()
    pipeline.final(store, store.settings, story.id, run)
    pipeline.process(store, store.settings, story.id, PlainRun())
    return run


def transcript_of(store: Store, story: Story) -> Transcript:
    with store.read() as books:
        return books.transcript(story.id)


def now(store: Store, story: Story) -> Story:
    with store.read() as books:
        return books.story(story.id)


def spoil(store: Store, story: Story, at: int) -> Segment:
    """Let the draft have heard one sentence wrongly."""
    good = transcript_of(store, story)
    segments = list(good.segments)
    segments[at] = retyped(good, at, "Dit verstond het kleine model verkeerd.").after[0]
    with store.write() as books:
        books.keep_transcript(story.id, replace(good, segments=tuple(segments)))
    return good.segments[at]


def final_job(store: Store, story: Story) -> list[JobState]:
    return [job.state for job in jobs.status(store, story.id) if job.name == "final"]


def test_a_draft_comes_first_and_the_final_takes_its_place(house: Store) -> None:
    story = told(house)
    worked(house, story)
    draft = transcript_of(house, story)
    assert draft.model == "klein"
    assert now(house, story).state is State.IN_REDACTIE, "editors can begin"
    assert final_job(house, story) == [JobState.WAITING]
    right = spoil(house, story, 1)
    heard_again(house, story)
    after = transcript_of(house, story)
    assert after.model == "groot"
    assert after.segments[1].text == right.text
    with house.read() as books:
        assert "geen internet meer" in books.version(story.id).clean.text, "names are looked for in the final text"
        assert not books.numbers(story.id, Kind.FINAL_CHUNK)


def test_what_a_person_wrote_or_heard_stays_and_the_difference_is_shown(house: Store) -> None:
    story = told(house)
    worked(house, story)
    heard = spoil(house, story, 0)
    spoken = transcript_of(house, story).segments
    transcripts.listened(house, EDITOR, story.id, [(spoken[0].start_ms, spoken[0].end_ms)])
    was = transcript_of(house, story).segments[1].text
    row = now(house, story).row_version
    transcripts.retype(house, EDITOR, story.id, 1, "Dit schreef Ed zelf.", expected=row)
    heard_again(house, story)
    seen = transcripts.opened(house, EDITOR, story.id)
    texts = [segment.text for segment in seen.transcript.segments]
    assert texts[:2] == ["Dit verstond het kleine model verkeerd.", "Dit schreef Ed zelf."]
    assert seen.others == {0: heard.text, 1: was}
    taken = transcripts.take_other(house, EDITOR, story.id, 0, expected=now(house, story).row_version)
    transcripts.keep_own(house, EDITOR, story.id, 1)
    seen = transcripts.opened(house, EDITOR, story.id)
    assert seen.others == {}
    assert seen.transcript.segments[0].text == heard.text
    assert taken.stage is Stage.TRANSCRIBED


def test_a_story_that_left_the_desk_keeps_its_text(house: Store) -> None:
    story = told(house)
    worked(house, story)
    spoil(house, story, 0)
    before = transcript_of(house, story)
    with house.write() as books:
        row = books.story(story.id)
        books.save(row.moved(state=State.TER_VRIJGAVE), expected=row.row_version)
    heard_again(house, story)
    assert transcript_of(house, story).segments == before.segments
    assert now(house, story).stage is Stage.TAGGED
    with house.read() as books:
        assert finals.read(books, story.id).others


def test_words_that_the_teller_keeps_for_the_house_stay_as_they_are(house: Store) -> None:
    story = told(house)
    worked(house, story)
    spoil(house, story, 0)
    text = transcript_of(house, story).text
    start = text.index("kleine model")
    correcting.exclude(house, story.id, start, start + len("kleine model"))
    worked(house, story)
    heard_again(house, story)
    assert "kleine model" in transcript_of(house, story).text
    with house.read() as books:
        assert "kleine model" not in books.version(story.id).clean.text


def test_without_the_draft_model_there_is_one_pass_with_the_best(house: Store) -> None:
    shutil.rmtree(house.settings.draft_model)
    story = told(house)
    worked(house, story)
    assert transcript_of(house, story).model == "groot"
    assert final_job(house, story) == []


def test_a_missing_final_model_leaves_the_draft_and_says_so(house: Store) -> None:
    shutil.rmtree(house.settings.model)
    story = told(house)
    worked(house, story)
    assert transcript_of(house, story).model == "klein"
    with pytest.raises(NotReady):
        heard_again(house, story)
    assert transcript_of(house, story).model == "klein"


def test_what_is_told_later_is_heard_by_both_and_the_rest_by_neither(house: Store) -> None:
    story = told(house)
    worked(house, story)
    assert "final-chunk-1" in heard_again(house, story).steps
    length = transcript_of(house, story).duration_ms
    receiving.receive(house, house.settings, story.id, SHORT)
    worked(house, story)
    steps = heard_again(house, story).steps
    assert steps[0] == f"final-plan-{length}"
    assert heard_again(house, story).steps == []
    assert transcript_of(house, story).duration_ms > length


def test_a_story_that_is_stopped_is_not_heard_again(house: Store) -> None:
    story = told(house)
    worked(house, story)
    withdrawing.withdraw(house, story.id, Party.TELLER)
    run = PlainRun()
    pipeline.final(house, house.settings, story.id, run)
    assert run.steps == []
    assert final_job(house, story) == [JobState.CANCELLED]


def test_english_is_made_beside_a_story_in_another_language_and_never_instead(house: Store) -> None:
    story = told(house)
    worked(house, story)
    with house.write() as books:
        heard = replace(books.transcript(story.id), language="tr")
        books.keep_transcript(story.id, heard)
    translating.ask(house, EDITOR, story.id)
    assert translating.english(house, EDITOR, story.id).is_coming
    pipeline._translate(house, house.settings, story.id, PlainRun())
    made = translating.english(house, EDITOR, story.id)
    assert made.lines and not made.is_coming
    assert transcript_of(house, story) == heard
    with pytest.raises(Refused):
        translating.ask(house, EDITOR, told_in_dutch(house).id)


def told_in_dutch(store: Store) -> Story:
    story = told(store)
    worked(store, story)
    return story


def test_a_language_that_a_person_chose_is_the_one_that_is_heard(house: Store) -> None:
    story = told(house)
    worked(house, story)
    transcribing.choose_language(house, EDITOR, story.id, "pl", expected=now(house, story).row_version)
    worked(house, story)
    assert transcript_of(house, story).language == "pl"


def test_another_program_is_asked_for_its_own_model_and_never_for_ours(
    house: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "whisper", None)
    house.settings = house.settings.model_copy(update={"engine": "openai-whisper", "model": "large-v2"})
    story = told(house)
    with pytest.raises(NotReady) as refused:
        worked(house, story)
    assert refused.value.key == "transcription.openai_missing"
    assert not jobs.status(house, "model:large-v2"), "nothing is fetched that it could not read"
