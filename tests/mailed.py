"""A released piece that went out, in tests."""

from __future__ import annotations

from desk import register
from stories import clock
from stories.model import Piece
from stories.people import User
from stories.products import Publication
from stories.store import Store


def mailed(store: Store, user: User, piece: Piece) -> Publication:
    """Marked as mailed today."""
    return register.publish(store, user, piece.id, channel="mail", on=clock.today(), expected=piece.row_version)
