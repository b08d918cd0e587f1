"""An upload is noise on the disk while it comes in, and exactly what was sent when it is taken out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.errors import NotFound
from stories.incoming import Spool
from stories.vault import CHUNK_BYTES

PATTERN = b"Samira woont in de Kerkstraat. " * 10


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    made = Spool(tmp_path)
    yield made
    made.drop()


def taken_out(spool: Spool) -> bytes:
    with spool.plain() as file:
        return file.read()


@given(
    size=st.sampled_from([1, 100, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 7]),
    cuts=st.lists(st.tuples(st.integers(0, 4 * CHUNK_BYTES), st.integers(0, 2 * CHUNK_BYTES)), max_size=8),
)
def test_parts_of_any_size_sent_twice_or_overlapping_make_the_same_whole(
    tmp_path_factory: pytest.TempPathFactory, size: int, cuts: list[tuple[int, int]]
) -> None:
    sent = os.urandom(size)
    spool = Spool(tmp_path_factory.getbasetemp())
    for start, length in [*cuts, (size, 0)]:
        at = min(start, spool.size)
        assert spool.add(at, sent[at : at + length]) == spool.size
    spool.add(spool.size, sent[spool.size :])
    assert spool.size == size and taken_out(spool) == sent
    assert taken_out(spool) == sent, "taking it out again after a failure gives the same"
    spool.drop()


def test_what_lies_on_the_disk_is_noise_and_has_no_name(spool: Spool, tmp_path: Path) -> None:
    for _ in range(50):
        spool.add(spool.size, PATTERN * 10)
    assert list(tmp_path.iterdir()) == []
    lying = os.pread(spool._file.fileno(), 10 * spool.size, 0)
    assert len(lying) > spool.size - 2 * CHUNK_BYTES
    assert b"Samira" not in lying and b"Kerkstraat" not in lying
    with spool.plain() as file:
        assert list(tmp_path.iterdir()) == [], "nor have the plain bytes"
        assert os.fstat(file.fileno()).st_nlink == 0
        assert file.read() == PATTERN * 500


def test_a_gap_is_a_mistake_of_ours(spool: Spool) -> None:
    spool.add(0, b"abc")
    with pytest.raises(ValueError):
        spool.add(4, b"e")
    with pytest.raises(ValueError):
        spool.add(-1, b"e")


def test_what_was_dropped_takes_and_gives_nothing(spool: Spool) -> None:
    spool.add(0, b"abc")
    spool.drop()
    spool.drop()
    with pytest.raises(NotFound):
        spool.add(3, b"d")
    with pytest.raises(NotFound), spool.plain():
        pass


def test_two_connections_that_bring_the_same_part_at_once_bring_it_once(spool: Spool) -> None:
    sent = os.urandom(40 * 1000)

    def bring(_: int) -> None:
        for at in range(0, len(sent), 1000):
            spool.add(at, sent[at : at + 1000])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(bring, range(4)))
    assert taken_out(spool) == sent
