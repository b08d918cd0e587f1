"""The one place where a stranger's bytes meet FFmpeg: a process of its own, with nothing to reach for.

Run by file name with `python -I`, never imported by the product: it knows nothing of the house. The recording is its
standard input and the FLAC that it makes a descriptor that it was given, so it learns no name or path. Before it looks
at the first byte it lowers its own limits: memory, processor time, size of what it writes, and *no further file
descriptor*, so that from then on the kernel refuses every file, socket and pipe. It reports in JSON lines on standard
output: {"ms": decoded so far} now and then, and at the end one {"outcome": "done" | a reason, ...}.

argv[1] is one JSON object; see `Request` in `capture.audio`, which writes it.
"""

from __future__ import annotations

import errno
import io
import json
import math
import os
import sys
import time
import wave
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

try:
    import av
    import av.audio.stream
    import av.filter
    import av.stream
    import av.subtitles.codeccontext
    import av.subtitles.stream
    import av.video.codeccontext
    import av.video.stream
    import numpy as np
except ImportError:  # said with an exit code of its own: a broken installation is not a broken recording
    sys.exit(3)
try:
    import resource
except ImportError:  # Windows: the parent's clock is then the only limit
    resource = None  # type: ignore[assignment]

RATE = 48_000
"""Hz of the canonical FLAC."""
MIN_RATE, MAX_RATE = 8_000, 192_000
"""Hz. A 160 KB WAV whose header says 1 Hz would ask for 4.8 GiB when it is resampled."""
MAX_CHANNELS = 8
SAFE_PLANES = 7
"""PyAV 18 counts a frame's planes up to a NULL that is not there when there are eight: such frames are packed first."""
BLOCK = 4_608
"""Samples per block: the FLAC encoder's own frame at 48 kHz."""
SILENCE = 2
"""Digital silence: no sample moves more than this many 16-bit steps (-90 dBFS), so an encoder's dither is silence."""
STEP = {"u8": 1 / 256, "s16": 1.0, "s32": 65_536.0, "s64": 2.0**48, "flt": 1 / 32_768, "dbl": 1 / 32_768}
"""What one 16-bit step is in each of FFmpeg's sample formats (planar or not)."""
CANCELLED_OUT = 0.05
"""A mix that keeps less than 5% (-13 dB) of the power of its loudest channel has lost a voice: microphones wired in
opposite phase, or one speaker among many empty channels. Then that channel alone is taken."""
HEADROOM = 192 * 2**20
"""Bytes of address space beyond what the interpreter and the libraries already have."""
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
REPORT_EVERY_S = 0.5

# What phones, browsers and recorders write; everything else (pictures, too) never reaches a decoder.
CODECS = frozenset(
    {"aac", "ac3", "alac", "amrnb", "amrwb", "eac3", "flac", "gsm", "gsm_ms", "opus", "speex", "vorbis"}
    | {"mp2", "mp2float", "mp3", "mp3float", "libopencore_amrnb", "libopencore_amrwb", "libopus"}
    | {"adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ms", "pcm_alaw", "pcm_mulaw", "pcm_s8", "pcm_s8_planar", "pcm_u8"}
    | {f"pcm_{kind}{bits}{end}" for kind in "su" for bits in (16, 24, 32) for end in ("le", "be")}
    | {f"pcm_s{bits}{end}_planar" for bits in (16, 24, 32) for end in ("le", "be")}
    | {f"pcm_f{bits}{end}" for bits in (32, 64) for end in ("le", "be")}
)


class Stop(Exception):
    """The recording is refused; the argument is the reason."""


class Window:
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


def limit_self(cpu_s: int, file_bytes: int) -> None:
    """Give up, for good, what decoding does not need. A limit that a system does not know is passed over."""
    if resource is None:
        return
    free = os.dup(0)  # the lowest free descriptor: nothing at or above it can be opened any more
    os.close(free)
    wanted = [
        (resource.RLIMIT_CORE, 0),  # a voice never lands in a crash dump
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, free),
    ]
    with suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        wanted.append((resource.RLIMIT_AS, pages * resource.getpagesize() + HEADROOM))
    for which, most in wanted:
        with suppress(OSError, ValueError):
            hard = resource.getrlimit(which)[1]
            value = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(which, (value, value))


def refuse_to_open(*_: object) -> None:
    """FFmpeg asks here for anything but the one recording (`dref`, playlists). The answer is no."""
    raise PermissionError(errno.EACCES, "only the recording itself is read")


