"""Whose name a place is: who the machine takes it for, unless an editor said that it is somebody else."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from anonymise.people import People, Thing
from stories.model import Finding, Name

if TYPE_CHECKING:
    from anonymise.finding import Decision

Said = tuple[str, int]
"""What an editor said: `who` and `apart` of `Decision`; ("", 0) where nobody did."""


class Whose:
    """The persons and things of a text. `red` are in order and without overlap; of several decisions about a place the
    last one counts."""

    def __init__(
        self, text: str, red: Sequence[Finding], rows: Sequence[Name] = (), decisions: Iterable[Decision] = ()
    ) -> None:
        self._text = text
        self._said: dict[tuple[int, int], Said] = {}
        starts, ends = [one.start for one in red], [one.end for one in red]
        for one in decisions:
            if one.action != "keep":
                for at in range(bisect_right(ends, one.start), bisect_left(starts, one.end)):
                    self._said[starts[at], ends[at]] = one.who, one.apart
        spoken = [(row.type, row.original) for row in rows]
        self.people = People([*spoken, *((one.type, text[one.start : one.end]) for one in red)])

    def said(self, finding: Finding) -> Said:
        return self._said.get((finding.start, finding.end), ("", 0))

    def of(self, finding: Finding) -> Thing:
        who, apart = self.said(finding)
        return self.people.thing(finding.type, who or self._text[finding.start : finding.end], apart)

    def of_row(self, row: Name) -> Thing:
        return self.people.thing(row.type, row.who or row.original, row.apart)


def persons(text: str, red: Sequence[Finding], decisions: Iterable[Decision]) -> tuple[int, ...]:
    """For each of these places the number of its person or thing in this text, from 0, in order of coming."""
    whose, numbers = Whose(text, red, (), decisions), dict[Thing, int]()
    return tuple(numbers.setdefault(whose.of(one), len(numbers)) for one in red)
