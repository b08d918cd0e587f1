"""Recordings made on the spot, good and hostile."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import av
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
NAME_TAGS = {"title": "Samira de Wit", "location": "+52.3702+004.8952/", "comment": "Spreeuwstraat 12"}


def voice(seconds: float, rate: int = 48_000, channels: int = 1, level: float = 0.3) -> np.ndarray:
    """A sound that moves like speech: (samples, channels), int16."""
    t = np.arange(round(seconds * rate)) / rate
    wave = np.sin(2 * np.pi * (180 + 40 * np.sin(2 * np.pi * 3 * t)) * t) * (0.6 + 0.4 * np.sin(2 * np.pi * 2 * t))
    return np.repeat((wave * level * 32_767).astype(np.int16)[:, None], channels, axis=1)


def wav(
    samples: np.ndarray, rate: int = 48_000, *, header: Mapping[str, int] | None = None, extra: bytes = b""
) -> bytes:
    """A PCM WAV; `header` overrides any field (riff, rate, channels, byte_rate, align, bits, data)."""
    channels = samples.shape[1]
    body = samples.astype("<i2").tobytes()
    field = {
        "riff": 36 + len(extra) + len(body),
        "rate": rate,
        "channels": channels,
        "byte_rate": rate * channels * 2,
        "align": channels * 2,
        "bits": 16,
        "data": len(body),
    } | dict(header or {})
    fmt = struct.pack(
        "<IHHIIHH",
        16,
        1,
        field["channels"] & 0xFFFF,
        field["rate"] & 0xFFFFFFFF,
        field["byte_rate"] & 0xFFFFFFFF,
        field["align"] & 0xFFFF,
        field["bits"] & 0xFFFF,
    )
    start = b"RIFF" + struct.pack("<I", field["riff"] & 0xFFFFFFFF) + b"WAVEfmt " + fmt + extra
    return start + b"data" + struct.pack("<I", field["data"] & 0xFFFFFFFF) + body


def encode(
    container: str,
    codec: str,
    samples: np.ndarray,
    *,
    rate: int = 48_000,
    layout: str = "mono",
    sample_format: str = "s16",
    tags: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
    picture: bool = False,
    bit_rate: int | None = None,
) -> bytes:
    """A file as PyAV writes it: `samples` is (samples, channels) int16 at `rate`."""
    file = io.BytesIO()
    with av.open(file, mode="w", format=container, options=dict(options or {})) as output:
        output.metadata.update(tags or {})
        movie = None
        if picture:
            movie = output.add_stream("vp9" if container in ("webm", "matroska") else "mpeg4", rate=25)
            movie.width, movie.height, movie.pix_fmt = 64, 48, "yuv420p"
        stream = output.add_stream(codec, rate=rate, layout=layout)
        stream.codec_context.format = sample_format
        if bit_rate:
            stream.codec_context.bit_rate = bit_rate
        block = rate // 10
        for index, start in enumerate(range(0, len(samples), block)):
            if movie is not None and index % 4 == 0:
                output.mux(movie.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")))
            piece = np.ascontiguousarray(samples[start : start + block].reshape(1, -1))
            frame = av.AudioFrame.from_ndarray(piece, format="s16", layout=layout)
            frame.sample_rate, frame.pts = rate, start
            output.mux(stream.encode(frame))
        if movie is not None:
            output.mux(movie.encode(None))
        output.mux(stream.encode(None))
    return file.getvalue()


def silent_flac(seconds: int, rate: int = 48_000) -> bytes:
    """Hours of nothing in a few megabytes: 14 bytes per frame of 4,608 samples.

    Written by hand (RFC 9639), for an encoder takes 20 seconds to say ten hours of nothing.
    """
    block = 4_608
    info = struct.pack(">HH", block, block) + bytes(6) + struct.pack(">Q", rate << 44 | 15 << 36) + bytes(16)
    out = [b"fLaC\x80\0\0\x22", info]
    for number in range(-(-seconds * rate // block)):
        # Blocks of 2**n * 576 samples, rate as in STREAMINFO, mono of 16 bits; then one constant sample: 0.
        head = b"\xff\xf8\x50\x08" + _long_utf8(number)
        head += bytes([_crc(head, _CRC_8, 8)])
        frame = head + b"\0\0\0"
        out += frame, _crc(frame, _CRC_16, 16).to_bytes(2, "big")
    return b"".join(out)


def _long_utf8(number: int) -> bytes:
    """UTF-8 as FLAC uses it for numbers: surrogates are numbers, too."""
    return chr(number).encode("utf-8", "surrogatepass")


def _crc_table(polynomial: int, bits: int) -> list[int]:
    table = []
    for value in range(256):
        value <<= bits - 8
        for _ in range(8):
            value = value << 1 ^ (polynomial if value >> bits - 1 & 1 else 0)
        table.append(value & (1 << bits) - 1)
    return table


_CRC_8, _CRC_16 = _crc_table(0x07, 8), _crc_table(0x8005, 16)


def _crc(data: bytes, table: list[int], bits: int) -> int:
    value, mask, shift = 0, (1 << bits) - 1, bits - 8
    for byte in data:
        value = (value << 8 & mask) ^ table[value >> shift ^ byte]
    return value


def id3(body: bytes) -> bytes:
    """An ID3v2.3 tag around ready-made frames."""
    size = len(body)
    return b"ID3\x03\x00\x00" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)) + body


def id3_frame(name: bytes, payload: bytes) -> bytes:
    return name + struct.pack(">I", len(payload)) + b"\0\0" + payload


def atom(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + name + body


def with_dref(movie: bytes, entry: bytes) -> bytes:
    """The same MP4 or MOV, its `dref` replaced by one entry. The index must come last, so that no offset moves."""
    nested = (b"moov", b"trak", b"mdia", b"minf", b"dinf")

    def rebuilt(data: bytes) -> bytes:
        out, at = b"", 0
        while at < len(data):
            size, name = struct.unpack(">I4s", data[at : at + 8])
            body = data[at + 8 : at + size]
            if name in nested:
                body = rebuilt(body)
            elif name == b"dref":
                body = struct.pack(">II", 0, 1) + entry
            out += atom(name, body)
            at += size
        return out

    return rebuilt(movie)


def alias(path: str) -> bytes:
    """A QuickTime alias record that points at an absolute path: `sound is over there, in that file`."""
    name = path.encode()
    name += b"\0" * (len(name) % 2)
    record = b"\0" * 10 + b"\0" + b"\0" * 27 + b"\0" * 12 + b"\x01x" + b"\0" * 62 + b"\0" * 16
    record += struct.pack(">HH", 1, 1) + b"\0" * 16 + struct.pack(">HH", 2, len(path.encode())) + name
    record += struct.pack(">HH", 0xFFFF, 0) + b"\0" * 64
    return atom(b"alis", struct.pack(">I", 0) + record)


def decoded(path: Path) -> tuple[np.ndarray, Any]:
    """All samples (int16) of a FLAC, and its opened-and-closed container's facts (metadata, streams)."""
    with av.open(str(path)) as container:
        facts = {
            "metadata": dict(container.metadata),
            "streams": [stream.type for stream in container.streams],
            "rate": container.streams.audio[0].rate,
            "channels": container.streams.audio[0].channels,
        }
        parts = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    return np.concatenate(parts), facts
