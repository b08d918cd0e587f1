"""Templates in the store: every version stays as it was written, and two people never write the same number."""

from __future__ import annotations

import pytest

from stories.errors import Moved
from stories.model import PieceKind
from stories.store import Store


def test_every_version_of_a_kind_stays(store: Store) -> None:
    with store.write() as books:
        assert books.templates.newest(PieceKind.VLOG) is None
        made = [books.templates.add(PieceKind.VLOG, f"titel: {n}", "u1", expected=n) for n in range(3)]
        other = books.templates.add(PieceKind.POST, "titel: ander", "u2", expected=0)
    with store.read() as books:
        assert books.templates.of(PieceKind.VLOG) == tuple(reversed(made))
        assert books.templates.newest(PieceKind.VLOG) == made[2] and made[2].version == 3
        assert books.templates.of(PieceKind.POST) == (other,)


def test_whoever_has_not_seen_the_newest_version_writes_nothing(store: Store) -> None:
    with store.write() as books:
        books.templates.add(PieceKind.VLOG, "titel: een", "u1", expected=0)
    for seen in (0, 2):
        with pytest.raises(Moved), store.write() as books:
            books.templates.add(PieceKind.VLOG, "titel: twee", "u2", expected=seen)
    with store.read() as books:
        assert len(books.templates.of(PieceKind.VLOG)) == 1
