"""What the gate must know about a piece, read from the store in one transaction, every time anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import anonymise
from desk.standing import one_person_since, standing
from publish import Evidence, StoryEvidence
from stories.model import Piece, PieceState
from stories.stages import State
from stories.store import Books


def evidence(books: Books, piece: Piece) -> Evidence:
    """Everything the gate needs to know about a piece."""
    quotes = {q.id: q for q in books.quotes(ids=piece.quote_ids)}
    told_by = sorted({q.story_id for q in quotes.values()})
    story_ids = [s for s in told_by if books.story(s).state is not State.GEWIST]  # the gate reports what is gone
    names = [name for story_id in story_ids for name in anonymise.sought(books.names(story_id))]
    names += [name for story_id in story_ids for name in books.intake_names(story_id)]

    def leaks(texts: Mapping[str, str]) -> Sequence[anonymise.Leak]:
        return anonymise.residual(texts, names)

    return Evidence(
        quotes=quotes,
        stories={story_id: _story_evidence(books, story_id) for story_id in story_ids},
        leaks=leaks,
        piece_approvals=books.approvals(piece.id),
        one_person_since=one_person_since(books),
    )


def _story_evidence(books: Books, story_id: str) -> StoryEvidence:
    public = {
        quote_id
        for piece in books.pieces_using(story_id)
        if piece.state is PieceState.GEPUBLICEERD
        for quote_id in piece.quote_ids
    }
    own = {quote.id for quote in books.quotes(story_id=story_id)}
    return StoryEvidence.of(standing(books, story_id), public_quotes=frozenset(public & own))
