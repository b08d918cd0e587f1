"""What is planned: functions over a Transaction. The title is sealed with the house key, the rest is codes and ids."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from stories import tables as t
from stories.errors import Moved
from stories.planned import Planned, PlannedState, Slot
from stories.transaction import Transaction, opened_bytes, sealed_bytes
from stories.vault import Kind
from stories.words import say


def add(tx: Transaction, item: Planned) -> Planned:
    _check_piece(tx, item)
    tx.insert(t.planned, id=item.id, row_version=item.row_version, **_columns(tx, item))
    return item


def get(tx: Transaction, item_id: str) -> Planned:
    return _item(tx, tx.one(select(t.planned).where(t.planned.c.id == item_id)))


def between(tx: Transaction, first: date, last: date) -> tuple[Planned, ...]:
    c = t.planned.c
    statement = select(t.planned).where(c.day >= first, c.day <= last).order_by(c.day, c.slot, c.id)
    return tuple(_item(tx, row) for row in tx.rows(statement))


def late(tx: Transaction, before: date) -> tuple[Planned, ...]:
    c = t.planned.c
    statement = select(t.planned).where(c.day < before, c.state == str(PlannedState.GEPLAND)).order_by(c.day, c.id)
    return tuple(_item(tx, row) for row in tx.rows(statement))


def with_piece(tx: Transaction, piece_id: str) -> tuple[Planned, ...]:
    c = t.planned.c
    return tuple(_item(tx, row) for row in tx.rows(select(t.planned).where(c.piece_id == piece_id).order_by(c.day)))


def save(tx: Transaction, item: Planned, expected: int) -> Planned:
    get(tx, item.id)
    _check_piece(tx, item)
    c = t.planned.c
    columns = _columns(tx, item)
    if not tx.update(t.planned, c.id == item.id, c.row_version == expected, row_version=expected + 1, **columns):
        raise Moved("stories.moved")
    return replace(item, row_version=expected + 1)


def blank(tx: Transaction, piece_id: str) -> None:
    """A story in this piece is erased: titles that may lean on it go, as those of pieces do."""
    for item in with_piece(tx, piece_id):
        save(tx, replace(item, title=say("store.erased_block")), item.row_version)


def blank_all(tx: Transaction) -> None:
    """No title is known to be safe any more."""
    for item in between(tx, date.min, date.max):
        save(tx, replace(item, title=say("store.erased_block")), item.row_version)


def quoted_stories(tx: Transaction) -> tuple[str, ...]:
    """The stories of which somebody cut a quote: what a calendar can be filled with."""
    c = t.quote.c
    return tuple(row.story_id for row in tx.rows(select(c.story_id).distinct().order_by(c.story_id)))


def _check_piece(tx: Transaction, item: Planned) -> None:
    if item.piece_id is not None:
        tx.one(select(t.piece.c.id).where(t.piece.c.id == item.piece_id))


def _columns(tx: Transaction, item: Planned) -> dict[str, Any]:
    title = item.title.encode("utf-8", "surrogatepass")
    return {
        "day": item.day,
        "slot": str(item.slot),
        "state": str(item.state),
        "owner": item.owner,
        "piece_id": item.piece_id,
        "theme": item.theme,
        "sealed": sealed_bytes(tx.house_key, title, owner=item.id, version=0, kind=Kind.PLANNED),
    }


def _item(tx: Transaction, row: Row[Any]) -> Planned:
    title = opened_bytes(tx.house_key, row.sealed, owner=row.id, version=0, kind=Kind.PLANNED)
    return Planned(
        row.id, row.day, Slot(row.slot), title.decode("utf-8", "surrogatepass"), row.owner, row.piece_id, row.theme,
        PlannedState(row.state), row.row_version,
    )  # fmt: skip
