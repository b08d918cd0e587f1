"""A big item is sealed before the transaction that names it: others write meanwhile, and a crash leaves an orphan."""

from __future__ import annotations

import io
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from builders import a_recording, added

from stories.errors import SealBroken
from stories.stages import State
from stories.store import Store
from stories.vault import CHUNK_BYTES, Kind

SOUND = bytes(range(256)) * (CHUNK_BYTES // 100)


def objects(store: Store) -> list[Path]:
    return list((store.settings.data_dir / "media").iterdir())


def test_what_was_sealed_before_the_transaction_is_kept_by_it(store: Store) -> None:
    story_id = added(store)
    with store.sealed(story_id, Kind.AUDIO, io.BytesIO(SOUND)) as audio, store.write() as books:
        books.keep_recording(story_id, a_recording(SOUND), audio)
    with store.read() as books:
        assert books.fetch(story_id, Kind.AUDIO) == SOUND
        assert books.recording(story_id) == a_recording(SOUND)
    assert len(objects(store)) == 1


def test_others_write_while_a_recording_is_being_sealed(store: Store) -> None:
    story_id = added(store)
    others = threading.Event()

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if not others.is_set():
                added(store)  # on SQLite there is one writer: this waits for ever if sealing is a transaction
                others.set()
            return super().read(size)

    with store.sealed(story_id, Kind.AUDIO, Slow(SOUND)) as audio, store.write() as books:
        books.keep(story_id, Kind.AUDIO, audio)
    assert others.is_set()


def test_what_no_transaction_named_is_deleted_at_once_and_the_earlier_one_stays(store: Store) -> None:
    story_id = added(store)
    with store.write() as books:
        books.keep(story_id, Kind.AUDIO, b"de vorige")
    with store.sealed(story_id, Kind.AUDIO, io.BytesIO(SOUND)):
        assert len(objects(store)) == 2
    assert len(objects(store)) == 1
    with (
        pytest.raises(KeyError),
        store.sealed(story_id, Kind.AUDIO, io.BytesIO(SOUND)) as audio,
        store.write() as books,
    ):
        books.keep(story_id, Kind.AUDIO, audio)
        raise KeyError
    assert len(objects(store)) == 1
    with store.read() as books:
        assert books.fetch(story_id, Kind.AUDIO) == b"de vorige"


def test_a_crash_between_sealing_and_naming_leaves_an_orphan_that_is_swept(store: Store) -> None:
    story_id = added(store)
    unfinished = store.sealed(story_id, Kind.AUDIO, io.BytesIO(SOUND))
    unfinished.__enter__()  # the process ends here: what follows in the block never runs
    assert store.sweep() == 0, "what is young may be named any moment"
    assert store.sweep(older_than=timedelta(0)) == 1
    assert objects(store) == []
    with store.read() as books:
        assert not books.has(story_id, Kind.AUDIO)


def test_a_story_erased_while_its_recording_was_being_sealed_keeps_nothing(store: Store) -> None:
    story_id = added(store)
    with pytest.raises(SealBroken) as gone, store.sealed(story_id, Kind.AUDIO, io.BytesIO(SOUND)) as audio:
        with store.write() as books:
            story = books.story(story_id)
            books.save(story.moved(state=State.INGETROKKEN), expected=story.row_version)
            books.erase(story_id, why="said_no")
        with store.write() as books:
            books.keep(story_id, Kind.AUDIO, audio)
    assert gone.value.code == "key_gone"
    assert objects(store) == []
    with pytest.raises(SealBroken), store.sealed(story_id, Kind.AUDIO, io.BytesIO(SOUND)):
        pass


def test_a_sealed_object_is_for_its_own_item_and_named_once(store: Store) -> None:
    story_id, other = added(store), added(store)
    with store.sealed(story_id, Kind.AUDIO, io.BytesIO(SOUND)) as audio:
        for story, kind in ((other, Kind.AUDIO), (story_id, Kind.REDACTED_AUDIO), (story_id, Kind.CONTACT)):
            with pytest.raises(ValueError), store.write() as books:
                books.keep(story, kind, audio)
        with store.write() as books:
            books.keep(story_id, Kind.AUDIO, audio)
        with pytest.raises(ValueError), store.write() as books:
            books.keep(story_id, Kind.AUDIO, audio)
    with store.read() as books:
        assert books.fetch(story_id, Kind.AUDIO) == SOUND
    with pytest.raises(ValueError), store.sealed(story_id, Kind.CONTACT, io.BytesIO(b"x")):
        pass
