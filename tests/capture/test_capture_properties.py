"""Any bytes at all: an answer, never a crash."""

from __future__ import annotations

import io
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capture import check_file
from stories.settings import Settings
from tests.capture.sounds import encode, voice, wav

MAGICS = [
    b"RIFF\0\0\0\0WAVE",
    b"fLaC",
    b"OggS",
    b"\x1a\x45\xdf\xa3",
    b"\0\0\0\x18ftypM4A ",
    b"ID3\x03\0\0\0\0\0\1",
]
MAGICS += [b"caff\0\1", b"#!AMR\n", b"FORM\0\0\0\0AIFF", b"\xff\xf1\x50\x80", b"\xff\xfb\x90\x64", b"\0\0\0\x10moov"]
SETTINGS = Settings(_env_file=None)  # type: ignore[call-arg]
FEW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.slow
@FEW
@given(st.sampled_from(MAGICS), st.binary(min_size=1, max_size=5_000))
def test_any_bytes_behind_any_magic_get_an_answer(magic: bytes, rest: bytes) -> None:
    checked = check_file(io.BytesIO(magic + rest), SETTINGS)
    assert checked.accepted or checked.message


@cache
def good(kind: str) -> bytes:
    return {
        "wav": lambda: wav(voice(1.0, 16_000), 16_000),
        "flac": lambda: encode("flac", "flac", voice(1.0)),
        "m4a": lambda: encode("ipod", "aac", voice(1.0), sample_format="fltp"),
        "mp3": lambda: encode("mp3", "libmp3lame", voice(1.0), sample_format="s16p"),
        "ogg": lambda: encode("ogg", "libopus", voice(1.0)),
        "webm": lambda: encode("webm", "libopus", voice(1.0)),
    }[kind]()


@pytest.mark.slow
@FEW
@given(
    st.sampled_from(["wav", "flac", "m4a", "mp3", "ogg", "webm"]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=30),
    st.floats(0.05, 1),
)
def test_a_damaged_recording_gets_an_answer(kind: str, changes: list[tuple[float, int]], keep: float) -> None:
    data = bytearray(good(kind))
    for place, value in changes:
        data[int(place**3 * len(data))] = value  # most damage in the headers, where it hurts
    checked = check_file(io.BytesIO(bytes(data[: int(len(data) * keep)])), SETTINGS)
    assert checked.accepted or checked.message
