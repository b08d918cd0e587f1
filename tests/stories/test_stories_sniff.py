"""What a recording is, by its bytes: one table, never a crash, and never a name believed."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.sniff import MOV, NotSound, Sniffed, sniff

MP3 = b"\xff\xfb\x90\x00" + b"\0" * 413  # MPEG-1 layer III, 128 kbit/s, 44.1 kHz
ADTS = b"\xff\xf1\x50\x80\x02\x1f\xfc" + b"\0" * 9  # 16 bytes
AMR = b"\x3c" + b"\0" * 31  # 12.2 kbit/s
MAGICS = [
    b"",
    b"RIFF\0\0\0\0WAVE",
    b"fLaC",
    b"OggS",
    b"\x1a\x45\xdf\xa3",
    b"\0\0\0\x18ftypM4A ",
    b"ID3\x03\0\0\0\0\0\1",
]
MAGICS += [b"caff\0\1", b"#!AMR\n", b"FORM\0\0\0\0AIFF", b"\xff\xf1\x50\x80", b"\xff\xfb\x90\x64", b"\0\0\0\x10moov"]


def of(data: bytes) -> Sniffed | NotSound:
    return sniff(io.BytesIO(data))


def id3(body: bytes, flags: int = 0) -> bytes:
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\x00" + bytes([flags]) + size + body


@given(st.sampled_from(MAGICS), st.binary(max_size=3_000))
def test_any_bytes_are_recognised_or_refused(magic: bytes, rest: bytes) -> None:
    found = of(magic + rest)
    assert isinstance(found, NotSound) or 0 <= found.offset <= len(magic + rest)
    assert (found is NotSound.EMPTY) == (magic + rest == b"")


@pytest.mark.parametrize(
    ("start", "name", "demuxer"),
    [
        (b"RIFF\0\0\0\0WAVE", "wav", "wav"),
        (b"RF64\0\0\0\0WAVE", "wav", "wav"),
        (b"FORM\0\0\0\0AIFC", "aiff", "aiff"),
        (b"fLaC", "flac", "flac"),
        (b"OggS", "ogg", "ogg"),
        (b"caff", "caf", "caf"),
        (b"\x1a\x45\xdf\xa3" + b"\0" * 20 + b"webm", "webm", "matroska,webm"),
        (b"\x1a\x45\xdf\xa3" + b"\0" * 20 + b"matroska", "matroska", "matroska,webm"),
        (b"\0\0\0\x18ftypM4A ", "m4a", MOV),
        (b"\0\0\0\x18ftypisom", "mp4", MOV),
        (b"\0\0\0\x18ftypqt  ", "mov", MOV),
        (b"\0\0\0\x18ftyp3gp4", "3gp", MOV),
        (b"\0\0\0\x08wide", "mov", MOV),
        (b"#!AMR\n" + AMR * 3, "amr", "amr"),
        (ADTS * 3, "aac", "aac"),
        (MP3 * 3, "mp3", "mp3"),
    ],
    ids=ascii,
)
def test_the_first_bytes_name_the_format_and_its_demuxer(start: bytes, name: str, demuxer: str) -> None:
    assert of(start + b"\0" * 64) == Sniffed(name, demuxer)


def test_three_frames_must_follow_each_other_unless_the_file_ends() -> None:
    for frame, name in ((MP3, "mp3"), (ADTS, "aac")):
        assert of(frame) == of(frame * 2) == Sniffed(name, name)
        assert of(frame * 2 + b"x" * 9_000) is NotSound.NOT_AUDIO
    assert of(b"#!AMR\n" + b"#EXTM3U\nhttp://example.org/\n") is NotSound.NOT_AUDIO


def test_tags_and_padding_before_the_sound_are_stepped_over() -> None:
    cover = id3(b"\xff\xfb\x90" * 9_141)  # bytes that look like frames, longer than what is looked at first
    footed = id3(b"\0" * 100, flags=0x10) + b"\0" * 10
    assert of(cover + footed + MP3 * 3) == Sniffed("mp3", "mp3", len(cover + footed))
    assert of(cover + b"\0" * 500 + ADTS * 3) == Sniffed("aac", "aac", len(cover) + 500)
    assert of(cover + b"RIFF\0\0\0\0WAVE") == Sniffed("wav", "wav", len(cover))


@pytest.mark.parametrize(
    "start",
    [
        b"ID3",
        b"ID3\x03\x00\x00\x7f\x7f\x7f\x7f" + b"\0" * 5_000,
        id3(b"") * 20 + MP3 * 3,
        b"RIFF\0\0\0\0AVI ",
        struct.pack(">I", 0x01000000) + b"moov",
        b"MZ\x90\0",
        b"%PDF-1.7",
        b"\0" * 70_000,
    ],
    ids=["half a tag", "a tag beyond the end", "twenty tags", "avi", "a first atom of 16 MiB", "exe", "pdf", "zeros"],
)
def test_what_is_no_recording_is_none(start: bytes) -> None:
    assert of(start) is NotSound.NOT_AUDIO


@pytest.mark.parametrize(
    "start", [b"ffconcat version 1.0", b"#EXTM3U", b"\xef\xbb\xbf [Playlist]", b"<?xml ", b"HTTP://x"]
)
def test_a_list_of_other_files_is_told_apart(start: bytes) -> None:
    assert of(start + b"\n") is NotSound.PLAYLIST
