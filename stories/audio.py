"""Reading sound safely: the samples of a recording, in a stream.

What a file is comes from the one table of `stories.sniff`, never from its name: the demuxer is forced, FFmpeg only
ever sees a Python file object, and every request of a demuxer to open something else is refused. Sampling rate,
channels and decoded seconds are limited, not bytes alone.

    with opened(path) as sound: ...                     # a checked av container and its first audio stream
    for block in samples(path, rate=16_000): ...        # float32 mono blocks, flat memory
    span = read_span(flac, 12_000, 40_000)              # float32 mono 16 kHz of 28 s, by seeking
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
import numpy.typing as npt

from stories.errors import InputRefused
from stories.sniff import NotSound, Sniffed, sniff

Samples = npt.NDArray[np.float32]
"""Mono sound, float32 between about -1 and 1."""

MIN_RATE, MAX_RATE = 8_000, 192_000
"""Hz. A 160 KB WAV with a 1 Hz header would ask for 4.8 GiB when resampled."""
MAX_CHANNELS = 8
WHISPER_RATE = 16_000
"""Hz: what Whisper and the Silero voice detector take."""
CANONICAL_RATE = 48_000
"""Hz of every recording we keep."""

_LEAD_MS = 100  # sound read before and after a span, so that the resampler has settled at its edges
_GRID_MS = 40  # spans are read from here, where samples of all usual rates (also 11,025 Hz) fall together

# Decoders we let loose on a stranger's bytes: what phones, browsers and recorders write. By prefix.
_CODECS = ("pcm_", "adpcm_", "flac", "mp3", "mp2", "aac", "opus", "libopus", "vorbis", "amr", "alac", "libopencore")


@dataclass(frozen=True, slots=True)
class Sound:
    """An opened recording: the container, its first audio stream, and what it claims about itself."""

    container: Any  # av.container.InputContainer
    stream: Any  # av.audio.stream.AudioStream
    format: Sniffed
    sample_rate: int
    channels: int

    @property
    def is_flac(self) -> bool:
        """Whether spans of it can be read from any point exactly, without reading what comes before."""
        return self.format.name == "flac"


class _Window:
    """A file from `offset` on: the tags before it do not exist for FFmpeg."""

    def __init__(self, file: BinaryIO, offset: int) -> None:
        self._file, self._offset = file, offset
        file.seek(offset)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def seek(self, position: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(position + (self._offset if whence == os.SEEK_SET else 0), whence) - self._offset

    def tell(self) -> int:
        return self._file.tell() - self._offset


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
        if isinstance(found, NotSound):
            raise InputRefused("audio.empty" if found is NotSound.EMPTY else "audio.not_audio")
        window = _Window(file, found.offset)
        try:
            container = stack.enter_context(
                av.open(window, mode="r", format=found.demuxer, metadata_errors="ignore", io_open=_refuse_to_open)
            )
            yield _checked(container, found)
        except (av.FFmpegError, ValueError, ArithmeticError, MemoryError) as error:
            raise InputRefused("audio.unreadable") from error


def _checked(container: Any, found: Sniffed) -> Sound:
    if not container.streams.audio:
        raise InputRefused("audio.not_audio")
    stream = container.streams.audio[0]
    codec = stream.codec_context
    if codec is None or not codec.name.startswith(_CODECS):
        raise InputRefused("audio.not_audio")
    rate, channels = int(codec.sample_rate or 0), int(codec.channels or 0)
    _check_shape(rate, channels)
    return Sound(container, stream, found, rate, channels)


def _check_shape(rate: int, channels: int) -> None:
    if not (MIN_RATE <= rate <= MAX_RATE and 1 <= channels <= MAX_CHANNELS):
        raise InputRefused("audio.impossible_header")


def _frames(sound: Sound) -> Iterator[Any]:
    """Decoded frames; a damaged packet is passed over, as every player does. Each frame's shape is checked."""
    for packet in sound.container.demux(sound.stream):
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            continue
        for frame in frames:
            _check_shape(frame.sample_rate, frame.layout.nb_channels)
            yield frame


