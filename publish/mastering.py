"""From sounds on a clock to one finished MP3: mixed, made equally loud, limited, encoded, and measured again.

    mixed = mix(tracks, open_, studio)                                   # step 1, kept sealed when it is whole
    measured = encode(mixed, target, title=..., chapters=..., tick=...)  # step 2: writes the file `target`

Every second of sound passes in a stream, so an hour takes no more memory than a minute, and what is plain has no name.
A job that was killed after step 1 goes on with step 2: `mix` gives back what was kept when it was made of the same
tracks.

Loudness is EBU R128 (FFmpeg's `ebur128`): -19 LUFS for mono, true peak at most -1 dBTP, both of the encoded file. The
mixing is numpy's; LAME moves loudness by a few tenths and raises peaks, so what came out is measured, and when it is
off, made again from the mix.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, BinaryIO

import av
import numpy as np

from publish.rendering import Studio
from stories.audio import CANONICAL_RATE, Samples, flac_writer, samples
from stories.errors import Refused
from stories.model import digest_of, require

TARGET_LUFS = -19.0
"""Mono; sounds as loud as -16 LUFS in stereo, the podcast platforms' advice."""
TOLERANCE_LU = 0.8
"""Off the target in our measurement; 1 is promised, so that another meter agrees."""
MOST_DBTP = -1.1
"""Highest true peak of the encoded file in our measurement; -1 is promised."""
LIMIT_DB = -2.5
"""Highest sample before the encoder: a true peak of about -2 dBTP."""
MIX_LUFS = -28.0
"""Loudness of speech in the mix: 9 dB of room for the peaks of a lively voice above full scale in 16 bits."""
MOST_GAIN_DB = 15.0
"""More than this makes a room or a handset audible instead of a voice."""
LOST_LU = 0.4
"""What the limiter and LAME take off on the way: usually 0.2 to 0.6, measured on our recordings."""
MOST_TRIES = 3
BIT_RATE = 128_000
QUALITY = 7
"""LAME's `-q`: 7 takes 0.6 of the time of 5. At 128 kb/s for one voice nobody hears a difference."""

STEPS = 4
"""Passes over the sound: listen to each, mix, encode, measure. For how far the work is."""

_SILENCE = -69.0  # LUFS; `ebur128` says -70 when nothing was heard
_BLOCK = CANONICAL_RATE  # samples mixed at once: a second

_MIX, _ABOUT = "mix.flac", "mix.json"

Tick = Callable[[int, int], None]
Open = Callable[["Track"], BinaryIO]
Point = tuple[int, float]


@dataclass(frozen=True, slots=True)
class Track:
    """One sound on the clock of the episode.

    `source` names it for whoever opens it. `envelope` is (ms from its own start, gain), with straight lines between;
    `below_db` is how much softer than speech it is meant to be.
    """

    source: tuple[str, str]
    start_ms: int
    length_ms: int
    envelope: tuple[Point, ...]
    below_db: float = 0.0

    def __post_init__(self) -> None:
        times = [at for at, _ in self.envelope]
        require(self.start_ms >= 0 and self.length_ms > 0, "a track lasts, on the clock")
        require(bool(times) and times == sorted(times), "an envelope goes forward")

    @property
    def end_ms(self) -> int:
        return self.start_ms + self.length_ms


@dataclass(frozen=True, slots=True)
class Chapter:
    start_ms: int
    title: str


