"""Clips are kept sealed with their story, read by range, and go with it."""

from __future__ import annotations

import hashlib
import io
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from builders import MOMENT, a_quote, a_story, a_version
from sqlalchemy import text

from stories.errors import NotFound, SealBroken
from stories.model import Quote, Voice, new_id
from stories.products import Clip
from stories.stages import Stage, State
from stories.store import Store
from stories.vault import CHUNK_BYTES

PLAIN = b"fLaC" + b"een stem die niemand mag horen " * 9000
"""Four chunks and a bit: a range may cross the edge of one."""


def a_clip(quote: Quote, sound: bytes = PLAIN, **changes: Any) -> Clip:
    values: dict[str, Any] = {
        "id": new_id("f"), "story_id": quote.story_id, "quote_id": quote.id, "version": quote.version,
        "voice": Voice.PIEP, "recipe": "piep-1", "redaction": "0" * 64,
        "digest": hashlib.sha256(sound).hexdigest(), "duration_ms": 4000, "made_by": "u1", "made_at": MOMENT,
    }  # fmt: skip
    return Clip(**(values | changes))


def quoted(store: Store, **changes: Any) -> Quote:
    story = a_story(**changes)
    version = a_version(story)
    quote = a_quote(version)
    with store.write() as books:
        books.add_story(story)
        books.add_version(version)
        books.add_quote(quote)
    return quote


def kept(store: Store, quote: Quote, sound: bytes = PLAIN, **changes: Any) -> Clip:
    clip = a_clip(quote, sound, **changes)
    with store.write() as books:
        books.clips.add(clip, io.BytesIO(sound))
    return clip


def test_a_clip_comes_back_as_it_was_kept(store: Store) -> None:
    quote, other = quoted(store), quoted(store)
    first = kept(store, quote)
    second = kept(
        store, quote, voice=Voice.NAGESPROKEN, recipe="mens", redaction="", made_at=MOMENT + timedelta(minutes=1)
    )
    theirs = kept(store, other)
    with store.read() as books:
        assert books.clips.get(first.id) == first
        assert books.clips.of_quotes([quote.id]) == (first, second)
        assert books.clips.of_story(other.story_id) == (theirs,)
        assert books.clips.these([second.id, "weg"]) == {second.id: second}
        assert set(books.clips.all()) == {first, second, theirs}
        assert books.clips.size(first.id) == len(PLAIN)
        assert b"".join(books.clips.stream(first.id)) == PLAIN


def test_its_sound_is_read_by_range_also_after_the_transaction(store: Store) -> None:
    clip = kept(store, quoted(store))
    for start, stop in ((0, 1), (CHUNK_BYTES - 3, CHUNK_BYTES + 3), (len(PLAIN) - 5, len(PLAIN) + 9), (7, 7)):
        with store.read() as books:
            part = books.clips.stream(clip.id, start=start, stop=stop)
        assert b"".join(part) == PLAIN[start:stop]
    with store.read() as books:
        file = books.clips.open(clip.id)
    with file:
        assert file.seek(-9, io.SEEK_END) == len(PLAIN) - 9
        assert file.read() == PLAIN[-9:]
        file.seek(CHUNK_BYTES - 1)
        assert file.read(2) == PLAIN[CHUNK_BYTES - 1 : CHUNK_BYTES + 1]


def test_no_plain_sound_lies_on_disk_and_a_removed_clip_leaves_nothing(sqlite_store: Store) -> None:
    store, folder = sqlite_store, sqlite_store.settings.data_dir
    clip = kept(store, quoted(store))
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.stat().st_size > len(PLAIN) for path in files), "the sealed sound is there"
    assert not [path.name for path in files if b"een stem die" in path.read_bytes()]
    with store.write() as books:
        books.clips.remove(clip.id)
        books.clips.remove(clip.id)
    assert list((folder / "media").iterdir()) == []
    with store.read() as books, pytest.raises(NotFound):
        books.clips.open(clip.id)


def test_a_clip_whose_transaction_failed_leaves_nothing(sqlite_store: Store) -> None:
    quote = quoted(sqlite_store)
    with pytest.raises(RuntimeError), sqlite_store.write() as books:
        books.clips.add(a_clip(quote), io.BytesIO(PLAIN))
        raise RuntimeError
    assert list((sqlite_store.settings.data_dir / "media").iterdir()) == []


def test_the_sweep_leaves_clips_alone(sqlite_store: Store) -> None:
    clip = kept(sqlite_store, quoted(sqlite_store))
    assert sqlite_store.sweep(older_than=timedelta(seconds=-1)) == 0
    with sqlite_store.read() as books:
        assert b"".join(books.clips.stream(clip.id)) == PLAIN


def test_a_clip_cannot_pass_for_another(store: Store) -> None:
    """Two clips of one story: whoever swaps their objects in the database hears nothing."""
    quote = quoted(store)
    first, second = kept(store, quote), kept(store, quote, secrets.token_bytes(99))
    with store.connect(write=True) as connection:
        name = connection.scalar(text("SELECT object_name FROM clip WHERE id = :id"), {"id": second.id})
        connection.execute(text("UPDATE clip SET object_name = :name WHERE id = :id"), {"name": name, "id": first.id})
    with store.read() as books, pytest.raises(SealBroken):
        books.clips.stream(first.id)


def test_a_clip_needs_its_own_quote_and_names_the_hash_of_its_sound(store: Store) -> None:
    quote = quoted(store)
    with pytest.raises(NotFound), store.write() as books:
        books.clips.add(replace(a_clip(quote), version=2), io.BytesIO(PLAIN))
    with pytest.raises(ValueError, match="hash"), store.write() as books:
        books.clips.add(a_clip(quote), io.BytesIO(PLAIN + b"!"))


def test_an_erased_story_takes_its_clips_along_and_no_others(store: Store) -> None:
    gone = kept(store, quoted(store, stage=Stage.TAGGED, state=State.INGETROKKEN))
    stays = kept(store, quoted(store))
    with store.write() as books:
        books.erase(gone.story_id, why="withdrawn_all")
    with store.read() as books:
        assert books.clips.all() == (stays,)
        assert b"".join(books.clips.stream(stays.id)) == PLAIN
    assert len(list((store.settings.data_dir / "media").iterdir())) == 1
