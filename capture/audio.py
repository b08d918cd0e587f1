"""From any recording to a verdict, or to the canonical FLAC. Nothing a teller gave is lost: a torn file is taken for
what still plays, and silence inside a recording stays.

The bytes are decoded in a process of its own (`_decoder.py`) that has no rights worth having. Headers are never
believed: a browser's webm says it lasts 0 seconds and a torn WAV claims 4 GB, so decoded samples are counted.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from capture.files import open_regular
from stories.errors import InputRefused, NotReady
from stories.model import Recording, require
from stories.settings import Settings
from stories.sniff import NotSound, Sniffed, sniff

MIN_S = 0.5
"""A recording under half a second holds no word: a slip of the finger."""

# Why there are budgets: 5 MiB of FLAC can hold ten hours, and 8 channels at 192 kHz cost 32 times as much as speech.
# Real recordings cost little per second and have bytes to show for it. Measured on two cores of 2026, in seconds per
# hour of sound: m4a 3, Opus 4, FLAC 1 to decode; 11 more to make the FLAC.
_FREE_MB = 5
_CHECK_CPU_S, _CHECK_CPU_PER_MB = 15.0, 0.75
_CHECK_WALL_S, _CHECK_WALL_PER_MB = 15.0, 3.0
_FLAC_CPU_S, _FLAC_CPU_PER_MB = 120.0, 30.0
_FLAC_WALL_FACTOR = 4.0  # the worker runs at the lowest priority

_DECODER = Path(__file__).with_name("_decoder.py")
_BROKEN_INSTALLATION = 3  # the decoder's exit code when it cannot import PyAV
_LINE = 4_096  # bytes: longer than any report
_ENVIRONMENT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")  # no secret of ours goes along
ONE_CORE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
"""Environment of the decoder: no threads of libraries, whose stacks and heaps would blur its share of memory."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer about one file; `reason` and `message` are None when it is accepted, facts None when unknown.

    `sample_rate` (Hz) and `channels` are the source's own; `duration_ms` is counted in decoded samples.
    """

    accepted: bool
    reason: str | None = None
    message: str | None = None
    format: str | None = None
    duration_ms: int | None = None
    sample_rate: int | None = None
    channels: int | None = None

    def __post_init__(self) -> None:
        require(self.accepted == (self.reason is None) == (self.message is None), "a refusal has a reason in words")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Request:
    """What the decoder is asked; its fields are the decoder's argv. No name and no path: `target` is a descriptor."""

    demuxer: str
    offset: int
    max_s: float
    cpu_s: int
    target: int | None = None
    file_bytes: int = 0
    channel: int | None = None
    min_s: float = MIN_S


def check_file(source: Path | BinaryIO, settings: Settings) -> Checked:
    """Decode a recording wholly, keep nothing, and say what it is or why it is refused.

    A stream without a file descriptor is first copied to a nameless temporary file. Raises NotReady when this
    installation cannot decode at all.
    """
    facts: dict[str, Any] = {}
    found: Sniffed | None = None
    try:
        with _opened(source) as file:
            found = _recognised(file)
            megabytes = _over_free(file)
            request = Request(
                demuxer=found.demuxer,
                offset=found.offset,
                max_s=settings.max_audio_hours * 3600,
                cpu_s=int(_CHECK_CPU_S + _CHECK_CPU_PER_MB * megabytes),
            )
            _run(request, file, facts, wall_s=_CHECK_WALL_S + _CHECK_WALL_PER_MB * megabytes)
        _require_done(facts, settings)
    except InputRefused as refusal:
        known = _known(found, facts)
        if refusal.code in ("too_long", "too_heavy"):
            known["duration_ms"] = None  # decoding was broken off: the real length is not known
        return Checked(False, refusal.code, refusal.message, **known)
    return Checked(True, **_known(found, facts))


def to_flac(
    source: Path | BinaryIO,
    target: Path | BinaryIO,
    settings: Settings,
    progress: Callable[[int], None] | None = None,
) -> Recording:
    """Write the canonical FLAC (48 kHz, mono, 16 bits, no tags) of `source` to `target`, in a stream.

    A path appears only when it is complete; a file (with a descriptor; a nameless one, so that no plain sound has a
    name) is written from its start and left there. The same source gives the same bytes. `progress` gets decoded
    milliseconds about twice a second; what it raises (Cancelled) stops the work and is passed on. Channels are mixed
    evenly, unless they cancel each other out: then the loudest is taken alone.

    Raises InputRefused (capture.*) and NotReady (capture.disk_full, capture.no_decoder).
    """
    try:
        with _opened(source) as file:
            if not isinstance(target, Path):
                return _convert(file, target, settings, progress)
            part = target.absolute().with_name(f".{secrets.token_hex(8)}.part")
            try:
                part.touch(mode=0o600)  # fails here, and not in the decoder, when the folder is not ours to write
                with part.open("r+b") as flac:
                    recording = _convert(file, flac, settings, progress)
                part.replace(target)
                return recording
            finally:
                with suppress(OSError):
                    part.unlink(missing_ok=True)
    except OSError as error:  # the target's folder is full, gone or read-only: the upload itself is still there
        raise NotReady("capture.disk_full") from error


