"""Where, with what and by whom: no tag and no file name ever reaches the recording that is kept.

The proof is a strong one: the canonical FLAC of a tagged recording is, byte for byte, that of the same recording
without a tag, whatever the tag says and whatever the file is called.
"""

from __future__ import annotations

import struct
import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as few
from hypothesis import strategies as st

from capture import check_file, to_flac
from stories.settings import Settings
from tests.capture.sounds import atom, encode, id3, id3_frame, voice, wav

SETTINGS = Settings(_env_file=None)  # type: ignore[call-arg]
SECRET = "GEHEIM"
KEYS = {
    "place": ("location", "com.apple.quicktime.location.ISO6709", "LOCATION", "GPS"),
    "device": ("make", "model", "com.apple.quicktime.model", "encoded_by", "software"),
    "owner": ("title", "artist", "author", "comment", "copyright", "com.apple.quicktime.author", "owner"),
}
HOW = {
    "m4a": ("ipod", "aac", "fltp", 48_000, {}),
    "m4a keys": ("ipod", "aac", "fltp", 48_000, {"movflags": "use_metadata_tags"}),
    "mp3": ("mp3", "libmp3lame", "s16p", 48_000, {}),
    "mp3 end tag": ("mp3", "libmp3lame", "s16p", 48_000, {"write_id3v1": "1"}),
    "ogg": ("ogg", "libopus", "s16", 48_000, {}),
    "flac": ("flac", "flac", "s16", 48_000, {}),
    "mov": ("mov", "aac", "fltp", 48_000, {}),
    "mov keys": ("mov", "aac", "fltp", 48_000, {"movflags": "use_metadata_tags"}),
    "3gp": ("3gp", "libopencore_amrnb", "s16", 8_000, {}),
    "webm": ("webm", "libopus", "s16", 48_000, {}),
}


@cache
def bare(kind: str) -> bytes:
    return build(kind, None)


def build(kind: str, tags: dict[str, str] | None) -> bytes:
    container, codec, sample_format, rate, options = HOW[kind]
    return encode(
        container,
        codec,
        voice(0.6, rate),
        rate=rate,
        sample_format=sample_format,
        tags=tags,
        options=options,
        bit_rate=12_200 if rate == 8_000 else None,
    )


def flac_of(data: bytes, name: str = "in") -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(data)
        to_flac(Path(folder) / name, Path(folder) / ".o.flac", SETTINGS)
        return (Path(folder) / ".o.flac").read_bytes()


@cache
def bare_flac(kind: str) -> bytes:
    return flac_of(bare(kind))


VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40).map(lambda text: f"{SECRET}{text}")
TAGS = st.fixed_dictionaries({key: VALUES for group in KEYS.values() for key in group})


@pytest.mark.slow
@pytest.mark.parametrize("kind", HOW)
def test_no_place_device_or_owner_in_a_tag_reaches_the_kept_recording(kind: str) -> None:
    seen: list[int] = []

    @few(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(TAGS, st.floats(-90, 90), st.floats(-180, 180))
    def holds(tags: dict[str, str], latitude: float, longitude: float) -> None:
        tags |= {"location": f"{latitude:+.4f}{longitude:+.4f}/"}
        data = build(kind, tags)
        seen.append(data.count(SECRET.encode()))
        kept = flac_of(data)
        assert kept == bare_flac(kind)
        assert SECRET.encode() not in kept

    holds()
    assert max(seen) > 0, "the tags were there to be taken"


def written_by_hand() -> dict[str, tuple[bytes, bytes]]:
    """(tagged, bare): the tags that phones and recorders write and our encoder does not."""
    place, device, owner = f"{SECRET} +52.37+004.89/".encode(), f"{SECRET} iPhone".encode(), f"{SECRET} Samira".encode()
    mov, mp3, flac, pcm = bare("mov"), bare("mp3"), bare("flac"), wav(voice(0.6))
    udta = atom(b"udta", atom(b"\xa9xyz", struct.pack(">HH", len(place), 0x15C7) + place) + atom(b"\xa9mod", device))
    uuid = atom(b"uuid", bytes(16) + b"<x:xmpmeta>" + owner)
    apple = atom(b"meta", b"\0\0\0\0" + atom(b"keys", struct.pack(">II", 0, 1) + atom(b"mdta", b"com.apple." + device)))
    info = b"LIST" + struct.pack("<I", 12 + len(owner)) + b"INFOIART" + struct.pack("<I", len(owner)) + owner
    info += b"\0" * (len(info) % 2)
    bext = b"bext" + struct.pack("<I", 602) + (owner + b"\0" * 602)[:602]
    vendor = struct.pack("<I", len(device)) + device
    comments = vendor + struct.pack("<II", 1, len(owner) + 7) + b"ARTIST=" + owner
    block = b"\x04" + len(comments).to_bytes(3, "big") + comments
    picture = id3_frame(b"APIC", b"\0image/jpeg\0\x03\0\xff\xd8\xff\xe1 Exif GPS " + place)
    geob = id3_frame(b"GEOB", b"\0x\0x\0x\0" + place) + id3_frame(b"PRIV", b"owner\0" + owner)
    return {
        "mov atoms": (mov + udta + uuid + apple, mov),
        "wav chunks": (wav(voice(0.6), extra=info + bext), pcm),
        "flac comments": (b"fLaC" + b"\0" + flac[5:42] + block + flac[42:], flac),
        "mp3 picture": (id3(picture + geob + id3_frame(b"TOWN", b"\0" + owner)) + mp3, mp3),
        "mp3 end": (mp3 + b"TAG" + owner.ljust(125, b"\0"), mp3),
        "mp3 ape": (mp3 + b"APETAGEX" + struct.pack("<4I", 2_000, 32 + len(owner), 1, 0) + bytes(8) + owner, mp3),
    }


@pytest.mark.parametrize("kind", written_by_hand())
def test_what_phones_and_recorders_write_themselves_is_left_behind(kind: str) -> None:
    tagged, plain = written_by_hand()[kind]
    assert SECRET.encode() in tagged
    assert flac_of(tagged) == flac_of(plain)


NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=60).filter(
    lambda name: name.strip(".") and len(name.encode()) <= 200
)


@few(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(NAMES)
def test_what_a_file_is_called_changes_nothing(name: str) -> None:
    name = f"{SECRET}{name}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        for data, accepted in ((bare("flac"), True), (b"MZ" + bare("flac"), False)):
            path.write_bytes(data)
            checked = check_file(path, SETTINGS)
            assert checked.accepted is accepted and SECRET not in repr(checked)
            (Path(folder) / "in").write_bytes(data)
            assert checked == check_file(Path(folder) / "in", SETTINGS)
    assert flac_of(bare("flac"), name) == bare_flac("flac")
