"""Facts counted into one cube of years, roles, regions and tags, of which `desk.disclosure` says what may be shown.

A pure function of facts and vocabulary: who asks, and whether they may, is the business of `desk.insights`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from desk.disclosure import Band, Counts, Mask, band, cube, safe
from desk.facts import Fact, Pair, by_teller
from stories.model import TellerRole
from stories.vocabulary import Soort, only

Tag = str | Pair
"""A tag, an opgave with its lens or level, or ALL."""

ALL = ""
ROLES = tuple(TellerRole)
QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Figures:
    """All counts of one purpose. `years`: newest first. `regions`: by code, in order of their names.

    `counts` and `shown` have the axes year, role, region and tag; index 0 of the first three is the total. `quarters`
    has per year the axes quarter and tag (ALL and the opgaven).
    """

    limit: int
    years: tuple[int, ...]
    regions: dict[str, str]
    opgaven: tuple[str, ...]
    tags: dict[Tag, int]
    counts: Counts
    shown: Mask
    quarters: dict[int, tuple[Counts, Mask]]

    def band(
        self, tag: Tag, *, year: int | None = None, role: TellerRole | None = None, region: str | None = None
    ) -> Band:
        """What may be said of this cell; a year, region or tag that nobody told about is the lowest band."""
        known = tag in self.tags and (year is None or year in self.years) and (region is None or region in self.regions)
        if not known:
            return Band(0, self.limit - 1)
        at = (
            0 if year is None else 1 + self.years.index(year),
            0 if role is None else 1 + ROLES.index(role),
            0 if region is None else 1 + list(self.regions).index(region),
            self.tags[tag],
        )
        return band(int(self.counts[at]), self.limit) if self.shown[at] else Band()

    def quarter(self, tag: Tag, year: int, number: int) -> Band:
        """The cell of one quarter (1 to 4) of a year, of all roles and regions."""
        if year not in self.quarters or tag not in self.tags:
            return Band(0, self.limit - 1)
        counts, shown = self.quarters[year]
        at = (number, self.tags[tag])
        return band(int(counts[at]), self.limit) if shown[at] else Band()


def figures(
    facts: Iterable[Fact], vocabulary: Sequence[dict[str, Any]], *, limit: int, code: Callable[[str], str]
) -> Figures:
    """Count tellers, add up, and decide what may be shown. `code` says what stands for a region."""
    tellers = by_teller(facts)
    opgaven, lenses, levels = (
        tuple(row["id"] for row in only(vocabulary, kind)) for kind in (Soort.OPGAVE, Soort.LENS, Soort.NIVEAU)
    )
    tags: dict[Tag, int] = {}
    for tag in (ALL, *opgaven, *lenses, *levels, *product(opgaven, lenses + levels)):
        tags.setdefault(tag, len(tags))
    years = tuple(sorted({fact.told_on.year for fact in tellers}, reverse=True))
    names = sorted({fact.region for fact in tellers if fact.region}, key=lambda name: (name.casefold(), name))
    regions = {code(name): name for name in names}
    place = {name: index for index, name in enumerate(names)} | {"": len(names)}  # the last part: nobody said where
    atoms = np.zeros((max(1, len(years)), len(ROLES), len(place), len(tags)), np.int64)
    by_quarter = np.zeros((max(1, len(years)), QUARTERS, 1 + len(opgaven)), np.int64)
    of_year, of_role = {year: at for at, year in enumerate(years)}, {role: at for at, role in enumerate(ROLES)}
    cells = [
        (of_year[fact.told_on.year], of_role[fact.role], place[fact.region], tags[tag], (fact.told_on.month - 1) // 3)
        for fact in tellers
        for tag in (ALL, *fact.tags, *fact.pairs)
        if tag in tags
    ]
    in_year, in_role, in_place, about, in_quarter = np.array(cells, np.intp).reshape(-1, 5).T
    np.add.at(atoms, (in_year, in_role, in_place, about), 1)
    whole = about <= len(opgaven)  # quarters are counted of everything and of opgaven
    np.add.at(by_quarter, (in_year[whole], in_quarter[whole], about[whole]), 1)
    counts = cube(atoms)
    within = [(at, tags[ALL]) for tag, at in tags.items() if isinstance(tag, str) and tag != ALL]
    within += [(at, tags[whole]) for tag, at in tags.items() if not isinstance(tag, str) for whole in tag]
    shown = safe(counts, within, limit=limit)
    quarters = {
        year: _quarters(by_quarter[at], shown[1 + at, 0, 0, : 1 + len(opgaven)], limit) for at, year in enumerate(years)
    }
    return Figures(limit, years, regions, opgaven, tags, counts, shown, quarters)


def _quarters(atoms: Counts, year_shown: Mask, limit: int) -> tuple[Counts, Mask]:
    """One year in quarters. The year's own numbers stand in the cube: where one of them would have to give way, the
    quarters do."""
    counts = cube(atoms)
    hidden = np.zeros(counts.shape, np.bool_)
    hidden[0] = ~year_shown
    shown = safe(counts, [(at, 0) for at in range(1, counts.shape[1])], limit=limit, hidden=hidden)
    if (shown[0] != year_shown).any():
        shown[1:] = False
    return counts, shown
