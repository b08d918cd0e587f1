"""Reading sound safely: what a file is by its first bytes, and its samples in a stream.

Names and extensions are never believed (`ffconcat` text named `.wav` makes a decoder open other files): the demuxer
is forced by magic bytes from one allow-list, FFmpeg only ever sees a Python file object, and every request of a
demuxer to open something else is refused. Sampling rate, channels and decoded seconds are limited, not bytes alone.

    with opened(path) as sound: ...                     # a checked av container and its first audio stream
    for block in samples(path, rate=16_000): ...        # float32 mono blocks, flat memory
    span = read_span(flac, 12_000, 40_000)              # float32 mono 16 kHz of 28 s, by seeking
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
import numpy.typing as npt

from stories.errors import InputRefused

Samples = npt.NDArray[np.float32]
"""Mono sound, float32 between about -1 and 1."""

MIN_RATE, MAX_RATE = 8_000, 192_000
"""Hz. A 160 KB WAV with a 1 Hz header would ask for 4.8 GiB when resampled."""
MAX_CHANNELS = 8
WHISPER_RATE = 16_000
"""Hz: what Whisper and the Silero voice detector take."""

_LEAD_MS = 100  # sound read before and after a span, so that the resampler has settled at its edges
_GRID_MS = 40  # spans are read from here, where samples of all usual rates (also 11,025 Hz) fall together
_HEAD = 8_192  # bytes looked at: several MP3 or ADTS frames

# Decoders we let loose on a stranger's bytes: what phones, browsers and recorders write. By prefix.
_CODECS = ("pcm_", "adpcm_", "flac", "mp3", "mp2", "aac", "opus", "libopus", "vorbis", "amr", "alac", "libopencore")


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """A kind of file we read. `name` is for people and JSON, `demuxer` is FFmpeg's."""

    name: str
    demuxer: str


WAV = AudioFormat("wav", "wav")
FLAC = AudioFormat("flac", "flac")
OGG = AudioFormat("ogg", "ogg")
MP3 = AudioFormat("mp3", "mp3")
M4A = AudioFormat("m4a", "mov,mp4,m4a,3gp,3g2,mj2")
WEBM = AudioFormat("webm", "matroska,webm")
AAC = AudioFormat("aac", "aac")
AMR = AudioFormat("amr", "amr")
AIFF = AudioFormat("aiff", "aiff")
CAF = AudioFormat("caf", "caf")


def sniff(audio: BinaryIO) -> AudioFormat | None:
    """What the first bytes say this is, or None when it is nothing we read. Leaves the file at its start.

    An ID3 tag (of any length, with its cover picture) is passed over first.
    """
    audio.seek(0)
    head = audio.read(_HEAD)
    if head[:3] == b"ID3" and len(head) >= 10:
        length = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        audio.seek(10 + length)
        head = audio.read(_HEAD)
    audio.seek(0)
    return _by_magic(head)


def _by_magic(head: bytes) -> AudioFormat | None:
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return WAV
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return AIFF
    if head[4:8] == b"ftyp":
        return M4A
    for magic, found in (
        (b"fLaC", FLAC),
        (b"OggS", OGG),
        (b"\x1a\x45\xdf\xa3", WEBM),
        (b"#!AMR", AMR),
        (b"caff", CAF),
    ):
        if head.startswith(magic):
            return found
    if _frames_follow(head, _adts_length):
        return AAC
    if _frames_follow(head, _mp3_length):
        return MP3
    return None


def _frames_follow(head: bytes, length_of: Any) -> bool:
    """Two good frame headers in a row (or one frame that is the whole rest), after at most some zero padding."""
    start = len(head) - len(head.lstrip(b"\0"))
    length = length_of(head[start:])
    if not length:
        return False
    rest = head[start + length :]
    return not rest or bool(length_of(rest))


