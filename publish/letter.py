"""A newsletter before it has a look: its parts in order, made once and rendered by every format.

Because HTML and plain text are both drawn from these parts, neither can say what the other does not.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, replace

from publish.evidence import Evidence
from publish.findings import dutch_date
from publish.plain import lines, one_line, paragraphs, safe_link, safe_unsubscribe
from stories.errors import InputRefused
from stories.model import Block, BlockKind, Piece, QuoteKind, Voice
from stories.words import say

UNSUBSCRIBE = "[[uitschrijflink]]"
"""Stands for the link that the mail provider fills in; a setting, since each provider has its own code."""

WIDTH = 72
"""Characters in a line of the plain text: fits every mail program, also when quoted in a reply."""

ENOUGH_FOR_CONTENTS = 3
"""Headings from which on a reader is helped by a list of them."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part as it will be seen. `paragraphs` hold lines; a quote is one line in one paragraph."""

    kind: BlockKind
    paragraphs: tuple[tuple[str, ...], ...]
    by: str = ""  # who said it, by role only
    literal: bool = False  # a CITAAT gets quotation marks, a PARAFRASE does not
    link: str | None = None
    quote_id: str | None = None  # to tell parts apart while rendering; never shown
    voice: Voice | None = None  # of a clip
    clip_id: str | None = None
    file_id: str | None = None
    alt: str = ""
    computed: bool = False  # of a clip: a computer spoke the words
    checked: str = ""  # of words of a teller: the digest of them and of who said it, once no name was found there

    @property
    def text(self) -> str:
        return " ".join(" ".join(paragraph) for paragraph in self.paragraphs)

    @property
    def quoted(self) -> str:
        """Words of a teller as they stand in print: quotation marks are for what was said word for word."""
        return f"“{self.text}”" if self.literal else self.text

    @property
    def listen(self) -> str:
        """What the link to the sound of a clip says, and how honest its voice is; nothing without a link."""
        return say(f"mail.listen_{self.spoken}") if self.voice and self.link else ""

    @property
    def spoken(self) -> str:
        """How a clip sounds, as a code: its voice, or that of a computer."""
        return "computerstem" if self.computed else str(self.voice or "")


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything a reader gets, as plain text values: no markup, no ids."""

    title: str
    preheader: str
    date: str
    parts: tuple[Part, ...]
    unsubscribe: str = UNSUBSCRIBE
    renamed: bool = False  # a quote holds another name than the real one: readers are told

    @property
    def contents(self) -> tuple[str, ...]:
        """Headings for a list at the top, where there are enough for one to help."""
        headings = tuple(part.text for part in self.parts if part.kind is BlockKind.HEADING)
        return headings if len(headings) >= ENOUGH_FOR_CONTENTS else ()

    @property
    def credits_more(self) -> str:
        return say("publish.credits_renamed" if self.renamed else "publish.credits_more")


def lay_out(piece: Piece, evidence: Evidence, *, unsubscribe: str = UNSUBSCRIBE, strict: bool = True) -> Letter:
    """The parts of a piece that has passed the gate. Notes stay behind; helplines next to each other become one.

    `strict` off is for a look at a concept: what has no source, and links that are not safe, are left out.
    Raises InputRefused: `quote_without_source`, `bad_link`, `bad_unsubscribe`.
    """
    token = safe_unsubscribe(unsubscribe)
    if token is None:
        raise InputRefused("publish.bad_unsubscribe")
    parts: list[Part] = []
    for index, block in enumerate(piece.blocks):
        words = block.text or (block.alt if block.kind is BlockKind.VISUAL else "")  # a picture may need no more
        if block.kind is BlockKind.NOTE or not one_line(words):
            continue
        try:
            part = _part_of(block, evidence, index + 1)
        except InputRefused:
            if strict:
                raise
            continue
        if part.kind is BlockKind.HELPLINE and parts and parts[-1].kind is BlockKind.HELPLINE:
            part = replace(part, paragraphs=parts.pop().paragraphs + part.paragraphs)
        parts.append(part)
    return Letter(
        title=one_line(piece.title),
        preheader=one_line(piece.preheader),
        date=dutch_date(piece.publish_on),
        parts=tuple(parts),
        unsubscribe=token,
        renamed=any(_is_renamed(block, evidence) for block in piece.blocks),
    )


def _is_renamed(block: Block, evidence: Evidence) -> bool:
    source = evidence.source_of(block.quote_id)
    return bool(source and source[1].version.clean.renames(source[0].start, source[0].end))


def _part_of(block: Block, evidence: Evidence, number: int) -> Part:
    link = safe_link(block.url) if block.url else None
    if block.url and link is None:
        raise InputRefused("publish.bad_link", block=number)
    clip = evidence.clips.get(block.clip_id or "")
    part = Part(
        block.kind, paragraphs(block.text), link=link, quote_id=block.quote_id, voice=block.voice,
        clip_id=block.clip_id, file_id=block.file_id, alt=one_line(block.alt),
        computed=clip is not None and clip.clip.is_computed,
    )  # fmt: skip
    match block.kind:
        case BlockKind.HEADING | BlockKind.CALL_TO_ACTION:
            return replace(part, paragraphs=((one_line(block.text),),))
        case BlockKind.HELPLINE:
            return replace(part, paragraphs=(lines(block.text),))
        case BlockKind.QUOTE | BlockKind.CLIP:
            source = evidence.source_of(block.quote_id)
            if source is None:
                raise InputRefused("publish.quote_without_source", block=number)
            quote, known = source
            words, by = one_line(block.text), say(f"publish.by_{quote.kind}", teller=known.teller)
            return replace(
                part,
                paragraphs=((words,),),
                by=by,
                literal=quote.kind is QuoteKind.CITAAT,
                checked=evidence.checked(words, by),
            )
        case _:
            return part


def to_read(letter: Letter) -> Letter:
    """What can be read of it: without music, words for a screen and pictures that are only described.

    What a picture shows is its `alt`; its own words, when it has both, stand under it.
    """
    return replace(letter, parts=tuple(_to_read(part) for part in letter.parts if _is_read(part)))


def _is_read(part: Part) -> bool:
    if part.kind is BlockKind.VISUAL:
        return part.file_id is not None
    return part.kind not in (BlockKind.MUSIC, BlockKind.ON_SCREEN_TEXT)


def _to_read(part: Part) -> Part:
    if part.kind is not BlockKind.VISUAL or part.alt:
        return part
    return replace(part, alt=part.text, paragraphs=())


def to_text(letter: Letter, *, issue: bool = True) -> str:
    """The letter as plain text, WIDTH characters wide, ending in one newline.

    Not an `issue`: one item of it, without date, contents and the way to unsubscribe.
    """
    head = [f"{say('publish.brand')} | {say('publish.kind_nieuwsbrief')} | {letter.date}"] if issue else []
    head.append(_underlined(letter.title, "="))
    lead = [_wrapped(letter.preheader)] if letter.preheader else []
    if issue and letter.contents:
        rows = "\n".join(_wrapped(heading, first="* ") for heading in letter.contents)
        lead.append(_underlined(say("mail.contents"), "-") + "\n\n" + rows)
    body = [_text_of(part) for part in letter.parts]
    foot = ["-" * WIDTH, _wrapped(say("publish.credits")) + "\n" + _wrapped(letter.credits_more)]
    if issue:
        foot.append(f"{say('publish.unsubscribe')}: {letter.unsubscribe}")
    return "\n\n".join(head + lead + body + foot) + "\n"


def _text_of(part: Part) -> str:
    match part.kind:
        case BlockKind.HEADING:
            return _underlined(part.text, "-")
        case BlockKind.QUOTE | BlockKind.CLIP:
            said = [_wrapped(part.quoted, indent="    "), _wrapped(f"— {part.by}", indent="    ")]
            said += [_wrapped(f"{part.listen}:", indent="    "), f"    {part.link}"] if part.listen else []
            return "\n".join(said)
        case BlockKind.VISUAL:
            shown = _wrapped(say("mail.picture", alt=part.alt))
            return "\n".join([shown, *(_wrapped(line) for lines in part.paragraphs for line in lines)])
        case BlockKind.CALL_TO_ACTION:
            return f"> {part.text}" + (f"\n  {part.link}" if part.link else "")
        case BlockKind.HELPLINE:
            title = _underlined(say("publish.helplines_title"), "-")
            rows = [(line, "  " if later else "* ") for group in part.paragraphs for later, line in enumerate(group)]
            return title + "\n\n" + "\n".join(_wrapped(line, first=mark) for line, mark in rows)
        case _:
            text = "\n\n".join("\n".join(_wrapped(line) for line in paragraph) for paragraph in part.paragraphs)
            return text + (f"\n{part.link}" if part.link else "")


def _wrapped(text: str, *, indent: str = "", first: str = "") -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent + first,
        subsequent_indent=indent + " " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _underlined(text: str, line: str) -> str:
    wrapped = _wrapped(text)
    return wrapped + "\n" + line * max(len(row) for row in wrapped.split("\n"))
