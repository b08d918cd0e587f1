"""What deserves a look in a piece but stops nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from publish.evidence import Evidence
from publish.findings import GateFinding, dutch_date, used, warns
from publish.plain import one_line
from publish.quotes import stops_before_negation
from stories.model import Block, BlockKind, Piece

MAX_PUBLIC_QUOTES = 3  # domain.md 4.8: the reuse limit per teller
MAX_SENTENCE_WORDS = 20  # a hint about readability, never a gate
MAX_TITLE = 70  # characters; a phone shows 40 to 70 of a subject
MAX_WORDS = 700  # a newsletter that is read to its end, our own choice


def hints(piece: Piece, evidence: Evidence, on: date) -> Iterator[GateFinding]:
    """What deserves a look but hurts nobody."""
    if piece.publish_on < on:
        yield warns("date_passed", date=dutch_date(piece.publish_on))
    if not one_line(piece.preheader):
        yield warns("no_preheader")
    if len(one_line(piece.title)) > MAX_TITLE:
        yield warns("long_title", most=MAX_TITLE)
    if not any(block.kind is BlockKind.HELPLINE for block in piece.blocks):
        yield warns("no_helpline")
    words = sum(len(block.text.split()) for block in piece.blocks if block.kind is not BlockKind.NOTE)
    if words > MAX_WORDS:
        yield warns("long_piece", words=words, most=MAX_WORDS)
    for known, indexes, quotes in used(piece, evidence):
        if len(quotes | known.public_quotes) > MAX_PUBLIC_QUOTES:
            count = len(quotes | known.public_quotes)
            yield warns(
                "many_quotes", story=known.story.id, index=indexes[0], teller=known.teller, count=count,
                most=MAX_PUBLIC_QUOTES,
            )  # fmt: skip
    for index, block in enumerate(piece.blocks):
        yield from _hints_on_block(index, block, evidence)


def _hints_on_block(index: int, block: Block, evidence: Evidence) -> Iterator[GateFinding]:
    if block.kind is BlockKind.NARRATION:
        longest = max((len(part.split()) for part in re.split(r"[.!?…:]\s|\n", block.text)), default=0)
        if longest > MAX_SENTENCE_WORDS:
            yield warns("long_sentence", index=index, block=index + 1, words=longest, most=MAX_SENTENCE_WORDS)
    source = evidence.source_of(block.quote_id)
    if source:
        quote, known = source
        if re.search(r"\[[^\[\]]*\d\]", block.text):
            yield warns("label_shown", story=known.story.id, index=index, block=index + 1)
        if stops_before_negation(known.version.clean.text, quote.start, quote.end):
            yield warns("cut_before_negation", story=known.story.id, index=index, block=index + 1)
