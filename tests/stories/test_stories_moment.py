"""One moment for drawing a page: the same for everybody who reads in it, and over as soon as something is written."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import event

from stories.errors import NotFound
from stories.store import Store
from tests.builders import a_story


def statements(store: Store) -> list[str]:
    seen: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda c, cur, text, *rest: seen.append(text))
    return seen


def told(store: Store, story_id: str = "s1") -> None:
    with store.write() as books:
        books.add_story(a_story(story_id=story_id))


def test_in_one_moment_the_same_is_read_once(store: Store) -> None:
    told(store)
    seen = statements(store)
    with store.one_moment():
        for _ in range(3):
            with store.read() as books:
                assert books.story("s1").id == "s1"
    assert len([text for text in seen if text.startswith("SELECT")]) == 1


def test_outside_a_moment_every_reading_is_fresh(store: Store) -> None:
    told(store)
    seen = statements(store)
    for _ in range(2):
        with store.read() as books:
            books.story("s1")
            books.story("s1")
    assert len([text for text in seen if text.startswith("SELECT")]) == 4


def test_a_write_ends_the_moment_so_that_a_page_shows_what_it_did(store: Store) -> None:
    told(store)
    with store.one_moment():
        with store.read() as books:
            before = books.story("s1")
        with store.write() as books:
            books.save(before.moved(region="Noord"), expected=before.row_version)
        with store.read() as books:
            assert books.story("s1").region == "Noord"


def test_what_others_write_is_seen_in_the_next_moment_and_not_halfway_a_page(store: Store) -> None:
    told(store)

    def elsewhere() -> None:
        with store.write() as books:
            story = books.story("s1")
            books.save(story.moved(region="Zuid"), expected=story.row_version)

    with store.one_moment():
        with store.read() as books:
            books.story("s1")
        other = threading.Thread(target=elsewhere)
        other.start()
        other.join()
        with store.read() as books:
            assert books.story("s1").region == ""
    with store.one_moment(), store.read() as books:
        assert books.story("s1").region == "Zuid"


def test_who_still_reads_when_something_is_written_keeps_what_they_have(store: Store) -> None:
    told(store)
    with store.one_moment(), store.read() as outer:
        story = outer.story("s1")
        with store.write() as books:
            books.save(story.moved(region="Oost"), expected=story.row_version)
        with store.read() as later:
            assert later.story("s1").region == "Oost"
        assert outer.story("s1").region == ""


def test_an_error_ends_the_moment_and_leaves_no_connection_behind(store: Store) -> None:
    told(store)
    with store.one_moment():
        for _ in range(3):
            with pytest.raises(NotFound), store.read() as books:
                books.story("weg")
        with store.read() as books:
            assert books.story("s1").id == "s1"
    assert store.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_a_moment_is_of_one_thread(store: Store) -> None:
    told(store)
    found: list[str] = []

    def elsewhere() -> None:
        with store.read() as books:
            found.append(books.story("s2").id)

    with store.one_moment():
        with store.read() as books:
            books.story("s1")
        told_by_another = threading.Thread(target=told, args=(store, "s2"))
        told_by_another.start()
        told_by_another.join()
        reader = threading.Thread(target=elsewhere)
        reader.start()
        reader.join()
    assert found == ["s2"]
