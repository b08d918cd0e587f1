"""What editors decided teaches the house's own recogniser: only with a yes, only what two people released, never on
disk, and no longer once something is withdrawn."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymise import Decision, find, own
from anonymise.recogniser import folder_in_use
from desk import receiving, reviewing, teaching, telling, withdrawing
from stories import clock
from stories.consent import Form, Outcome, Party, Purpose
from stories.errors import NotReady
from stories.model import Story, StoryKind
from stories.people import Role
from stories.store import Store
from stories.told import Passage
from tests.desk.test_desk_life import ADULT, NEWSLETTER, House

sys.path.append(str(Path(__file__).resolve().parents[2] / "training"))
import local

TODAY = clock.today()
LEARN = (Purpose.INTERN_LEREN, None)
TEXT = "Mijn juf Quirine woont in Deventer. Zij hielp ons met een jas en daarna ging alles beter op school."


@pytest.fixture
def house(sqlite_store: Store) -> House:
    with sqlite_store.write() as books:
        return House(
            sqlite_store,
            books.add_user("redacteur", "wachtwoord voor een", [Role.REDACTEUR]),
            books.add_user("vrijgever", "wachtwoord voor twee", [Role.VRIJGEVER]),
            books.add_user("communicatie", "wachtwoord voor drie", [Role.COMMUNICATIE]),
        )


def told(house: House, *more: tuple[Purpose, Form | None], excluded: str = "") -> Story:
    yes = telling.answers(ADULT, own=Outcome.JA, channels=[NEWSLETTER, *more])
    story = telling.begin(house.store, yes, kind=StoryKind.TEXT)
    receiving.receive_text(house.store, story.id, TEXT)
    if excluded:
        with house.store.write() as books:
            books.keep_excluded(story.id, [Passage(excluded)])
    telling.hand_in(house.store, story.id)
    return house.worked(story)


def released(house: House, story: Story) -> Story:
    reviewing.mark_heard(house.store, house.editor, story.id)
    left = reviewing.review(house.store, house.editor, story.id)
    kept = [reviewing.keep(finding) for finding in reviewing.undecided(left.findings, left.decisions)]
    reviewing.decide_names(house.store, house.editor, story.id, kept, expected=story.row_version)
    story = house.now(story)
    story = reviewing.offer_for_release(house.store, house.editor, story.id, expected=story.row_version)
    return reviewing.release(house.store, house.releaser, story.id, expected=story.row_version)


def words(lesson: teaching.Lesson) -> list[str]:
    return [lesson.text[start:end] for start, end, _ in lesson.marks]


def test_only_a_released_story_with_a_yes_to_learning_teaches(house: House) -> None:
    waiting, silent = told(house, LEARN), released(house, told(house))
    assert teaching.lessons(house.store, on=TODAY) == ()
    story = released(house, waiting)
    (lesson,) = teaching.lessons(house.store, on=TODAY)
    assert lesson.story_id == story.id != silent.id
    assert words(lesson) == ["Quirine", "Deventer"]
    assert "Quirine" not in repr(lesson)


@pytest.mark.parametrize("purpose", [None, Purpose.INTERN_LEREN])
def test_after_a_withdrawal_a_story_no_longer_teaches_and_the_command_says_so(
    house: House, purpose: Purpose | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = released(house, told(house, LEARN))
    settings = house.store.settings.model_copy(update={"data_dir": tmp_path})
    folder = settings.recogniser_candidate
    folder.mkdir()
    (folder / teaching.SOURCES).write_text(f'["{story.id}"]', encoding="utf-8")
    assert teaching.no_longer(house.store, [story.id], on=TODAY) == 0
    which = {} if purpose is None else {"purpose": purpose}
    withdrawing.withdraw(house.store, story.id, Party.TELLER, **which)
    assert teaching.lessons(house.store, on=TODAY) == ()
    assert local.accept(settings, house.store, TODAY) == 1, "what it learned from may no longer count"
    assert "opnieuw" in capsys.readouterr().out


def test_a_story_that_does_not_exist_teaches_nothing(house: House) -> None:
    assert teaching.no_longer(house.store, ["0" * 32], on=TODAY) == 1


def test_a_passage_kept_for_the_house_keeps_its_story_out(house: House) -> None:
    story = released(house, told(house, LEARN, excluded="Zij hielp ons met een jas"))
    assert teaching.lessons(house.store, on=TODAY) == () and house.now(story).version


def test_collecting_is_audited_by_a_count_alone(house: House) -> None:
    released(house, told(house, LEARN))
    teaching.lessons(house.store, on=TODAY)
    with house.store.read() as books:
        row = next(row for row in books.audit_trail() if row["action"] == "names_learned")
    assert row["detail"] == "stories=1" and row["story_id"] is None


def test_nothing_is_accepted_that_was_not_built_or_is_not_whole(house: House, tmp_path: Path) -> None:
    settings = house.store.settings.model_copy(update={"data_dir": tmp_path})
    with pytest.raises(NotReady):
        local.accept(settings, house.store, TODAY)
    settings.recogniser_candidate.mkdir()
    (settings.recogniser_candidate / teaching.SOURCES).write_text("[]", encoding="utf-8")
    with pytest.raises(NotReady):
        local.accept(settings, house.store, TODAY)
    assert not settings.own_recogniser.exists()


def test_a_recogniser_is_built_from_what_a_house_decided_and_counts_after_accepting(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The real command, with few sentences and one round. An age that an editor hid is no name, and once broke it."""
    story, where = told(house, LEARN), house.store.settings
    age = Decision(TEXT.index("ons"), TEXT.index("ons") + 3, "add", "leeftijd")
    reviewing.decide_names(house.store, house.editor, story.id, [age], expected=story.row_version)
    story = released(house, house.now(story))
    monkeypatch.setattr(local.training, "gold", lambda held_out: [])
    monkeypatch.setattr(local, "load", lambda files: [{"id": "a", "part": "test", "text": TEXT, "entities": []}])
    # A page that was tested before leaves its script as the main program, which new processes would run again.
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    assert local.build(where, house.store, TODAY, epochs=1) == 0
    assert "namen gemist" in capsys.readouterr().out and folder_in_use(where) == own.FOLDER
    assert local.accept(where, house.store, TODAY) == local.status(where, house.store, TODAY) == 0
    taught = folder_in_use(where)
    assert teaching.sources(taught) == [story.id]
    held = b"".join(path.read_bytes() for path in taught.iterdir()).lower()
    assert not [word for word in TEXT.lower().split() if len(word) > 5 and word.encode() in held]
    assert find(TEXT, voters=[own.OwnVoter(taught)])


