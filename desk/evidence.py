"""What the gate must know about a piece, read from the store in one transaction, every time anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import anonymise
from desk.cliprules import redaction_now
from desk.helplines import helplines
from desk.standing import one_person_since, standing
from publish import Evidence, StoryEvidence
from publish.evidence import ClipEvidence
from stories.model import BlockKind, Piece, PieceState
from stories.products import HouseFile
from stories.stages import State
from stories.store import Books


def evidence(books: Books, piece: Piece) -> Evidence:
    """Everything the gate needs to know about a piece."""
    quotes = {q.id: q for q in books.quotes(ids=piece.quote_ids)}
    told_by = sorted({q.story_id for q in quotes.values()})
    story_ids = [s for s in told_by if books.story(s).state is not State.GEWIST]  # the gate reports what is gone
    near = sorted({*story_ids, *_told_before(books, piece)})
    names = [name for story_id in near for name in anonymise.sought(books.names(story_id))]
    names += [name for story_id in near for name in books.intake_names(story_id)]

    heard = {b.quote_id for b in piece.blocks if b.kind is BlockKind.CLIP}
    sounding = {q.story_id for q in quotes.values() if q.id in heard}

    def leaks(texts: Mapping[str, str]) -> Sequence[anonymise.Leak]:
        return anonymise.residual(texts, names)

    return Evidence(
        quotes=quotes,
        stories={one: _story_evidence(books, one, sounding=one in sounding) for one in story_ids},
        leaks=leaks,
        piece_approvals=books.approvals(piece.id),
        one_person_since=one_person_since(books),
        clips=_clips(books, piece),
        files=_files(books, piece),
        helplines=helplines(books),
        helpline_days=books.settings.helpline_days,
    )


def _files(books: Books, piece: Piece) -> dict[str, HouseFile]:
    """The files of the house that the piece names, as far as they are there."""
    named = {block.file_id for block in piece.blocks if block.file_id}
    return {file.id: file for file in books.house_files.all() if file.id in named} if named else {}


def _told_before(books: Books, piece: Piece) -> set[str]:
    """The stories of the pieces that this one was derived from: what the house wrote about them may stand here still,
    so their names are looked for too."""
    found, seen = set[str](), {piece.id}
    while piece.derived_from is not None and piece.derived_from not in seen:
        piece = books.piece(piece.derived_from)
        seen.add(piece.id)
        found |= {q.story_id for q in books.quotes(ids=piece.quote_ids)}
    return {story_id for story_id in found if books.story(story_id).state is not State.GEWIST}


def _clips(books: Books, piece: Piece) -> dict[str, ClipEvidence]:
    """The sounds that the piece names, as far as they are there."""
    found = books.clips.these([block.clip_id for block in piece.blocks if block.clip_id])
    return {clip_id: ClipEvidence(clip, books.approvals(clip_id)) for clip_id, clip in found.items()}


def _story_evidence(books: Books, story_id: str, *, sounding: bool) -> StoryEvidence:
    """`sounding`: the story is heard in the piece, so that its recording matters."""
    public = {
        quote_id
        for piece in books.pieces_using(story_id)
        if piece.state is PieceState.GEPUBLICEERD
        for quote_id in piece.quote_ids
    }
    own = {quote.id for quote in books.quotes(story_id=story_id)}
    return StoryEvidence.of(
        standing(books, story_id),
        public_quotes=frozenset(public & own),
        redaction=(redaction_now(books, story_id) or "") if sounding else "",
    )
