"""Pieces with their quotes, bundles, approvals and tasks come back as they went in."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest
from builders import MOMENT, a_piece, a_quote, a_story, a_version, added

from stories.errors import Moved, NotFound
from stories.model import Approval, Export, PieceState, Task
from stories.store import Store


def test_approvals_come_in_the_order_they_were_given(store: Store) -> None:
    given_ = [Approval("p1", "a" * 64, by, MOMENT, "vrijgever") for by in ("u2", "u1")]
    with store.write() as books:
        for approval in given_:
            books.add_approval(approval)
        assert books.approvals("p1") == tuple(given_)
        assert books.approvals("p2") == ()


def quoted(store: Store, number: int = 1) -> tuple[list[str], list[object]]:
    """`number` stories with a version and a quote each."""
    story_ids, quotes = [], []
    with store.write() as books:
        for _ in range(number):
            story = a_story()
            books.add_story(story)
            version = books.add_version(a_version(story))
            quote = a_quote(version)
            books.add_quote(quote)
            story_ids.append(story.id)
            quotes.append(quote)
    return story_ids, quotes


def test_a_piece_follows_its_quotes(store: Store) -> None:
    (one, two), (first, second) = quoted(store, 2)
    piece = a_piece([first, second])  # type: ignore[list-item]
    with store.write() as books:
        books.add_piece(piece)
        assert books.pieces_using(one) == books.pieces_using(two) == (piece,)
        shorter = a_piece([second], id=piece.id, state=PieceState.TER_VRIJGAVE)  # type: ignore[list-item]
        saved = books.save_piece(shorter, expected=0)
        assert saved.row_version == 1
        assert books.piece(piece.id) == saved
        assert books.pieces_using(one) == ()
        assert books.pieces_using(two) == (saved,)
        with pytest.raises(Moved):
            books.save_piece(shorter, expected=0)


def test_a_quote_needs_its_version_and_a_piece_its_quotes(store: Store) -> None:
    story_id = added(store)
    quote = a_quote(a_version(story_id))
    with store.write() as books, pytest.raises(NotFound):
        books.add_quote(quote)
    with pytest.raises(NotFound), store.write() as books:
        books.add_piece(a_piece([quote]))
    with store.read() as books:
        assert books.pieces() == ()


def an_export(piece_id: str, bundle: bytes = b"PK", export_id: str = "e1") -> Export:
    sha256 = hashlib.sha256(bundle).hexdigest()
    return Export(export_id, piece_id, "d" * 64, sha256, "u1", MOMENT, {"title": "Iedereen mee", "files": []})


def test_a_bundle_comes_back_until_it_expires(store: Store) -> None:
    piece, bundle = a_piece(), b"PK" + bytes(100_000)
    export = an_export(piece.id, bundle)
    with store.write() as books:
        books.add_piece(piece)
        books.add_export(export, bundle)
        with pytest.raises(ValueError, match="hash of its bundle"):
            books.add_export(export, b"iets anders")
    with store.read() as books:
        assert books.exports(piece.id) == (export,)
        assert books.bundle("e1") == bundle
    with store.write() as books:
        assert books.expire_exports(piece.id) == 1
        assert books.expire_exports(piece.id) == 0
    with store.read() as books:
        assert [e.id for e in books.exports(piece.id)] == ["e1"]
        with pytest.raises(NotFound) as gone:
            books.bundle("e1")
    assert gone.value.code == "bundle_expired"
    assert list((store.settings.data_dir / "media").iterdir()) == []


def test_tasks_are_done_once(store: Store) -> None:
    story_id = added(store)
    tasks = [Task(f"t{i}", "take_down", story_id, "p1", "communicatie", date(2026, 4, 9 - i)) for i in range(2)]
    with store.write() as books:
        for task in tasks:
            books.add_task(task)
        assert books.tasks() == (tasks[1], tasks[0]), "first what is due first"
        books.finish_task("t0", MOMENT)
        books.finish_task("t0", MOMENT + timedelta(days=1))
        assert books.tasks() == (tasks[1],)
        assert [task.done_at for task in books.tasks(open_only=False)] == [None, MOMENT]
        with pytest.raises(NotFound):
            books.finish_task("t9", MOMENT)
