"""What deserves a look in a piece; only a post that is longer than its medium takes is stopped here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from publish.evidence import Evidence
from publish.findings import GateFinding, blocks, dutch_date, used, warns
from publish.helplines import named_in
from publish.lengths import MOST_CHARACTERS, MOST_MINUTES, MOST_WORDS, SEEN_FIRST, Length, length
from publish.letter import lay_out, to_read
from publish.pictures import credited
from publish.plain import one_line
from publish.post import count
from publish.quotes import stops_before_negation
from publish.readability import LONG_SENTENCE, ease, longest, sentences
from stories.model import Block, BlockKind, Piece, PieceKind
from stories.words import say

MAX_PUBLIC_QUOTES = 3  # of one story: how often its teller is used [P]
MAX_TITLE = 70  # characters; a phone shows 40 to 70 of a subject
MAX_ON_SCREEN = 84  # characters: two lines of 42, as subtitles have
READ_A_SECOND = 17  # characters that adults can read along

IN_THE_MAILBOX = frozenset({PieceKind.NIEUWSBRIEF})
"""The kinds of which a preheader is seen beside the title."""


@dataclass(frozen=True, slots=True)
class Hints:
    """How long a piece is and how its own sentences read, as figures and as `lines` in Dutch."""

    length: Length
    ease: int | None
    lines: tuple[str, ...]


def measured(piece: Piece, evidence: Evidence) -> Hints:
    """For whoever makes the piece."""
    long, easy = _length(piece, evidence), ease(piece)
    lines = [say("publish.count_words", words=long.words, characters=long.characters)]
    if long.seconds is not None:
        lines = [say("publish.count_minutes", minutes=long.seconds // 60, seconds=long.seconds % 60)]
    if easy is not None:
        lines.append(say("publish.count_ease", ease=easy))
    return Hints(long, easy, tuple(lines))


def hints(piece: Piece, evidence: Evidence, on: date) -> Iterator[GateFinding]:
    """What deserves a look but hurts nobody; and a post that cannot be placed."""
    if piece.publish_on < on:
        yield warns("date_passed", date=dutch_date(piece.publish_on))
    if piece.kind in IN_THE_MAILBOX and not one_line(piece.preheader):
        yield warns("no_preheader")
    if len(one_line(piece.title)) > MAX_TITLE:
        yield warns("long_title", most=MAX_TITLE)
    if not any(block.kind is BlockKind.HELPLINE for block in piece.blocks):
        yield warns("no_helpline")
    yield from _about_length(piece, _length(piece, evidence))
    for known, indexes, quotes in used(piece, evidence):
        count = len(quotes | known.public_quotes)
        if count > MAX_PUBLIC_QUOTES:
            yield warns(
                "many_quotes", story=known.story.id, index=indexes[0], teller=known.teller, count=count,
                most=MAX_PUBLIC_QUOTES,
            )  # fmt: skip
    for index, block in enumerate(piece.blocks):
        yield from _about_block(index, block, piece.kind, evidence)
        if block.kind is BlockKind.HELPLINE:
            yield from _about_helplines(index, block, evidence, on)


def _length(piece: Piece, evidence: Evidence) -> Length:
    """How long the piece is; of a post its characters are those that are pasted, as its renderer counts them."""
    long = length(piece, evidence.clips)
    if piece.kind is not PieceKind.POST:
        return long
    letter = credited(to_read(lay_out(piece, evidence, strict=False)), evidence.files)
    return replace(long, characters=count(letter))


def _about_helplines(index: int, block: Block, evidence: Evidence, on: date) -> Iterator[GateFinding]:
    """Whoever dials a number that is wrong is alone with it."""
    named, other = named_in(one_line(block.text), evidence.helplines)
    for line in named:
        if line.is_old(on, evidence.helpline_days):
            day = dutch_date(line.checked_on)
            yield warns("helpline_old", index=index, block=index + 1, number=line.number, date=day)
    if other:
        yield warns("helpline_unknown", index=index, block=index + 1)


def _about_length(piece: Piece, long: Length) -> Iterator[GateFinding]:
    words, minutes = MOST_WORDS.get(piece.kind), MOST_MINUTES.get(piece.kind)
    if words is not None and long.words > words:
        name = "long_page" if piece.kind is PieceKind.KENNISKRING else "long_piece"
        yield warns(name, words=long.words, most=words)
    if minutes is not None and (long.seconds or 0) > minutes * 60:
        yield warns("long_to_hear", minutes=round((long.seconds or 0) / 60), most=minutes)
    if piece.kind is PieceKind.POST:
        if long.characters > MOST_CHARACTERS:
            yield blocks("long_post", over=long.characters - MOST_CHARACTERS, most=MOST_CHARACTERS)
        index, first = next(((i, b) for i, b in enumerate(piece.blocks) if b.kind is not BlockKind.NOTE), (0, None))
        message = sentences(first.text)[:1] if first else []
        if message and len(message[0]) > SEEN_FIRST:
            yield warns("late_message", index=index, block=index + 1, most=SEEN_FIRST)


def _about_block(index: int, block: Block, kind: PieceKind, evidence: Evidence) -> Iterator[GateFinding]:
    def warn(name: str, story: str | None = None, **values: object) -> GateFinding:
        return warns(name, story=story, index=index, block=index + 1, **values)

    if block.kind is BlockKind.NARRATION and longest(block.text) > LONG_SENTENCE:
        yield warn("long_sentence", words=longest(block.text), most=LONG_SENTENCE)
    if block.lost and one_line(block.text):
        yield warn("quote_lost")
    if block.kind is BlockKind.VISUAL and block.file_id and not one_line(block.alt):
        yield warn("no_alt")
    if block.kind is BlockKind.ON_SCREEN_TEXT and len(one_line(block.text)) > MAX_ON_SCREEN:
        yield warn("long_on_screen", most=MAX_ON_SCREEN)
    source = evidence.source_of(block.quote_id)
    if source:
        quote, known = source
        if re.search(r"\[[^\[\]]*\d\]", block.text):
            yield warn("label_shown", known.story.id)
        if stops_before_negation(known.version.clean.text, quote.start, quote.end):
            yield warn("cut_before_negation", known.story.id)
        if block.kind is BlockKind.CLIP and "(...)" in block.text:
            yield warn("clip_says_more", known.story.id)
        found = evidence.clips.get(block.clip_id or "")
        if kind is PieceKind.VLOG and found and len(block.text) * 1000 > READ_A_SECOND * found.clip.duration_ms:
            yield warn("fast_words", known.story.id, most=READ_A_SECOND)
