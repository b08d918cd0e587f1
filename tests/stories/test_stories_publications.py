"""The register's rows: sealed addresses, erased by whoever takes the piece down."""

from __future__ import annotations

import pytest
from builders import MOMENT, TODAY, a_piece

from stories.errors import NotFound
from stories.products import Publication
from stories.store import Store

URL = "https://vertelpunt.example/nieuws/12"


def test_a_publication_comes_back_until_it_is_taken_down(store: Store) -> None:
    piece = a_piece()
    one = Publication("b1", piece.id, piece.digest, "website", URL, TODAY, "u1", MOMENT)
    with store.write() as books:
        with pytest.raises(NotFound):
            books.publications.add(one)
        books.add_piece(piece)
        books.publications.add(one)
    with store.read() as books:
        assert books.publications.get("b1") == one
        assert books.publications.of_pieces([piece.id]) == books.publications.all() == (one,)
        assert books.published_pieces() == (books.piece(piece.id),), "it stands in the register"
        with pytest.raises(NotFound):
            books.publications.get("b2")
    for by in ("u2", "u3"):
        with store.write() as books:
            books.publications.take_down("b1", by=by, at=MOMENT)
    with store.read() as books:
        gone = books.publications.get("b1")
    assert (gone.url, gone.down_at, gone.down_by) == ("", MOMENT, "u2"), "done once is done"
