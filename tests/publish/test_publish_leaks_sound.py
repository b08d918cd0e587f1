"""No episode and no film holds a sealed name either: tags, chapters, subtitles and cut lists are read as they leave."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from string import ascii_lowercase
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publish.evidence import Evidence
from publish.readable import texts
from stories.consent import Form
from stories.errors import GateRefused, Refused
from stories.model import Block, BlockKind, Piece, PieceKind
from stories.products import FileKind
from tests.publish.episodes import a_file, tone
from tests.publish.leaving import exported, words_by_file, words_in
from tests.publish.pieces import leaks_of
from tests.publish.test_publish_gate_clips import BOTH, CLIP, allowing, an_episode
from tests.publish.test_publish_leaks import HIDING, NAME

TOLD = (BlockKind.QUOTE, BlockKind.CLIP)
FIELDS = ("title", "preheader", "credit", "alt", *(kind for kind in BlockKind if kind not in TOLD))
"""Where somebody of the house can type. What a teller says is compared with the story, word for word."""
OWN = (
    Block(BlockKind.HEADING, "Aan de deur"),
    Block(BlockKind.VISUAL, "Een lege straat", alt="Een lantaarn"),
    Block(BlockKind.ON_SCREEN_TEXT, "Eén op de tien"),
    Block(BlockKind.MUSIC, "Rustige gitaar", file_id="muziek"),
    Block(BlockKind.NARRATION, "Een bel die het weer doet.", file_id="ed"),
    Block(BlockKind.NARRATION, "En dan."),
    Block(BlockKind.CALL_TO_ACTION, "Praat mee", url="https://vertelpunt.example/meedoen"),
    Block(BlockKind.NOTE, "Gaat niet mee."),
)
FILES = {
    "muziek": a_file("muziek", 1_000, FileKind.MUZIEK, "Muziek: Vertelpunt"),
    "ed": a_file("ed", 1_000, FileKind.PRESENTATIE),
}


class Shelf:
    """Sounds as short as can be mixed."""

    def clip(self, clip_id: str) -> BinaryIO:
        return io.BytesIO(tone(1_000))

    def file(self, file_id: str) -> BinaryIO:
        return io.BytesIO(tone(1_000))


def piece_of(kind: PieceKind, words: Mapping[str, str]) -> Piece:
    """A piece with these words in these fields."""
    whole = an_episode(kind=kind)
    blocks = tuple(
        block if block.kind in TOLD
        else replace(
            block, text=words.get(block.kind, block.text), alt=words.get("alt", block.alt) if block.alt else ""
        )
        for block in (*OWN, *whole.blocks)
    )  # fmt: skip
    about = {field: words[field] for field in ("title", "preheader") if field in words}
    return replace(whole, blocks=blocks, **about)  # type: ignore[arg-type]


def evidence_of(piece: Piece, name: str = "") -> Evidence:
    """Everybody's yes; the name is known to the check of finished files, and not to that of typed text."""
    finds = leaks_of(*([name] if name else []))
    known = allowing(piece, Form.VERVORMDE_STEM, clip=BOTH)

    def leaks(texts: Mapping[str, str]) -> list[str]:
        return [place for place in finds(texts) if "." in place or place in ("manifest", "names")]

    return replace(known, files=FILES, leaks=leaks)


def made(kind: PieceKind, words: Mapping[str, str], name: str = "") -> bytes:
    piece = piece_of(kind, words)
    files = {key: replace(file, credit=words.get("credit", file.credit)) for key, file in FILES.items()}
    clips = {CLIP.id: replace(CLIP, duration_ms=1_000)}
    return exported(piece, evidence_of(piece, name), sounds=Shelf(), known={"files": files, "clips": clips}).data


@pytest.mark.parametrize("kind", [PieceKind.PODCAST, PieceKind.VLOG])
@settings(max_examples=8, deadline=None)
@given(name=NAME, hiding=HIDING, field=st.sampled_from(FIELDS))
def test_a_name_that_was_typed_anywhere_is_in_no_file_of(kind: PieceKind, name: str, hiding: str, field: str) -> None:
    try:
        data = made(kind, {field: "Dit is van " + hiding.format(name) + " hier"}, name)
    except (GateRefused, Refused) as refused:
        assert refused.code == "leak_in_output", "nothing else is wrong with it"
        return
    assert not leaks_of(name)({"bundle": words_in(data)})


ONLY_IN_A_FILM = {BlockKind.ON_SCREEN_TEXT, BlockKind.VISUAL, "alt"}
ONLY_HEARD = {"preheader", "credit"}
"""Fields that the other kind has no place for."""


@pytest.mark.parametrize(
    ("kind", "none_of"), [(PieceKind.PODCAST, ONLY_IN_A_FILM), (PieceKind.VLOG, ONLY_HEARD)], ids=["podcast", "vlog"]
)
def test_what_a_foreign_reader_finds_in_a_file_is_found_by_ours_in_that_file(
    kind: PieceKind, none_of: set[str]
) -> None:
    """In every file by itself: tags, chapters, cut lists. Another file that is read well would hide one that is not."""
    names = {field: f"Zwanen{letter}é" for field, letter in zip(FIELDS, ascii_lowercase, strict=False)}
    data = made(kind, {field: f"Dit is van {name} hier" for field, name in names.items()})
    theirs, archive = words_by_file(data), zipfile.ZipFile(io.BytesIO(data))
    ours = {file: texts(file, archive.read(file)) for file in archive.namelist()}
    for field, name in names.items():
        finds = leaks_of(name)
        seen = {file for file in archive.namelist() if finds({file: theirs[file]})}
        assert seen <= {file for file in ours if finds(ours[file])}, field
        assert bool(seen) == (field not in {*none_of, BlockKind.NOTE}), field
    if kind is PieceKind.PODCAST:
        finds = leaks_of(names["title"], names[BlockKind.HEADING])
        assert len(finds({"mp3": theirs["aflevering.mp3"]})) == 2, "a foreign reader sees title and chapters"


@pytest.mark.parametrize("kind", [PieceKind.PODCAST, PieceKind.VLOG])
def test_without_a_name_it_leaves_with_its_sound(kind: PieceKind) -> None:
    assert "batterij" in words_in(made(kind, {}, "Zwanenburg"))
