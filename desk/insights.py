"""Insights: what all released stories say together, for whoever may see cleared stories.

    seen = look(store, user, chosen({"doel": "kenniskring", "jaar": "2026", "opgave": "werkgever"}))

Counted is for one purpose at a time, and only what allows that purpose at this moment: `intern_leren` to look at inside
the house, `kenniskring` or `onderzoek` for what leaves it. What is on the screen is what would be exported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from desk import behind, facts, gaps, rules
from desk.behind import Quoted
from desk.disclosure import Band
from desk.facts import PURPOSES, Fact
from desk.figures import ALL, QUARTERS, ROLES, Figures, Tag, figures
from stories import clock
from stories.blind import MARK_HEX
from stories.consent import Purpose
from stories.model import TellerRole
from stories.people import Act, User
from stories.store import Books, Store
from stories.vocabulary import Soort, only
from stories.words import say

BALANCE = ("gaat_goed", "gaat_fout", "zou_helpen")
"""The three lenses that are weighed against each other."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What somebody looks at, as codes. `lens` may be a level of the verandertheorie too."""

    purpose: Purpose = Purpose.INTERN_LEREN
    year: int | None = None
    role: TellerRole | None = None
    region: str | None = None
    opgave: str | None = None
    lens: str | None = None

    @property
    def tag(self) -> Tag:
        """Which cell it is about."""
        return (self.opgave, self.lens) if self.opgave and self.lens else self.opgave or self.lens or ALL

    @property
    def where(self) -> dict[str, Any]:
        """The filters, as `Figures.band` takes them."""
        return {"year": self.year, "role": self.role, "region": self.region}

    @property
    def codes(self) -> dict[str, str]:
        """The same for a URL; what was not chosen is not in it."""
        given = {
            "doel": None if self.purpose is Purpose.INTERN_LEREN else str(self.purpose),
            "jaar": self.year, "rol": self.role, "regio": self.region, "opgave": self.opgave, "lens": self.lens,
        }  # fmt: skip
        return {name: str(value) for name, value in given.items() if value is not None}


REGION_CODE = re.compile(f"[0-9a-f]{{{MARK_HEX}}}")

CODES = ("doel", "jaar", "rol", "regio", "opgave", "lens")


