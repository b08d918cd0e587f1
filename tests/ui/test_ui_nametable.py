"""Wie is wie: an editor asks, a releaser agrees, and the names are on the screen for one look."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from ui_help import Screen

sys.path.insert(0, str(Path(__file__).parents[1] / "desk"))
from role_place import Place
from test_desk_names import worked

from desk import nametable
from desk.nametable import Reason
from stories.people import Role
from stories.store import Store
from stories.words import say


@pytest.fixture
def place(sqlite_store: Store) -> Place:
    return Place.open(sqlite_store)


def at(place: Place, role: Role) -> Screen:
    return Screen(place.store, place.staff[role]).open("wie-is-wie")


def test_two_colleagues_open_together_and_it_is_shown_once(place: Place) -> None:
    story = worked(place)
    editor = at(place, Role.REDACTEUR)
    assert "Sami" not in editor.text and not editor.enabled("vraag_namen")
    editor.app.selectbox(key="welk_verhaal").set_value(story.id)
    editor.app.selectbox(key="waarom").set_value(Reason.VERTELLER_BELT)
    editor.run().press("vraag_namen")
    (ask,) = nametable.asks(place.store, place.staff[Role.REDACTEUR])
    assert say("nametable.own") in editor.text and not editor.has(f"akkoord_{ask.id}")
    releaser = at(place, Role.VRIJGEVER)
    assert say("nametable.reason_verteller_belt") in releaser.text
    releaser.press(f"akkoord_{ask.id}")
    assert "Sami" not in releaser.text and not releaser.has(f"open_{ask.id}")
    editor.open("wie-is-wie").press(f"open_{ask.id}")
    assert "Sami" in editor.text and "[naam 1]" in editor.text
    editor.run()
    assert "Sami" not in editor.text, "gone with the next press of anything"
    assert "Sami" not in str(editor.app.session_state.to_dict())


def test_a_colleague_may_leave_it_closed(place: Place) -> None:
    ask = nametable.ask_table(place.store, place.staff[Role.REDACTEUR], worked(place).id, Reason.FOUT_IN_TEKST)
    at(place, Role.VRIJGEVER).press(f"dicht_{ask.id}")
    assert not nametable.asks(place.store, place.staff[Role.REDACTEUR])


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.REDACTEUR, Role.VRIJGEVER)])
def test_nobody_else_sees_the_page(place: Place, role: Role) -> None:
    shown = at(place, role)
    assert say("nametable.lead") not in shown.text
