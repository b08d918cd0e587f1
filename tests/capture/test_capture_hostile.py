"""Hostile and broken files through the real command line: a plain Dutch refusal, little time and memory, nothing else
opened, nothing left behind, no name repeated."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from capture import check_file, to_flac
from stories.errors import InputRefused
from stories.settings import Settings
from tests.capture.command import MEMORY, ROOT, SECONDS, Check, Command, refused
from tests.capture.sounds import (
    NAME_TAGS,
    atom,
    encode,
    id3,
    id3_frame,
    silent_flac,
    voice,
    wav,
)

# 1: nothing, next to nothing, silence


def test_an_empty_file_is_refused(check: Check) -> None:
    run = check(b"")
    refused(run, "empty")
    assert all(run.json[key] is None for key in ("format", "duration_ms", "sample_rate", "channels"))


def test_a_slip_of_the_finger_is_refused_and_half_a_second_is_not(check: Check) -> None:
    refused(check(wav(voice(0.1))), "too_short")
    refused(check(wav(voice(0.499))), "too_short")
    assert check(wav(voice(0.5))).code == 0


@pytest.mark.parametrize("kind", ["wav", "dither", "dc", "8 bit", "m4a", "mp3", "opus"])
def test_digital_silence_is_refused(check: Check, kind: str) -> None:
    nothing = np.zeros((48_000 * 3, 1), np.int16)
    dither = np.random.default_rng(1).integers(-1, 2, nothing.shape).astype(np.int16)
    data = {
        "wav": lambda: wav(nothing),
        "dither": lambda: wav(dither),
        "dc": lambda: wav(nothing + 1_234),
        "8 bit": lambda: encode("wav", "pcm_u8", nothing, sample_format="u8"),
        "m4a": lambda: encode("ipod", "aac", nothing, sample_format="fltp"),
        "mp3": lambda: encode("mp3", "libmp3lame", nothing, sample_format="s16p"),
        "opus": lambda: encode("ogg", "libopus", nothing),
    }[kind]()
    refused(check(data), "silent")


# 2: something else under another name


@pytest.mark.parametrize("kind", ["exe", "pdf", "random", "text", "script", "zip", "picture", "id3 and noise", "json"])
def test_what_is_not_sound_is_refused_whatever_its_name(check: Check, kind: str) -> None:
    noise = np.random.default_rng(2).bytes(300_000)
    data = {
        "exe": b"MZ\x90\0" + noise,
        "pdf": b"%PDF-1.7\n" + noise,
        "random": noise,
        "text": b"Lieve mensen, ik had het koud.\n" * 500,
        "script": b"#!/bin/sh\ntouch /tmp/gotcha\n",
        "zip": b"PK\x03\x04" + noise,
        "picture": b"\xff\xd8\xff\xe0\0\x10JFIF\0" + noise,
        "id3 and noise": id3(id3_frame(b"TIT2", b"\0x")) + noise,
        "json": b'{"ffconcat": "no"}',
    }[kind]
    refused(check(data, "opname.mp3"), "not_audio")


def test_a_film_without_sound_is_refused(check: Check) -> None:
    file = io.BytesIO()
    with av.open(file, mode="w", format="mp4") as output:
        stream = output.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(25):
            output.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")))
        output.mux(stream.encode(None))
    refused(check(file.getvalue(), "film.mp4"), "no_sound")


# 5: headers that cannot be


@pytest.mark.parametrize(
    "header",
    [
        {"rate": 1},
        {"rate": 0},
        {"rate": 7_999},
        {"rate": 192_001},
        {"rate": 4_000_000_000},
        {"rate": -48_000},
        {"channels": 0},
        {"channels": 9},
        {"channels": 255},
        {"channels": 65_535},
        {"bits": 0},
        {"bits": 65_535, "align": 65_535},
        {"rate": 1, "channels": 255, "align": 0, "byte_rate": -1},
    ],
    ids=str,
)
def test_an_impossible_header_is_refused(check: Check, header: dict[str, int]) -> None:
    run = check(wav(voice(1.7), header=header))
    refused(run, "impossible_header", "damaged", "unknown_codec", "too_short")


@pytest.mark.parametrize(
    "header", [{"data": -1}, {"riff": -1}, {"data": -5, "riff": -5}, {"riff": 0, "data": 0}], ids=str
)
def test_wrong_sizes_do_not_lose_a_recording(check: Check, header: dict[str, int]) -> None:
    run = check(wav(voice(2.0), header=header))
    assert run.code == 0 and abs(run.json["duration_ms"] - 2_000) <= 60, run


def test_hostile_atoms_and_blocks_are_refused_quickly(check: Check) -> None:
    good = encode("ipod", "aac", voice(1.0), sample_format="fltp")
    huge = (0xFFFFFFF0).to_bytes(4, "big")
    at = good.index(b"stsz")
    nested = b""
    for _ in range(5_000):
        nested = atom(b"moov", nested)
    for data in (
        good[: at + 12] + huge + good[at + 16 :],
        atom(b"ftyp", b"M4A \0\0\0\0") + nested,
        b"fLaC\x86\xff\xff\xff" + b"\xff" * 4_096,
        b"OggS" + b"\xff" * 200_000,
        b"\x1a\x45\xdf\xa3" + b"\x01\xff\xff\xff\xff\xff\xff\xff" * 10_000,
        wav(voice(0.1), extra=b"LIST" + huge + b"INFO" + b"INAM" + huge),
    ):
        assert check(data).code in (0, 2)


# 6: hours in a few megabytes


def test_more_than_the_limit_of_decoded_time_is_refused_early(check: Check) -> None:
    run = check(silent_flac(900), env={"VERTELPUNT_MAX_AUDIO_HOURS": "0.2"})
    refused(run, "too_long")
    assert "0,2 uur" in run.json["message"] and run.json["duration_ms"] is None


def test_speech_over_the_limit_is_refused(check: Check) -> None:
    data = encode("ogg", "libopus", voice(20.0))
    refused(check(data, env={"VERTELPUNT_MAX_AUDIO_HOURS": "0.005"}), "too_long")


@pytest.mark.slow
def test_ten_hours_of_silence_in_five_megabytes_are_refused_in_time(check: Check) -> None:
    data = silent_flac(36_000)
    assert len(data) < 6 * 2**20
    refused(check(data, "stil.flac"), "too_long", "too_heavy")


# 7: torn files


def test_a_torn_wav_whose_header_claims_four_gigabytes_is_kept(check: Check) -> None:
    data = wav(voice(3.0), header={"riff": 0xFFFFFFFF, "data": 0xFFFFFFDB})[: 44 + 48_000 * 2 * 2]
    run = check(data)
    assert run.code == 0 and run.json["duration_ms"] == 2_000


@pytest.mark.parametrize("kind", ["flac", "mp3", "ogg", "webm", "aac"])
def test_the_first_half_of_a_torn_recording_is_kept(kind: str, settings: Settings, tmp_path: Path) -> None:
    container, codec, sample_format = {
        "flac": ("flac", "flac", "s16"),
        "mp3": ("mp3", "libmp3lame", "s16p"),
        "ogg": ("ogg", "libopus", "s16"),
        "webm": ("webm", "libopus", "s16"),
        "aac": ("adts", "aac", "fltp"),
    }[kind]
    data = encode(container, codec, voice(10.0), sample_format=sample_format)
    (tmp_path / "in").write_bytes(data[: len(data) // 2])
    recording = to_flac(tmp_path / "in", tmp_path / "o.flac", settings)
    assert 3_000 < recording.duration_ms < 7_000


def test_a_hole_in_a_recording_does_not_lose_the_rest(settings: Settings, tmp_path: Path) -> None:
    data = bytearray(encode("adts", "aac", voice(10.0), sample_format="fltp"))
    data[len(data) // 2 : len(data) // 2 + 400] = b"\0" * 400
    (tmp_path / "in").write_bytes(data)
    assert to_flac(tmp_path / "in", tmp_path / "o.flac", settings).duration_ms > 9_000


# 9: tags


def test_twenty_megabytes_of_tags_cost_nothing_and_vanish(check: Check, tmp_path: Path, settings: Settings) -> None:
    sound = encode("mp3", "libmp3lame", voice(2.0), sample_format="s16p", options={"id3v2_version": "0"})
    cover = id3_frame(b"APIC", b"\0image/jpeg\0\x03\0" + b"GEHEIM" * 3_500_000)
    tagged = id3(id3_frame(b"TIT2", b"\0Samira de Wit") + cover) + id3(id3_frame(b"TXXX", b"\0GPS 52.37")) + sound
    run = check(tagged, "opname.mp3")
    assert run.code == 0 and abs(run.json["duration_ms"] - 2_000) <= 60
    (tmp_path / "in").write_bytes(tagged)
    to_flac(tmp_path / "in", tmp_path / "o.flac", settings)
    written = (tmp_path / "o.flac").read_bytes()
    assert len(written) < 300_000 and not any(word in written for word in (b"Samira", b"GEHEIM", b"52.37"))


def test_a_tag_that_claims_more_than_the_file_holds_is_refused(check: Check) -> None:
    refused(check(b"ID3\x03\x00\x00\x7f\x7f\x7f\x7f" + b"\0" * 5_000), "not_audio")


def test_tags_and_cover_in_an_m4a_vanish(settings: Settings, tmp_path: Path) -> None:
    data = encode("ipod", "aac", voice(1.0), sample_format="fltp", tags=NAME_TAGS)
    assert b"Samira" in data
    (tmp_path / "Samira.m4a").write_bytes(data)
    to_flac(tmp_path / "Samira.m4a", tmp_path / "o.flac", settings)
    assert b"Samira" not in (tmp_path / "o.flac").read_bytes()


# 10: names


@pytest.mark.parametrize(
    "name",
    [
        "-rf",
        "--help",
        "a\nb\r\nc.wav",
        "\u202ewav.exe",
        "n" * 250,
        "%s{0}{x}.wav",
        "http:x.wav",
        "concat:a|b",
        "pipe:0",
        "'\";$(id).wav",
    ],
    ids=ascii,
)
def test_an_evil_name_is_only_a_name(check: Check, name: str) -> None:
    assert check(wav(voice(1.0)), name).code == 0
    refused(check(b"MZ", name), "not_audio")


def test_a_path_with_dots_or_bytes_that_are_no_text_is_only_a_path(
    command: Command, tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "x").write_bytes(wav(voice(1.0)))
    assert command("check", tmp_path / "a" / ".." / "x").code == 0
    odd = Path(os.fsdecode(os.fsencode(str(tmp_path)) + b"/\xff\xfe"))
    odd.write_bytes(wav(voice(1.0)))
    assert command("check", odd).code == 0
    assert check_file(Path("a\0b"), settings).reason == "unreadable"


@pytest.mark.parametrize("arguments", [(), ("check",), ("check", "a", "b"), ("--help",), ("inspect", "a")], ids=str)
def test_wrong_usage_is_64(command: Command, arguments: tuple[str, ...]) -> None:
    run = command(*arguments)
    assert run.code == 64 and run.out == "" and run.err.startswith("Gebruik:")


def test_a_setting_that_is_no_number_is_said_plainly(command: Command) -> None:
    run = command("check", "x", env={"VERTELPUNT_MAX_AUDIO_HOURS": "veel"})
    assert run.code == 64 and "Traceback" not in run.err


def test_the_command_started_anew_says_the_same(command: Command, tmp_path: Path) -> None:
    """Elsewhere it is a fork of a process that has started already: see `command.py`."""
    (tmp_path / "in").write_bytes(wav(voice(1.0)))
    (tmp_path / "text").write_bytes(b"Lieve mensen")
    for arguments, code, setting in (
        (("check", tmp_path / "in"), 0, {}),
        (("check", tmp_path / "in"), 2, {"VERTELPUNT_MAX_AUDIO_HOURS": "0.0002"}),
        (("check", tmp_path / "text"), 2, {}),
        (("--help",), 64, {}),
        (("check", "x"), 64, {"VERTELPUNT_MAX_AUDIO_HOURS": "veel"}),
    ):
        fork, anew = (command(*arguments, env=setting, anew=anew) for anew in (False, True))
        assert (fork.code, fork.out, fork.err) == (anew.code, anew.out, anew.err) and anew.code == code
        assert anew.rss_bytes < MEMORY and anew.cpu_s < SECONDS and anew.wall_s < SECONDS


def test_to_flac_refuses_the_same_and_leaves_nothing(tmp_path: Path, settings: Settings) -> None:
    for data, code in (
        (b"", "empty"),
        (wav(voice(0.2)), "too_short"),
        (wav(voice(1.0, level=0)), "silent"),
        (b"MZ", "not_audio"),
    ):
        (tmp_path / "in").write_bytes(data)
        with pytest.raises(InputRefused) as caught:
            to_flac(tmp_path / "in", tmp_path / "o.flac", settings)
        assert caught.value.code == code and caught.value.key == f"capture.{code}"
        assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_full_disk_is_our_trouble_and_leaves_nothing(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    assert resource
    (tmp_path / "in").write_bytes(wav(voice(30.0)))
    script = """
import resource, signal, sys
from pathlib import Path
from capture import to_flac
from stories.errors import NotReady
from stories.settings import Settings
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    to_flac(Path(sys.argv[1]), Path(sys.argv[2]), Settings(_env_file=None))
except NotReady as error:
    print(error.code)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "in"), str(tmp_path / "o.flac")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "disk_full", done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