def chosen(codes: Mapping[str, str | None]) -> Selection:
    """What the codes of a URL say; a code that is none counts as not chosen."""
    year, role, region = codes.get("jaar") or "", codes.get("rol"), codes.get("regio") or ""
    return Selection(
        purpose=next((one for one in PURPOSES if one == codes.get("doel")), Purpose.INTERN_LEREN),
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        role=next((one for one in ROLES if one == role), None),
        region=region if REGION_CODE.fullmatch(region) else None,
        opgave=codes.get("opgave") or None,
        lens=codes.get("lens") or None,
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: its words, its code, and a band per column."""

    label: str
    code: str
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Counted tellers. `code` names it in files; `columns` are the codes of the columns, `heads` their words."""

    code: str
    title: str
    first: str
    columns: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything of one selection. `names`: what tags, and `regions` what regions are called."""

    selection: Selection
    limit: int
    years: tuple[int, ...]
    regions: Mapping[str, str]
    names: Mapping[str, str]
    opgaven: tuple[str, ...]
    tellers: Band
    cell: Band
    tables: tuple[Table, ...]
    gaps: tuple[gaps.Gap, ...]
    quotes: tuple[Quoted, ...]

    def table(self, code: str) -> Table | None:
        return next((table for table in self.tables if table.code == code), None)


def look(store: Store, user: User, selection: Selection) -> Seen:
    """Tables, gaps and quotes of a selection, as they may be seen at this moment."""
    user.require(Act.SEE_CLEARED)
    with store.read() as books:
        return seen(books, selection)


def seen(books: Books, selection: Selection) -> Seen:
    """As `look`, for a caller that has asked who it is for."""
    today = clock.today()
    vocabulary = rules.vocabulary(books)
    found = facts.read(books, selection.purpose, on=today)
    counted = figures(found, vocabulary, limit=books.settings.fewest_tellers, code=books.region_mark)
    known = {str(row["id"]): row for row in vocabulary}
    opgaven = tuple(tag for tag in counted.opgaven if known[tag].get("actief", True))
    lenses = {str(row["id"]) for row in vocabulary} - set(counted.opgaven)
    selection = replace(
        selection,
        opgave=selection.opgave if selection.opgave in counted.opgaven else None,
        lens=selection.lens if selection.lens in lenses else None,
    )
    names = {tag: _name(row) for tag, row in known.items()}
    tables = _tables(counted, selection, names, opgaven, vocabulary)
    cell = counted.band(selection.tag, **selection.where)
    return Seen(
        selection=selection,
        limit=counted.limit,
        years=counted.years,
        regions=counted.regions,
        names=names,
        opgaven=opgaven,
        tellers=counted.band(ALL, **selection.where),
        cell=cell,
        tables=tables,
        gaps=gaps.find(found, counted, opgaven, names, today=today),
        quotes=behind.quotes(
            books,
            _matching(found, selection, counted.regions.get(selection.region or "")),
            selection.tag,
            _named_roles(counted, selection),
            selection.purpose,
            on=today,
        )
        if selection.tag != ALL and cell.visible
        else (),
    )


def _name(row: Mapping[str, Any]) -> str:
    """What is not known to be an opgave of the Alliantie is not called one."""
    name = str(row["naam"])
    unsure = row.get("soort", Soort.OPGAVE) == Soort.OPGAVE and row["bevestigd"] != "ja"
    return say(f"insights.theme_{row['bevestigd']}", name=name) if unsure else name


def _named_roles(counted: Figures, selection: Selection) -> set[TellerRole]:
    """Roles of which enough people are in the cell to say of a quote that one of them said it."""
    return {role for role in ROLES if counted.band(selection.tag, **selection.where | {"role": role}).visible}


def _matching(found: tuple[Fact, ...], chosen: Selection, region: str | None) -> tuple[Fact, ...]:
    """The tellers behind the chosen cell; `region` is what the chosen one is called."""
    return tuple(
        fact
        for fact in found
        if (chosen.year is None or fact.told_on.year == chosen.year)
        and (chosen.role is None or fact.role is chosen.role)
        and (chosen.region is None or fact.region == region)
        and (chosen.tag in fact.tags or chosen.tag in fact.pairs)
    )


def _tables(
    counted: Figures,
    selection: Selection,
    names: Mapping[str, str],
    opgaven: tuple[str, ...],
    vocabulary: tuple[dict[str, Any], ...],
) -> tuple[Table, ...]:
    tellers, where = say("insights.tellers"), selection.where
    lenses = [str(row["id"]) for row in only(vocabulary, Soort.LENS)]
    lenses = [*BALANCE, *(lens for lens in lenses if lens not in BALANCE)]
    levels = [str(row["id"]) for row in only(vocabulary, Soort.NIVEAU)]

    def of(code: str, first: str, columns: list[str], heads: list[str], rows: list[Row], title: str = "") -> Table:
        title = title or say(f"insights.table_{code}")
        return Table(code, title, say(f"insights.{first}"), tuple(columns), tuple(heads), tuple(rows))

    def crossed(code: str, columns: list[str]) -> Table:
        rows = [Row(names[o], o, tuple(counted.band((o, tag), **where) for tag in columns)) for o in opgaven]
        return of(code, "opgave", columns, [names[tag] for tag in columns], rows)

    tag = selection.tag
    about = named(tag, names)
    tables = [
        of(
            "opgaven",
            "opgave",
            ["tellers"],
            [tellers],
            [Row(names[o], o, (counted.band(o, **where),)) for o in opgaven],
        ),
        crossed("balans", lenses),
        crossed("verandertheorie", levels),
    ]
    if selection.role is None:
        rows = [Row(say(f"insights.role_{r}"), str(r), (counted.band(tag, **where | {"role": r}),)) for r in ROLES]
        tables.append(of("rollen", "role", ["tellers"], [tellers], rows, say("insights.table_rollen", about=about)))
    if selection.region is None and counted.regions:
        rows = [Row(n, code, (counted.band(tag, **where | {"region": code}),)) for code, n in counted.regions.items()]
        tables.append(of("regios", "region", ["tellers"], [tellers], rows, say("insights.table_regios", about=about)))
    rows = _over_time(counted, selection)
    if rows:
        tables.append(of("verloop", "period", ["tellers"], [tellers], rows, say("insights.table_verloop", about=about)))
    return tuple(tables)


def _over_time(counted: Figures, selection: Selection) -> list[Row]:
    """Year beside year; within one year quarter beside quarter, as long as nothing else is chosen (a quarter of one
    role in one region is soon about one person)."""
    tag, where, today = selection.tag, selection.where, clock.today()
    if selection.year is None:
        years = reversed(counted.years)
        return [Row(str(year), str(year), (counted.band(tag, **where | {"year": year}),)) for year in years]
    if selection.role or selection.region or not isinstance(tag, str) or (tag != ALL and tag not in counted.opgaven):
        return []
    return [
        Row(say("insights.quarter", number=number, year=selection.year), f"{selection.year}-{number}",
            (counted.quarter(tag, selection.year, number),))
        for number in range(1, QUARTERS + 1)
        if (selection.year, number) <= (today.year, (today.month - 1) // 3 + 1)
    ]  # fmt: skip


def named(tag: Tag, names: Mapping[str, str]) -> str:
    """What a table is about, in words."""
    if isinstance(tag, str):
        return say("insights.everything") if tag == ALL else names[tag]
    return say("insights.pair", opgave=names[tag[0]], lens=names[tag[1]])


def in_words(shown: Band, limit: int) -> str:
    """A band as people read it."""
    if shown.low is None:
        return say("insights.not_shown")
    if shown.low == 0:
        return say("insights.fewer", limit=limit)
    return say("insights.between", low=shown.low, high=shown.high)


def said_by(quoted: Quoted) -> str:
    """Who said it: a role, or nothing more than that somebody did."""
    return say(f"insights.by_{quoted.role or 'teller'}")
