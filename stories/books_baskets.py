"""Baskets: which quotes somebody chose, in which order (`Books.baskets`). Ids only, and of each person for them alone;
they go with the quote, and with the account."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from stories import tables as t
from stories.transaction import Transaction, now


class Baskets:
    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    def of(self, user_id: str) -> tuple[str, ...]:
        """The ids of the quotes in somebody's basket, in their order."""
        c = t.basket.c
        statement = select(c.quote_id).where(c.user_id == user_id).order_by(c.position)
        return tuple(row.quote_id for row in self._tx.rows(statement))

    def keep(self, user_id: str, quote_ids: Sequence[str]) -> None:
        """From now on exactly these quotes, in this order. Raises NotFound when one is not there (any more)."""
        self._tx.delete(t.basket, t.basket.c.user_id == user_id)
        for position, quote_id in enumerate(dict.fromkeys(quote_ids)):
            self._tx.one(select(t.quote.c.id).where(t.quote.c.id == quote_id))
            self._tx.insert(t.basket, user_id=user_id, quote_id=quote_id, position=position, at=now())
