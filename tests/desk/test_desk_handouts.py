"""An A4 with quotes that left by the insights: a teller who stops makes a task of it, once and for all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from insights_fixture import tell
from role_place import Place

from desk import handouts, insight_files, register, todo, withdrawing
from desk.insights import Selection
from desk.retention import tidy
from stories import clock
from stories.consent import Form, Party, Purpose
from stories.errors import NotFound
from stories.people import Role
from stories.store import Store

CIRCLE = Selection(Purpose.KENNISKRING, opgave="werkgever")


@pytest.fixture
def here(store: Store) -> Place:
    return Place.open(store)


def a4(place: Place) -> list[str]:
    """One leaves; the ids of the stories that it quotes."""
    tell(place.store, 7, opgave="werkgever", lens="gaat_fout")
    before = {one.id for one in sheets(place)}
    insight_files.export(place.store, place.staff[Role.REDACTEUR], CIRCLE, "docx")
    (new,) = [one for one in sheets(place) if one.id not in before]
    with place.store.read() as books:
        lines = books.audit_trail(action=handouts.ACTION)
    return [line["story_id"] for line in lines if str(line["detail"]).startswith(new.id)]


def sheets(place: Place) -> tuple[register.Sheet, ...]:
    return register.sheets(place.store, place.staff[Role.COMMUNICATIE])


def due(place: Place) -> list[str]:
    return [one.id for one in sheets(place) if one.due]


def test_an_a4_is_known_by_what_it_is_about_and_nobody_is_asked_anything_yet(here: Place) -> None:
    quoted = a4(here)
    (sheet,) = sheets(here)
    assert (sheet.day, sheet.by, sheet.about) == (clock.today(), "redacteur", "De rol van de werkgever")
    assert (sheet.quotes, sheet.due, sheet.down_on) == (len(quoted), None, None) and len(quoted) == 3


def test_who_stops_makes_a_task_that_is_done_once_and_outlives_the_story(here: Place) -> None:
    quoted, officer = a4(here), here.staff[Role.COMMUNICATIE]
    for _ in range(2):
        withdrawing.withdraw(here.store, quoted[0], Party.TELLER)
    (task,) = todo.waiting(here.store, officer)
    (sheet,) = sheets(here)
    assert (task.subject, task.kind, task.due) == (sheet.id, handouts.TAKE_DOWN, sheet.due)
    (known,) = handouts.told(here.store, quoted[0])
    assert known.due == sheet.due
    assert handouts.told(here.store, quoted[1])[0].due is None, "whoever did not stop waits for nothing"
    register.take_down(here.store, officer, sheet.id)
    assert todo.waiting(here.store, officer) == () and sheets(here)[0].down_on == clock.today()
    assert tidy(here.store, now=datetime.now(UTC) + timedelta(days=8)).erased == (quoted[0],)
    assert due(here) == [], "what was asked is not asked again when the words are erased"
    assert handouts.told(here.store, quoted[0])[0].down_on == clock.today()


@pytest.mark.parametrize(
    ("purpose", "form", "asks"),
    [
        (Purpose.KENNISKRING, None, True), (Purpose.KENNISKRING, Form.TEKST, True), (Purpose.BIJZONDER, None, True),
        (Purpose.NIEUWSBRIEF, None, False), (Purpose.KENNISKRING, Form.BEELD, False),
    ],
)  # fmt: skip
def test_only_a_no_to_what_the_a4_was_for_asks_it_back(
    place: Place, purpose: Purpose, form: Form | None, asks: bool
) -> None:
    withdrawing.withdraw(place.store, a4(place)[0], Party.TELLER, purpose=purpose, form=form)
    assert bool(due(place)) is asks


def test_every_a_four_is_a_task_of_its_own_and_one_without_quotes_of_theirs_is_none(place: Place) -> None:
    first, second = a4(place), a4(place)
    both = set(first) & set(second)
    withdrawing.withdraw(place.store, first[0], Party.TELLER)
    assert len(due(place)) == (2 if first[0] in both else 1)


def test_what_is_no_a4_and_no_publication_is_not_found(place: Place) -> None:
    a4(place)
    (sheet,) = sheets(place)
    for unknown in (sheet.id, "a0"):  # of the first nothing is asked
        with pytest.raises(NotFound):
            register.take_down(place.store, place.staff[Role.COMMUNICATIE], unknown)


def test_a_line_of_before_a4s_had_an_id_makes_a_task_too(place: Place) -> None:
    (story_id,) = tell(place.store, 1)
    with place.store.write() as books:
        books.audit("u1", handouts.ACTION, story_id=story_id, subject="q1")
    withdrawing.withdraw(place.store, story_id, Party.TELLER)
    assert due(place) == ["q1"]
