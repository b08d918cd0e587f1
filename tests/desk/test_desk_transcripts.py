"""The transcript at the editor's: every edit saved, undoable, checked against others; heard means played as it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import a_consent
from hypothesis import given
from hypothesis import strategies as st
from spoken import SENTENCES, machine, now, written_out

from desk import lines, listening, reviewing, transcribing, transcripts
from desk.standing import standing
from stories import jobs
from stories.errors import ConsentRefused, Moved, NotAllowed, NotFound, Refused
from stories.jobs import JobState
from stories.model import NOT_SURE, Flag, Segment, Story, Transcript
from stories.people import Role, User
from stories.stages import Stage, State
from stories.store import Store
from stories.told import Passage
from stories.vault import Kind
from stories.words import has
from transcription import confirmed, emptied, named

EDITOR = User("u1", "Ed", frozenset({Role.REDACTEUR}))
RELEASER = User("u2", "Vera", frozenset({Role.VRIJGEVER}))


@pytest.fixture
def story(store: Store) -> Story:
    return written_out(store)


def text_of(store: Store, story: Story) -> list[str]:
    with store.read() as books:
        return [segment.text for segment in books.transcript(story.id).segments]


def clean_of(store: Store, story: Story) -> str:
    with store.read() as books:
        return books.version(story.id).clean.text


def retype(store: Store, story: Story, index: int, text: str) -> Story:
    return transcripts.retype(store, EDITOR, story.id, index, text, expected=now(store, story).row_version)


def test_an_edit_is_saved_and_names_are_looked_for_once_the_editor_is_quiet(store: Store, story: Story) -> None:
    edited = retype(store, story, 1, "Er was geen geld voor de bus van Achmed.")
    assert text_of(store, story)[1] == "Er was geen geld voor de bus van Achmed."
    assert edited.stage is Stage.TRANSCRIBED
    (job,) = [job for job in jobs.status(store, story.id) if job.state is JobState.WAITING]
    assert job.name == "process"
    assert "Achmed" not in clean_of(store, story), "the version before it is still what it was"
    machine(store, story)
    assert "bus van [naam" in clean_of(store, story)


def test_what_was_decided_about_names_stays_where_it_belongs(store: Store, story: Story) -> None:
    raw = "\n".join(SENTENCES)
    at = raw.index("de bus")
    decided = [reviewing.added(at, at + len("de bus"))]
    reviewing.decide_names(store, EDITOR, story.id, decided, expected=now(store, story).row_version)
    reviewing.confirm_themes(store, EDITOR, story.id, ["meedoen"], expected=now(store, story).row_version)
    retype(store, story, 0, "Mijn kleine zus Sanne mocht toen niet mee.")
    machine(store, story)
    assert "Er was geen geld voor [eigen naam" in clean_of(store, story)
    with store.read() as books:
        assert "meedoen" in {theme.id for theme in books.version(story.id).themes if theme.confirmed}


def test_every_edit_can_be_undone_in_turn(store: Store, story: Story) -> None:
    retype(store, story, 0, "Een.")
    retype(store, story, 2, "Drie.")
    for expected in (["Een.", *SENTENCES[1:]], list(SENTENCES)):
        transcripts.undo(store, EDITOR, story.id, expected=now(store, story).row_version)
        assert text_of(store, story) == expected
    with pytest.raises(NotFound):
        transcripts.undo(store, EDITOR, story.id, expected=now(store, story).row_version)
    machine(store, story)
    assert clean_of(store, story).count("\n") == 2


def test_the_second_of_two_saves_is_refused_and_changes_nothing(store: Store, story: Story) -> None:
    seen = now(store, story).row_version
    transcripts.retype(store, EDITOR, story.id, 0, "Eerst.", expected=seen)
    with pytest.raises(Moved):
        transcripts.retype(store, EDITOR, story.id, 1, "Te laat.", expected=seen)
    assert text_of(store, story) == ["Eerst.", *SENTENCES[1:]]
    transcripts.undo(store, EDITOR, story.id, expected=now(store, story).row_version)
    assert text_of(store, story) == list(SENTENCES)


def test_naming_a_speaker_changes_no_text_and_asks_for_no_work(store: Store, story: Story) -> None:
    named_now = transcripts.change(
        store, EDITOR, story.id, lambda t: named(t, None, "Verteller"), expected=now(store, story).row_version
    )
    assert named_now.stage is Stage.TAGGED
    assert not [job for job in jobs.status(store, story.id) if job.state is JobState.WAITING]


def test_the_editor_may_not_touch_what_the_teller_keeps_for_the_house(store: Store, story: Story) -> None:
    with store.write() as books:
        books.keep_excluded(story.id, [Passage("geen geld")])
    with pytest.raises(Refused) as refusal:
        retype(store, story, 1, "Er was heel weinig voor de bus.")
    assert refusal.value.code == "excluded_lost"
    assert text_of(store, story) == list(SENTENCES)
    retype(store, story, 0, "Zij mocht niet mee.")
    with store.read() as books:
        assert books.excluded(story.id) == (Passage("geen geld"),)


def test_only_whoever_may_and_only_while_it_is_at_the_editors(store: Store, story: Story) -> None:
    with pytest.raises(NotAllowed):
        transcripts.retype(store, RELEASER, story.id, 0, "Mag niet.", expected=now(store, story).row_version)
    with store.write() as books:
        row = books.story(story.id)
        books.save(row.moved(state=State.TER_VRIJGAVE), expected=row.row_version)
    for attempt in (lambda: retype(store, story, 0, "Te laat."), lambda: transcripts.opened(store, EDITOR, story.id)):
        with pytest.raises(Refused):
            attempt()


def test_a_later_no_closes_the_transcript_at_once(store: Store, story: Story) -> None:
    with store.write() as books:
        yes = next(event for event in a_consent(story) if str(event.purpose) == "verwerken")
        books.add_consent(replace(yes, id="c-no", outcome=type(yes.outcome)("nee")))
    with pytest.raises(ConsentRefused):
        retype(store, story, 0, "Te laat.")
    with pytest.raises(ConsentRefused):
        transcripts.listened(store, EDITOR, story.id, [(0, 6000)])


# listening


def test_heard_is_what_was_played_with_the_text_it_has_now(store: Store, story: Story) -> None:
    transcripts.listened(store, EDITOR, story.id, [(0, 1000)])
    transcripts.listened(store, EDITOR, story.id, [(1000, 4100)])
    assert transcripts.opened(store, EDITOR, story.id).heard == {0, 1}
    retype(store, story, 0, "Mijn zus mocht niet mee.")
    assert transcripts.opened(store, EDITOR, story.id).to_hear == {0, 2}
    transcripts.listened(store, EDITOR, story.id, [(1500, 2000)])
    assert transcripts.opened(store, EDITOR, story.id).to_hear == {0, 2}, "what was played before says nothing now"
    transcripts.listened(store, EDITOR, story.id, [(0, 2000), (4000, 6000)])
    assert transcripts.opened(store, EDITOR, story.id).to_hear == frozenset()


def test_a_story_is_offered_only_when_every_sentence_was_heard(store: Store, story: Story) -> None:
    def offer() -> None:
        seen = reviewing.review(store, EDITOR, story.id)
        kept = [reviewing.keep(finding) for finding in reviewing.undecided(seen.findings, seen.decisions)]
        row = seen.story.row_version
        if kept:
            reviewing.decide_names(store, EDITOR, story.id, [*seen.decisions, *kept], expected=row)
        reviewing.offer_for_release(store, EDITOR, story.id, expected=now(store, story).row_version)

    transcripts.listened(store, EDITOR, story.id, [(0, 4000)])
    with pytest.raises(Refused) as refusal:
        offer()
    assert refusal.value.code == "not_heard"
    transcripts.listened(store, EDITOR, story.id, [(4000, 6000)])
    offer()
    assert now(store, story).state is State.TER_VRIJGAVE


def test_only_heard_lines_are_literal(store: Store, story: Story) -> None:
    transcripts.listened(store, EDITOR, story.id, [(2000, 4000)])
    text = clean_of(store, story)
    second = text.index("Er was")
    with store.read() as books:
        at_now = standing(books, story.id)
        sound = lines.of_version(books, at_now.version)
        assert lines.listened(at_now, sound, second, second + 10)
        assert not lines.listened(at_now, sound, 0, 10)
        assert not lines.listened(at_now, sound, second - 5, second + 10)


def test_what_was_perhaps_invented_is_no_text_until_a_person_says_so(store: Store) -> None:
    story = written_out(store)
    with store.write() as books:
        heard = books.transcript(story.id)
        doubtful = replace(heard.segments[1], text="Ondertiteld door niemand.", flags=(Flag.BOILERPLATE,))
        segments = (heard.segments[0], doubtful, heard.segments[2])
        books.keep_transcript(story.id, replace(heard, segments=segments))
        row = books.story(story.id)
        books.save(row.moved(stage=Stage.TRANSCRIBED), expected=row.row_version)
    machine(store, story)
    assert clean_of(store, story).split("\n")[1] == NOT_SURE
    reviewing.mark_heard(store, EDITOR, story.id)
    with store.read() as books:
        at_now = standing(books, story.id)
        start = clean_of(store, story).index(NOT_SURE)
        assert not lines.listened(at_now, lines.of_version(books, at_now.version), start, start + len(NOT_SURE))
    row_version = now(store, story).row_version
    transcripts.change(store, EDITOR, story.id, lambda t: confirmed(t, 1), expected=row_version)
    machine(store, story)
    assert clean_of(store, story).split("\n")[1] == "Ondertiteld door niemand."


def test_an_emptied_sentence_needs_no_listening(store: Store, story: Story) -> None:
    transcripts.change(store, EDITOR, story.id, lambda t: emptied(t, 1), expected=now(store, story).row_version)
    assert transcripts.opened(store, EDITOR, story.id).to_hear == {0, 2}


SPANS = st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 6000)), max_size=8)


@given(SPANS)
def test_listening_twice_is_listening_once_and_never_less(spans: list[tuple[int, int]]) -> None:
    joined = listening.joined(spans)
    assert listening.joined([*joined, *spans]) == joined
    for start, end in spans:
        if start < end:
            assert any(low <= start and end <= high for low, high in joined)


# the machine's listening


def test_another_language_is_heard_anew_unless_somebody_worked_on_the_text(store: Store, story: Story) -> None:
    row = now(store, story).row_version
    back = transcribing.choose_language(store, EDITOR, story.id, "tr", expected=row)
    assert back.stage is Stage.CAPTURED
    with store.read() as books:
        assert not books.has(story.id, Kind.TRANSCRIPT)
    other = written_out(store)
    transcripts.listened(store, EDITOR, other.id, [(0, 2000)])
    with pytest.raises(Refused) as refusal:
        transcribing.choose_language(store, EDITOR, other.id, "tr", expected=now(store, other).row_version)
    assert refusal.value.code == "text_touched"
    assert text_of(store, other) == list(SENTENCES)


def test_stopped_work_can_go_on(store: Store, story: Story) -> None:
    retype(store, story, 0, "Een.")
    assert transcribing.stop_work(store, EDITOR, story.id) == 1
    assert transcribing.work_again(store, EDITOR, story.id)
    assert next(job.state for job in jobs.status(store, story.id)) is JobState.WAITING


def test_typed_lines_need_no_listening() -> None:
    typed = Transcript("nl", 2000, "proef", (Segment(500, 500, "dit typte ik", 1.0),))
    assert not any(map(listening.spoken, typed.segments))


def test_every_language_that_is_offered_is_one_that_whisper_knows() -> None:
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    assert set(transcribing.LANGUAGES) <= set(_LANGUAGE_CODES)
    assert all(has(f"ui.language_{code}") for code in transcribing.LANGUAGES)
