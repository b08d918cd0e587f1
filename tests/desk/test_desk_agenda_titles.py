"""A title of the agenda that may name somebody in a story goes when that story is erased."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from role_place import ADULT, Place

from desk import agenda_titles, calendar, receiving, telling, todo, withdrawing
from desk.retention import tidy
from stories import clock
from stories.consent import Form, Outcome, Party, Purpose
from stories.install import migrate
from stories.model import Story, StoryKind, Task
from stories.people import Role
from stories.planned import Planned, PlannedState, Slot
from stories.store import Store
from stories.words import say

DAY = timedelta(days=1)
GONE = say("store.erased_block")
TEXT = "Samira Hoekstra mocht niet mee op schoolreisje. Haar broer zei dat hij ziek was."


@pytest.fixture
def here(store: Store) -> Place:
    return Place.open(store)


def about_samira(place: Place) -> Story:
    yes = telling.answers(ADULT, own=Outcome.JA, channels=[(Purpose.NIEUWSBRIEF, Form.TEKST)])
    story = telling.begin(place.store, yes, kind=StoryKind.TEXT)
    receiving.receive_text(place.store, story.id, TEXT)
    telling.hand_in(place.store, story.id)
    return place.work(place.now(story.id))


def plan(place: Place, title: str, days: int = 30, piece_id: str | None = None) -> Planned:
    day, user = clock.today() + days * DAY, place.staff[Role.REDACTEUR]
    return calendar.plan(place.store, user, day=day, slot=Slot.ANDERS, title=title, piece_id=piece_id)


def titles(place: Place) -> dict[str, str]:
    with place.store.read() as books:
        return {item.id: item.title for item in books.planned_between(date.min, date.max)}


def erase(place: Place, story: Story) -> None:
    withdrawing.withdraw(place.store, story.id, Party.TELLER)
    assert tidy(place.store, now=datetime.now(UTC) + 8 * DAY).erased == (story.id,)


def asked(place: Place) -> list[Task]:
    return [t for t in todo.waiting(place.store, place.staff[Role.COMMUNICATIE]) if t.kind == agenda_titles.NEW_TITLE]


def test_titles_that_name_somebody_or_say_the_words_go_and_others_stay(here: Place) -> None:
    story, piece = about_samira(here), here.piece()
    named = plan(here, "Bellen met samira's school")
    quoting = plan(here, "Actie: niet mee op schoolreisje!")
    of_another = plan(here, "Hoekstra in beeld", piece_id=piece.id)
    innocent = plan(here, "Kenniskring over schoolreisjes")
    assert set(titles(here).values()).isdisjoint({GONE}), "not before it is erased"
    erase(here, story)
    assert titles(here) == {
        named.id: GONE, quoting.id: GONE, of_another.id: GONE, innocent.id: "Kenniskring over schoolreisjes"
    }  # fmt: skip
    assert {task.subject for task in asked(here)} == {named.id, quoting.id, of_another.id}
    with here.store.read() as books:
        lines = [line for line in books.audit_trail(limit=1_000) if line["action"] == "planned_title_gone"]
    assert len(lines) == 3 and {line["detail"] for line in lines} == {""}


def test_a_new_title_ends_the_task_and_what_is_over_asks_nothing(place: Place) -> None:
    story = about_samira(place)
    item, past, done = plan(place, "Samira"), plan(place, "Samira", days=-3), plan(place, "Samira")
    officer = place.staff[Role.COMMUNICATIE]
    calendar.decide(place.store, officer, done.id, PlannedState.GEDAAN, expected=0)
    erase(place, story)
    assert set(titles(place).values()) == {GONE}
    (task,) = asked(place)
    assert task.subject == item.id and task.due > clock.today()
    assert past.id != item.id
    now = calendar.detail(place.store, officer, item.id).line.item
    calendar.move(
        place.store, officer, item.id, day=now.day, slot=now.slot, title="Schoolactie", owner=now.owner,
        expected=now.row_version,
    )  # fmt: skip
    assert asked(place) == [] and titles(place)[item.id] == "Schoolactie"


def test_of_a_story_whose_key_was_lost_nobody_knows_which_title_is_safe(place: Place) -> None:
    story = about_samira(place)
    item = plan(place, "Winternummer")
    with place.store.connect(write=True) as connection:
        connection.exec_driver_sql("DELETE FROM story_key WHERE story_id = ?", (story.id,))
    with place.store.write() as books:
        assert agenda_titles.forget(books, story.id, "machine", datetime.now(UTC)) == 1
    assert titles(place) == {item.id: GONE}


def test_a_restored_backup_brings_no_title_back(place: Place, tmp_path: Path) -> None:
    """Nobody seeks names while a database is brought up to date, so no title is known to be safe."""
    story = about_samira(place)
    item = plan(place, "Bellen met Samira")
    place.store.close()  # so that everything is in the file
    shutil.copytree(place.store.settings.data_dir, tmp_path / "backup")
    place.store = Store.open(place.store.settings)
    erase(place, story)
    settings = place.store.settings
    place.store.close()
    shutil.rmtree(settings.data_dir)
    shutil.copytree(tmp_path / "backup", settings.data_dir)
    migrate(settings)
    again = Store.open(settings)
    try:
        assert titles(Place(again, place.staff)) == {item.id: GONE}
    finally:
        again.close()
