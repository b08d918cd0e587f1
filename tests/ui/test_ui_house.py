"""Where staff begin, and what the administrator reads of what was done."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ui_help import House

from stories.people import Role
from stories.words import say
from ui.home import WORK
from ui.house import happened
from ui.shell import pages_for


def test_the_log_tells_the_time_of_the_netherlands() -> None:
    line = {"at": datetime(2025, 7, 1, 22, 30, tzinfo=UTC), "name": "Ed", "action": "story_released"}
    assert happened(line) == f"2 jul 2025, 00:30: Ed {say('audit.story_released')}."


@pytest.mark.parametrize("role", Role)
def test_the_front_page_leads_everybody_of_staff_to_their_work(house: House, role: Role) -> None:
    shown = house.screen(role).open("").text
    user = house.staff[role]
    first = [say("ui.home_work", page=say(f"ui.menu_{path}")) for path, act in WORK if user.may(act)]
    assert first and all(label in shown for label in first)
    reached = {page.path for page in pages_for(user)}
    assert {path for path, act in WORK if user.may(act)} <= reached


def test_a_stranger_sees_no_way_to_the_work(house: House) -> None:
    shown = house.screen().open("").text
    assert not [path for path, _ in WORK if say("ui.home_work", page=say(f"ui.menu_{path}")) in shown]
