"""Do the numbers in a notice say what the terms say? A teller reads "2 jaar"; the daily job must mean the same.

The terms are rules and the days of grace are a setting (`VERTELPUNT_GRACE_DAYS`), so the two can drift apart. A notice
that promises another number cannot be proposed; when a term changes after it, the page of rules says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stories.terms import Terms
from stories.words import say

Span = tuple[str, int]
"""("day", 90) or ("month", 24): a length of time without its name. Weeks are seven days, years twelve months."""

UNITS: dict[str, dict[str, tuple[str, int, tuple[str, ...]]]] = {
    "nl": {
        "day": ("day", 1, ("dag", "dagen")),
        "week": ("day", 7, ("week", "weken")),
        "month": ("month", 1, ("maand", "maanden")),
        "year": ("month", 12, ("jaar", "jaar", "jaren")),
    },
    "en": {
        "day": ("day", 1, ("day", "days")),
        "week": ("day", 7, ("week", "weeks")),
        "month": ("month", 1, ("month", "months")),
        "year": ("month", 12, ("year", "years")),
    },
}
"""How lengths of time are written, per language: unit, how many of it, and the names (one, more, other ways).

In another language only the bare numbers can be looked for."""

AGES = frozenset({("month", 12 * age) for age in (12, 16, 18)})
"""Years that are an age: the bands of a teller's age."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A term that the notice must name. `name` is that of the term, or `grace_days`."""

    name: str
    span: Span


def promises(terms: Terms, grace_days: int) -> tuple[Promise, ...]:
    """What a teller must be told: how long what is kept, and until when they can still change their mind."""
    return (
        Promise("raw_audio_days", ("day", terms.raw_audio_days)),
        Promise("story_months", ("month", terms.story_months)),
        Promise("proof_years", ("month", 12 * terms.proof_years)),
        *([Promise("grace_days", ("day", grace_days))] if grace_days else []),
    )


def drifted(text: str, language: str, terms: Terms, grace_days: int) -> tuple[str, ...]:
    """A Dutch sentence for every term that `text` does not name as it is, and for every time that is no term of ours.

    Numbers must be written in digits. In a language without `UNITS` nothing is said about a number too many.
    """
    wanted = promises(terms, grace_days)
    if language not in UNITS:
        numbers = {int(found) for found in re.findall(r"\d+", text)}
        missing = [one for one in wanted if not {value for value, _ in _ways(one.span, "nl")} & numbers]
        return tuple(_missing(one, "nl") for one in missing)
    named = set(_spans(text, language))
    also = {("day", days) for days in (terms.unconsented_days, terms.ask_again_days)}  # may be told, need not be
    unknown = sorted(named - {one.span for one in wanted} - also - AGES)
    return (
        *(_missing(one, language) for one in wanted if one.span not in named),
        *(say("rules.number_unknown", time=_written(span, language)) for span in unknown),
    )


def _missing(promise: Promise, language: str) -> str:
    about = say(f"rules.term_{promise.name}")
    return say("rules.number_missing", about=about, time=_written(promise.span, language))


def _spans(text: str, language: str) -> Iterator[Span]:
    for unit, size, names in UNITS[language].values():
        for found in re.findall(rf"(?<![\d.,])(\d{{1,6}})[\s-](?:{'|'.join(names)})\b", text, re.IGNORECASE):
            yield unit, int(found) * size


def _ways(span: Span, language: str) -> Iterator[tuple[int, str]]:
    """Every way to write a span in whole numbers, the largest unit first: (2, "jaar"), (24, "maanden")."""
    unit, length = span
    for kind, size, (one, more, *_) in reversed(UNITS[language].values()):
        if kind == unit and length % size == 0:
            yield length // size, one if length == size else more


def _written(span: Span, language: str) -> str:
    """The usual way: days as days, whole years as years."""
    ways = list(_ways(span, language))
    number, name = ways[-1] if span[0] == "day" else ways[0]
    return f"{number} {name}"
