"""The editorial calendar: what is planned, what is late, which channel has a gap, and what fits or ends when.

    made = plan(store, ann, day=..., slot=Slot.NIEUWSBRIEF, title="Winternummer")
    move(store, ann, made.id, day=..., slot=..., title=..., owner=..., expected=made.row_version)
    decide(store, ann, made.id, PlannedState.GEDAAN, expected=...)

A line of the calendar holds words of the house only. Whoever may see cleared stories sees it; whoever composes changes
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from desk import agenda_titles, cadence, expiring, ics, rules
from desk.cadence import Gap
from desk.expiring import Ending, Fit
from desk.keeping import clock
from stories.books_choices import Choice
from stories.clock import today as today_at_home
from stories.errors import InputRefused
from stories.model import Piece, PieceState, Story, new_id
from stories.people import Act, User
from stories.planned import MAX_TITLE, Planned, PlannedState, Slot
from stories.store import Books, Store
from stories.words import say

CADENCE = "cadence"
"""The house's choice of that name: JSON of times a year by channel."""

AHEAD = timedelta(days=92)
"""A quarter: so far ahead it is said that a channel has a gap."""


@dataclass(frozen=True, slots=True)
class Line:
    """One planned item as the screen shows it. `wrong`: stories in its piece that may not be used on its day, each with
    a sentence; `piece` is None when none is linked."""

    item: Planned
    owner: str
    is_late: bool
    piece: Piece | None
    wrong: tuple[tuple[Story, str], ...]

    @property
    def is_blocked(self) -> bool:
        return self.piece is not None and self.piece.state is PieceState.GEBLOKKEERD


