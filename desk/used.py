"""Where a story is used: quotes, the pieces they stand in, the bundles made of those, and what must be taken down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from publish.gate import MAX_PUBLIC_QUOTES
from stories.errors import NotFound
from stories.model import Piece, PieceKind, PieceState, Quote, Task
from stories.people import Act, User
from stories.stages import State
from stories.store import Books, Store


@dataclass(frozen=True, slots=True)
class UsedIn:
    """A piece that quotes the story. `title` is empty for one that was locked: somebody took their words back."""

    id: str
    kind: PieceKind
    state: PieceState
    publish_on: date
    title: str
    quotes: int
    published_at: datetime | None
    bundles: tuple[datetime, ...]  # of those that can still be fetched, when they were made


@dataclass(frozen=True, slots=True)
class CutQuote:
    """A quote; `is_old` when it was cut from an earlier text than that of now, and so cannot be used."""

    quote: Quote
    is_old: bool
    used: bool


@dataclass(frozen=True, slots=True)
class Used:
    """`public` of `limit` quotes of this story have been published."""

    quotes: tuple[CutQuote, ...]
    pieces: tuple[UsedIn, ...]
    tasks: tuple[Task, ...]
    public: int
    limit: int = MAX_PUBLIC_QUOTES


def used(store: Store, user: User, story_id: str) -> Used:
    """Raises NotFound for a story that has no text yet, or whose words were erased."""
    user.require(Act.READ_STORY)
    with store.read() as books:
        story = books.story(story_id)
        if story.version == 0 or story.state is State.GEWIST:
            raise NotFound("stories.not_found")
        quotes, pieces = books.quotes(story_id=story_id), books.pieces_using(story_id)
        own = {quote.id for quote in quotes}
        used_in = {quote_id for piece in pieces for quote_id in piece.quote_ids}
        public = {id for piece in pieces if piece.state is PieceState.GEPUBLICEERD for id in piece.quote_ids}
        return Used(
            quotes=tuple(CutQuote(quote, quote.version < story.version, quote.id in used_in) for quote in quotes),
            pieces=tuple(_used_in(books, piece, own) for piece in pieces),
            tasks=tuple(task for task in books.tasks() if task.story_id == story_id),
            public=len(public & own),
        )


def _used_in(books: Books, piece: Piece, own: set[str]) -> UsedIn:
    locked = piece.state is PieceState.GEBLOKKEERD
    return UsedIn(
        id=piece.id,
        kind=piece.kind,
        state=piece.state,
        publish_on=piece.publish_on,
        title="" if locked else piece.title,
        quotes=len(own & set(piece.quote_ids)),
        published_at=books.last_done("piece_published", subject=piece.id),
        bundles=tuple(export.made_at for export in books.exports(piece.id) if export.manifest),
    )