_MP3_KBPS = {  # (version is MPEG-1, layer) -> bit rates by index; ISO/IEC 11172-3 and 13818-3
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


def _mp3_length(head: bytes) -> int:
    """Bytes of the MPEG audio (layer II or III) frame at the start of `head`; 0 when there is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    rate_index, kbps_index = head[2] >> 2 & 3, head[2] >> 4
    if version == 1 or layer not in (2, 3) or rate_index == 3 or kbps_index in (0, 15):
        return 0
    first = version == 3
    rate = (44_100, 48_000, 32_000)[rate_index] // {3: 1, 2: 2, 0: 4}[version]
    samples_in_frame = 1152 if first or layer == 2 else 576
    return samples_in_frame // 8 * _MP3_KBPS[first, layer][kbps_index] * 1000 // rate + (head[2] >> 1 & 1)


def _adts_length(head: bytes) -> int:
    """Bytes of the ADTS (raw AAC) frame at the start of `head`; 0 when there is none."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 15 > 12:
        return 0
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return length if length > 7 else 0


@dataclass(frozen=True, slots=True)
class Sound:
    """An opened recording: the container, its first audio stream, and what it claims about itself."""

    container: Any  # av.container.InputContainer
    stream: Any  # av.audio.stream.AudioStream
    format: AudioFormat
    sample_rate: int
    channels: int


def _refuse_to_open(*_: object) -> None:
    raise InputRefused("audio.not_audio")


@contextmanager
def opened(audio: Path | BinaryIO) -> Iterator[Sound]:
    """Open a recording for decoding. No other file or address is ever opened.

    Raises InputRefused: audio.missing, audio.empty, audio.not_audio, audio.impossible_header, audio.unreadable; also
    for whatever goes wrong inside FFmpeg while the caller decodes.
    """
    with ExitStack() as stack:
        if isinstance(audio, Path):
            try:
                file: BinaryIO = stack.enter_context(audio.open("rb"))
            except OSError as error:
                raise InputRefused("audio.missing") from error
        else:
            file = audio
        found = sniff(file)
        if found is None:
            raise InputRefused("audio.not_audio" if file.read(1) else "audio.empty")
        file.seek(0)
        try:
            container = stack.enter_context(
                av.open(file, mode="r", format=found.demuxer, metadata_errors="ignore", io_open=_refuse_to_open)
            )
            yield _checked(container, found)
        except (av.FFmpegError, ValueError, ArithmeticError, MemoryError) as error:
            raise InputRefused("audio.unreadable") from error


def _checked(container: Any, found: AudioFormat) -> Sound:
    if not container.streams.audio:
        raise InputRefused("audio.not_audio")
    stream = container.streams.audio[0]
    codec = stream.codec_context
    if codec is None or not codec.name.startswith(_CODECS):
        raise InputRefused("audio.not_audio")
    rate, channels = int(codec.sample_rate or 0), int(codec.channels or 0)
    if not (MIN_RATE <= rate <= MAX_RATE and 1 <= channels <= MAX_CHANNELS):
        raise InputRefused("audio.impossible_header")
    return Sound(container, stream, found, rate, channels)


def _frames(sound: Sound) -> Iterator[Any]:
    """Decoded frames; a damaged packet is passed over, as every player does. Rates are checked per frame."""
    for packet in sound.container.demux(sound.stream):
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            continue
        for frame in frames:
            if not (MIN_RATE <= frame.sample_rate <= MAX_RATE):
                raise InputRefused("audio.impossible_header")
            yield frame


class _Resampler:
    """To mono float32 at one rate; starts afresh when the file changes its rate or channels half-way."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._shape: object = None
        self._inner: Any = None

    def feed(self, frame: Any) -> Iterator[Samples]:
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape:
            yield from self.flush()
            self._shape = shape
            self._inner = av.AudioResampler(format="fltp", layout="mono", rate=self._rate)
        frame.pts = None  # we count samples: timestamps of phones and browsers jump
        yield from (out.to_ndarray()[0] for out in self._inner.resample(frame))

    def flush(self) -> Iterator[Samples]:
        if self._inner is not None and not self._inner.is_passthrough:
            yield from (out.to_ndarray()[0] for out in self._inner.resample(None))
        self._inner = None


def samples(
    audio: Path | BinaryIO, *, rate: int = WHISPER_RATE, block_s: float = 300.0, max_seconds: float | None = None
) -> Iterator[Samples]:
    """The whole recording as mono blocks of `block_s` seconds at `rate` Hz (the last one shorter), in a stream.

    Raises InputRefused as `opened` does, audio.too_long after `max_seconds` decoded seconds, and audio.unreadable
    when not a single sample comes out.
    """
    size = int(rate * block_s)
    limit = None if max_seconds is None else int(max_seconds * rate)
    with opened(audio) as sound:
        total, waiting, parts = 0, 0, list[Samples]()
        for part in _resampled(sound, rate):
            total += len(part)
            if limit is not None and total > limit:
                raise InputRefused("audio.too_long", hours=f"{(max_seconds or 0) / 3600:g}".replace(".", ","))
            parts.append(part)
            waiting += len(part)
            while waiting >= size:
                joined = np.concatenate(parts)
                yield joined[:size]
                parts = [joined[size:].copy()]
                waiting -= size
        if total == 0:
            raise InputRefused("audio.unreadable")
        if waiting:
            yield np.concatenate(parts)


def _resampled(sound: Sound, rate: int) -> Iterator[Samples]:
    resampler = _Resampler(rate)
    for frame in _frames(sound):
        yield from resampler.feed(frame)
    yield from resampler.flush()


def read_span(audio: Path | BinaryIO, start_ms: int, end_ms: int, *, rate: int = WHISPER_RATE) -> Samples:
    """Mono samples of [start_ms, end_ms) at `rate` Hz; shorter where the recording ends earlier.

    FLAC is read by seeking; other formats from their start. The same span always gives the same samples, whatever
    was read before. Raises InputRefused as `opened` does.
    """
    with opened(audio) as sound:
        source = sound.sample_rate
        first_ms = max(0, start_ms - _LEAD_MS) // _GRID_MS * _GRID_MS
        first, last = first_ms * source // 1000, (end_ms + _LEAD_MS) * source // 1000
        resampler, parts = _Resampler(rate), list[Samples]()
        for position, frame in _from(sound, first):
            if position >= last:
                break
            skip, stop = max(0, first - position), min(frame.samples, last - position)
            if skip < stop:
                parts += resampler.feed(_cut(frame, skip, stop))
        parts += resampler.flush()
        whole = np.concatenate(parts) if parts else np.zeros(0, np.float32)
        lead = (start_ms - first_ms) * rate // 1000
        return whole[lead : lead + (end_ms - start_ms) * rate // 1000]


def _from(sound: Sound, wanted: int) -> Iterator[tuple[int, Any]]:
    """(position in source samples, frame) from at or before `wanted`."""
    if sound.format == FLAC and wanted > sound.sample_rate and sound.stream.time_base.numerator == 1:
        sound.container.seek(
            (wanted - sound.sample_rate) * sound.stream.time_base.denominator // sound.sample_rate,
            stream=sound.stream,
        )
        frames = _frames(sound)
        frame = next(frames, None)
        if frame is not None and frame.pts is not None:
            position = round(frame.pts * frame.time_base * sound.sample_rate)
            if position <= wanted:
                yield position, frame
                yield from _counted(frames, position + frame.samples)
                return
        sound.container.seek(0, stream=sound.stream)
    yield from _counted(_frames(sound), 0)


def _counted(frames: Iterator[Any], position: int) -> Iterator[tuple[int, Any]]:
    for frame in frames:
        yield position, frame
        position += frame.samples


def _cut(frame: Any, start: int, stop: int) -> Any:
    if start == 0 and stop == frame.samples:
        return frame
    array = frame.to_ndarray()
    channels = 1 if frame.format.is_planar else len(frame.layout.channels)
    piece = np.ascontiguousarray(array[:, start * channels : stop * channels])
    cut = av.AudioFrame.from_ndarray(piece, format=frame.format.name, layout=frame.layout.name)
    cut.sample_rate = frame.sample_rate
    return cut


def write_flac(source: Path | BinaryIO, target: BinaryIO, *, rate: int, max_seconds: float | None = None) -> int:
    """Decode `source` into a mono 16-bit FLAC of `rate` Hz in `target`, in a stream; returns its length in ms.

    Raises InputRefused as `samples` does.
    """
    written = 0
    with av.open(target, mode="w", format="flac") as container:
        stream = container.add_stream("flac", rate=rate, layout="mono")
        stream.codec_context.format = "s16"
        for block in samples(source, rate=rate, block_s=10.0, max_seconds=max_seconds):
            whole = np.clip(np.rint(block * 32_768.0), -32_768, 32_767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(whole[np.newaxis, :], format="s16", layout="mono")
            frame.sample_rate, frame.pts = rate, written
            written += len(block)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    target.seek(0)
    return written * 1000 // rate
