"""A post has one count of its characters: whatever the gate lets through, its renderer takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from publish import post, social
from publish.evidence import Evidence
from publish.gate import inspect
from publish.hints import measured
from publish.lengths import MOST_CHARACTERS
from publish.letter import lay_out
from publish.products import preview
from stories.errors import Refused
from stories.model import Block, BlockKind, Piece, PieceKind
from stories.products import FileKind
from tests.publish.pieces import TODAY, a_piece, house_file, the_evidence
from tests.publish.read_pieces import STUDIO, House

PICTURE = Block(BlockKind.VISUAL, "De bel.", file_id="f1", alt="Een deur.")


def a_post(length: int, *blocks: Block) -> tuple[Piece, Evidence]:
    """A post of which the one narration has so many characters."""
    piece = a_piece(kind=PieceKind.POST, blocks=(Block(BlockKind.NARRATION, "a" * length), *blocks))
    thanked = house_file(FileKind.BEELD, "f1", credit="Foto van iemand met een lange naam")
    return piece, the_evidence(piece, files={"f1": thanked})


def over(piece: Piece, evidence: Evidence) -> list[str]:
    found = inspect(piece, evidence, on=TODAY, stage="compose")
    return [finding.sentence for finding in found if finding.code == "long_post" and finding.blocks]


@pytest.mark.parametrize("blocks", [(), (PICTURE,), (Block(BlockKind.NOTE, "Nog bellen"),)])
@pytest.mark.parametrize("to_spare", [60, 0, -1, -60])
def test_what_the_gate_lets_through_is_drawn_and_what_it_stops_is_not(blocks: tuple[Block, ...], to_spare: int) -> None:
    empty, evidence = a_post(1, *blocks)
    around = measured(empty, evidence).length.characters - 1
    piece, evidence = a_post(MOST_CHARACTERS - around - to_spare, *blocks)
    letter, studio = lay_out(piece, evidence), replace(STUDIO, files=evidence.files)
    if to_spare >= 0:
        assert over(piece, evidence) == []
        text = social.render(letter, House(), studio)["post.txt"]
        assert isinstance(text, bytes) and len(text.decode().strip()) == MOST_CHARACTERS - to_spare
    else:
        (said,) = over(piece, evidence)
        assert f" {-to_spare} tekens meer dan" in said
        with pytest.raises(Refused, match="LinkedIn"):
            social.render(letter, House(), studio)


def test_the_look_beforehand_counts_the_same_and_thanks_for_the_picture() -> None:
    piece, evidence = a_post(40, PICTURE)
    page = preview(piece, evidence)
    assert "Foto van iemand met een lange naam" in page
    assert f"{measured(piece, evidence).length.characters} van {MOST_CHARACTERS} tekens" in page


def test_credits_are_counted() -> None:
    letter = lay_out(*a_post(40))
    assert post.count(letter) == 40 + 2 + len(post.credits(letter))
