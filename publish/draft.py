"""A first draft of a piece: the newest template of its kind, with the chosen quotes and what is known about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from publish.drafting import Chosen, make_draft
from publish.evidence import role_of
from publish.layout import built_in, read
from publish.plain import one_line
from stories.model import Piece, PieceKind, Quote, Story, StoryVersion, Voice, new_id
from stories.products import Template
from stories.vocabulary import Row, Soort, only


def first_draft(
    quotes: Sequence[Quote],
    *,
    stories: Mapping[str, Story],
    made_by: str,
    publish_on: date,
    versions: Mapping[str, StoryVersion] | None = None,
    vocabulary: Sequence[Row] = (),
    title: str = "",
    link: str | None = None,
    kind: PieceKind = PieceKind.NIEUWSBRIEF,
    voices: Mapping[str, Voice | None] | None = None,
    template: Template | None = None,
) -> Piece:
    """A CONCEPT of this kind with these quotes, story by story in the order in which they were chosen.

    `stories` and `versions` by story id; `vocabulary`: rows with at least `id` and `naam`, to name the opgaven and
    lenses that a person confirmed. `link`: where the call to action leads; without it there is none. `voices`: how a
    quote is heard, by its id. `template`: the built-in one when there is none.
    """
    made = make_draft(
        read(template.body if template else built_in(kind)),
        [Chosen(q, role_of(stories[q.story_id].teller), (voices or {}).get(q.id)) for q in quotes],
        opgaven=_confirmed(versions or {}, vocabulary, Soort.OPGAVE),
        lenses=_confirmed(versions or {}, vocabulary, Soort.LENS),
        publish_on=publish_on,
        link=link,
    )
    return Piece(
        id=new_id("p"),
        kind=kind,
        title=one_line(title) or made.title,
        publish_on=publish_on,
        blocks=made.blocks,
        made_by=made_by,
        preheader=made.preheader,
        template_version=template.version if template else 1,
    )


def _confirmed(versions: Mapping[str, StoryVersion], vocabulary: Sequence[Row], kind: Soort) -> list[str]:
    """Names of confirmed tags, in the order of the vocabulary. A proposal of the machine is not a theme yet."""
    confirmed = {theme.id for version in versions.values() for theme in version.themes if theme.confirmed}
    return [str(row["naam"]) for row in only(vocabulary, kind) if row["id"] in confirmed]
