"""Beheer shows when somebody last looked at each helpline, and takes a new check with one press."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from ui_help import House

from desk import helplines
from stories.clock import today
from stories.people import Role
from stories.words import say
from ui.parts import day


def test_the_administrator_sees_each_check_and_looks_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    old = [replace(line, checked_on=today() - timedelta(days=400)) for line in helplines.HELPLINES]
    monkeypatch.setattr(helplines, "HELPLINES", tuple(old))
    screen = house.screen(Role.BEHEERDER).open("beheer")
    assert screen.text.count(say("helplines.old")) == len(old)
    assert say("helplines.with_app", day=day(old[0].checked_on)) in screen.text
    screen.press("hulplijn_geldfit")
    assert say("helplines.done") in screen.text
    assert say("helplines.by", day=day(today()), who=house.staff[Role.BEHEERDER].name) in screen.text
    assert screen.text.count(say("helplines.old")) == len(old) - 1
