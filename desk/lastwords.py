"""Last words: in which products a story appears, and what its teller says of the finished product.

Each answer is an approval bound to the product's digest (`stories.lastword`), so that any edit asks again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from capture import check_text
from capture.text import TextLimits
from desk import handouts, withdrawing
from desk.evidence import evidence
from desk.parts import TELLER
from desk.publishing import CHANGES
from desk.standing import standing
from publish.products import preview
from stories import clock
from stories.errors import Moved, NotFound, Refused
from stories.lastword import AGREED_FOR, LastWord, TellerNote, last_said, last_word
from stories.model import Approval, Piece, PieceKind, PieceState, Task, TellerRole, new_id
from stories.people import Act, User
from stories.products import PURPOSES, forms_of
from stories.store import Books, Store
from stories.use import may_use_version

CHANGES_DAYS = 3
"""Days the editors have to look at what a teller wants changed [P]."""

A_NOTE = TextLimits(min_letters=1, max_characters=2_000)

FINISHED = frozenset({PieceState.TER_VRIJGAVE, PieceState.VRIJGEGEVEN})
"""A product is shown to its tellers as it will look, from the moment it is offered."""


@dataclass(frozen=True, slots=True)
class Product:
    """A product in which the story appears, as its teller may know it. `title` is empty until it is finished, and for
    one that was locked: another teller may have stopped."""

    id: str
    kind: PieceKind
    state: PieceState
    publish_on: date
    digest: str
    title: str
    said: LastWord | None
    can_see: bool
    can_answer: bool
    can_stop: bool
    out: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a product stands or stood, as its teller may know it. `due`: before that day it is taken down. Without a
    `channel`: it went out, and nobody wrote down where."""

    channel: str = ""
    url: str = ""
    since: date | None = None
    due: date | None = None
    down_on: date | None = None


def products(store: Store, story_id: str) -> tuple[Product, ...]:
    """Where the story appears, newest first."""
    with store.read() as books:
        return tuple(_product(books, piece, story_id) for piece in books.pieces_using(story_id))


def _product(books: Books, piece: Piece, story_id: str) -> Product:
    said = _said(books, piece, story_id)
    known = piece.state in FINISHED | {PieceState.GEPUBLICEERD}
    seen = known and _is_cleared(books, piece)
    return Product(
        id=piece.id,
        kind=piece.kind,
        state=piece.state,
        publish_on=piece.publish_on,
        digest=piece.digest,
        title=piece.title if known else "",
        said=said,
        can_see=seen,
        can_answer=seen and piece.state in FINISHED,
        can_stop=piece.state is not PieceState.GEBLOKKEERD and said is not LastWord.STOP,
        out=_places(books, piece, story_id),
    )


def _places(books: Books, piece: Piece, story_id: str) -> tuple[Place, ...]:
    due = {
        task.subject: task.due for task in books.tasks() if (task.kind, task.story_id) == (handouts.TAKE_DOWN, story_id)
    }
    noted = books.publications.of_pieces([piece.id])
    if not noted and piece.state is PieceState.GEPUBLICEERD:
        return (Place(due=due.get(piece.id)),)
    return tuple(
        Place(
            one.channel, one.url, one.published_on, due.get(one.id), clock.today(one.down_at) if one.down_at else None
        )
        for one in noted
    )


def _said(books: Books, piece: Piece, story_id: str) -> LastWord | None:
    """The last word that still counts: an akkoord of more than half a year ago is asked again."""
    newest = last_said([a for a in books.approvals(piece.id) if a.digest == piece.digest], story_id)
    if newest is None:
        return None
    old = datetime.now(UTC) - newest.at > AGREED_FOR
    return None if old and newest.role == LastWord.AKKOORD else LastWord(newest.role)


def _is_cleared(books: Books, piece: Piece) -> bool:
    """May every story in it be used like this? Otherwise nobody outside sees it now."""
    today, told = clock.today(), dict[str, set[str]]()
    for quote in books.quotes(ids=piece.quote_ids):
        told.setdefault(quote.story_id, set()).add(quote.id)
    return all(
        may_use_version(standing(books, story_id), PURPOSES[piece.kind], form, on=today)
        for story_id, quotes in told.items()
        for form in forms_of(piece, frozenset(quotes))
    )


