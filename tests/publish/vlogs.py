"""A vlog for tests: a letter with everything in it, and sounds that are real FLACs."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import BinaryIO

import numpy as np
from PIL import Image

from publish.letter import Letter, lay_out
from stories.audio import CANONICAL_RATE, flac_writer
from stories.errors import NotFound
from stories.model import Block, BlockKind, Piece, PieceKind, Voice
from tests.publish.pieces import a_piece, the_evidence

LENGTHS = {"c-geheim-1": 5_013, "c-geheim-2": 6_400}
"""How long each clip sounds, in ms."""

BLOCKS = (
    Block(BlockKind.NOTE, "Foto nog vragen. Gaat niet mee."),
    Block(BlockKind.MUSIC, "Rustige gitaar"),
    Block(BlockKind.VISUAL, "Een stille straat in de regen", file_id="f-geheim", alt="Natte stoeptegels"),
    Block(
        BlockKind.NARRATION,
        "Hoe is het om op te groeien met weinig geld? Dat weten de mensen die het meemaken het best.\n\n"
        "In deze vlog hoor je wat zij ons vertelden.",
    ),
    Block(BlockKind.HEADING, "Stil aan de deur"),
    Block(
        BlockKind.CLIP,
        "Ik heb de batterij uit de deurbel gehaald. Dan kon er niemand meer komen voor geld.",
        quote_id="q1",
        voice=Voice.NAGESPROKEN,
        clip_id="c-geheim-1",
    ),
    Block(BlockKind.QUOTE, "Mijn dochter (...) zat steeds vaker voor het raam.", quote_id="q2"),
    Block(BlockKind.ON_SCREEN_TEXT, "Meedoen kost geld"),
    Block(
        BlockKind.CLIP,
        "Een lege trommel [een broodtrommel] weegt bijna niks. (...) Daarom deed ik er een boekje in.",
        quote_id="q3",
        voice=Voice.VERVORMD,
        clip_id="c-geheim-2",
    ),
    Block(BlockKind.NARRATION, "Praat hierover met je collega's. Wat helpt kinderen en ouders bij jou in de buurt?"),
    Block(BlockKind.HELPLINE, "Kindertelefoon: 0800-0432 (gratis). Voor kinderen die willen praten."),
    Block(BlockKind.HELPLINE, "Geldfit: 0800-8115 (gratis). Voor vragen over geld."),
    Block(BlockKind.CALL_TO_ACTION, "Praat mee", url="https://vertelpunt.example/meedoen?bron=vlog&nr=1"),
)


def a_vlog(**changes: object) -> Piece:
    return replace(a_piece(kind=PieceKind.VLOG, blocks=BLOCKS), **changes)  # type: ignore[arg-type]


def a_letter(**changes: object) -> Letter:
    piece = a_vlog(**changes)
    return lay_out(piece, the_evidence(piece))


def hum(ms: int) -> np.ndarray:
    """A quiet tone, float32 at 48 kHz."""
    return (np.sin(np.arange(ms * CANONICAL_RATE // 1000) * 0.03) * 0.1).astype(np.float32)


class Shelf:
    """Sounds by id, each a FLAC as the store gives them out; remembers what is still open."""

    def __init__(self) -> None:
        self.given: list[BinaryIO] = []

    def clip(self, clip_id: str) -> BinaryIO:
        if clip_id not in LENGTHS:
            raise NotFound("stories.not_found")
        made = io.BytesIO()
        with flac_writer(made, CANONICAL_RATE) as add:
            add(hum(LENGTHS[clip_id]))
        made.seek(0)
        self.given.append(made)
        return made

    def file(self, file_id: str) -> BinaryIO:
        assert file_id == "f-geheim"
        made = io.BytesIO()
        Image.new("RGB", (2400, 1350), "#0f5c63").save(made, "PNG")
        made.seek(0)
        self.given.append(made)
        return made
