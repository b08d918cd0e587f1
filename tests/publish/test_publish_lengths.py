"""Lengths and readability: figures for whoever makes a piece, about the house's own words; they stop nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from publish.gate import inspect
from publish.hints import measured
from publish.lengths import length
from publish.readability import ease, longest, sentences
from stories.model import Block, BlockKind, Piece, PieceKind, Voice
from stories.products import FileKind
from tests.publish.pieces import TODAY, a_piece, house_file, the_evidence
from tests.publish.test_publish_gate_clips import CLIP, MAKER, SECOND, heard

FILES = {"h1": house_file(FileKind.BEELD), "h2": house_file(FileKind.PRESENTATIE, "h2")}
EASY = "Dit is kort. Jij leest het zo. Het is een zin. Zo gaat het goed. Wij zijn er. Kom maar mee. Het is fijn. " * 2
HARD = "Verantwoordelijkheidsgevoelens beïnvloeden onvermijdelijk organisatorische besluitvormingsprocedures. " * 8
HELP = Block(BlockKind.HELPLINE, "Hulp: 0800-0432.")


def a_made(kind: PieceKind, *blocks: Block, **changes: object) -> Piece:
    return a_piece(kind=kind, title="Titel", preheader="Regel.", blocks=(*blocks, HELP), **changes)


def test_a_script_lasts_as_long_as_its_sounds_and_the_words_that_have_none() -> None:
    told = Block(BlockKind.CLIP, "Woord " * 60, quote_id="q1", voice=Voice.VERVORMD, clip_id="f1")
    blocks = (
        Block(BlockKind.NOTE, "Woord " * 500), Block(BlockKind.VISUAL, "Woord " * 500),
        Block(BlockKind.HEADING, "Woord " * 500), Block(BlockKind.MUSIC, "Begin"),
        Block(BlockKind.NARRATION, "Woord " * 120), told, replace(told, clip_id=None),
    )  # fmt: skip
    piece = replace(a_piece(kind=PieceKind.VLOG), blocks=blocks)
    found = length(piece, {"f1": heard(CLIP)})
    assert found.seconds == 60 + CLIP.duration_ms // 1000 + 30
    assert found.words == 500 + 120 + 60 + 60


def test_a_piece_to_read_has_words_and_no_minutes() -> None:
    found = length(a_made(PieceKind.ITEM, Block(BlockKind.NARRATION, " Een  twee\ndrie. ")), {})
    assert (found.words, found.seconds) == (5, None)
    assert found.characters == len("Een twee drie.\n\nHulp: 0800-0432.")


def test_readability_is_of_the_houses_own_sentences_alone() -> None:
    easy, hard = (a_made(PieceKind.ITEM, Block(BlockKind.NARRATION, text)) for text in (EASY, HARD))
    assert (ease(easy), ease(hard)) == (100, 0)
    quoted = a_made(PieceKind.ITEM, Block(BlockKind.NARRATION, EASY), Block(BlockKind.QUOTE, HARD, quote_id="q1"))
    assert ease(quoted) == 100
    assert ease(a_made(PieceKind.ITEM, Block(BlockKind.NARRATION, "Kort."))) is None


def test_the_formula_is_that_of_douma() -> None:
    text = "De moeder zoekt een nieuwe woning voor haar gezin. " * 4  # 9 words, of which 4 have 2 syllables
    assert ease(a_made(PieceKind.ITEM, Block(BlockKind.NARRATION, text))) == round(206.84 - 77 * 13 / 9 - 0.93 * 9)


def test_a_sentence_ends_at_a_colon_and_at_a_line_too() -> None:
    assert sentences("Eén. Twee: drie!\nVier … 5? ") == ["Eén", "Twee", "drie", "Vier"]
    assert longest("Een twee drie. Vier vijf") == 3 and longest(" … ") == 0


@pytest.mark.parametrize(
    ("piece", "code"),
    [
        (a_made(PieceKind.ITEM, Block(BlockKind.NARRATION, "Kort woord. " * 101)), "long_piece"),
        (a_made(PieceKind.KENNISKRING, Block(BlockKind.NARRATION, "Kort woord. " * 166)), "long_page"),
        (a_made(PieceKind.PODCAST, Block(BlockKind.NARRATION, "Kort woord. " * 1_850, file_id="h2")), "long_to_hear"),
        (a_made(PieceKind.VLOG, Block(BlockKind.NARRATION, "Kort woord. " * 320)), "long_to_hear"),
        (a_made(PieceKind.POST, Block(BlockKind.NARRATION, "Verantwoordelijkheid " * 7 + ".")), "late_message"),
        (a_made(PieceKind.VLOG, Block(BlockKind.ON_SCREEN_TEXT, "a" * 85)), "long_on_screen"),
        (a_made(PieceKind.ITEM, Block(BlockKind.VISUAL, "Een deur.", file_id="h1")), "no_alt"),
    ],
    ids=range(7),
)
def test_what_is_too_long_or_not_described_is_noticed_and_stops_nobody(piece: Piece, code: str) -> None:
    assert [(f.code, f.blocks) for f in inspect(piece, the_evidence(files=FILES), on=TODAY, stage="compose")] == [
        (code, False)
    ]


def test_words_that_go_by_too_fast_to_read_along_are_noticed() -> None:
    evidence = the_evidence()
    text = evidence.quotes["q1"].text
    block = Block(BlockKind.CLIP, text, quote_id="q1", voice=Voice.VERVORMD, clip_id="f1")
    piece = a_made(PieceKind.VLOG, block)

    def codes(milliseconds: int) -> set[str]:
        clip = heard(replace(CLIP, duration_ms=milliseconds), MAKER, SECOND)
        found = inspect(piece, replace(evidence, clips={"f1": clip}), on=TODAY)
        return {finding.code for finding in found if not finding.blocks}

    enough = len(text) * 1000 // 17 + 1
    assert codes(enough) == set() and codes(enough - 1000) == {"fast_words"}


def test_a_text_that_was_cut_shorter_than_its_sound_is_noticed() -> None:
    evidence = the_evidence()
    whole = evidence.quotes["q1"].text
    for text, codes in ((whole, set()), (f"(...) {whole.partition('. ')[2]}", {"clip_says_more"})):
        block = Block(BlockKind.CLIP, text, quote_id="q1", voice=Voice.VERVORMD, clip_id="f1")
        found = inspect(a_made(PieceKind.PODCAST, block), evidence, on=TODAY)
        assert {finding.code for finding in found if not finding.blocks} == codes


def test_whoever_makes_a_piece_reads_its_length_and_ease_in_words() -> None:
    read = measured(a_made(PieceKind.ITEM, Block(BlockKind.NARRATION, EASY)), the_evidence())
    assert read.lines[0].startswith("50 woorden") and "100 van 100" in read.lines[1]
    spoken = measured(a_made(PieceKind.PODCAST, Block(BlockKind.NARRATION, "Kort. " * 150)), the_evidence())
    assert spoken.lines[0].startswith("Duurt ongeveer 1:16 ")
    assert not any(word in line for line in (*read.lines, *spoken.lines) for word in ("B1", "B2"))