@dataclass(frozen=True, slots=True)
class Mixed:
    sound: BinaryIO
    duration_ms: int
    lufs: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What a finished file is, measured on its decoded sound."""

    lufs: float
    peak_db: float
    duration_ms: int

    @property
    def is_right(self) -> bool:
        return abs(self.lufs - TARGET_LUFS) <= TOLERANCE_LU and self.peak_db <= MOST_DBTP


def silent_tick(done: int, total: int) -> None:
    """For whoever does not look how far it is."""


def measure(blocks: Iterable[Samples], *, peak: bool = False) -> tuple[float, float]:
    """Integrated loudness in LUFS, and the true peak in dBTP (-inf unless asked for). -70 LUFS is silence."""
    meter = _Meter(peak=peak)
    for block in blocks:
        meter.hear(block)
    return meter.done()


def mix(tracks: Sequence[Track], open_: Open, studio: Studio) -> Mixed:
    """Everything on one clock as a mono FLAC, speech at MIX_LUFS; used again when `studio.kept` has it whole.

    Raises Refused when there is nothing to hear, NotFound when a sound is gone, and what `tick` raises.
    """
    require(bool(tracks), "an episode has a sound")
    duration_ms = max(track.end_ms for track in tracks)
    made_of, tick = digest_of([asdict(track) for track in tracks]), studio.tick
    if (before := _mixed_before(studio, made_of, duration_ms)) is not None:
        return before
    gains = _gains(tracks, open_, lambda done: tick(done, STEPS * duration_ms))
    meter, sound = _Meter(), studio.file()
    with flac_writer(sound, CANONICAL_RATE) as add:
        for block in _mixed(tracks, gains, open_, duration_ms):
            add(block)
            tick(duration_ms + meter.hear(block), STEPS * duration_ms)
    lufs, _ = meter.done()
    if lufs <= _SILENCE:
        raise Refused("podcast.silent")
    if studio.kept is not None:
        studio.kept.keep(_MIX, sound)
        about = {"made_of": made_of, "lufs": lufs}
        studio.kept.keep(_ABOUT, io.BytesIO(json.dumps(about).encode("ascii")))  # last: now it is whole
    return Mixed(sound, duration_ms, lufs)


def _mixed_before(studio: Studio, made_of: str, duration_ms: int) -> Mixed | None:
    """What an earlier try left, when it is of the same sounds at the same times."""
    if studio.kept is None or (file := studio.kept.open(_ABOUT)) is None:
        return None
    with file:
        about = json.loads(file.read())
    if about["made_of"] != made_of or (sound := studio.kept.open(_MIX)) is None:
        return None
    return Mixed(studio.until_done(sound), duration_ms, about["lufs"])


def encode(
    mixed: Mixed, target: BinaryIO, *, title: str, chapters: Sequence[Chapter], tick: Tick = silent_tick
) -> Measured:
    """The mix as an MP3 that was measured to be right. Raises Refused when it does not become so, and as `mix`."""
    gain_db, limit_db = TARGET_LUFS + LOST_LU - mixed.lufs, LIMIT_DB
    for _ in range(MOST_TRIES):
        target.seek(0)
        target.truncate()
        _encode(mixed, target, gain_db, limit_db, title, chapters, tick)
        measured = _measured(target, mixed.duration_ms, tick)
        if measured.is_right:
            return measured
        gain_db += TARGET_LUFS - measured.lufs
        limit_db -= max(0.0, measured.peak_db - MOST_DBTP + 0.2)
    raise Refused("podcast.not_loud_enough", lufs=f"{measured.lufs:.1f}".replace(".", ","))


# mixing


def _gains(tracks: Sequence[Track], open_: Open, heard: Callable[[int], None]) -> list[float]:
    """How much each track is made louder or softer: every voice ends up equally loud, and music below it."""
    known: dict[tuple[str, str], float] = {}
    done = 0
    for track in tracks:
        if track.source not in known:
            with open_(track) as file:
                known[track.source] = measure(samples(file, rate=CANONICAL_RATE, block_s=1.0))[0]
        done += track.length_ms
        heard(min(done, max(one.end_ms for one in tracks)))
    as_it_is = MIX_LUFS - TARGET_LUFS  # for what is too short (under 0.4 s) or too soft to measure
    wanted = [as_it_is if known[t.source] <= _SILENCE else MIX_LUFS - t.below_db - known[t.source] for t in tracks]
    return [10 ** (min(MOST_GAIN_DB, decibel) / 20) for decibel in wanted]


def _mixed(tracks: Sequence[Track], gains: Sequence[float], open_: Open, duration_ms: int) -> Iterator[Samples]:
    """A second at a time. Only what sounds is open, and every sound is read once, forward."""
    waiting = sorted(zip(tracks, gains, strict=True), key=lambda pair: pair[0].start_ms, reverse=True)
    sounding: list[_Playing] = []
    total = _samples(duration_ms)
    with ExitStack() as stack:
        for at in range(0, total, _BLOCK):
            block = np.zeros(min(_BLOCK, total - at), np.float32)
            while waiting and _samples(waiting[-1][0].start_ms) < at + len(block):
                track, gain = waiting.pop()
                sounding.append(_Playing(track, gain, stack.enter_context(open_(track))))
            for playing in sounding:
                playing.add_to(block, at)
            for playing in [one for one in sounding if one.end <= at + len(block)]:
                playing.file.close()
                sounding.remove(playing)
            yield block


class _Playing:
    """A track that sounds: its samples as they are asked for, under its envelope."""

    def __init__(self, track: Track, gain: float, file: BinaryIO) -> None:
        self.file = file
        self._start, self.end = _samples(track.start_ms), _samples(track.end_ms)
        self._times = [_samples(at) for at, _ in track.envelope]
        self._levels = [gain * level for _, level in track.envelope]
        self._blocks = samples(file, rate=CANONICAL_RATE, block_s=1.0)
        self._rest: Samples = np.zeros(0, np.float32)

    def add_to(self, block: Samples, at: int) -> None:
        """Add what sounds in this block, which begins at sample `at` of the episode."""
        first, last = max(self._start, at), min(self.end, at + len(block))
        piece = self._read(last - first)
        places = np.arange(first, first + len(piece)) - self._start
        flat = self._flat(int(places[0]), int(places[-1])) if len(piece) else 0.0
        level: Any = np.interp(places, self._times, self._levels).astype(np.float32) if flat is None else flat
        block[first - at : first - at + len(piece)] += piece * level

    def _flat(self, first: int, last: int) -> float | None:
        """The one gain of these samples, when they lie between two points of the same height."""
        for left, right, one, other in zip(
            self._times, self._times[1:], self._levels, self._levels[1:], strict=False
        ):  # fmt: skip
            if left <= first and last <= right:
                return one if one == other else None
        return None

    def _read(self, count: int) -> Samples:
        """The next samples; fewer when the sound ends earlier than it was said to."""
        while len(self._rest) < count and (more := next(self._blocks, None)) is not None:
            self._rest = np.concatenate([self._rest, more])
        piece, self._rest = self._rest[:count], self._rest[count:]
        return piece


def _samples(ms: int) -> int:
    return ms * CANONICAL_RATE // 1000


# encoding


def _encode(
    mixed: Mixed, target: BinaryIO, gain_db: float, limit_db: float, title: str, chapters: Sequence[Chapter], tick: Tick
) -> None:
    """One try. No tag but title and chapters, no date: the same mix gives the same bytes."""
    gain = np.float32(10 ** (gain_db / 20))
    limiter = ("alimiter", f"limit={10 ** (limit_db / 20):.6f}:attack=5:release=60:level=disabled:latency=1")
    options = {"id3v2_version": "3", "write_xing": "1", "fflags": "+bitexact"}
    with av.open(target, "w", format="mp3", options=options) as container:
        stream = container.add_stream(
            "libmp3lame", rate=CANONICAL_RATE, layout="mono", options={"compression_level": str(QUALITY)}
        )
        stream.bit_rate, stream.codec_context.format = BIT_RATE, "fltp"
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        container.metadata["title"] = title
        container.set_chapters(_id3(chapters, mixed.duration_ms))
        graph = _Graph(limiter, ("aformat", "sample_fmts=fltp"))
        done = 0

        def put(frames: Iterable[Any]) -> None:
            nonlocal done
            for frame in frames:
                frame.pts = done
                done += frame.samples
                container.mux(stream.encode(frame))
            tick(2 * mixed.duration_ms + done * 1000 // CANONICAL_RATE, STEPS * mixed.duration_ms)

        for block in samples(mixed.sound, rate=CANONICAL_RATE, block_s=1.0):
            put(graph.push(block * gain))
        put(graph.end())
        container.mux(stream.encode(None))


def _id3(chapters: Sequence[Chapter], duration_ms: int) -> list[Any]:
    ends = [chapter.start_ms for chapter in chapters[1:]] + [duration_ms]
    return [
        {
            "id": number,
            "start": chapter.start_ms,
            "end": end,
            "time_base": Fraction(1, 1000),
            "metadata": {"title": chapter.title},
        }
        for number, (chapter, end) in enumerate(zip(chapters, ends, strict=True))
    ]  # fmt: skip


def _measured(file: BinaryIO, duration_ms: int, tick: Tick) -> Measured:
    meter = _Meter(peak=True)
    for block in samples(file, rate=CANONICAL_RATE, block_s=1.0):
        tick(min(3 * duration_ms + meter.hear(block), STEPS * duration_ms), STEPS * duration_ms)
    lufs, peak = meter.done()
    return Measured(lufs, peak, meter.heard_ms)


class _Meter:
    """EBU R128 of what it hears."""

    def __init__(self, *, peak: bool = False) -> None:
        self._graph = _Graph(("ebur128", "metadata=1:peak=" + ("true" if peak else "none")))
        self._said: dict[str, str] = {}
        self._heard = 0

    def hear(self, block: Samples) -> int:
        """Returns how many ms were heard so far."""
        self._note(self._graph.push(block))
        self._heard += len(block)
        return self.heard_ms

    @property
    def heard_ms(self) -> int:
        return self._heard * 1000 // CANONICAL_RATE

    def done(self) -> tuple[float, float]:
        self._note(self._graph.end())
        peak = float(self._said.get("lavfi.r128.true_peak", "0"))
        return float(self._said.get("lavfi.r128.I", "-70")), float(20 * np.log10(peak)) if peak > 0 else -np.inf

    def _note(self, frames: Iterable[Any]) -> None:
        for frame in frames:
            self._said.update(frame.metadata)


class _Graph:
    """A chain of FFmpeg filters for mono float sound: push blocks, take frames."""

    def __init__(self, *filters: tuple[str, str]) -> None:
        graph = av.filter.Graph()
        self._source = graph.add_abuffer(
            sample_rate=CANONICAL_RATE, format="flt", layout="mono", time_base=Fraction(1, CANONICAL_RATE)
        )
        last: Any = self._source
        for name, options in filters:
            following = graph.add(name, options)
            last.link_to(following)
            last = following
        self._sink = graph.add("abuffersink")
        last.link_to(self._sink)
        graph.configure()
        self._graph, self._at = graph, 0  # the graph lives as long as its filters

    def push(self, block: Samples) -> Iterator[Any]:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block[np.newaxis, :]), format="flt", layout="mono")
        frame.sample_rate, frame.pts = CANONICAL_RATE, self._at
        self._at += len(block)
        self._source.push(frame)
        yield from self._ready()

    def end(self) -> Iterator[Any]:
        self._source.push(None)
        yield from self._ready()

    def _ready(self) -> Iterator[Any]:
        while True:
            try:
                yield self._sink.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
