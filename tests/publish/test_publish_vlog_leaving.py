"""A vlog on its way out: one bundle after the gate, and nothing in it that the check on names does not read."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest

from publish.readable import texts
from publish.rendering import Studio
from publish.vlog import render
from stories.consent import Form
from stories.errors import GateRefused
from stories.model import Block, BlockKind, PieceKind
from tests.publish.leaving import exported
from tests.publish.pieces import leaks_of
from tests.publish.test_publish_gate_clips import BOTH, allowing, an_episode, hindrances
from tests.publish.vlogs import BLOCKS, LENGTHS, Shelf, a_letter

SCRIPT = ("vlog-script.docx", "vlog-script.html")
CUTS = ("montage.otio", "montage.xml")
SUBTITLES = ("ondertitels.srt", "ondertitels.vtt")
SEEN_IN = {
    BlockKind.VISUAL: (*SCRIPT, *CUTS, "shotlijst.csv"),
    "alt": (*SCRIPT, *CUTS, "shotlijst.csv"),
    BlockKind.ON_SCREEN_TEXT: (*SCRIPT, *CUTS, "shotlijst.csv"),
    BlockKind.MUSIC: (*SCRIPT, *CUTS, "shotlijst.csv"),
    BlockKind.HEADING: (*SCRIPT, *CUTS, "shotlijst.csv"),
    BlockKind.HELPLINE: (*SCRIPT, *CUTS, "shotlijst.csv"),
    BlockKind.CALL_TO_ACTION: (*SCRIPT, *CUTS, "shotlijst.csv"),
    BlockKind.QUOTE: (*SCRIPT, *CUTS, "shotlijst.csv"),
    BlockKind.CLIP: (*SCRIPT, *CUTS, *SUBTITLES),
    BlockKind.NARRATION: (*SCRIPT, *CUTS, *SUBTITLES, "teleprompter.txt"),
}
"""In which files the words of a block stand."""


def a_film(*more):
    piece = an_episode(kind=PieceKind.VLOG)
    return replace(piece, blocks=(*more, *piece.blocks))


def test_a_vlog_leaves_as_one_bundle_with_its_clips_and_its_montage(monkeypatch):
    monkeypatch.setitem(LENGTHS, "f1", 4_000)
    piece = a_film(Block(BlockKind.NARRATION, "Een bel die het weer doet."))
    evidence = allowing(piece, Form.VERVORMDE_STEM, clip=BOTH)
    made = exported(piece, evidence, sounds=Shelf())
    names = zipfile.ZipFile(io.BytesIO(made.data)).namelist()
    assert names == [
        *("fragmenten/fragment-01.wav", "montage.edl", "montage.otio", "montage.xml", "ondertitels.srt"),
        *("ondertitels.vtt", "shotlijst.csv", "teleprompter.txt", "vlog-script.docx", "vlog-script.html"),
        "manifest.json",
    ]
    assert exported(piece, evidence, sounds=Shelf()).data == made.data


@pytest.mark.parametrize("field", SEEN_IN)
def test_the_check_on_names_reads_every_word_wherever_it_stands(tmp_path, field):
    kind, name = (BlockKind.VISUAL, "alt") if field == "alt" else (field, "text")
    blocks = tuple(
        replace(block, **{name: "Daar zit Naomi Vermeer."}) if block.kind is kind else block for block in BLOCKS
    )
    leaks = leaks_of("Naomi Vermeer")
    made = render(a_letter(blocks=blocks), Shelf(), Studio(tmp_path))
    assert {file for file, data in made.items() if leaks(texts(file, data))} == set(SEEN_IN[field])


@pytest.mark.parametrize("kind", [BlockKind.VISUAL, BlockKind.ON_SCREEN_TEXT, BlockKind.MUSIC])
def test_a_name_in_a_direction_stops_the_vlog(kind):
    for block in (Block(kind, "Hier woont Naomi."), Block(kind, "Een deur", alt="Naomi doet open")):
        piece = a_film(block)
        evidence = replace(allowing(piece, Form.VERVORMDE_STEM, clip=BOTH), leaks=leaks_of("Naomi"))
        assert hindrances(piece, evidence) == ["leak_in_block"]
        with pytest.raises(GateRefused):
            exported(piece, evidence, sounds=Shelf())
