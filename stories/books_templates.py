"""Templates of pieces: every version of each kind, kept for ever. Words of the house, not of anybody who tells."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from stories import tables as t
from stories.errors import Moved
from stories.model import PieceKind
from stories.products import Template
from stories.transaction import Transaction, now


class TemplateRows:
    """The templates, in one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def of(self, kind: PieceKind) -> tuple[Template, ...]:
        """Every version, newest first; none in a house that never used this kind."""
        c = t.piece_template.c
        statement = select(t.piece_template).where(c.kind == str(kind)).order_by(c.version.desc())
        return tuple(_template(row) for row in self._tx.rows(statement))

    def newest(self, kind: PieceKind) -> Template | None:
        c = t.piece_template.c
        statement = select(t.piece_template).where(c.kind == str(kind)).order_by(c.version.desc()).limit(1)
        row = self._tx.row(statement)
        return None if row is None else _template(row)

    def add(self, kind: PieceKind, body: str, by: str, *, expected: int) -> Template:
        """The next version. Raises Moved unless `expected` is the number of the newest (0 when there is none)."""
        newest = self.newest(kind)
        if (newest.version if newest else 0) != expected:
            raise Moved("stories.moved")
        made = Template(kind, expected + 1, body, by, now())
        self._tx.insert(
            t.piece_template, kind=str(kind), version=made.version, body=body, by=by, at=made.at
        )  # fmt: skip
        return made


def _template(row: Row[Any]) -> Template:
    return Template(PieceKind(row.kind), row.version, row.body, row.by, row.at)
