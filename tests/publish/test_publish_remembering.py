"""What a quote leaves behind: words of the house beside it are pointed at until somebody changed them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from publish.gate import inspect
from publish.remembering import remembered
from stories.model import Block, BlockKind
from tests.publish.pieces import TODAY, a_piece, approves, the_evidence

BLOCKS = a_piece().blocks
QUOTE = next(at for at, block in enumerate(BLOCKS) if block.quote_id == "q1")
NARRATION = QUOTE - 1
blocks = st.lists(
    st.builds(Block, st.sampled_from([BlockKind.NARRATION, BlockKind.HEADING, BlockKind.NOTE]), st.sampled_from("abc"))
    | st.builds(lambda n: Block(BlockKind.QUOTE, "x", quote_id=f"q{n}"), st.integers(1, 3)),
    max_size=8,
).map(tuple)


def without(at: int) -> tuple[Block, ...]:
    return (*BLOCKS[:at], *BLOCKS[at + 1 :])


def test_narration_beside_a_quote_that_was_taken_away_is_pointed_at_until_it_is_changed() -> None:
    piece = a_piece(blocks=remembered(BLOCKS, without(QUOTE)))
    evidence = replace(the_evidence(), piece_approvals=(approves(piece.id, piece.digest),))
    found = inspect(piece, evidence, on=TODAY)
    assert [(f.code, f.blocks, f.block_index) for f in found] == [("quote_lost", False, NARRATION)]
    assert "lees dit nog eens" in found[0].sentence
    changed = list(piece.blocks)
    changed[NARRATION] = replace(changed[NARRATION], text="Nu gaat dit over iets anders.")
    assert not any(block.lost for block in remembered(piece.blocks, changed))


def test_it_is_remembered_over_other_changes_and_forgotten_when_the_quote_comes_back() -> None:
    once = remembered(BLOCKS, without(QUOTE))
    later = remembered(once, (Block(BlockKind.HEADING, "Nieuw"), *once))
    assert [block.lost for block in later if block.lost] == [("q1",)]
    assert remembered(once, BLOCKS) == BLOCKS


def test_a_quote_that_was_only_moved_is_not_lost() -> None:
    assert not any(block.lost for block in remembered(BLOCKS, (*without(QUOTE), BLOCKS[QUOTE])))


def test_a_note_between_is_no_distance() -> None:
    before = (Block(BlockKind.NARRATION, "Over haar."), Block(BlockKind.NOTE, "!"), BLOCKS[QUOTE])
    assert remembered(before, before[:2])[0].lost == ("q1",)


def test_a_block_that_comes_back_is_what_it_was() -> None:
    drafted = Block(BlockKind.NARRATION, "Van het sjabloon.", drafted=True, lost=("q1",))
    assert remembered((), (drafted,), back=(drafted,)) == (drafted,)
    assert remembered((), (drafted,)) == (replace(drafted, drafted=False, lost=()),), "not because a screen says so"
    assert remembered((), (drafted, BLOCKS[QUOTE]), back=(drafted,))[0].lost == ()


@given(before=blocks, after=blocks)
def test_what_is_remembered_changes_no_word_and_names_only_what_is_gone(
    before: tuple[Block, ...], after: tuple[Block, ...]
) -> None:
    made = remembered(before, after)
    assert [replace(block, lost=()) for block in made] == list(after)
    gone = {block.quote_id for block in before} - {block.quote_id for block in after}
    assert {quote for block in made for quote in block.lost} <= gone
    assert a_piece(blocks=made).digest == a_piece(blocks=after).digest, "no reader sees it"
