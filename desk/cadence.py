"""How often what is made: the plan's cadence, the periods it cuts a year into, and which of them have nothing planned.

Pure functions. The plan of the project says 6 newsletters a year, a post every week, at least 8 kenniskringen and 4
times the leernetwerk; a house chooses its own numbers (`desk.calendar.set_cadence`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from stories.errors import InputRefused
from stories.model import joined
from stories.planned import CHANNELS, Planned, PlannedState, Slot
from stories.words import say

PLAN: Mapping[str, int] = {"nieuwsbrief": 6, "social": 52, "kenniskring": 8, "leernetwerk": 4}
"""Times a year, by channel; what is not named has no cadence."""

WEEKLY = 52
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """A period, from `first` to `last`, in which nothing is planned for a channel, and a day that would do."""

    slot: Slot
    first: date
    last: date
    proposed: date

    @property
    def when(self) -> str:
        """In words, for behind "voor"."""
        months = say("publish.months").split()
        if self.last - self.first == 6 * DAY:
            return say("calendar.week_of", day=f"{self.first.day} {months[self.first.month - 1]}")
        if self.first.day == 1 and (self.last + DAY).day == 1:
            here = [months[number - 1] for number in range(self.first.month, self.last.month + 1)]
            return joined(here) if len(here) < 3 else say("calendar.days_from", first=here[0], last=here[-1])
        first, last = (f"{day.day} {months[day.month - 1]}" for day in (self.first, self.last))
        return say("calendar.days_from", first=first, last=last)


def read(body: str | None) -> dict[str, int]:
    """What a house chose, or the plan."""
    return dict(PLAN) if body is None else {str(channel): int(times) for channel, times in json.loads(body).items()}


def written(per_year: Mapping[str, int]) -> str:
    """The inverse of `read`. Raises InputRefused for a channel nobody knows or a number that is none."""
    if not set(per_year) <= set(CHANNELS) or not all(0 <= times <= WEEKLY for times in per_year.values()):
        raise InputRefused("calendar.cadence_wrong", most=WEEKLY)
    return json.dumps({channel: per_year[channel] for channel in CHANNELS if per_year.get(channel)})


def periods(per_year: int, first: date, last: date) -> Iterator[tuple[date, date]]:
    """The periods of which each should have one, as far as they touch the days from `first` to `last`.

    Weeks from Monday when it is every week, whole months when twelve can be shared out, else equal parts of a year.
    """
    if per_year == WEEKLY:
        monday = first - first.weekday() * DAY
        while monday <= last:
            yield monday, monday + 6 * DAY
            monday += 7 * DAY
        return
    for year in range(first.year, last.year + 1):
        begins = [*(_begin(year, part, per_year) for part in range(per_year)), date(year + 1, 1, 1)]
        for begin, following in pairwise(begins):
            if begin <= last and following > first:
                yield begin, following - DAY


def gaps(per_year: Mapping[str, int], planned: Iterable[Planned], today: date, until: date) -> tuple[Gap, ...]:
    """The periods from today on in which nothing is planned (or done), the first of each channel first.

    `planned` reaches back to the begin of the periods that hold today: `reach`.
    """
    taken: dict[str, list[date]] = {}
    for item in planned:
        if item.state is not PlannedState.AFGEBLAZEN:
            taken.setdefault(item.slot.channel, []).append(item.day)
    found = [
        Gap(_slot(channel), first, last, _proposed(first, last, today))
        for channel, times in per_year.items()
        for first, last in periods(times, today, until)
        if not any(first <= day <= last for day in taken.get(channel, ()))
    ]
    return tuple(sorted(found, key=lambda gap: (gap.first, gap.slot)))


def reach(per_year: Mapping[str, int], today: date, until: date) -> tuple[date, date]:
    """The first and last day that `gaps` must know about."""
    spans = [span for times in per_year.values() for span in periods(times, today, until)] or [(today, until)]
    return min(first for first, _ in spans), max(last for _, last in spans)


def _begin(year: int, part: int, per_year: int) -> date:
    if 12 % per_year == 0:
        return date(year, 1 + part * (12 // per_year), 1)
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    return date(year, 1, 1) + part * days // per_year * DAY


def _proposed(first: date, last: date, today: date) -> date:
    """The middle of the period or today, on a working day where the period has one left."""
    day = max(first + (last - first) // 2, today)
    working = day + max(0, 7 - day.weekday()) * DAY if day.weekday() >= 5 else day
    return working if working <= last else day


def _slot(channel: str) -> Slot:
    """Of a channel with several forms the safest: spoken by somebody else."""
    return next(slot for slot in Slot if slot.channel == channel)
