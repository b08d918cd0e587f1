"""A recording becomes one part, whoever else is busy and however often the phone sends it."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from builders import a_consent, a_story

from desk import receiving
from stories.errors import Moved
from stories.model import RawText, StoryKind
from stories.stages import Stage, State
from stories.store import Books, Store
from stories.vault import Kind
from tests.capture.sounds import voice, wav


def a_concept(store: Store) -> str:
    story = a_story(kind=StoryKind.AUDIO, state=State.CONCEPT, stage=Stage.CAPTURED, created_at=datetime.now(UTC))
    with store.write() as books:
        books.add_story(story)
        books.add_consent(*a_consent(story))
    return story.id


def sound(seconds: float) -> io.BytesIO:
    return io.BytesIO(wav(voice(seconds)))


def objects(store: Store) -> int:
    return len(list((store.settings.data_dir / "media").iterdir()))


def test_the_same_recording_sent_again_is_no_second_part(store: Store) -> None:
    """The answer got lost, and the server was started anew meanwhile: the phone sends the whole recording again."""
    story_id = a_concept(store)
    first = receiving.receive(store, store.settings, story_id, sound(1.0))
    assert receiving.receive(store, store.settings, story_id, sound(1.0)) == first
    other = receiving.receive(store, store.settings, story_id, sound(1.5))
    assert (first.number, other.number) == (1, 2)
    receiving.drop(store, story_id, 1)
    assert receiving.receive(store, store.settings, story_id, sound(1.0)).number == 3, "taken away, and given again"
    assert [part.number for part in receiving.parts(store, story_id)] == [2, 3] and objects(store) == 2


def test_a_part_whose_number_was_taken_while_it_was_sealed_gets_the_next(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    story_id = a_concept(store)
    real, taken = Books.next_part, []

    def next_part(books: Books, story: str) -> int:
        number = real(books, story)
        if len(taken) < 2:  # right after it was asked, somebody else is faster
            taken.append(number)
            with store.write() as others:
                others.add_text(story, RawText(f"nog iets {number}"))
        return number

    monkeypatch.setattr(Books, "next_part", next_part)
    assert receiving.receive(store, store.settings, story_id, sound(1.0)).number == 3
    assert objects(store) == 1, "what was sealed in vain is gone"
    with store.read() as books:
        assert books.fetch(story_id, Kind.PART_AUDIO, version=3).startswith(b"fLaC")
    monkeypatch.setattr(Books, "next_part", lambda *_: 1)
    with pytest.raises(Moved):
        receiving.receive(store, store.settings, story_id, sound(2.0))
    assert objects(store) == 1


def test_many_recordings_at_once_are_all_kept(store: Store) -> None:
    story_id = a_concept(store)

    def give(number: int) -> int | None:
        return receiving.receive(store, store.settings, story_id, sound(1.0 + number % 2)).number

    with ThreadPoolExecutor(2) as pool:
        numbers = list(pool.map(give, range(4)))
    assert sorted(set(numbers)) == [1, 2], "two different sounds, each sent twice"
    assert objects(store) == 2