class _Resampler:
    """To mono float32 at one rate; starts afresh when the file changes its rate or channels half-way.

    Only packed frames are looked into: PyAV 18 counts the planes of a planar frame up to a NULL that is not there
    when there are eight, and dies. The channels are mixed evenly and here: FFmpeg's own mix makes two loud channels
    too loud, and leaves out channels of layouts it has no name for.

    Frames are gathered to half a second first: a call costs more than the work on a single one.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._shape: object = None
        self._inner: Any = None
        self._gathered: Any = None

    def feed(self, frame: Any) -> Iterator[Samples]:
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape:
            yield from self.flush()
            self._shape = shape
            self._inner = av.AudioResampler(format="flt", layout=frame.layout, rate=self._rate)
            self._gathered = av.AudioFifo()  # whose copying is FFmpeg's own
        frame.pts = None  # we count samples: timestamps of phones and browsers jump
        self._gathered.write(frame)
        if self._gathered.samples * 2 >= frame.sample_rate:
            yield from map(_mixed, self._inner.resample(self._gathered.read()))

    def flush(self) -> Iterator[Samples]:
        if self._inner is None:
            return
        if self._gathered.samples:
            yield from map(_mixed, self._inner.resample(self._gathered.read()))
        if not self._inner.is_passthrough:
            yield from map(_mixed, self._inner.resample(None))
        self._inner, self._shape = None, None


def _mixed(packed: Any) -> Samples:
    """The mean of the channels of a packed float32 frame."""
    block: Samples = packed.to_ndarray().reshape(-1, packed.layout.nb_channels)
    return block[:, 0] if block.shape[1] == 1 else block.mean(axis=1)


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
    if sound.is_flac and wanted > sound.sample_rate and sound.stream.time_base.numerator == 1:
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
    frame.pts = None
    queue = av.AudioFifo()  # whose copying is FFmpeg's own: see _Resampler about planes
    queue.write(frame)
    if start:
        queue.read(start)
    return queue.read(stop - start)


def write_flac(source: Path | BinaryIO, target: BinaryIO, *, rate: int, max_seconds: float | None = None) -> int:
    """Decode `source` into a mono 16-bit FLAC of `rate` Hz in `target`, in a stream; returns its length in ms.

    Raises InputRefused as `samples` does.
    """
    with flac_writer(target, rate) as add:
        written = sum(add(block) for block in samples(source, rate=rate, block_s=10.0, max_seconds=max_seconds))
    return written * 1000 // rate


def join_flac(sources: Sequence[BinaryIO], target: BinaryIO, *, gap_ms: int, rate: int = CANONICAL_RATE) -> list[int]:
    """One mono 16-bit FLAC of all `sources` with `gap_ms` of silence between them, in a stream.

    Returns at which ms each source begins, and at the end the length of the whole. Sound of 16 bits at `rate` Hz comes
    through unchanged. Raises InputRefused as `samples` does.
    """
    silence, starts, written = np.zeros(rate * gap_ms // 1000, np.float32), list[int](), 0
    with flac_writer(target, rate) as add:
        for number, source in enumerate(sources):
            if number:
                written += add(silence)
            starts.append(written * 1000 // rate)
            written += sum(add(block) for block in samples(source, rate=rate, block_s=10.0))
    return [*starts, written * 1000 // rate]


@contextmanager
def flac_writer(target: BinaryIO, rate: int) -> Iterator[Callable[[Samples], int]]:
    """A FLAC being written: gives a function that adds samples and returns how many."""
    written = 0
    with av.open(target, mode="w", format="flac") as container:
        stream = container.add_stream("flac", rate=rate, layout="mono")
        stream.codec_context.format = "s16"

        def add(block: Samples) -> int:
            nonlocal written
            whole = np.clip(np.rint(block * 32_768.0), -32_768, 32_767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(whole[np.newaxis, :], format="s16", layout="mono")
            frame.sample_rate, frame.pts = rate, written
            written += len(block)
            container.mux(stream.encode(frame))
            return len(block)

        yield add
        container.mux(stream.encode(None))
    target.seek(0)
