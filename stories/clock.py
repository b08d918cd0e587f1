"""Which day it is, for choices that hold from or until a day: the calendar of the people who made them.

A teller who says "until 1 March", or who turns 16 on that day, means midnight in the Netherlands; by the clock of UTC
the day would begin one or two hours too late.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

HOME = ZoneInfo("Europe/Amsterdam")


def today(now: datetime | None = None) -> date:
    """The date of this moment (or of `now`, which knows its time zone) in the Netherlands."""
    return (now or datetime.now(UTC)).astimezone(HOME).date()
