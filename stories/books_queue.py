"""The queue in SQL: which heading a story stands under, how urgent it is, and which stories a filter asks for.

A heading is what a story needs next. It is worked out here, by one expression over the columns of a story, and stored
nowhere, so it cannot be stale. What SQL cannot read because it is sealed (are all names decided, was everything heard)
is a column beside it, written in the transaction that seals it (`desk.queue_facts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    type_coerce,
)

from stories import tables as t
from stories.blind import Blind
from stories.errors import Moved
from stories.model import AgeBand, Theme
from stories.stages import Stage, State
from stories.transaction import Transaction
from stories.use import OFFERED


class Heading(StrEnum):
    """What a story needs next, in the order in which a story meets them. Every story that was handed in and not erased
    stands under exactly one."""

    WACHT_OP_TOESTEMMING = "wacht_op_toestemming"
    WORDT_UITGESCHREVEN = "wordt_uitgeschreven"
    NAMEN_NAKIJKEN = "namen_nakijken"  # also: listen, or read the original
    THEMAS = "themas"
    AANBIEDEN = "aanbieden"
    BIJ_DE_VERTELLER = "bij_de_verteller"
    TWEEDE_LEZER = "tweede_lezer"
    VRIJGEVEN = "vrijgeven"
    GEPAUZEERD = "gepauzeerd"
    VRIJGEGEVEN = "vrijgegeven"
    INGETROKKEN = "ingetrokken"


FINISHED = (Heading.VRIJGEGEVEN, Heading.INGETROKKEN)
"""Nothing has to be done here: shown when somebody asks for it."""

NEVER = date.max.toordinal()
"""The urgency of what has no last day: behind everything that has one."""

YOUNG = tuple(str(band) for band in AgeBand if band.needs_representative)
"""As `stories.use.needs_second_reader`."""

_c = t.story.c


def _state(*states: State) -> ColumnElement[bool]:
    return _c.state.in_([str(state) for state in states])


RULES: tuple[tuple[Heading, ColumnElement[bool]], ...] = (
    (Heading.INGETROKKEN, _state(State.INGETROKKEN)),
    (Heading.VRIJGEGEVEN, _state(State.VRIJGEGEVEN)),
    (Heading.GEPAUZEERD, _state(State.GEPAUZEERD, State.QUARANTAINE)),
    (
        Heading.TWEEDE_LEZER,
        and_(_state(State.TER_VRIJGAVE), _c.age_band.in_(YOUNG), _c.read_through.is_(False)),
    ),
    (Heading.VRIJGEVEN, _state(State.TER_VRIJGAVE)),
    (Heading.WACHT_OP_TOESTEMMING, _c.waiting_for.like("consent.%")),
    (Heading.WORDT_UITGESCHREVEN, _c.stage != str(Stage.TAGGED)),
    (Heading.BIJ_DE_VERTELLER, _state(State.BIJ_TELLER)),
    (Heading.NAMEN_NAKIJKEN, or_(_c.heard.is_(False), func.coalesce(_c.names_left, 1) > 0)),
    (Heading.THEMAS, _c.themes_done.is_(False)),
    (Heading.AANBIEDEN, true()),
)
"""A story stands under the first heading whose rule is true of it."""

HEADING: ColumnElement[str] = case(*((rule, heading.value) for heading, rule in RULES))

_HANDED_IN = _c.state.not_in([str(State.CONCEPT), str(State.GEWIST)])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which stories somebody wants to see; what is None or empty does not matter.

    `mark` is a mark of `QueueRows.tag_mark`; `nobodys`: that nobody took; `late_on`: whose last day is before this one.
    """

    headings: tuple[Heading, ...] = ()
    role: str | None = None
    region: str | None = None
    mark: str | None = None
    assigned_to: str | None = None
    nobodys: bool = False
    late_on: date | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the queue knows of one story beside its own row."""

    story_id: str
    heading: Heading
    last_day: date | None
    due_on: date | None  # the last day, when an editor set it
    assigned_to: str | None
    names_left: int | None
    heard: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """How many stories stand under a heading, and how many of them are past their last day."""

    stories: int = 0
    late: int = 0


class QueueRows:
    """Reading and writing what the queue counts with. `days`: the term of the house for each heading."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    # reading

    def page(self, wanted: Wanted, days: Mapping[Heading, int], *, limit: int, offset: int = 0) -> tuple[Waiting, ...]:
        """Most urgent first: by last day, then oldest."""
        return tuple(map(_waiting, self._tx.rows(_ordered(_found(wanted, days)).limit(limit).offset(offset))))

    def of(self, story_id: str, days: Mapping[Heading, int]) -> Waiting:
        """One story. Raises NotFound for one that is not handed in, or erased."""
        return _waiting(self._tx.one(_found(Wanted(), days).where(_c.id == story_id)))

    def after(
        self,
        wanted: Wanted,
        days: Mapping[Heading, int],
        user_id: str,
        *,
        work: Sequence[Heading],
        reading: Sequence[Heading],
        story_id: str | None = None,
    ) -> Waiting | None:
        """The most urgent story that is wanted and not somebody else's: under one of the headings `work`, or of
        `reading` when this user neither made nor offered it. With `story_id` the one behind it while that
        is one of these, and behind the last the first."""
        made, said = t.story_version.c, t.approval.c
        theirs = or_(
            exists().where(made.story_id == _c.id, made.made_by == user_id),
            exists().where(said.subject == _c.id, said.role == OFFERED, said.by == user_id),
        )
        may = or_(_under(work), and_(_under(reading), ~theirs))
        free = or_(_c.assigned_to.is_(None), _c.assigned_to == user_id)
        all_found = _found(wanted, days).where(may, free).subquery()
        c = all_found.c
        order: list[ColumnElement[Any]] = [c.urgency, c.created_at, c.id]
        at = None if story_id is None else self._tx.row(select(all_found).where(c.id == story_id))
        if at is not None:
            here = tuple_(literal(at.urgency), literal(at.created_at, c.created_at.type), literal(at.id))
            order.insert(0, case((tuple_(*order) > here, 0), else_=1))
        row = self._tx.row(select(all_found).where(c.id != (story_id or "")).order_by(*order).limit(1))
        return None if row is None else _waiting(row)

    def counts(self, wanted: Wanted, days: Mapping[Heading, int], today: date) -> dict[Heading, Counted]:
        """Of every heading, also those under which nothing stands."""
        found = _found(wanted, days).subquery()
        late = func.sum(case((found.c.urgency < today.toordinal(), 1), else_=0))
        statement = select(found.c.heading, func.count().label("stories"), late.label("late"))
        rows = {row.heading: row for row in self._tx.rows(statement.group_by(found.c.heading))}
        return {one: Counted(rows[one].stories, int(rows[one].late)) if one in rows else Counted() for one in Heading}

    def regions(self) -> tuple[str, ...]:
        """The regions of all stories of the queue, by alphabet."""
        rows = self._tx.rows(select(_c.region).where(_HANDED_IN, _c.region != "").distinct().order_by(_c.region))
        return tuple(row.region for row in rows)

    def tags(self, story_ids: Sequence[str], tag_ids: Iterable[str]) -> dict[str, dict[str, bool]]:
        """Which of these tags these stories have, and whether a person confirmed it."""
        names = {self.tag_mark(tag): tag for tag in tag_ids}
        c = t.story_tag.c
        found: dict[str, dict[str, bool]] = {story_id: {} for story_id in story_ids}
        for row in self._tx.rows(select(t.story_tag).where(c.story_id.in_(story_ids))):
            if row.mark in names:
                found[row.story_id][names[row.mark]] = row.confirmed
        return found

    def tag_mark(self, tag_id: str) -> str:
        """What stands for a tag in `story_tag`."""
        return _tags(self._tx).mark(tag_id)

    def uncounted(self, after: str, limit: int) -> tuple[str, ...]:
        """Ids (behind `after`) of stories with a version of which nobody counted the names, such as those of before
        there was a queue."""
        found = select(_c.id).where(_HANDED_IN, _c.version > 0, _c.names_left.is_(None), _c.id > after)
        return tuple(row.id for row in self._tx.rows(found.order_by(_c.id).limit(limit)))

    # writing

    def note(
        self,
        story_id: str,
        *,
        names_left: int | None = None,
        heard: bool | None = None,
        read_through: bool | None = None,
    ) -> None:
        """Keep what is known of the newest version; None leaves that as it is."""
        given = {"names_left": names_left, "heard": heard, "read_through": read_through}
        self._tx.update(
            t.story, _c.id == story_id, **{name: value for name, value in given.items() if value is not None}
        )

    def note_themes(self, story_id: str, themes: Sequence[Theme]) -> None:
        note_themes(self._tx, story_id, themes)

    def assign(self, story_id: str, user_id: str | None, *, expected: str | None) -> None:
        """Give a story to somebody, or to nobody. Raises Moved unless it is still `expected`'s."""
        self._change(story_id, _c.assigned_to, expected, assigned_to=user_id)

    def set_due(self, story_id: str, day: date | None, *, expected: date | None) -> None:
        """Set a last day, or take it away. Raises Moved unless it is still `expected`."""
        self._change(story_id, _c.due_on, expected, due_on=day)

    def _change(self, story_id: str, column: ColumnElement[Any], expected: object, **values: object) -> None:
        before = column.is_(None) if expected is None else column == expected
        if not self._tx.update(t.story, _c.id == story_id, before, **values):
            raise Moved("stories.moved")


