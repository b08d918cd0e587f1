"""What an episode costs: CPU seconds and memory, and the ratio to bare decoding and encoding of the same sound.

    .venv/bin/python benchmarks/episode.py [MINUTES]

Ten clips of speech, a presenter and music around them, from clips and files to the measured MP3 and its texts. Each way
runs in a process of its own, so that a peak is its own. "Bare" is PyAV with frames going straight from the decoder to
an MP3 encoder with the same settings: no mixing, no loudness, nothing measured. "Default" is the same with LAME's own
default quality.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import av

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from publish import podcast
from publish.letter import Letter, Part
from publish.mastering import BIT_RATE, QUALITY
from publish.rendering import Studio
from stories.audio import CANONICAL_RATE, flac_writer, samples
from stories.model import BlockKind, Voice
from stories.products import Clip, FileKind, HouseFile

SPEECH = Path(__file__).resolve().parents[1] / "examples" / "recordings" / "hardop.mp3"
CLIPS = 10
MUSIC_MS = 12_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def make(path: Path, minutes: float) -> None:
    left = round(minutes * 60 * CANONICAL_RATE)
    spoken = list(samples(SPEECH, rate=CANONICAL_RATE, block_s=10.0))
    with path.open("wb") as file, flac_writer(file, CANONICAL_RATE) as add:
        while left > 0:
            for block in spoken:
                left -= add(block[:left]) if left > 0 else 0


def bare(source: Path, target: Path, options: dict[str, str]) -> None:
    with av.open(str(source)) as old, av.open(str(target), "w", format="mp3") as new:
        stream = new.add_stream("libmp3lame", rate=CANONICAL_RATE, layout="mono", options=options)
        stream.bit_rate, stream.codec_context.format = BIT_RATE, "s16p"
        for frame in old.decode(audio=0):
            new.mux(stream.encode(frame))
        new.mux(stream.encode(None))


class Files:
    """Every sound is a stretch of one file, cut beforehand."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def clip(self, clip_id: str) -> BinaryIO:
        return (self._folder / clip_id).open("rb")

    file = clip


def episode(folder: Path, minutes: float) -> None:
    (folder / "studio").mkdir()
    clip_ms = round(minutes * 60_000 / CLIPS)
    clips = {"clip": Clip("clip", "s", "q", 1, Voice.PIEP, "piep-1", "0", "0", clip_ms, "u", NOW)}
    music = HouseFile("muziek", FileKind.MUZIEK, "", "Muziek: wij", "0", MUSIC_MS, "u", NOW)
    parts = [Part(BlockKind.MUSIC, (("Muziek",),), file_id="muziek")]
    for number in range(CLIPS):
        parts.append(Part(BlockKind.HEADING, ((f"Deel {number}",),)))
        words = (("Woorden van een verteller.",),)
        parts.append(Part(BlockKind.CLIP, words, "een ouder", voice=Voice.PIEP, clip_id="clip"))
    studio = Studio(folder / "studio", clips=clips, files={"muziek": music})
    podcast.render(Letter("Een uur", "", "1 januari 2026", tuple(parts)), Files(folder), studio)


def one(way: str, folder: Path, minutes: float) -> None:
    """In a process of its own: do it one way and print what it took."""
    began = time.process_time()
    if way == "bare":
        bare(folder / "whole", folder / "x.mp3", {"compression_level": str(QUALITY)})
    elif way == "default":
        bare(folder / "whole", folder / "x.mp3", {})
    elif way == "episode":
        episode(folder, minutes)
    used = time.process_time() - began
    print(json.dumps([used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def main(minutes: float = 60.0) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder / "whole", minutes)
        make(folder / "clip", minutes / CLIPS)
        make(folder / "muziek", MUSIC_MS / 60_000)
        taken: dict[str, list[float]] = {}
        for way in ("nothing", "default", "bare", "episode"):
            command = [sys.executable, __file__, "--one", way, name, str(minutes)]
            taken[way] = json.load(io.BytesIO(subprocess.check_output(command)))
    print(f"{minutes:g} minutes, {CLIPS} clips")
    for way, (seconds, peak) in taken.items():
        print(f"{way:8} {seconds:7.2f} CPU s {peak:7.0f} MB")
    for way in ("bare", "default"):
        print(f"ratio    {taken['episode'][0] / taken[way][0]:7.2f} to {way}")
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], Path(sys.argv[3]), float(sys.argv[4]))
    else:
        raise SystemExit(main(*map(float, sys.argv[1:2])))
