"""A piece with everything that can be read, heard or seen in it, and the sounds and pictures behind it."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from publish.letter import Letter, lay_out
from publish.rendering import Studio
from stories.audio import CANONICAL_RATE, flac_writer
from stories.errors import NotFound
from stories.model import Block, BlockKind, Piece, Voice
from tests.publish.pieces import a_piece, the_evidence

STUDIO = Studio(Path("/nowhere"))
LISTEN = "https://vertelpunt.example/luister/1"


class House:
    """`publish.rendering.Sounds` with one clip, "c1", and one picture, "f1", that says where it was taken."""

    def clip(self, clip_id: str) -> BinaryIO:
        if clip_id != "c1":
            raise NotFound("stories.not_found")
        seconds = np.arange(2 * CANONICAL_RATE) / CANONICAL_RATE
        sound = np.where(seconds < 1, 0.4, 0.04) * np.sin(2 * np.pi * 220 * seconds)
        made = io.BytesIO()
        with flac_writer(made, CANONICAL_RATE) as add:
            add(sound.astype(np.float32))
        return made

    def file(self, file_id: str) -> BinaryIO:
        if file_id != "f1":
            raise NotFound("stories.not_found")
        about, made = PngInfo(), io.BytesIO()
        about.add_text("Author", "Pleun uit Zuidoost")
        Image.linear_gradient("L").resize((1600, 900)).convert("RGB").save(made, "PNG", pnginfo=about, dpi=(72, 72))
        made.seek(0)
        return made


def a_rich_piece(**changes: object) -> Piece:
    """`a_piece` with a picture, a re-voiced clip, music, words for a screen, and questions to talk about."""
    piece = a_piece()
    blocks = list(piece.blocks)
    clip = Block(
        BlockKind.CLIP, "Mijn dochter (...) zat steeds vaker voor het raam.", quote_id="q2", url=LISTEN,
        voice=Voice.NAGESPROKEN, clip_id="c1",
    )  # fmt: skip
    blocks[5] = clip
    asked = "Wat herkennen we?\nWat had hier geholpen?\nWat doen we morgen anders?"
    blocks[9] = Block(BlockKind.NARRATION, asked)
    picture = Block(BlockKind.VISUAL, "De bel doet het weer.", file_id="f1", alt="Een groene voordeur met een bel.")
    only_told = Block(BlockKind.VISUAL, "Camera draait langs de gang.")
    blocks[4:4] = [picture, only_told, Block(BlockKind.MUSIC, "zachte piano", file_id="f9")]
    blocks.append(Block(BlockKind.ON_SCREEN_TEXT, "Alleen in beeld"))
    return replace(replace(piece, blocks=tuple(blocks)), **changes)  # type: ignore[arg-type]


def a_rich_letter(piece: Piece | None = None) -> Letter:
    piece = piece or a_rich_piece()
    return lay_out(piece, the_evidence(piece))