def _convert(file: BinaryIO, flac: BinaryIO, settings: Settings, progress: Callable[[int], None] | None) -> Recording:
    facts: dict[str, Any] = {}
    found = _recognised(file)
    cpu_s = _FLAC_CPU_S + _FLAC_CPU_PER_MB * _over_free(file)
    channel: int | None = None
    for _ in range(2):  # a second time only when the mix turned out to lose the voice
        flac.seek(0)
        flac.truncate()
        request = Request(
            demuxer=found.demuxer,
            offset=found.offset,
            max_s=settings.max_audio_hours * 3600,
            cpu_s=int(cpu_s),
            target=flac.fileno(),
            file_bytes=int(settings.max_audio_hours * 3600 * 48_000 * 2 * 1.1) + 2**20,
            channel=channel,
        )
        facts.clear()
        _run(request, file, facts, wall_s=cpu_s * _FLAC_WALL_FACTOR, progress=progress)
        _require_done(facts, settings)
        channel = facts.get("best_channel")
        if channel is None:
            break
    flac.seek(0)
    digest = hashlib.sha256()
    while chunk := flac.read(2**20):
        digest.update(chunk)
    flac.seek(0)
    return Recording(
        sha256=digest.hexdigest(),
        duration_ms=facts["flac_ms"],
        sample_rate=48_000,
        channels=1,
        source_format=found.name,
    )


def _recognised(file: BinaryIO) -> Sniffed:
    found = sniff(file)
    if isinstance(found, NotSound):
        raise InputRefused(f"capture.{found}")
    return found


@contextmanager
def _opened(source: Path | BinaryIO) -> Iterator[BinaryIO]:
    """A seekable file with a descriptor."""
    if not isinstance(source, Path):
        with _with_descriptor(source) as file:
            yield file
        return
    with open_regular(source) as file:
        yield file


@contextmanager
def _with_descriptor(source: BinaryIO) -> Iterator[BinaryIO]:
    before = source.tell()
    try:
        source.fileno()
        yield source
    except OSError:  # io.UnsupportedOperation: bytes in memory, or a decrypting stream
        with tempfile.TemporaryFile() as copy:
            source.seek(0)
            while chunk := source.read(2**20):
                copy.write(chunk)
            copy.flush()
            yield copy
    finally:
        source.seek(before)


def _over_free(file: BinaryIO) -> float:
    return max(0.0, os.fstat(file.fileno()).st_size / 2**20 - _FREE_MB)


def _run(
    request: Request,
    file: BinaryIO,
    facts: dict[str, Any],
    *,
    wall_s: float,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Run the decoder and gather what it reports into `facts`; without an "outcome" it did not survive."""
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    environment |= ONE_CORE
    command = [sys.executable, "-I", "-B", str(_DECODER), json.dumps(asdict(request))]
    try:
        child = subprocess.Popen(  # noqa: S603 - our own file, our own interpreter
            command,
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            pass_fds=() if request.target is None else (request.target,),
        )
    except OSError as error:
        raise NotReady("capture.no_decoder") from error
    with child:
        clock = threading.Timer(wall_s, child.kill)
        clock.start()
        try:
            assert child.stdout is not None
            while line := child.stdout.readline(_LINE):
                with suppress(ValueError):
                    facts.update(json.loads(line))
                if progress is not None and "ms" in facts:
                    progress(facts["ms"])
            child.wait()
        finally:
            child.kill()
            clock.cancel()
    if child.returncode == _BROKEN_INSTALLATION:
        raise NotReady("capture.no_decoder")
    if "outcome" not in facts:  # killed by a limit, or crashed on these bytes
        facts["outcome"] = "damaged" if child.returncode > 0 else "too_heavy"


def _require_done(facts: dict[str, Any], settings: Settings) -> None:
    outcome = facts["outcome"]
    if outcome == "disk_full":
        raise NotReady("capture.disk_full")
    if outcome == "too_long":
        raise InputRefused("capture.too_long", hours=f"{settings.max_audio_hours:g}".replace(".", ","))
    if outcome != "done":
        raise InputRefused(f"capture.{outcome}")


def _known(found: Sniffed | None, facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "format": found.name if found else None,
        "duration_ms": facts.get("ms"),
        "sample_rate": facts.get("sample_rate"),
        "channels": facts.get("channels"),
    }