def see_product(store: Store, story_id: str, piece_id: str) -> str:
    """The finished product as readers will see it, as HTML. Raises Refused while it is not finished, and NotFound when
    the story is not in it."""
    with store.read() as books:
        piece = _own_piece(books, story_id, piece_id)
        if not _product(books, piece, story_id).can_see:
            raise Refused("desk.product_not_ready")
        return preview(piece, evidence(books, piece))


def answer_product(
    store: Store,
    story_id: str,
    piece_id: str,
    word: LastWord,
    note: str = "",
    *,
    digest: str,
    recorded_by: str = TELLER,
    now: datetime | None = None,
) -> None:
    """The teller's last word on exactly the product that was shown (`digest`): akkoord, anders or stop.

    "Anders" takes the product back to its editors, with the teller's note sealed; "stop" locks it, or makes a task of
    it when it went out already. Raises Moved when it was changed meanwhile (an answer is about what somebody saw),
    Refused when there is nothing to answer (any more), NotFound when the story is not in it.
    """
    now = now or datetime.now(UTC)
    with store.write() as books:
        piece = _own_piece(books, story_id, piece_id)
        product = _product(books, piece, story_id)
        if word is not LastWord.STOP and piece.digest != digest:  # a stop counts whatever was seen
            raise Moved("desk.product_changed")
        if not (product.can_stop if word is LastWord.STOP else product.can_answer):
            raise Refused("desk.product_not_ready")
        books.add_approval(Approval(piece.id, piece.digest, by=story_id, at=now, role=word))
        if word is LastWord.ANDERS:
            _ask_for_changes(books, story_id, piece, note, now)
        if word is LastWord.STOP:
            withdrawing.block(books, piece, story_id, now)
            books.expire_exports(piece.id)
        books.audit(recorded_by, "product_answered", story_id=story_id, subject=piece.id, detail=str(word))


def _ask_for_changes(books: Books, story_id: str, piece: Piece, note: str, now: datetime) -> None:
    if note.strip():
        books.add_note(story_id, piece.id, piece.digest, check_text(note, A_NOTE).text)
    due = clock.today(now) + timedelta(days=CHANGES_DAYS)
    asked = {(task.kind, task.story_id, task.subject) for task in books.tasks()}
    if (CHANGES, story_id, piece.id) not in asked:
        books.add_task(Task(new_id("t"), CHANGES, story_id, piece.id, owner="redactie", due=due))
    books.save_piece(replace(piece, state=PieceState.CONCEPT), expected=piece.row_version)
    books.expire_exports(piece.id)


def _own_piece(books: Books, story_id: str, piece_id: str) -> Piece:
    """Raises NotFound for any piece in which the story is not quoted."""
    for piece in books.pieces_using(story_id):
        if piece.id == piece_id:
            return piece
    raise NotFound("stories.not_found")


# for editors


@dataclass(frozen=True, slots=True)
class Said:
    """What one teller in a piece said of it as it is now, and what they wanted changed before."""

    story_id: str
    role: TellerRole
    word: LastWord | None
    notes: tuple[TellerNote, ...]  # empty for whoever may not open originals


def said_of(store: Store, user: User, piece_id: str) -> tuple[Said, ...]:
    """The last words of every teller in a piece. Their notes are their own words: for editors alone."""
    if not any(user.may(act) for act in (Act.COMPOSE, Act.RELEASE_PIECE, Act.EXPORT)):
        user.require(Act.COMPOSE)
    with store.read() as books:
        piece, approvals = books.piece(piece_id), books.approvals(piece_id)
        found = []
        for story_id in dict.fromkeys(quote.story_id for quote in books.quotes(ids=piece.quote_ids)):
            story = books.story(story_id)
            open_to = user.may(Act.OPEN_ORIGINAL) and piece.state is not PieceState.GEBLOKKEERD
            notes = tuple(note for note in books.notes(story_id) if note.piece_id == piece_id) if open_to else ()
            found.append(Said(story_id, story.teller.role, last_word(approvals, story_id, piece.digest), notes))
        return tuple(found)
