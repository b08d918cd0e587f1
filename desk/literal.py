"""A quote that was cut before anybody listened, made literal afterwards.

Asked is what cutting asks (`lines.listened`): somebody heard these words in the text that they still stand in. A piece
that was offered before keeps what was agreed to: there a reader (and its teller) saw a paraphrase, so its words are cut
anew, which is another quote and another digest.
"""

from __future__ import annotations

from dataclasses import replace

from desk import lines
from desk.publishing import EVERY_USE
from desk.standing import standing
from stories.clock import today
from stories.errors import NotFound, Refused
from stories.model import PieceState, Quote, QuoteKind, StoryKind
from stories.people import Act, User
from stories.stages import State
from stories.store import Books, Store
from stories.use import uses
from stories.words import say


def why_not(store: Store, user: User, quote_id: str) -> str:
    """One sentence, empty when a paraphrase can be made literal now. Raises NotFound."""
    user.require(Act.COMPOSE)
    with store.read() as books:
        reason = _why_not(books, _quote(books, quote_id))
        return say(reason) if reason else ""


def make(store: Store, user: User, quote_id: str) -> Quote:
    """A paraphrase becomes a literal quote; one that is literal stays so. Raises NotFound, and Refused with why not."""
    user.require(Act.COMPOSE)
    with store.write() as books:
        quote = _quote(books, quote_id)
        if quote.kind is QuoteKind.CITAAT:
            return quote
        reason = _why_not(books, quote)
        if reason:
            raise Refused(reason)
        books.make_literal(quote.id)
        books.audit(user.id, "quote_literal", story_id=quote.story_id, subject=quote.id)
        return replace(quote, kind=QuoteKind.CITAAT)


def _quote(books: Books, quote_id: str) -> Quote:
    found = books.quotes(ids=[quote_id])
    if not found:
        raise NotFound("stories.not_found")
    return found[0]


def _why_not(books: Books, quote: Quote) -> str | None:
    """The key of the first reason."""
    if books.story(quote.story_id).state is not State.VRIJGEGEVEN:
        return "desk.not_released"
    now = standing(books, quote.story_id)
    text = now.version.clean.text
    if quote.version != now.version.number or text[quote.start : quote.end] != quote.text:
        return "compose.quote_old"
    if not uses(now, EVERY_USE, on=today()):
        return "compose.quote_no_use"
    sound = lines.of_version(books, now.version) if now.story.kind is StoryKind.AUDIO else ()
    if not lines.listened(now, sound, quote.start, quote.end):
        return "literal.not_listened"
    pieces = [piece for piece in books.pieces_using(quote.story_id) if quote.id in piece.quote_ids]
    if any(piece.state is not PieceState.CONCEPT or books.approvals(piece.id) for piece in pieces):
        return "literal.in_a_piece"
    return None
