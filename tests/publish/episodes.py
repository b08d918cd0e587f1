"""Builders for the tests of podcasts: sounds of a house and of tellers, a studio that knows them, a letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np

from publish.letter import Letter, Part
from publish.rendering import Studio
from stories.audio import CANONICAL_RATE, Samples, flac_writer, samples, write_flac
from stories.errors import NotFound
from stories.model import BlockKind, Voice
from stories.products import Clip, FileKind, HouseFile

RECORDINGS = Path(__file__).parents[2] / "examples" / "recordings"
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@cache
def speech(name: str = "broodtrommel.m4a") -> bytes:
    """A recording of the examples as canonical FLAC."""
    target = BytesIO()
    write_flac(RECORDINGS / name, target, rate=CANONICAL_RATE)
    return target.getvalue()


def flac(sound: Samples) -> bytes:
    target = BytesIO()
    with flac_writer(target, CANONICAL_RATE) as add:
        for at in range(0, len(sound), CANONICAL_RATE):
            add(sound[at : at + CANONICAL_RATE])
    return target.getvalue()


@cache
def tone(ms: int, hertz: int = 220, level: float = 0.2) -> bytes:
    at = np.arange(CANONICAL_RATE * ms // 1000)
    return flac((level * np.sin(2 * np.pi * hertz * at / CANONICAL_RATE)).astype(np.float32))


def heard(data: bytes) -> Samples:
    return np.concatenate(list(samples(BytesIO(data), rate=CANONICAL_RATE, block_s=10.0)))


def length(data: bytes) -> int:
    return len(heard(data)) * 1000 // CANONICAL_RATE


@dataclass
class Shelf:
    """The sounds of a test: real FLAC by its id. It counts how often each was opened."""

    sounds: Mapping[str, bytes]
    opened: list[str] = field(default_factory=list)

    def clip(self, clip_id: str) -> BinaryIO:
        return self.file(clip_id)

    def file(self, file_id: str) -> BinaryIO:
        self.opened.append(file_id)
        if file_id not in self.sounds:
            raise NotFound("stories.not_found")
        return BytesIO(self.sounds[file_id])


def a_clip(clip_id: str, ms: int, voice: Voice = Voice.NAGESPROKEN, recipe: str = "mens") -> Clip:
    redaction = "" if voice is Voice.NAGESPROKEN else "0" * 64
    return Clip(clip_id, "s1", "q1", 1, voice, recipe, redaction, "0" * 64, ms, "u1", NOON)


def a_file(file_id: str, ms: int, kind: FileKind, credit: str = "", *, synthetic: bool = False) -> HouseFile:
    return HouseFile(file_id, kind, "naam van het huis", credit, "0" * 64, ms, "u1", NOON, synthetic)


def part(kind: BlockKind, text: str, **more: object) -> Part:
    paragraphs = tuple(tuple(group.split("\n")) for group in text.split("\n\n"))
    return Part(kind, paragraphs, **more)  # type: ignore[arg-type]


def clip_part(text: str, clip_id: str | None, voice: Voice = Voice.NAGESPROKEN, by: str = "een ouder") -> Part:
    return part(BlockKind.CLIP, text, voice=voice, clip_id=clip_id, by=by, quote_id="q1", literal=True)


PARTS = (
    part(BlockKind.MUSIC, "Openingsmuziek", file_id="intro"),
    part(BlockKind.HEADING, "De broodtrommel"),
    part(BlockKind.NARRATION, "Welkom. Vandaag gaat het over een lege trommel.", file_id="ed"),
    clip_part("Een lege trommel weegt bijna niks. (...) Dat voelt iedereen die hem [even] optilt.", "c1"),
    part(BlockKind.NARRATION, "Dit leest de presentator nog voor.\nOok deze regel."),
    part(BlockKind.HEADING, "Aan de deur"),
    clip_part("Dan kon er niemand meer komen voor geld.", "c2", Voice.PIEP, "een jongere"),
    part(BlockKind.MUSIC, "Muziek tussendoor", file_id="muziek"),
    clip_part("Er zit nu een nieuwe batterij in de bel.", "c3", Voice.VERVORMD),
    part(BlockKind.QUOTE, "Ze dacht dat haar vriendinnen haar waren vergeten.", by="een ouder", literal=True),
    part(BlockKind.CALL_TO_ACTION, "Praat mee", link="https://voorbeeld.nl/praat?a=1&b=2"),
    part(BlockKind.HELPLINE, "Kindertelefoon: 0800-0432 (gratis)\nGeldfit: 0800-8115 (gratis)"),
    part(BlockKind.MUSIC, "Slotmuziek", file_id="outro"),
)

LENGTHS = {"intro": 8_000, "ed": 9_000, "muziek": 6_000, "outro": 7_000, "c1": 16_000, "c2": 4_000, "c3": 3_500}


def a_letter(*parts: Part, title: str = "Een lege trommel") -> Letter:
    return Letter(title, "In eigen woorden verteld.", "14 februari 2026", parts or PARTS)


def knowing(folder: Path, lengths: Mapping[str, int] | None = None, **more: object) -> Studio:
    """A studio that knows every sound of PARTS, by default as long as LENGTHS says."""
    ms = LENGTHS | dict(lengths or {})
    files = {
        "intro": a_file("intro", ms["intro"], FileKind.INTRO, "Muziek: Vertelpunt"),
        "muziek": a_file("muziek", ms["muziek"], FileKind.MUZIEK, "Muziek: Jan & de Klaassens"),
        "outro": a_file("outro", ms["outro"], FileKind.OUTRO, "Muziek: Vertelpunt"),
        "ed": a_file("ed", ms["ed"], FileKind.PRESENTATIE, "Presentatie: Ed"),
    }
    clips = {
        "c1": a_clip("c1", ms["c1"]),
        "c2": a_clip("c2", ms["c2"], Voice.PIEP, "piep-1"),
        "c3": a_clip("c3", ms["c3"], Voice.VERVORMD, "fluister-1"),
    }
    return Studio(folder, clips=clips, files=files, **more)  # type: ignore[arg-type]
