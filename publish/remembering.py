"""What is known of a block besides its words, worked out from the blocks before a change and never taken from a screen.

`drafted`: it still says what the template said. `lost`: words of a teller that stood right beside it are gone, and
nobody has changed its own words since, so it may still speak about somebody who is no longer there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stories.model import Block, BlockKind

SPEAKS = (BlockKind.HEADING, BlockKind.NARRATION)
"""Words of the house that may be about the quote beside them."""


def remembered(before: Sequence[Block], after: Sequence[Block], back: Sequence[Block] = ()) -> tuple[Block, ...]:
    """The blocks `after` a change with what is known of them. `back`: blocks that were taken out earlier and come back
    as they were. A block whose words changed is a new one; a quote that is there again was not lost."""
    there = {block.quote_id for block in after}
    known = {_words(block): block for block in (*back, *_alone(before))}

    def of(block: Block) -> Block:
        was = known.get(_words(block))
        if was is None:
            return replace(block, drafted=False, lost=())
        return replace(block, drafted=was.drafted, lost=tuple(one for one in was.lost if one not in there))

    return tuple(map(of, after))


def _words(block: Block) -> tuple[BlockKind, str]:
    return block.kind, block.text


def _alone(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, as if every quote beside them were lost. A note stands in nobody's way."""
    seen = [block for block in blocks if block.kind is not BlockKind.NOTE]
    notes = [block for block in blocks if block.kind is BlockKind.NOTE]
    found = []
    for at, block in enumerate(seen):
        beside = [one.quote_id for one in (*seen[max(at - 1, 0) : at], *seen[at + 1 : at + 2]) if one.quote_id]
        lost = tuple(dict.fromkeys((*block.lost, *beside))) if block.kind in SPEAKS else ()
        found.append(replace(block, lost=lost))
    return [*notes, *found]
