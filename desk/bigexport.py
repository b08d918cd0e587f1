"""Four eyes for what takes the words of many stories out of the house at once, more than 20 [P].

Whoever wants to export asks; another person says yes to exactly this digest; then it is open for the asker for a week.
`require_second`, `note_asked` and `note_agreed` serve any export; the others are for pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from stories.errors import Moved, Refused
from stories.model import Approval, Piece
from stories.people import Act, User
from stories.store import Books, Store

MANY = 20
"""Up to so many stories one person exports alone."""

OPEN_FOR = timedelta(days=7)
"""So long after the second person's yes the asker may export [P]."""

ASKED, AGREED = "groot_gevraagd", "groot_akkoord"
"""Roles of the approvals."""


@dataclass(frozen=True, slots=True)
class BigExport:
    """How it stands with a big export: of how many stories, whether this user may do it now (`is_open`), asked for it,
    and whether a colleague asked to whom they may say yes."""

    stories: int
    is_open: bool
    asked: bool
    may_agree: bool


def of_piece(store: Store, user: User, piece_id: str) -> BigExport | None:
    """For the screen of a piece; None while one person may export it."""
    _require(user)
    with store.read() as books:
        piece = books.piece(piece_id)
        count = stories_in(books, piece)
        if count <= MANY:
            return None
        approvals, now = books.approvals(piece_id), datetime.now(UTC)
        asked = _asked(approvals, piece.digest, now)
        mine = user.id in asked
        is_open = mine and _is_open(approvals, user.id, piece.digest, now)
        waits = {by for by in asked if by != user.id and not _is_open(approvals, by, piece.digest, now)}
        return BigExport(count, is_open, mine, bool(waits))


def ask(store: Store, user: User, piece_id: str, *, digest: str, now: datetime | None = None) -> None:
    """Ask a colleague to look at this piece too. Raises Moved when it is another one by now."""
    user.require(Act.EXPORT)
    with store.write() as books:
        piece = _this(books, piece_id, digest)
        note_asked(books, user.id, piece.id, digest, now or datetime.now(UTC), stories_in(books, piece))


def agree(store: Store, user: User, piece_id: str, *, digest: str, now: datetime | None = None) -> None:
    """A second person says that so many stories may leave. Raises Moved, and Refused when nobody else asked."""
    _require(user)
    with store.write() as books:
        piece = _this(books, piece_id, digest)
        note_agreed(books, user.id, piece.id, digest, now or datetime.now(UTC), stories_in(books, piece))


def stories_in(books: Books, piece: Piece) -> int:
    return len({quote.story_id for quote in books.quotes(ids=piece.quote_ids)})


def require_second(books: Books, by: str, subject: str, digest: str, count: int, now: datetime | None = None) -> None:
    """Raise Refused when `count` stories are many and no second person agreed with what this user asked."""
    if count > MANY and not _is_open(books.approvals(subject), by, digest, now or datetime.now(UTC)):
        raise Refused("bigexport.needs_second", count=count, most=MANY)


def note_asked(books: Books, by: str, subject: str, digest: str, now: datetime, count: int) -> None:
    books.add_approval(Approval(subject, digest, by=by, at=now, role=ASKED))
    books.audit(by, "big_export_asked", subject=subject, detail=f"stories={count}")


def note_agreed(books: Books, by: str, subject: str, digest: str, now: datetime, count: int) -> None:
    if not _asked(books.approvals(subject), digest, now) - {by}:
        raise Refused("desk.four_eyes")
    books.add_approval(Approval(subject, digest, by=by, at=now, role=AGREED))
    books.audit(by, "big_export_agreed", subject=subject, detail=f"stories={count}")


def _asked(approvals: Sequence[Approval], digest: str, now: datetime) -> frozenset[str]:
    """Who asked for exactly this, not too long ago."""
    return frozenset(a.by for a in approvals if (a.role, a.digest) == (ASKED, digest) and now - a.at < OPEN_FOR)


def _is_open(approvals: Sequence[Approval], user_id: str, digest: str, now: datetime) -> bool:
    """Did somebody else agree, after this user asked and not too long ago?"""
    own = [a for a in approvals if a.digest == digest]
    asked = [a.at for a in own if a.role == ASKED and a.by == user_id]
    return any(
        a.role == AGREED and a.by != user_id and a.at >= min(asked) and now - a.at < OPEN_FOR for a in own if asked
    )


def _this(books: Books, piece_id: str, digest: str) -> Piece:
    piece = books.piece(piece_id)
    if piece.digest != digest:
        raise Moved("stories.moved")
    return piece


def _require(user: User) -> None:
    if not user.may(Act.RELEASE_PIECE):
        user.require(Act.EXPORT)
