"""A first draft of a newsletter from chosen quotes: a template, not a writer. A person makes it their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from publish.evidence import role_of
from publish.plain import one_line
from stories.model import Block, BlockKind, Piece, PieceKind, Quote, Story, StoryVersion, Voice, joined, new_id
from stories.words import say


def first_draft(
    quotes: Sequence[Quote],
    *,
    stories: Mapping[str, Story],
    made_by: str,
    publish_on: date,
    versions: Mapping[str, StoryVersion] | None = None,
    vocabulary: Sequence[Mapping[str, Any]] = (),
    title: str = "",
    link: str | None = None,
    kind: PieceKind = PieceKind.NIEUWSBRIEF,
    voices: Mapping[str, Voice | None] | None = None,
) -> Piece:
    """A CONCEPT of this kind with these quotes, story by story in the order in which they were chosen.

    `stories` and `versions` by story id; `vocabulary`: rows with at least `id` and `naam`, to name the themes that a
    person confirmed. `link`: where the call to action leads; without it there is no button. The first block is a
    note (never exported) which says that the text came from a template, and that the helplines' numbers must be
    checked: they are other people's and were right when the catalogue was written, no more than that.
    """
    tellers = [role_of(stories[story_id].teller) for story_id in dict.fromkeys(quote.story_id for quote in quotes)]
    about = joined(_themes(versions or {}, vocabulary))
    intro = [say("publish.draft_intro", tellers=joined(dict.fromkeys(tellers)))] if tellers else []
    intro += [say("publish.draft_intro_themes", themes=about)] if about else []
    blocks = [
        Block(BlockKind.NOTE, say("publish.draft_note")),
        *([Block(BlockKind.NARRATION, " ".join(intro))] if intro else []),
        *_told(quotes, stories, voices or {}),
        Block(BlockKind.HEADING, say("publish.draft_call_heading")),
        Block(BlockKind.NARRATION, say("publish.draft_call_text")),
        *([Block(BlockKind.CALL_TO_ACTION, say("publish.draft_call_button"), url=link)] if link else []),
        Block(BlockKind.HELPLINE, say("publish.draft_helpline_kind")),
        Block(BlockKind.HELPLINE, say("publish.draft_helpline_geld")),
    ]
    fallback = say("publish.draft_title", themes=about) if about else say("publish.draft_title_plain")
    return Piece(
        id=new_id("p"),
        kind=kind,
        title=one_line(title) or fallback,
        publish_on=publish_on,
        blocks=tuple(blocks),
        made_by=made_by,
        preheader=say("publish.draft_preheader"),
    )


def _told(quotes: Sequence[Quote], stories: Mapping[str, Story], voices: Mapping[str, Voice | None]) -> Iterator[Block]:
    """Each story under its own heading, by role: "Een ouder vertelt"."""
    for story_id in dict.fromkeys(quote.story_id for quote in quotes):
        teller = role_of(stories[story_id].teller)
        yield Block(BlockKind.HEADING, say("publish.draft_heading", teller=teller[0].upper() + teller[1:]))
        for quote in quotes:
            if quote.story_id == story_id:
                voice = voices.get(quote.id)
                kind = BlockKind.CLIP if voice else BlockKind.QUOTE
                yield Block(kind, one_line(quote.text), quote_id=quote.id, voice=voice)


def _themes(versions: Mapping[str, StoryVersion], vocabulary: Sequence[Mapping[str, Any]]) -> list[str]:
    """Names of confirmed themes, in the order of the vocabulary. A proposal of the machine is not a theme yet."""
    confirmed = {theme.id for version in versions.values() for theme in version.themes if theme.confirmed}
    names = [str(row["naam"]) for row in vocabulary if row["id"] in confirmed]
    return [name[0].lower() + name[1:] for name in names if name]
