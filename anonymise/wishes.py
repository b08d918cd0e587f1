"""What an editor typed in the place of a name: readable, nobody's name in this story, and one person's only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from anonymise.hits import OTHER, PERSON
from anonymise.leaks import Search
from anonymise.people import Thing
from anonymise.text import plain
from stories.errors import InputRefused
from stories.model import Finding

if TYPE_CHECKING:
    from anonymise.finding import Decision

LONGEST = 60
"""Characters of a replacement [P]: a phrase, not a sentence."""


def check_shape(replacement: str) -> None:
    """Raise InputRefused unless this is empty, or one line of words with at most one pair of brackets around it all."""
    if not replacement:
        return
    if len(replacement) > LONGEST:
        raise InputRefused("replacing.too_long", most=LONGEST)
    if replacement != replacement.strip() or not replacement.isprintable():
        raise InputRefused("replacing.one_line")
    inner = inside(replacement)
    if any(mark in inner for mark in "[]{}<>"):
        raise InputRefused("replacing.brackets")
    if not any(char.isalpha() for char in inner):
        raise InputRefused("replacing.no_letters")


def inside(label: str) -> str:
    """A label without the brackets around it."""
    return label[1:-1] if label.startswith("[") and label.endswith("]") else label


def wished(
    decisions: Iterable[Decision],
    red: Sequence[Finding],
    thing_of: Callable[[Finding], Thing],
    search: Search,
    others: Mapping[str, Thing],
) -> dict[Thing, str]:
    """What editors want each person or thing to become; the last decision about a place counts.

    `others` are labels in use now. Raises InputRefused when a name still stands in it, and when two people would get
    the same words.
    """
    last: dict[tuple[int, int], str] = {}
    for decision in decisions:
        last[decision.start, decision.end] = decision.replacement if decision.action != "keep" else ""
    wishes: dict[Thing, str] = {}
    for (start, end), replacement in last.items():
        met = next((f for f in red if f.start < end and start < f.end), None)
        if not replacement or met is None:
            continue
        if inside(replacement) in search:
            raise InputRefused("replacing.still_a_name")
        wishes[thing_of(met)] = replacement
    taken = {plain(label): thing for label, thing in others.items() if thing not in wishes}
    for thing, replacement in wishes.items():
        if thing[0] in (PERSON, OTHER) and taken.setdefault(plain(replacement), thing) != thing:
            raise InputRefused("replacing.shared")
    return wishes
