"""The store keeps what it is given, on SQLite and on PostgreSQL."""

from __future__ import annotations

from builders import a_consent, a_piece, a_quote, a_story, a_transcript, a_version
from stories.model import RawText
from stories.store import Store


def test_a_story_with_everything_comes_back_as_it_went_in(store: Store) -> None:
    story, transcript = a_story(), a_transcript()
    version = a_version(story)
    quote = a_quote(version)
    piece = a_piece([quote])
    events = a_consent(story)
    with store.write() as books:
        books.add_story(story)
        books.keep_text(story.id, RawText("Wij hadden weinig. \ud83d"))
        books.keep_transcript(story.id, transcript)
        books.add_consent(*events)
        books.add_version(version)
        books.add_quote(quote)
        books.add_piece(piece)
    with store.read() as books:
        assert books.story(story.id) == story.moved(version=1)
        assert books.text(story.id) == RawText("Wij hadden weinig. \ud83d")
        assert books.transcript(story.id) == transcript
        assert books.consent(story.id).events == events
        assert books.version(story.id) == version
        assert books.quotes(ids=[quote.id]) == (quote,)
        assert books.piece(piece.id) == piece
        assert books.pieces_using(story.id) == (piece,)