def note_themes(tx: Transaction, story_id: str, themes: Sequence[Theme]) -> None:
    """The tags of the newest version are these; it is another version than the one that was read through."""
    tx.delete(t.story_tag, t.story_tag.c.story_id == story_id)
    marks = _tags(tx)
    for tag, confirmed in {theme.id: theme.confirmed for theme in themes}.items():
        tx.insert(t.story_tag, story_id=story_id, mark=marks.mark(tag), confirmed=confirmed)
    done = any(theme.confirmed for theme in themes)
    tx.update(t.story, _c.id == story_id, themes_done=done, read_through=False)


def _tags(tx: Transaction) -> Blind:
    return Blind(tx.house_key, "tags")


def _found(wanted: Wanted, days: Mapping[Heading, int]) -> Select[Any]:
    """The stories that are wanted, with `heading` and `urgency` (the number of the last day)."""
    due_on, moved_on = type_coerce(_c.due_on, Integer), type_coerce(_c.moved_on, Integer)
    finished = [(rule, literal(NEVER)) for heading, rule in RULES if heading in FINISHED]
    by_term = [(rule, moved_on + days[heading] if heading in days else literal(NEVER)) for heading, rule in RULES]
    urgency = case(*finished, (due_on.is_not(None), due_on), *by_term)
    columns = (_c.id, _c.created_at, _c.due_on, _c.assigned_to, _c.names_left, _c.heard)
    found = select(*columns, HEADING.label("heading"), urgency.label("urgency")).where(_HANDED_IN)
    tag = t.story_tag.c
    return found.where(
        _under(wanted.headings) if wanted.headings else true(),
        _c.teller_role == wanted.role if wanted.role is not None else true(),
        _c.region == wanted.region if wanted.region is not None else true(),
        exists().where(tag.story_id == _c.id, tag.mark == wanted.mark) if wanted.mark is not None else true(),
        _c.assigned_to == wanted.assigned_to if wanted.assigned_to is not None else true(),
        _c.assigned_to.is_(None) if wanted.nobodys else true(),
        urgency < wanted.late_on.toordinal() if wanted.late_on is not None else true(),
    )


def _under(headings: Sequence[Heading]) -> ColumnElement[bool]:
    return HEADING.in_([str(one) for one in headings])


def _ordered(found: Select[Any]) -> Select[Any]:
    return found.order_by("urgency", _c.created_at, _c.id)


def _waiting(row: Row[Any]) -> Waiting:
    last_day = None if row.urgency >= NEVER else date.fromordinal(row.urgency)
    return Waiting(row.id, Heading(row.heading), last_day, row.due_on, row.assigned_to, row.names_left, row.heard)
