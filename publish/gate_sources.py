"""The gate about words and sounds of tellers: each has a source, is of the newest version, and is as it was said."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publish.evidence import ClipEvidence, Evidence, StoryEvidence
from publish.findings import GateFinding, blocks
from publish.plain import one_line
from publish.quotes import shown_is_honest
from stories.model import Block, BlockKind, Piece, Quote, Voice

_QUOTED = re.compile(r"[\"“„”]([^\"“„”]*)[\"“”]")
_QUOTED_WORDS = 4  # fewer words between quotation marks is a manner of speaking


def about_sources(piece: Piece, evidence: Evidence) -> Iterator[GateFinding]:
    """Every word of a teller has a source, is of the newest version, and is shown as it was said."""
    for index, block in enumerate(piece.blocks):
        if block.quote_id is not None:
            source = evidence.source_of(block.quote_id)
            if source is None:
                known = evidence.quotes.get(block.quote_id or "")
                name = "quote_story_unknown" if known else "quote_without_source"
                yield blocks(name, story=known.story_id if known else None, index=index, block=index + 1)
            else:
                yield from _about_quote(index, block, *source)
                if block.kind is BlockKind.CLIP:
                    yield from _about_clip(index, block, source[1], evidence)
        elif block.kind is not BlockKind.NOTE and any(
            _quotes_without_source(text, evidence) for text in (block.text, block.alt)
        ):
            yield blocks("words_without_source", index=index, block=index + 1)
    if any(_quotes_without_source(text, evidence) for text in (piece.title, piece.preheader)):
        yield blocks("title_without_source")


def _about_quote(index: int, block: Block, quote: Quote, known: StoryEvidence) -> Iterator[GateFinding]:
    def no(name: str) -> GateFinding:
        return blocks(name, story=known.story.id, index=index, block=index + 1, teller=known.teller)

    if quote.version != known.version.number:
        yield no("quote_outdated")
    elif known.version.clean.text[quote.start : quote.end] != quote.text:
        yield no("quote_broken")
    dishonest = shown_is_honest(quote.text, block.text)
    if dishonest:
        yield no(dishonest)


def _quotes_without_source(text: str, evidence: Evidence) -> bool:
    """A passage between quotation marks, of some length, that no quote at hand accounts for."""
    sources = [one_line(quote.text).casefold() for quote in evidence.quotes.values()]
    for passage in _QUOTED.findall(one_line(text)):
        words = passage.casefold().strip(" .,!?")
        if len(words.split()) >= _QUOTED_WORDS and not any(words in source for source in sources):
            return True
    return False


def _about_clip(index: int, block: Block, known: StoryEvidence, evidence: Evidence) -> Iterator[GateFinding]:
    """The first thing that is wrong with the sound of a block: what comes after it would change with it."""
    found = evidence.clips.get(block.clip_id or "")
    name = "clip_missing" if block.clip_id is None else "clip_unknown" if found is None else _wrong(found, block, known)
    if name:
        yield blocks(name, story=known.story.id, index=index, block=index + 1, teller=known.teller)


def _wrong(found: ClipEvidence, block: Block, known: StoryEvidence) -> str | None:
    clip = found.clip
    if (clip.quote_id, clip.story_id) != (block.quote_id, known.story.id):
        return "clip_of_another_quote"
    if clip.voice is not block.voice:
        return "clip_of_another_voice"
    if clip.version != known.version.number:
        return "clip_outdated"
    if clip.voice is not Voice.NAGESPROKEN and clip.redaction != known.redaction:
        return "clip_redaction_old" if known.redaction else "clip_redaction_missing"
    if not found.is_heard:
        return "clip_heard_once" if found.heard_by else "clip_not_heard"
    return None