class Decoding:
    """One recording on its way: counts what comes out, hears whether there is sound, fills the FLAC if asked."""

    def __init__(self, max_s: float, encoder: Encoder | None, channel: int | None) -> None:
        self.max_s = max_s
        self.encoder = encoder
        self.channel = channel
        self.rate = 0  # of the first frame, as are the channels
        self.channels = 0
        self.heard = False
        self.seconds = 0.0
        self._samples: Counter[int] = Counter()  # decoded samples by rate: exact, where a sum of floats would drift
        self._shape: tuple[str, str, int] | None = None
        self._graph: Any = None
        self._waiting: Any = None
        self._low, self._high = math.inf, -math.inf
        self._mixed_power = 0.0
        self._power = np.zeros(MAX_CHANNELS)

    @property
    def ms(self) -> int:
        return round(sum(1000 * count / rate for rate, count in self._samples.items()))

    @property
    def best_channel(self) -> int | None:
        """The channel to take alone, when mixing would lose the voice; None when the mix is good."""
        loudest = float(self._power.max())
        if self.channel is not None or self.channels < 2 or self._mixed_power >= CANCELLED_OUT * loudest:
            return None
        return int(self._power.argmax())

    def feed(self, frame: Any) -> None:
        rate, channels = frame.sample_rate, len(frame.layout.channels)
        check_shape(rate, channels)
        if not self.rate:
            self.rate, self.channels = rate, channels
        self._samples[rate] += frame.samples
        self.seconds += frame.samples / rate
        if self.seconds > self.max_s:
            raise Stop("too_long")
        planes_unsafe = frame.format.is_planar and channels > SAFE_PLANES
        if not self.heard and not planes_unsafe:
            self._listen(frame)
        if self.encoder is None and (self.heard or not planes_unsafe):
            return  # only the length and whether there is sound
        shape = (frame.format.name, frame.layout.name, rate)
        if shape != self._shape:  # some files change half-way; what came before is not lost
            self.flush()
            self._shape, self._graph, self._waiting = shape, self._new_graph(shape), av.AudioFifo()
        frame.pts = None  # samples are counted: the timestamps of phones and browsers jump
        self._waiting.write(frame)
        if self._waiting.samples >= rate:  # a second at a time: the graph costs more per call than per sample
            self._push()

    def _push(self) -> None:
        frame = self._waiting.read()
        if frame is not None:
            frame.pts = None
            self._graph.push(frame)
            self._pull()

    def _listen(self, frame: Any) -> None:
        if self._low <= 0 <= self._high and all(not bytes(plane).strip(b"\0") for plane in frame.planes):
            return  # zeros once more: hours of them must go by quickly
        self._note(frame.to_ndarray(), STEP[frame.format.name.rstrip("p")])

    def _note(self, block: Any, step: float) -> None:
        self._low = min(self._low, float(block.min()) / step)
        self._high = max(self._high, float(block.max()) / step)
        self.heard = self._high - self._low > SILENCE

    def flush(self) -> None:
        if self._graph is not None:
            self._push()
            self._graph.push(None)
            self._pull()
            self._graph = None

    def _new_graph(self, shape: tuple[str, str, int]) -> Any:
        """Blocks of 16-bit samples at 48 kHz in the same channels.

        The channels are mixed here and not by FFmpeg, which knows no mix for layouts it has no name for.
        """
        name, layout, rate = shape
        graph = av.filter.Graph()
        graph.threads = 1
        source = graph.add(
            "abuffer", sample_rate=str(rate), sample_fmt=name, channel_layout=layout, time_base=f"1/{rate}"
        )
        shaped = graph.add("aformat", sample_rates=str(RATE), sample_fmts="s16")
        sink = graph.add("abuffersink")
        source.link_to(shaped)
        shaped.link_to(sink)
        graph.configure()
        graph.set_audio_frame_size(BLOCK)
        return graph

    def _pull(self) -> None:
        while True:
            try:
                block = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            self._take(block.to_ndarray().reshape(-1, len(block.layout.channels)))

    def _take(self, block: Any) -> None:
        """One block of (samples, channels), 16 bits."""
        if not self.heard:
            self._note(block, 1.0)
        if self.encoder is None:
            return
        count = block.shape[1]
        if count == 1:
            mixed = block[:, 0]
        elif self.channel is not None:
            mixed = block[:, min(self.channel, count - 1)]
        else:
            mixed = (block.sum(axis=1, dtype=np.int32) // count).astype(np.int16)
            self._mixed_power += float(np.square(mixed, dtype=np.float32).sum())
            self._power[:count] += np.square(block, dtype=np.float32).sum(axis=0)
        self.encoder.add(mixed[np.newaxis])


class Encoder:
    """A FLAC of 48 kHz mono, 16 bits, in a stream: no tag, no picture, the same bytes for the same sound."""

    def __init__(self, target: BinaryIO) -> None:
        self.samples = 0
        self._container = av.open(target, mode="w", format="flac", options={"fflags": "+bitexact"})
        self._stream = self._container.add_stream(
            "flac", rate=RATE, layout="mono", options={"compression_level": "3", "flags": "+bitexact"}
        )
        self._stream.codec_context.format = "s16"
        self._stream.codec_context.thread_count = 1

    def add(self, block: Any) -> None:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, self.samples
        self.samples += frame.samples
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        self._container.mux(self._stream.encode(None))
        self._container.close()


def check_shape(rate: int, channels: int) -> None:
    """Raise Stop for what no microphone records."""
    if not MIN_RATE <= rate <= MAX_RATE or not 1 <= channels <= MAX_CHANNELS:
        raise Stop("impossible_header")


def frames(container: Any, stream: Any) -> Iterator[Any]:
    """What can be decoded. A damaged packet is passed over and a torn end is an end, as in every player."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.error.InvalidDataError, av.error.EOFError):
            return
        with suppress(av.error.InvalidDataError):
            yield from packet.decode()


def decode(request: dict[str, Any], source: BinaryIO, target: BinaryIO | None, report: Callable[..., None]) -> None:
    """Decode the one audio stream wholly. Raises Stop, or whatever FFmpeg raises."""
    options = {"codec_whitelist": ",".join(sorted(CODECS)), "protocol_whitelist": "none", "max_streams": "64"}
    if request["demuxer"].startswith("mov"):
        options |= {"enable_drefs": "0", "use_absolute_path": "0"}
    window = Window(source, request["offset"])
    with av.open(
        window,
        mode="r",
        format=request["demuxer"],
        options=options,
        io_open=refuse_to_open,
        metadata_errors="ignore",
        buffer_size=128 * 1024,
    ) as container:
        if not container.streams.audio:
            raise Stop("no_sound")
        stream = container.streams.audio[0]
        codec = stream.codec_context
        if codec is None or codec.name not in CODECS:
            raise Stop("unknown_codec")
        if codec.sample_rate and codec.channels:
            report(sample_rate=codec.sample_rate, channels=codec.channels)
            check_shape(codec.sample_rate, codec.channels)
        codec.thread_count = 1
        for other in container.streams:
            if other.index != stream.index:
                other.discard = av.stream.Discard.all
        encoder = Encoder(target) if target is not None else None
        decoding = Decoding(request["max_s"], encoder, request["channel"])
        said = time.monotonic()
        for frame in frames(container, stream):
            decoding.feed(frame)
            if time.monotonic() - said > REPORT_EVERY_S:
                said = time.monotonic()
                report(ms=decoding.ms)
        decoding.flush()
    if not decoding.rate:
        raise Stop("damaged")
    report(sample_rate=decoding.rate, channels=decoding.channels, ms=decoding.ms)
    if decoding.seconds < request["min_s"]:
        raise Stop("too_short")
    if not decoding.heard:
        raise Stop("silent")
    if encoder is None:
        report(outcome="done")
        return
    encoder.close()
    assert target is not None
    target.flush()
    report(outcome="done", flac_ms=encoder.samples * 1000 // RATE, best_channel=decoding.best_channel)


def rehearse() -> None:
    """Decode and encode a second of our own noise, so that whatever Python or PyAV loads late is loaded now: later it
    could not be opened any more."""
    sound = io.BytesIO()
    with wave.open(sound, "wb") as wav:
        wav.setparams((2, 2, 8_000, 0, "NONE", ""))
        wav.writeframes(bytes(range(256)) * 125)
    request = {"demuxer": "wav", "offset": 0, "max_s": 2, "min_s": 0.5, "channel": None}
    decode(request, sound, io.BytesIO(), lambda **_: None)


def main(argument: str) -> None:
    """Do what the request asks; always end with an outcome."""
    request = json.loads(argument)
    out = sys.stdout

    def report(**facts: object) -> None:
        out.write(json.dumps(facts) + "\n")
        out.flush()

    rehearse()
    source = open(0, "rb", buffering=0, closefd=False)  # noqa: SIM115 - lives as long as the process
    try:
        target = None if request["target"] is None else open(request["target"], "wb", closefd=False)  # noqa: SIM115
        limit_self(request["cpu_s"], request["file_bytes"])
        decode(request, source, target, report)
        if target is not None:
            os.fsync(target.fileno())
    except Stop as reason:
        report(outcome=str(reason))
    except MemoryError:
        report(outcome="too_heavy")
    except OSError as error:
        report(outcome="disk_full" if error.errno in NO_ROOM else "damaged")
    except Exception:  # a decoder may fail in any way on a stranger's bytes; what it says could quote them
        report(outcome="damaged")
    os._exit(0)  # a half-decoded file has nothing to tidy; the kernel does it faster


if __name__ == "__main__":
    main(sys.argv[1])
