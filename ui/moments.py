"""Moments as people in the house say them: by the clock of the Netherlands."""

from __future__ import annotations

from datetime import datetime

from stories import clock
from ui.parts import day


def time_of(at: datetime) -> str:
    """`14:05`"""
    return f"{at.astimezone(clock.HOME):%H:%M}"


def moment(at: datetime) -> str:
    """`14:05` today, else `25 nov 2026, 14:05`."""
    on = clock.today(at)
    return time_of(at) if on == clock.today() else f"{day(on)}, {time_of(at)}"
