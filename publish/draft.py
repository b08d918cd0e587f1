"""A first draft of a newsletter from chosen quotes: a template, not a writer. A person makes it their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from publish.plain import one_line
from stories.model import Block, BlockKind, Piece, PieceKind, Quote, joined, new_id
from stories.words import say


def first_draft(
    quotes: Sequence[Quote],
    *,
    made_by: str,
    publish_on: date,
    themes: Sequence[str] = (),
    title: str = "",
    link: str | None = None,
) -> Piece:
    """A CONCEPT newsletter with these quotes in this order.

    `themes`: names of themes as a reader would read them. `link`: where the call to action leads; without it there
    is no button. The first block is a note (never exported) which says that the text came from a template.
    """
    about = joined(themes)
    intro = [say("publish.draft_intro"), *([say("publish.draft_intro_themes", themes=about)] if about else [])]
    blocks = [
        Block(BlockKind.NOTE, say("publish.draft_note")),
        Block(BlockKind.NARRATION, " ".join(intro)),
        Block(BlockKind.HEADING, say("publish.draft_heading")),
        *(Block(BlockKind.QUOTE, one_line(quote.text), quote_id=quote.id) for quote in quotes),
        Block(BlockKind.HEADING, say("publish.draft_call_heading")),
        Block(BlockKind.NARRATION, say("publish.draft_call_text")),
        *([Block(BlockKind.CALL_TO_ACTION, say("publish.draft_call_button"), url=link)] if link else []),
        Block(BlockKind.HELPLINE, say("publish.draft_helpline_kind")),
        Block(BlockKind.HELPLINE, say("publish.draft_helpline_geld")),
    ]
    fallback = say("publish.draft_title", themes=about) if about else say("publish.draft_title_plain")
    return Piece(
        id=new_id("p"),
        kind=PieceKind.NIEUWSBRIEF,
        title=one_line(title) or fallback,
        publish_on=publish_on,
        blocks=tuple(blocks),
        made_by=made_by,
        preheader=say("publish.draft_preheader"),
    )
