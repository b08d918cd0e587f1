"""What a big upload by parts costs the server: memory and time for 500 MB, from another process.

    .venv/bin/python benchmarks/upload.py [MEGABYTES]

Starts the real app with data of its own, sends a WAV of noise (48 kHz stereo, so three quarters of an hour) through
`/opname/begin` and `/opname/deel`, and samples the memory of the server's own process (not of the decoder that it
starts, which has a limit of its own) until the recording is checked, converted and sealed. Prints how far it rose,
the throughput, and the ratio to writing the same bytes plainly to the same disk. Aim: at most +50 MB.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from desk import telling
from stories import tickets
from stories.consent import Outcome
from stories.model import AgeBand, StoryKind, Teller, TellerRole
from stories.settings import Settings
from stories.store import Store

ROOT = Path(__file__).resolve().parents[1]
MB = 1_000_000
RATE = 48_000
AIM_MB = 50.0
EVERY_S = 0.02


def main(megabytes: int = 500) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source.wav"
        size = make_wav(source, megabytes * MB)
        with running_app(folder, megabytes + 10) as (settings, pid):
            ticket, fresh = a_ticket(settings), Memory(pid).now()
            send(settings, ticket, source, size=4 * MB)  # whatever is loaded once is loaded; this one is no whole file
            with watched(pid) as memory:
                arrived_s, checked_s, answer = send(settings, ticket, source, size=size)
            assert answer["ok"] is True and answer["duration_ms"] == (size - 44) * 1000 // (RATE * 4), answer
        plain_s = write_plainly(source, folder / "copy.wav")
    print(f"{megabytes} MB in parts of 4 MiB, {answer['duration_ms'] / 60_000:.0f} minutes of sound")
    speed, ratio = size / MB / arrived_s, arrived_s / plain_s
    print(f"arrived and sealed  {arrived_s:6.1f} s  {speed:5.0f} MB/s  x{ratio:.1f} a plain write")
    print(f"checked and kept    {checked_s:6.1f} s")
    print(f"server memory       +{memory.rise:.1f} MB at most, from {memory.before:.0f} MB ({fresh:.0f} just started)")
    print(f"aim +{AIM_MB:g} MB: {'met' if memory.rise <= AIM_MB else 'missed'}")


def make_wav(path: Path, size: int) -> int:
    """Real noise, 16 bits, 48 kHz, stereo. Returns its bytes: a whole number of samples."""
    frames = (size - 44) // 4
    body = frames * 4
    fmt = b"fmt \x10\x00\x00\x00\x01\x00\x02\x00" + RATE.to_bytes(4, "little") + (RATE * 4).to_bytes(4, "little")
    head = (
        b"RIFF"
        + (body + 36).to_bytes(4, "little")
        + b"WAVE"
        + fmt
        + b"\x04\x00\x10\x00data"
        + body.to_bytes(4, "little")
    )
    dice = np.random.default_rng(0)
    with path.open("wb") as out:
        out.write(head)
        while frames:
            block = min(frames, RATE * 10)
            out.write(dice.normal(0, 2000, block * 2).astype("<i2").tobytes())
            frames -= block
    return body + 44


@contextmanager
def running_app(folder: Path, most_mb: int) -> Iterator[tuple[Settings, int]]:
    """`python app.py` with fresh data in `folder`; its settings and its process id."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    settings = Settings(
        _env_file=None,
        data_dir=folder / "data",
        master_key_file=folder / "sleutel" / "master.key",
        port=port,
        max_upload_mb=most_mb,
    )
    given = {f"VERTELPUNT_{name}".upper(): str(getattr(settings, name)) for name in settings.model_fields_set}
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("VERTELPUNT_", "STREAMLIT_"))}
    process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=clean | given, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 90
        while not is_open(port):
            assert process.poll() is None and time.monotonic() < until, "the app does not open"
            time.sleep(0.2)
        yield settings, process.pid
    finally:
        process.terminate()
        process.wait(30)


def is_open(port: int) -> bool:
    with suppress(OSError, http.client.HTTPException):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        line.request("GET", "/_stcore/health")
        return line.getresponse().status == 200
    return False


def a_ticket(settings: Settings) -> str:
    """Of a story that an adult just began."""
    store = Store.open(settings)
    answers = telling.answers(Teller(TellerRole.OUDER, AgeBand.ADULT), own=Outcome.JA)
    story = telling.begin(store, answers, kind=StoryKind.AUDIO)
    store.close()
    return tickets.issue(settings, tickets.UPLOAD, story.id, 3600)


def send(settings: Settings, ticket: str, source: Path, *, size: int) -> tuple[float, float, dict[str, object]]:
    """Seconds until the last byte was there, seconds for what came after, and the answer."""
    line = http.client.HTTPConnection("localhost", settings.port, timeout=120)
    upload = ""

    def knock(door: str, body: bytes = b"", **headers: object) -> dict[str, object]:
        given = {"Origin": settings.origin, "X-Vertelpunt-Bewijs": ticket, "X-Vertelpunt-Upload": upload}
        line.request("POST", f"/opname/{door}", body, given | {f"X-Vertelpunt-{k}": str(v) for k, v in headers.items()})
        said: dict[str, object] = json.loads(line.getresponse().read())
        return said

    begun = knock("begin", Grootte=size)
    upload, part = str(begun["upload"]), int(str(begun["part_bytes"]))
    began, at, arrived_s = time.perf_counter(), 0, 0.0
    with source.open("rb") as file:
        while at < size:
            body = file.read(min(part, size - at))
            if at + len(body) == size:
                arrived_s = time.perf_counter() - began
            said = knock("deel", body, Vanaf=at)
            at += len(body)
    while said.get("ok") and "at" in said:  # it is being checked: longer than a part waits
        said = knock("waar")
    line.close()
    return arrived_s, time.perf_counter() - began - arrived_s, said


class Memory:
    """Resident memory in MB."""

    def __init__(self, pid: int) -> None:
        self._statm = Path(f"/proc/{pid}/statm")
        self.before = self.most = self.now()

    def now(self) -> float:
        return int(self._statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MB

    @property
    def rise(self) -> float:
        return self.most - self.before


@contextmanager
def watched(pid: int) -> Iterator[Memory]:
    memory, stop = Memory(pid), threading.Event()

    def watch() -> None:
        while not stop.wait(EVERY_S):
            memory.most = max(memory.most, memory.now())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield memory
    finally:
        stop.set()
        watcher.join()


def write_plainly(source: Path, target: Path) -> float:
    began = time.perf_counter()
    with source.open("rb") as file, target.open("wb") as out:
        while block := file.read(1024 * 1024):
            out.write(block)
        out.flush()
        os.fsync(out.fileno())
    return time.perf_counter() - began


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