def test_housekeeping_removes_what_learned_from_a_story_that_may_not_teach_any_more(house: House) -> None:
    story, settings = released(house, told(house, LEARN)), house.store.settings
    for folder in (settings.own_recogniser, settings.recogniser_candidate):
        folder.mkdir()
        (folder / teaching.SOURCES).write_text(f'["{story.id}"]', encoding="utf-8")
    assert teaching.tidy(house.store) == 0 and settings.own_recogniser.exists()
    withdrawing.withdraw(house.store, story.id, Party.TELLER, purpose=Purpose.INTERN_LEREN)
    assert teaching.tidy(house.store) == 2
    assert not settings.own_recogniser.exists() and not settings.recogniser_candidate.exists()
    with house.store.read() as books:
        assert next(row for row in books.audit_trail() if row["action"] == "own_recogniser_removed")


def test_a_recogniser_of_which_nobody_knows_who_taught_it_is_removed(house: House) -> None:
    house.store.settings.own_recogniser.mkdir()
    assert teaching.tidy(house.store) == 1


@settings(deadline=None)
@given(st.integers(0, 50), st.integers(0, 50), st.integers(-3, 3))
def test_worse_is_missing_more_names_in_either_pass(one: int, other: int, change: int) -> None:
    before, after = {"written": (one, 0), "lower": (other, 0)}, {"written": (one, 9), "lower": (other + change, 0)}
    assert local.worse(before, after) is (change > 0)
