"""A paraphrase that somebody listened to since: one press makes it a literal quote."""

from __future__ import annotations

from functools import partial

from desk import literal
from desk.quoting import Shown
from stories.model import QuoteKind
from stories.people import Act
from stories.words import say
from ui.parts import act, small
from ui.visit import Visit


def offer(visit: Visit, row: Shown) -> None:
    """Nothing for a quote that is literal already, or for whoever makes no pieces."""
    if row.quote.kind is QuoteKind.CITAAT or not visit.staff.may(Act.COMPOSE):
        return
    why_not = literal.why_not(visit.store, visit.staff, row.quote.id)
    small(why_not or say("literal.how"))
    if not why_not:
        act(
            say("literal.make"), partial(literal.make, visit.store, visit.staff, row.quote.id), say("literal.done"),
            key=f"letterlijk_{row.quote.id}", width="content",
        )  # fmt: skip
