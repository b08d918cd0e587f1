"""The basket: quotes of several stories that somebody chose, until they make something of them.

Kept in the store, so that it survives a reload and follows whoever logs in elsewhere. Choosing says nothing about what
is allowed: that is asked each time the basket is looked at, and again when something is made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from desk import publishing, quoting
from desk.quoting import Shown
from stories.errors import NotFound, Refused
from stories.model import Block, BlockKind, Piece, PieceKind, Quote, Voice
from stories.people import Act, User
from stories.products import PURPOSES, SAFEST_FIRST, SPOKEN, forms_used
from stories.stages import State
from stories.store import Books, Store

MOST = 40
"""Quotes in one basket: more than any piece can hold (our own choice)."""


@dataclass(frozen=True, slots=True)
class Basket:
    """Somebody's quotes in their order, as they stand now."""

    rows: tuple[Shown, ...]

    def fitting(self, kind: PieceKind) -> tuple[str, ...]:
        """The ids of those that may go into this kind of piece today."""
        return tuple(row.quote.id for row in self.rows if goes_into(row, kind))


def goes_into(row: Shown, kind: PieceKind) -> bool:
    """May it be used in this kind of piece today: to be read, or where people are heard, in any voice?"""
    return bool(_ways(row, kind))


def _ways(row: Shown, kind: PieceKind) -> list[Voice | None]:
    """How it may be used: heard before read where people are heard, and in the safest voice first."""
    asked = (*SAFEST_FIRST, None) if kind in SPOKEN else (None,)
    return [voice for voice in asked if forms_used(kind, voice) <= set(row.forms(PURPOSES[kind]))]


def block_of(row: Shown, kind: PieceKind) -> Block:
    """A quote that goes into this kind of piece as a block of it, in the first way that is allowed."""
    voice = _ways(row, kind)[0]
    text = " ".join(row.quote.text.split())
    return Block(BlockKind.CLIP if voice else BlockKind.QUOTE, text, quote_id=row.quote.id, voice=voice)


def basket(store: Store, user: User) -> Basket:
    """Quotes of stories that were stopped since are left out: nobody reads their words."""
    user.require(Act.COMPOSE)
    with store.read() as books:
        return Basket(_shown(books, user, _readable(books, books.baskets.of(user.id))))


def put(store: Store, user: User, quote_id: str) -> None:
    """Behind the others; one that is in it already stays where it is. Raises NotFound, and Refused for a quote that may
    be used for nothing today, and once there are MOST."""
    user.require(Act.COMPOSE)
    with store.write() as books:
        readable = _readable(books, [quote_id])
        if not readable:
            raise NotFound("stories.not_found")
        (row,) = _shown(books, user, readable)
        if not row.uses:
            raise Refused("compose.quote_no_use")
        now = books.baskets.of(user.id)
        if len(now) >= MOST:
            raise Refused("compose.basket_full", most=MOST)
        books.baskets.keep(user.id, [*now, quote_id])


def cut(store: Store, user: User, story_id: str, start: int, end: int) -> Quote:
    """Cut a quote (see `publishing.cut_quote`) and put it in the basket."""
    quote = publishing.cut_quote(store, user, story_id, start, end)
    put(store, user, quote.id)
    return quote


def take_out(store: Store, user: User, quote_id: str) -> None:
    """One that is not in it (any more) is fine."""
    user.require(Act.COMPOSE)
    _out(store, user, [quote_id])


def clear(store: Store, user: User) -> None:
    user.require(Act.COMPOSE)
    with store.write() as books:
        books.baskets.keep(user.id, ())


def move(store: Store, user: User, quote_id: str, by: int) -> None:
    """So many places down, or up when `by` is negative. One that is not in it (any more) stays out."""
    user.require(Act.COMPOSE)
    with store.write() as books:
        now = list(books.baskets.of(user.id))
        if quote_id in now:
            at = now.index(quote_id)
            now.insert(max(0, at + by), now.pop(at))
            books.baskets.keep(user.id, now)


def make(store: Store, user: User, kind: PieceKind, *, title: str, publish_on: date) -> Piece:
    """A first draft of this kind from what may go into it (`publishing.compose`); those leave the basket.

    Raises Refused (`compose.nothing_fits`) when that is nothing, and as `publishing.compose`.
    """
    user.require(Act.COMPOSE)
    fitting = basket(store, user).fitting(kind)
    if not fitting:
        raise Refused("compose.nothing_fits")
    piece = publishing.compose(store, user, fitting, kind=kind, title=title, publish_on=publish_on)
    _out(store, user, fitting)
    return piece


def _shown(books: Books, user: User, quote_ids: Sequence[str]) -> tuple[Shown, ...]:
    return quoting.shown(books, quote_ids, hears=user.may(Act.READ_STORY))


def _out(store: Store, user: User, quote_ids: Sequence[str]) -> None:
    with store.write() as books:
        books.baskets.keep(user.id, [one for one in books.baskets.of(user.id) if one not in quote_ids])


def _readable(books: Books, quote_ids: Sequence[str]) -> list[str]:
    """Those of released stories."""
    open_now = {q.id for q in books.quotes(ids=quote_ids) if books.story(q.story_id).state is State.VRIJGEGEVEN}
    return [quote_id for quote_id in quote_ids if quote_id in open_now]