@dataclass(frozen=True, slots=True)
class Calendar:
    lines: tuple[Line, ...]
    late: tuple[Line, ...]
    gaps: tuple[Gap, ...]
    endings: tuple[Ending, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """One planned item with what fits it."""

    line: Line
    fits: tuple[Fit, ...]


@dataclass(frozen=True, slots=True)
class Cadence:
    """Times a year by channel; `version` of the house's choice, 0 while the plan's counts."""

    per_year: Mapping[str, int]
    version: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What a form offers: colleagues who can be the owner, pieces and opgaven, each as id to name."""

    owners: Mapping[str, str]
    pieces: Mapping[str, str]
    themes: Mapping[str, str]


def overview(store: Store, user: User, first: date, last: date, *, today: date | None = None) -> Calendar:
    """The days from `first` to `last`; what is late, what ends and what has a gap are those of now."""
    user.require(Act.SEE_CLEARED)
    today = today or today_at_home()
    with store.read() as books:
        names = _names(books)
        until, per_year = today + AHEAD, _cadence(books).per_year
        known = books.planned_between(*cadence.reach(per_year, today, until))
        return Calendar(
            lines=tuple(_line(books, item, names, today) for item in books.planned_between(first, last)),
            late=tuple(_line(books, item, names, today) for item in books.planned_late(today)),
            gaps=cadence.gaps(per_year, known, today, until),
            endings=expiring.endings(books, clock(store, books), today),
        )


def detail(store: Store, user: User, item_id: str, *, today: date | None = None) -> Detail:
    """One planned item, and the cleared quotes that fit it. Raises NotFound."""
    user.require(Act.SEE_CLEARED)
    today = today or today_at_home()
    with store.read() as books:
        item = books.planned(item_id)
        fits = expiring.fitting(books, item.slot, item.day, item.theme, today=today)
        return Detail(_line(books, item, _names(books), today), fits)


def as_ics(store: Store, user: User, *, titles: bool, today: date | None = None) -> str:
    """The coming year as a file for another calendar: what is planned, with its title only when `titles` is asked for.

    Taking it along is an audit line, because a title says what the house is working on.
    """
    user.require(Act.SEE_CLEARED)
    today = today or today_at_home()
    with store.write() as books:
        shown = [
            (item.id, item.day, f"{item.title} ({kind})" if titles else kind)
            for item in books.planned_between(today, today + timedelta(days=365))
            if item.state is not PlannedState.AFGEBLAZEN
            for kind in [say(f"calendar.slot_{item.slot}")]
        ]
        books.audit(user.id, "agenda_taken", detail=f"items={len(shown)} titles={int(titles)}")
        return ics.calendar(shown, name=say("calendar.ics_name"), made=clock(store, books).now)


def plan(
    store: Store, user: User, *, day: date, slot: Slot, title: str, owner: str = "", piece_id: str | None = None,
    theme: str = "",
) -> Planned:  # fmt: skip
    """A new line, of whoever makes it unless another `owner` is named. Raises InputRefused and NotFound."""
    user.require(Act.COMPOSE)
    with store.write() as books:
        item = Planned(new_id("a"), day, slot, _title(title), owner or user.id, piece_id, theme)
        _check(books, item)
        books.audit(user.id, "planned_added", subject=item.id, detail=f"{slot} {day.isoformat()}")
        return books.plan(item)


def move(
    store: Store, user: User, item_id: str, *, day: date, slot: Slot, title: str, owner: str,
    piece_id: str | None = None, theme: str = "", expected: int,
) -> Planned:  # fmt: skip
    """Change a line. Raises Moved when somebody was faster, InputRefused and NotFound."""
    user.require(Act.COMPOSE)
    with store.write() as books:
        old = books.planned(item_id)
        item = replace(old, day=day, slot=slot, title=_title(title), owner=owner, piece_id=piece_id, theme=theme)
        _check(books, item)
        if item.title != old.title:
            agenda_titles.given(books, item.id, clock(store, books).now)
        books.audit(user.id, "planned_changed", subject=item.id, detail=f"{slot} {day.isoformat()}")
        return books.save_planned(item, expected=expected)


def decide(store: Store, user: User, item_id: str, state: PlannedState, *, expected: int) -> Planned:
    """Done, called off, or planned after all. Raises Moved and NotFound."""
    user.require(Act.COMPOSE)
    with store.write() as books:
        item = replace(books.planned(item_id), state=state)
        books.audit(user.id, "planned_decided", subject=item.id, detail=str(state))
        return books.save_planned(item, expected=expected)


def how_often(store: Store, user: User) -> Cadence:
    """The cadence that counts now."""
    user.require(Act.SEE_CLEARED)
    with store.read() as books:
        return _cadence(books)


def set_cadence(store: Store, user: User, per_year: Mapping[str, int], *, expected: int) -> None:
    """From now on this often. Raises Moved, and InputRefused for what is no cadence."""
    user.require(Act.COMPOSE)
    body = cadence.written(per_year)
    with store.write() as books:
        moment = clock(store, books).now
        books.choose(Choice(CADENCE, expected + 1, body, user.id, moment))
        books.audit(user.id, "cadence_set", subject=str(expected + 1))


def choices(store: Store, user: User) -> Choices:
    """For the form in which something is planned."""
    user.require(Act.COMPOSE)
    with store.read() as books:
        owners = {one.id: one.name for one in books.users() if one.may(Act.SEE_CLEARED)}
        pieces = {piece.id: piece.title for piece in books.pieces() if piece.state is not PieceState.GEBLOKKEERD}
        themes = {row["id"]: row["naam"] for row in rules.themes(books)}
        return Choices(owners, pieces, themes)


def _line(books: Books, item: Planned, names: Mapping[str, str], today: date) -> Line:
    piece = books.piece(item.piece_id) if item.piece_id else None
    is_open = item.state is PlannedState.GEPLAND
    wrong = expiring.wrong_with(books, item, today=today) if is_open else ()
    return Line(item, names.get(item.owner, ""), is_open and item.day < today, piece, wrong)


def _names(books: Books) -> dict[str, str]:
    return {one.id: one.name for one in books.users(include_inactive=True)}


def _cadence(books: Books) -> Cadence:
    chosen = books.chosen(CADENCE)
    return Cadence(cadence.read(chosen.body if chosen else None), chosen.version if chosen else 0)


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not 0 < len(title) <= MAX_TITLE:
        raise InputRefused("calendar.title_wrong", most=MAX_TITLE)
    return title


def _check(books: Books, item: Planned) -> None:
    """Raise InputRefused unless the owner can see the calendar and the theme is one of the vocabulary."""
    owner = next((one for one in books.users() if one.id == item.owner), None)
    if owner is None or not owner.may(Act.SEE_CLEARED):
        raise InputRefused("calendar.owner_wrong")
    if item.theme and item.theme not in {row["id"] for row in rules.vocabulary(books)}:
        raise InputRefused("calendar.theme_wrong")
