"""Sealed items come back whole, or tell that they are broken."""

from __future__ import annotations

import io
import itertools
from datetime import timedelta

import pytest
from builders import added

from stories.errors import InputRefused, SealBroken
from stories.store import Store
from stories.vault import CHUNK_BYTES, Kind


def test_an_item_comes_back_whole_and_in_parts(store: Store) -> None:
    for kind, size in itertools.product((Kind.AUDIO, Kind.ORIGINAL_TEXT), (0, 1, CHUNK_BYTES, 2 * CHUNK_BYTES + 3)):
        story_id, data = added(store), bytes(i % 251 for i in range(size))
        with store.write() as books:
            books.keep(story_id, kind, io.BytesIO(data), version=2)
        with store.read() as books:
            assert books.fetch(story_id, kind, version=2) == data
            assert books.size(story_id, kind, version=2) == size
            assert not books.has(story_id, kind)
            later = books.stream(story_id, kind, version=2, start=size // 3, stop=size - 1)
        assert b"".join(later) == data[size // 3 : max(size - 1, 0)], "may be read after the transaction"


def test_keeping_twice_replaces_and_discarding_twice_is_fine(store: Store) -> None:
    story_id = added(store)
    media = store.settings.data_dir / "media"
    for data in (b"een", b"twee"):
        with store.write() as books:
            books.keep(story_id, Kind.AUDIO, data)
            books.keep(story_id, Kind.CHUNK, data, version=7)
    with store.read() as books:
        assert (books.fetch(story_id, Kind.AUDIO), books.fetch(story_id, Kind.CHUNK, version=7)) == (b"twee", b"twee")
    assert len(list(media.iterdir())) == 1
    for _ in range(2):
        with store.write() as books:
            books.discard(story_id, Kind.AUDIO)
    assert list(media.iterdir()) == []


def test_a_rolled_back_replacement_keeps_the_first(store: Store) -> None:
    story_id = added(store)
    with store.write() as books:
        books.keep(story_id, Kind.AUDIO, b"eerst")
    with pytest.raises(ZeroDivisionError), store.write() as books:
        books.keep(story_id, Kind.AUDIO, b"daarna")
        raise ZeroDivisionError
    with store.read() as books:
        assert books.fetch(story_id, Kind.AUDIO) == b"eerst"
    assert len(list((store.settings.data_dir / "media").iterdir())) == 1


class Broken(io.RawIOBase):
    """An upload whose visitor leaves half-way."""

    def __init__(self, left: int) -> None:
        self._left = left

    def read(self, size: int = -1) -> bytes:
        if self._left <= 0:
            raise InputRefused("store.not_text")
        self._left -= size
        return b"x" * size


def test_an_upload_that_breaks_off_leaves_nothing(store: Store) -> None:
    story_id = added(store)
    with pytest.raises(InputRefused), store.write() as books:
        books.keep(story_id, Kind.AUDIO, Broken(300_000))  # type: ignore[arg-type]
    with store.read() as books:
        assert not books.has(story_id, Kind.AUDIO)
    assert list((store.settings.data_dir / "media").iterdir()) == []


def test_media_that_was_cut_off_swapped_or_lost_is_told(store: Store) -> None:
    one, two = added(store), added(store)
    with store.write() as books:
        books.keep(one, Kind.AUDIO, b"1" * 100_000)
        books.keep(two, Kind.AUDIO, b"2" * 100_000)
    first, second = sorted((store.settings.data_dir / "media").iterdir())
    first_bytes, second_bytes = first.read_bytes(), second.read_bytes()

    def both_broken() -> None:
        for story_id in (one, two):
            with pytest.raises(SealBroken), store.read() as books:
                books.fetch(story_id, Kind.AUDIO)

    first.write_bytes(second_bytes)
    second.write_bytes(first_bytes)
    both_broken()
    first.write_bytes(first_bytes[:-50_000])
    second.write_bytes(second_bytes + b"x")
    both_broken()
    first.unlink()
    second.unlink()
    both_broken()


def test_the_stores_own_kinds_cannot_be_kept_from_outside(store: Store) -> None:
    story_id = added(store)
    with pytest.raises(ValueError, match="sealed by the store"), store.write() as books:
        books.keep(story_id, Kind.CLEAN_TEXT, b"x", version=1)


def test_orphans_of_crashed_uploads_are_swept(store: Store) -> None:
    story_id, media = added(store), store.settings.data_dir / "media"
    with store.write() as books:
        books.keep(story_id, Kind.AUDIO, b"geluid")
    for name in ("f" * 32, ".deel-" + "e" * 32):
        (media / name).write_bytes(b"half")
    (media / "leesmij.txt").write_text("van iemand anders")
    assert store.sweep() == 0, "they may be uploads of this moment"
    assert store.sweep(older_than=timedelta(0)) == 2
    assert len(list(media.iterdir())) == 2
    with store.read() as books:
        assert books.fetch(story_id, Kind.AUDIO) == b"geluid"
