"""How long somebody waits when fifty people are at work at once, on two cores, while the machine transcribes.

    .venv/bin/python benchmarks/sessions.py [SESSIONS [SECONDS]]

Starts the real app with the practice model and the example stories many times over, and lets a long recording be
transcribed meanwhile. Then SESSIONS tabs (half of them editors, the others tellers, releasers and communications) each
do something every 5 s on average for SECONDS. An interaction is one whole run of a page as the server does it, from the
message that a browser sends to the last element that it gets. Prints the median, the 95th and 99th percentile per
kind of page, beside the same number of tabs on a bare Streamlit page behind the same door. Aim: p95 at most 700 ms.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
import wave
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import av

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.parts.sitter import Sitter
from desk import examples
from stories import jobs
from stories.model import StoryKind
from stories.people import Role
from stories.stages import Stage
from tests.app_fixture import RunningApp, running_app

ROOT = Path(__file__).resolve().parents[1]
AIM_MS, THINK_S = 700, 5.0
WARM_S = 15
"""Seconds at the beginning that are not counted: everybody comes in at once, as no real morning does."""

COPIES = 6
"""How many times the eight example stories are there."""

LONG_MIN = 170
"""Length of the recording that the worker is at."""

Doing = Callable[[Sitter], Awaitable[float]]
Sort = tuple[str, Sequence[tuple[str, Doing]]]
"""A kind of visitor: their session's token, and what they do, each with the name it is counted under."""


def main(sessions: int = 50, seconds: int = 90) -> None:
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model"
        shutil.copytree(ROOT / "examples" / "model", model, ignore=shutil.ignore_patterns("NOT_A_REAL_MODEL.txt"))
        with running_app(Path(folder), MODEL=str(model)) as app:
            ids = filled(app)
            long = transcribing(app, Path(folder))
            ours, errors = asyncio.run(busy(app, people(app, ids), sessions, seconds))
            (job,) = [job for job in jobs.status(app.store, long) if job.name == "process"]
            print(
                f"meanwhile the machine transcribed {job.done // 1000} of {job.total // 1000} s of sound ({job.state})"
            )
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder), script="benchmarks/parts/bare_app.py") as app,
    ):
        bare, _ = asyncio.run(busy(app, [("", [("a bare page", Sitter.again)])], sessions, min(seconds, 45)))
    told(ours, bare, sessions, errors)


def filled(app: RunningApp) -> list[str]:
    """Example stories, as far as the machine brings them; their ids."""
    for _ in range(COPIES):
        made = [story.id for _, story, _ in examples.load_all(app.store, app.settings)]
    until = time.monotonic() + 300
    while time.monotonic() < until:
        with app.store.read() as books:
            stories = books.stories(limit=1000)
        waiting = [
            s for s in stories if s.stage is not Stage.TAGGED and not (s.waiting_for or "").startswith("consent.")
        ]
        if not waiting:
            break
        time.sleep(1)
    return [story.id for story in stories if story.version] or made


def transcribing(app: RunningApp, folder: Path) -> str:
    """An example recording many times after itself, handed in; the id of its story."""
    example = next(one for one in examples.read_examples() if one.kind is StoryKind.AUDIO and one.title)
    story, _ = examples.tell(app.store, app.settings, replace(example, recording=repeated(example.recording, folder)))
    return story.id


def repeated(source: Path | None, folder: Path) -> Path:
    target, sound, resampler = folder / "long.wav", b"", av.AudioResampler("s16", "mono", 16_000)
    with av.open(str(source)) as file:
        for frame in file.decode(audio=0):
            sound += b"".join(part.to_ndarray().tobytes() for part in resampler.resample(frame))
    with wave.open(str(target), "wb") as out:
        out.setparams((1, 2, 16_000, 0, "NONE", ""))
        for _ in range(LONG_MIN * 60 * 32_000 // len(sound)):
            out.writeframes(sound)
    return target


def people(app: RunningApp, ids: Sequence[str]) -> list[Sort]:
    """Half of them editors, then tellers, releasers and communications: what each of them opens and presses."""

    def going(path: str, query: str = "") -> Doing:
        return lambda sitter: sitter.visit(path, query)

    def a_story(path: str) -> Doing:
        return lambda sitter: sitter.visit(path, f"verhaal={random.choice(ids)}")

    queue, press = ("queue", going("/verhalen")), ("a press on the page", Sitter.again)
    story, listening = ("story page", a_story("/nakijken")), ("story page", a_story("/nakijken"))
    searching, insight, agenda = (
        ("search", going("/zoeken")), ("insights", going("/inzichten")), ("calendar", going("/agenda"))
    )  # fmt: skip
    editor = (app.log_in("Ed", Role.REDACTEUR), [queue, story, press, listening, press, searching, press])
    releaser = (app.log_in("Vera", Role.VRIJGEVER), [queue, story, press, insight])
    sender = (app.log_in("Cor", Role.COMMUNICATIE), [("pieces", going("/stukken")), press, searching, insight, agenda])
    teller = ("", [("telling", going("/vertel")), press, press, ("home", going("/"))])
    return [editor, editor, editor, teller, releaser, sender]


async def busy(
    app: RunningApp, sorts: Sequence[Sort], sessions: int, seconds: int
) -> tuple[dict[str, list[float]], int]:
    """That many tabs at once for that long: milliseconds per kind of interaction, and how many errors were shown."""
    times: dict[str, list[float]] = defaultdict(list)
    began = time.monotonic()

    async def one(number: int) -> int:
        token, doings = sorts[number % len(sorts)]
        await asyncio.sleep(THINK_S * number / sessions)
        async with Sitter(app.base_url, token, "/") as sitter:
            step = number  # not everybody at the same place of their round
            while time.monotonic() - began < seconds + WARM_S:
                await asyncio.sleep(random.expovariate(1 / THINK_S))
                name, doing = doings[step % len(doings)]
                took = await doing(sitter)
                if time.monotonic() - began > WARM_S:
                    times[name].append(took)
                step += 1
            return sitter.errors

    errors = await asyncio.gather(*(one(number) for number in range(sessions)))
    return times, sum(errors)


def told(ours: Mapping[str, list[float]], bare: Mapping[str, list[float]], sessions: int, errors: int) -> None:
    load = f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    print(f"{sessions} tabs, {THINK_S:.0f} s of thinking time; {load}")
    print(f"{'':22}{'count':>7}{'median':>9}{'p95':>9}{'p99':>9}  ms")
    everything = [one for row in ours.values() for one in row]
    plain = [one for row in bare.values() for one in row]
    for name, row in [*sorted(ours.items()), ("all of it", everything), ("a bare page", plain)]:
        print(f"{name:22}{len(row):>7}" + "".join(f"{percentile(row, p):>9.0f}" for p in (50, 95, 99)))
    p95 = percentile(everything, 95)
    print(f"p95 {p95:.0f} ms, {p95 / percentile(plain, 95):.1f} times a bare page; pages with an error: {errors}")
    print(f"aim {AIM_MS} ms: {'met' if p95 <= AIM_MS else 'missed'}")


def percentile(row: Sequence[float], part: int) -> float:
    return statistics.quantiles(row, n=100, method="inclusive")[part - 1] if len(row) > 1 else float("nan")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
