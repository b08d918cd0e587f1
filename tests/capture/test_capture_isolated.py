"""Files that point elsewhere, through the real command line: nothing else is opened, nor could the decoder do so."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from capture import to_flac
from capture.audio import ONE_CORE
from stories.settings import Settings
from tests.capture.command import ROOT, Check, Command, refused
from tests.capture.sounds import (
    alias,
    decoded,
    encode,
    voice,
    wav,
    with_dref,
)


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    """A server that writes down every visit. There must be none."""
    visits: list[object] = []
    server = socket.create_server(("127.0.0.1", 0))

    def wait() -> None:
        while True:
            try:
                connection, address = server.accept()
            except OSError:
                return
            visits.append(address)
            connection.close()

    threading.Thread(target=wait, daemon=True).start()
    yield server.getsockname()[1], visits
    server.close()


# 3 and 4: files that point elsewhere


def test_a_playlist_named_wav_opens_nothing(check: Check, tmp_path: Path, listener: tuple[int, list[object]]) -> None:
    port, visits = listener
    other = tmp_path / "other.wav"
    other.write_bytes(wav(voice(3.0)))
    concat = f"ffconcat version 1.0\nfile '{other}'\n".encode()
    trap = tmp_path / "trap.wav"
    trap.write_bytes(concat)
    with av.open(str(trap), options={"safe": "0"}) as guessed:
        assert sum(frame.samples for frame in guessed.decode(audio=0)) > 0, "the trap works where a demuxer is guessed"
    m3u8 = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{}\n#EXT-X-ENDLIST\n"
    for data in (
        concat,
        b"\xef\xbb\xbf" + concat,
        m3u8.format(f"http://127.0.0.1:{port}/a.ts").encode(),
        m3u8.format(f"file://{other}").encode(),
        f"[playlist]\nFile1=http://127.0.0.1:{port}/a.mp3\n".encode(),
        f'<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1:{port}/</BaseURL></MPD>'.encode(),
        f"http://127.0.0.1:{port}/a.mp3\n".encode(),
    ):
        refused(check(data), "playlist")
    assert not visits


def test_a_playlist_behind_the_magic_of_a_recording_opens_nothing(
    check: Check, listener: tuple[int, list[object]]
) -> None:
    port, visits = listener
    m3u8 = f"#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:{port}/a.ts\n".encode() * 40
    for magic in (
        b"RIFF\0\0\0\0WAVE",
        b"OggS",
        b"fLaC",
        b"\x1a\x45\xdf\xa3",
        b"\0\0\0\x18ftypM4A ",
        b"caff",
        b"#!AMR\n",
    ):
        run = check(magic + m3u8)
        assert run.code == 2
    assert not visits


def test_a_movie_that_says_its_sound_is_in_another_file_does_not_get_it(check: Check, tmp_path: Path) -> None:
    secret = tmp_path / "secret.raw"
    secret.write_bytes(voice(20.0, level=0.9).tobytes())
    own = encode("mov", "pcm_s16le", voice(2.0, level=0.1))
    trap = with_dref(own, alias(str(secret)))
    (tmp_path / "trap.mov").write_bytes(trap)
    opened: list[str] = []

    def watch(url: str, flags: int, options: object) -> object:
        opened.append(url)
        return Path(url).open("rb")

    with av.open(
        str(tmp_path / "trap.mov"), options={"enable_drefs": "1", "use_absolute_path": "1"}, io_open=watch
    ) as careless:
        next(careless.decode(audio=0))
    assert any(str(secret) in url for url in opened), "the trap works where references are followed"

    run = check(trap, "trap.mov")
    if run.code == 0:  # the sound beside the reference is the teller's own: 2 s, soft
        (tmp_path / "in").write_bytes(trap)
        to_flac(tmp_path / "in", tmp_path / "o.flac", Settings(_env_file=None))  # type: ignore[call-arg]
        samples, _ = decoded(tmp_path / "o.flac")
        assert np.abs(samples.astype(int)).max() < 0.12 * 32_768
    else:
        refused(run, "damaged", "no_sound")


def test_a_pipe_a_folder_a_device_and_a_missing_file_are_not_read(command: Command, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero"), tmp_path / "missing.wav", tmp_path / ("n" * 300)):
        refused(command("check", path), "unreadable")


def test_the_decoder_can_open_nothing_once_it_has_begun(tmp_path: Path) -> None:
    """The kernel's word for it: no file, no address, no pipe, no memory beyond its share, no byte written."""
    script = """
import importlib.util, os, socket, sys, tempfile
spec = importlib.util.spec_from_file_location("decoder", sys.argv[1])
d = importlib.util.module_from_spec(spec)
spec.loader.exec_module(d)
d.rehearse()
written = open(sys.argv[2], "wb", buffering=0)
d.limit_self(60, 10)
def fails(act):
    try:
        act()
    except (OSError, MemoryError):
        return True
    return False
print([fails(act) for act in (
    lambda: open(sys.argv[1]), lambda: open(sys.argv[2] + "x", "w"), lambda: socket.socket(), os.pipe,
    lambda: bytearray(d.HEADROOM + 2**20), lambda: [written.write(b"1234567") for _ in range(3)],
)])
"""
    decoder = ROOT / "capture" / "_decoder.py"
    command = [sys.executable, "-I", "-c", script, str(decoder), str(tmp_path / "w")]
    done = subprocess.run(command, capture_output=True, text=True, env=ONE_CORE)
    if not sys.platform.startswith("linux"):
        pytest.skip("these limits are Linux's")
    assert done.stdout.strip() == str([True] * 6), done.stderr
