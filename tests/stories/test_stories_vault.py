"""What was sealed comes back whole or not at all."""

from __future__ import annotations

import io
import pickle
import stat
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.errors import NotReady, SealBroken
from stories.vault import (
    CHUNK_BYTES,
    HEADER_BYTES,
    SEALED_CHUNK_BYTES,
    Kind,
    StoryKey,
    Vault,
    plain_size,
    seal,
    sealed_size,
    unseal,
    unseal_range,
)

KEY = StoryKey(bytes(range(32)))
SIZES = [0, 1, 100, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 7]


def plain(size: int) -> bytes:
    """Bytes in which every place differs from its neighbours, so that swaps show."""
    return b"".join(struct.pack(">I", i) for i in range(size // 4 + 1))[:size]


def sealed(data: bytes, key: StoryKey = KEY, story_id: str = "s1", version: int = 0, kind: Kind = Kind.AUDIO) -> bytes:
    target = io.BytesIO()
    assert seal(key, io.BytesIO(data), target, story_id=story_id, version=version, kind=kind) == len(data)
    return target.getvalue()


def opened(data: bytes, key: StoryKey = KEY, story_id: str = "s1", version: int = 0, kind: Kind = Kind.AUDIO) -> bytes:
    return b"".join(unseal(key, io.BytesIO(data), story_id=story_id, version=version, kind=kind))


def part(data: bytes, start: int, stop: int) -> bytes:
    source = io.BytesIO(data)
    return b"".join(unseal_range(KEY, source, start, stop, story_id="s1", version=0, kind=Kind.AUDIO))


@pytest.mark.parametrize("size", SIZES)
def test_what_is_sealed_comes_back_and_its_sizes_are_known_beforehand(size: int) -> None:
    data = sealed(plain(size))
    assert opened(data) == plain(size)
    assert len(data) == sealed_size(size)
    assert plain_size(len(data)) == size


def test_sealing_the_same_twice_gives_two_different_items() -> None:
    assert sealed(b"abc") != sealed(b"abc")


@pytest.mark.parametrize("size", SIZES)
def test_no_truncated_item_is_taken_for_a_whole_one(size: int) -> None:
    data = sealed(plain(size))
    chunk_ends = {HEADER_BYTES + i * SEALED_CHUNK_BYTES for i in range(5)}
    for length in sorted({0, 3, HEADER_BYTES - 1, len(data) - 1, len(data) - 16, *chunk_ends}):
        if 0 <= length < len(data):
            with pytest.raises(SealBroken):
                opened(data[:length])


def test_a_truncated_item_yields_only_chunks_that_are_authentic() -> None:
    data = sealed(plain(3 * CHUNK_BYTES))
    seen = b""
    with pytest.raises(SealBroken):
        for chunk in unseal(KEY, io.BytesIO(data[:-SEALED_CHUNK_BYTES]), story_id="s1", version=0, kind=Kind.AUDIO):
            seen += chunk
    assert seen == plain(CHUNK_BYTES)


@given(st.integers(0, sealed_size(3 * CHUNK_BYTES + 7) - 1), st.integers(0, 7))
def test_one_flipped_bit_anywhere_is_detected(place: int, bit: int) -> None:
    data = bytearray(WHOLE)
    data[place] ^= 1 << bit
    with pytest.raises(SealBroken):
        opened(bytes(data))


WHOLE = sealed(plain(3 * CHUNK_BYTES + 7))


def test_swapped_repeated_and_appended_chunks_are_detected() -> None:
    head, body = WHOLE[:HEADER_BYTES], WHOLE[HEADER_BYTES:]
    chunks = [body[i : i + SEALED_CHUNK_BYTES] for i in range(0, len(body), SEALED_CHUNK_BYTES)]
    a, b, c, d = chunks
    for wrong in ([b, a, c, d], [a, a, c, d], [a, b, c, d, d], [a, b, d], [a, b, c], [d], [a, b, c, d + b"x"]):
        with pytest.raises(SealBroken):
            opened(head + b"".join(wrong))


def test_a_chunk_of_another_item_of_the_same_story_does_not_fit() -> None:
    other = sealed(plain(3 * CHUNK_BYTES + 7))
    cut = HEADER_BYTES + SEALED_CHUNK_BYTES
    with pytest.raises(SealBroken):
        opened(WHOLE[:cut] + other[cut:])


@pytest.mark.parametrize(
    "wrong",
    [{"story_id": "s2"}, {"version": 1}, {"kind": Kind.REDACTED_AUDIO}, {"key": StoryKey(bytes(32))}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_another_story_version_kind_or_key_opens_nothing(wrong: dict[str, object]) -> None:
    with pytest.raises(SealBroken):
        opened(WHOLE, **wrong)  # type: ignore[arg-type]


@given(st.integers(0, 3 * CHUNK_BYTES + 50), st.integers(0, 3 * CHUNK_BYTES + 50))
def test_a_range_is_exactly_that_part(start: int, stop: int) -> None:
    assert part(WHOLE, start, stop) == plain(3 * CHUNK_BYTES + 7)[start:stop]


def test_a_range_reads_only_the_chunks_that_hold_it() -> None:
    data = bytearray(WHOLE)
    data[HEADER_BYTES + 5] ^= 1  # damage in the first chunk
    assert part(bytes(data), CHUNK_BYTES, CHUNK_BYTES + 10) == plain(2 * CHUNK_BYTES)[CHUNK_BYTES:][:10]
    with pytest.raises(SealBroken):
        part(bytes(data), 0, 10)


def test_the_end_of_a_truncated_item_is_not_taken_for_its_last_chunk() -> None:
    cut = WHOLE[: HEADER_BYTES + 2 * SEALED_CHUNK_BYTES]
    with pytest.raises(SealBroken):
        part(cut, CHUNK_BYTES, 2 * CHUNK_BYTES)


class Trickle(io.RawIOBase):
    """A source that hands out at most 1000 bytes at a time, as a socket does."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._data.read(min(size, 1000))


def test_short_reads_of_a_socket_make_no_difference() -> None:
    target = io.BytesIO()
    seal(KEY, Trickle(plain(CHUNK_BYTES + 5)), target, story_id="s1", version=0, kind=Kind.AUDIO)  # type: ignore[arg-type]
    chunks = unseal(KEY, Trickle(target.getvalue()), story_id="s1", version=0, kind=Kind.AUDIO)  # type: ignore[arg-type]
    assert b"".join(chunks) == plain(CHUNK_BYTES + 5)


@given(st.integers(0, 10**12))
def test_plain_size_is_the_inverse_of_sealed_size(size: int) -> None:
    assert plain_size(sealed_size(size)) == size


@given(st.integers(-5, 5 * SEALED_CHUNK_BYTES))
def test_an_impossible_size_is_refused(size: int) -> None:
    try:
        assert sealed_size(plain_size(size)) == size
    except SealBroken:
        assert all(sealed_size(n) != size for n in (max(0, size - HEADER_BYTES - 16 * k) for k in range(8)))


def test_the_key_never_shows() -> None:
    assert "\\x" not in repr(KEY) and "StoryKey" in repr(KEY)
    with pytest.raises(TypeError):
        pickle.dumps(KEY)


# the master key


def test_the_master_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "veilig" / "master.key"
    key, wrapped = Vault.open_or_create(path).new_key()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]
    again = Vault.open_or_create(path).unwrap(wrapped)
    assert opened(sealed(b"abc", key), again) == b"abc"


def test_a_wrapped_key_opens_with_its_own_master_key_only(tmp_path: Path) -> None:
    _, wrapped = Vault.open_or_create(tmp_path / "a").new_key()
    other = Vault.open_or_create(tmp_path / "b")
    for wrong in (wrapped, wrapped[:-1], b"", wrapped + b"x"):
        with pytest.raises(SealBroken):
            other.unwrap(wrong)


def test_a_master_key_inside_the_data_folder_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "link").symlink_to(data)
    for path in (data / "m.key", data / "a" / "m.key", tmp_path / "link" / "m.key", data / ".." / "data" / "m.key"):
        with pytest.raises(NotReady) as refusal:
            Vault.open_or_create(path, outside=(data,))
        assert refusal.value.code == "master_key_inside_data"
    assert list(data.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_master_key_that_others_can_touch_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "m.key"
    Vault.open_or_create(path)
    path.chmod(mode)
    with pytest.raises(NotReady) as refusal:
        Vault.open(path)
    assert refusal.value.code == "master_key_readable_by_others"


@pytest.mark.parametrize("content", [b"", b"kort", b"\x00" * 44, b"A" * 44 + b"="])
def test_a_damaged_master_key_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "m.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(SealBroken) as refusal:
        Vault.open(path)
    assert refusal.value.code == "master_key_damaged"


def test_a_missing_master_key_is_told_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(NotReady) as refusal:
        Vault.open(tmp_path / "m.key")
    assert refusal.value.code == "master_key_missing"
    assert list(tmp_path.iterdir()) == []
