"""What is counted is remembered from view to view, and never shows anything but what a fresh look would show."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from builders import a_consent, a_withdrawal
from insights_fixture import tell

from desk import facts
from stories import clock
from stories.consent import Purpose
from stories.model import AgeBand, Approval, CleanText, StoryVersion, Teller, TellerRole, Theme
from stories.receipts import Hasher
from stories.stages import State
from stories.store import Books, Store
from stories.use import RELEASED
from stories.vault import Kind

KRING = Purpose.KENNISKRING
Change = Callable[[Books, str], Any]


def seen(store: Store, *, days: int = 0) -> dict[str, facts.Fact]:
    with store.read() as books:
        found = facts.read(books, KRING, on=clock.today() + timedelta(days=days))
        return {fact.teller: fact for fact in found}


def freshly(store: Store) -> dict[str, facts.Fact]:
    """As another process sees it, which remembers nothing."""
    other = Store.open(store.settings, hasher=Hasher(time_cost=1, memory_kib=8, parallelism=1))
    try:
        return seen(other)
    finally:
        other.close()


def moved(**changes: Any) -> Change:
    def change(books: Books, story_id: str) -> None:
        story = books.story(story_id)
        books.save(replace(story, **changes), expected=story.row_version)

    return change


def says_no(books: Books, story_id: str) -> None:
    books.add_consent(a_withdrawal(books.story(story_id), KRING, at=datetime.now(UTC)))


def yes_again(books: Books, story_id: str) -> None:
    books.add_consent(*a_consent(books.story(story_id), [KRING], at=datetime.now(UTC)))


def new_version(books: Books, story_id: str) -> None:
    old = books.version(story_id)
    books.add_version(replace(old, number=old.number + 1, clean=CleanText("Andere woorden.", old.clean.source_digest)))


def new_version_released(books: Books, story_id: str) -> None:
    old = books.version(story_id)
    new = replace(old, number=old.number + 1, themes=(Theme("stress", "redactie", confirmed=True, by="r"),))
    version: StoryVersion = books.add_version(new)
    books.add_approval(Approval(story_id, version.digest, by="vrijgever", at=datetime.now(UTC), role=RELEASED))


def other_passages(books: Books, story_id: str) -> None:
    passage = {"start": 0, "end": 9, "tags": ["meedoen", "gevolg"], "by": "redacteur"}
    books.keep(story_id, Kind.PASSAGE_TAGS, json.dumps([passage]).encode(), version=books.story(story_id).version)


CHANGES: dict[str, Change] = {
    "a no": says_no,
    "another yes": yes_again,
    "a version nobody released": new_version,
    "a version with other tags": new_version_released,
    "other tags of a passage": other_passages,
    "a pause": moved(state=State.GEPAUZEERD),
    "another place": moved(region="Limburg"),
    "another role": moved(teller=Teller(TellerRole.JONGERE, AgeBand.ADULT)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_changes_is_seen_at_the_next_look(sqlite_store: Store, name: str) -> None:
    ids = tell(sqlite_store, 4, role=TellerRole.OUDER, opgave="werkgever", region="Oost")
    before = seen(sqlite_store)
    assert set(before) == set(ids) and seen(sqlite_store) == before
    with sqlite_store.write() as books:
        CHANGES[name](books, ids[0])
    after = seen(sqlite_store)
    assert after == freshly(sqlite_store)
    assert (after == before) is (name == "another yes")
    assert all(after[one] is before[one] for one in ids[1:]), "the others are not opened again"


def test_all_changes_together_and_new_and_erased_stories(store: Store) -> None:
    ids = tell(store, 12, role=TellerRole.OUDER, opgave="werkgever")
    seen(store)
    for change, story_id in zip(CHANGES.values(), ids, strict=False):
        with store.write() as books:
            change(books, story_id)
        assert seen(store) == freshly(store)
    for state in (State.INGETROKKEN, State.GEWIST):
        with store.write() as books:
            if state is State.GEWIST:
                books.erase(ids[11], why="test")
            else:
                moved(state=state)(books, ids[11])
    more = tell(store, 2)
    assert seen(store) == freshly(store)
    assert set(more) < set(seen(store)) and ids[11] not in seen(store)
    assert ids[11] not in repr(store._memory), "nothing of an erased story is remembered after the next look"


def test_another_day_and_a_lost_key_are_seen_too(sqlite_store: Store) -> None:
    ids = tell(sqlite_store, 2)
    assert len(seen(sqlite_store)) == 2
    assert seen(sqlite_store, days=900) == {}, "the yes is over"
    assert len(seen(sqlite_store)) == 2
    with sqlite_store.connect(write=True) as connection:
        connection.exec_driver_sql("DELETE FROM story_key WHERE story_id = ?", (ids[0],))
    assert set(seen(sqlite_store)) == {ids[1]} == set(freshly(sqlite_store))
