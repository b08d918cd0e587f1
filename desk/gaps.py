"""What is not told yet, in words. Nothing here says that somebody is the only one: what the lowest band hides
("nobody" or "fewer than five") is one sentence, and a month is named only of what more tellers told about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from desk.facts import Fact
from desk.figures import ROLES, Figures
from stories.model import joined
from stories.words import say

QUIET_MONTHS = 3
"""So many whole months without a story are worth a sentence."""

ASKED = ("zou_helpen", "gaat_goed", "gaat_fout")
"""Lenses that should not be missing from an opgave."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One sentence, and the opgave that it is about."""

    opgave: str
    sentence: str


def find(
    found: Sequence[Fact], counted: Figures, opgaven: Sequence[str], names: Mapping[str, str], *, today: date
) -> tuple[Gap, ...]:
    """The gaps of all years and regions together, per opgave."""
    last = {
        (opgave, fact.role): fact.told_on
        for fact in sorted(found, key=lambda fact: fact.told_on)
        for opgave in fact.tags
    }
    gaps: list[Gap] = []
    for opgave in opgaven:
        name = names[opgave]
        if counted.band(opgave).low == 0:
            gaps.append(Gap(opgave, say("insights.gap_opgave", opgave=name)))
            continue
        few = [say(f"insights.of_{role}") for role in ROLES if counted.band(opgave, role=role).low == 0]
        if len(few) == len(ROLES):
            gaps.append(Gap(opgave, say("insights.gap_each", opgave=name)))
        elif few:
            gaps.append(Gap(opgave, say("insights.gap_roles", opgave=name, roles=joined(few))))
        for lens in ASKED:
            if counted.band((opgave, lens)).low == 0:
                gaps.append(Gap(opgave, say("insights.gap_lens", opgave=name, about=say(f"insights.about_{lens}"))))
        for role in ROLES:
            told = last.get((opgave, role))
            if told and counted.band(opgave, role=role).visible and _months(told, today) > QUIET_MONTHS:
                since = f"{say('insights.months').split()[told.month - 1]} {told.year}"
                of = say(f"insights.of_{role}")
                gaps.append(Gap(opgave, say("insights.gap_since", opgave=name, role=of, since=since)))
    return tuple(gaps)


def _months(since: date, today: date) -> int:
    return (today.year - since.year) * 12 + today.month - since.month
