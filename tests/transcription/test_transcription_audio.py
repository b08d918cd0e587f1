"""Reading sound: what a file is by its bytes, and the same samples however they are asked for."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from transcription_help import RATE, ROOT

from stories.audio import opened, read_span, samples, write_flac
from stories.errors import InputRefused


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    """Half a minute that is different everywhere."""
    rng = np.random.default_rng(3)
    slow = np.repeat(rng.random(60), RATE // 2)
    return (np.cumsum(rng.normal(size=30 * RATE)) % 1 - 0.5) * 0.2 * slow


def flac(source: Path, rate: int, layout: str) -> io.BytesIO:
    """Samples of `source` as FLAC; in stereo, with the right side inverted and quiet."""
    target = io.BytesIO()
    with av.open(target, "w", format="flac") as out:
        stream = out.add_stream("flac", rate=rate, layout=layout)
        whole = np.concatenate(list(samples(source, rate=rate)))
        sides = [whole, -0.3 * whole] if layout == "stereo" else [whole]
        packed = (np.clip(np.stack(sides, axis=1), -1, 1) * 32767).astype(np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="s16", layout=layout)
        frame.sample_rate, frame.pts = rate, 0
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    target.seek(0)
    return target


@pytest.mark.parametrize(("rate", "layout"), [(48_000, "mono"), (44_100, "stereo"), (16_000, "mono"), (96_000, "mono")])
def test_a_span_is_the_same_sound_as_in_the_whole(
    rate: int, layout: str, sound: np.ndarray, write_wav: Callable[[np.ndarray], Path]
) -> None:
    file = flac(write_wav(sound), rate, layout)
    whole = np.concatenate(list(samples(file)))
    for start, end in ((0, 1_000), (37, 2_000), (1_500, 29_400), (12_345, 20_001), (28_000, 40_000), (50_000, 51_000)):
        span = read_span(file, start, end)
        there = whole[start * 16 : end * 16]
        assert abs(len(span) - len(there)) <= 1
        np.testing.assert_allclose(span, there[: len(span)], atol=1e-4)
        np.testing.assert_array_equal(span, read_span(file, start, end))


def test_blocks_of_any_size_are_the_same_sound(sound: np.ndarray, write_wav: Callable[[np.ndarray], Path]) -> None:
    path = write_wav(sound)
    whole = np.concatenate(list(samples(path)))
    assert len(whole) == len(sound)
    blocks = list(samples(path, block_s=0.7))
    assert {len(block) for block in blocks[:-1]} == {int(0.7 * RATE)}
    np.testing.assert_array_equal(np.concatenate(blocks), whole)


def test_a_file_may_be_a_stream_of_bytes_and_stays_open(voice: Path) -> None:
    target = io.BytesIO(voice.read_bytes())
    assert sum(map(len, samples(target))) == sum(map(len, samples(voice)))
    assert not target.closed


def test_flac_that_we_write_is_the_same_sound_without_loss(voice: Path, speech: np.ndarray) -> None:
    target = io.BytesIO()
    assert write_flac(voice, target, rate=RATE) == len(speech) // 16
    np.testing.assert_array_equal(
        np.concatenate(list(samples(target))), np.concatenate(list(samples(voice, block_s=9)))
    )


def test_too_long_is_refused_while_it_is_read(voice: Path) -> None:
    with pytest.raises(InputRefused) as refused:
        list(samples(voice, block_s=1, max_seconds=5))
    assert refused.value.code == "too_long"


def test_tags_before_the_sound_are_stepped_over(voice: Path) -> None:
    tag = b"ID3\x04\x00\x00" + bytes([0, 1, 86, 32]) + b"\xff\xfb\x90" * 9_141 + b"\0"
    whole = np.concatenate(list(samples(voice)))
    flac = io.BytesIO()
    write_flac(voice, flac, rate=RATE)
    for content in (voice.read_bytes(), flac.getvalue()):
        file = io.BytesIO(tag + content)
        np.testing.assert_array_equal(np.concatenate(list(samples(file))), whole)
        np.testing.assert_array_equal(read_span(file, 20_000, 21_000), whole[320_000:336_000])


EIGHT = {
    "wav": ("wav", "pcm_s16le", "s16"),
    "flac": ("flac", "flac", "s16"),
    "aac": ("ipod", "aac", "fltp"),
    "opus": ("ogg", "libopus", "flt"),
}


@pytest.mark.parametrize("kind", EIGHT)
def test_eight_channels_are_read_and_do_not_end_the_process(kind: str, tmp_path: Path) -> None:
    """PyAV dies on the planes of a planar frame with eight channels: so in a process of its own."""
    container, codec, sample_format = EIGHT[kind]
    tone = (np.sin(np.arange(96_000) * 0.05) * 9_000).astype(np.int16)
    packed = np.zeros((96_000, 8), np.int16)
    packed[:, 7] = tone
    path = tmp_path / "acht"
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(codec, rate=48_000, layout="7.1")
        stream.codec_context.format = sample_format
        frame = av.AudioFrame.from_ndarray(packed.reshape(1, -1), format="s16", layout="7.1")
        frame.sample_rate, frame.pts = 48_000, 0
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    script = """
import sys
from pathlib import Path
import numpy as np
from stories.audio import read_span, samples
whole = np.concatenate(list(samples(Path(sys.argv[1]))))
span = read_span(Path(sys.argv[1]), 501, 1501)
print(len(whole), len(span), np.abs(whole).max() > 0.02, np.abs(span - whole[8016:24016]).max() < 1e-4)
"""
    done = subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    length, span, heard, same = done.stdout.split()
    assert abs(int(length) - 32_000) < 1_200 and (span, heard, same) == ("16000", "True", "True")


@pytest.mark.parametrize("channels", [2, 3, 8])
def test_a_voice_in_one_channel_of_many_is_heard_and_loud_channels_stay_whole(channels: int, tmp_path: Path) -> None:
    tone = (np.sin(np.arange(RATE) * 0.1) * 32_767).astype(np.int16)
    for filled in (slice(channels - 1, None), slice(None)):
        packed = np.zeros((RATE, channels), np.int16)
        packed[:, filled] = tone[:, np.newaxis]
        with wave.open(str(tmp_path / "veel.wav"), "wb") as file:  # no layout is named: FFmpeg has no mix for it
            file.setparams((channels, 2, RATE, 0, "NONE", ""))
            file.writeframes(packed.tobytes())
        (heard,) = samples(tmp_path / "veel.wav")
        np.testing.assert_allclose(heard, packed.mean(axis=1) / 32_768, atol=1e-6)


def test_a_film_of_pictures_or_an_odd_codec_is_no_recording() -> None:
    odd = (
        b"RIFF" + struct.pack("<I", 9_000) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 0x0270, 1, 16_000, 8_000, 32, 0)
    )
    odd += b"data" + struct.pack("<I", 8_000) + b"\1" * 8_000
    for content in (odd, b"\x1a\x45\xdf\xa3" + b"\x42" * 200):
        with pytest.raises(InputRefused) as refused, opened(io.BytesIO(content)):
            pass
        assert refused.value.code in ("not_audio", "unreadable", "impossible_header")


def test_a_damaged_middle_does_not_lose_the_rest(voice: Path, speech: np.ndarray) -> None:
    target = io.BytesIO()
    write_flac(voice, target, rate=RATE)
    data = bytearray(target.getvalue())
    data[len(data) // 2 : len(data) // 2 + 2_000] = b"\x55" * 2_000
    kept = sum(map(len, samples(io.BytesIO(bytes(data))))) / RATE
    assert len(speech) / RATE - 3 < kept <= len(speech) / RATE
