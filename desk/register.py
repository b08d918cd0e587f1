"""The register of publications: what stands where since when, and what must be or was taken down.

The gate is asked when a piece is marked as published. Something that is out already, and may not be (any more), is
written down all the same (`note_out`): what nobody wrote down, nobody takes down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from desk import handouts, rules, withdrawing
from desk.evidence import evidence
from publish import inspect, require_clear
from publish.plain import safe_link
from stories import clock
from stories.errors import GateRefused, InputRefused, Moved, NotFound, Refused
from stories.model import Piece, PieceKind, PieceState, new_id
from stories.people import Act, User
from stories.products import Publication
from stories.store import Books, Store
from stories.words import say

CHANNELS = ("mail", "website", "podcast", "linkedin", "youtube", "anders")
"""Where a piece can stand. What cannot be undone of each is said in `register.undo_<channel>`."""


@dataclass(frozen=True, slots=True)
class Out:
    """A piece that went out: one line of the register.

    `id` is the publication's, or the piece's when it was marked as published and nobody wrote down where (`channel` is
    then empty). `title` is empty for a piece that was locked. `due`: the last day to take it down, while that is asked.
    """

    id: str
    piece_id: str
    kind: PieceKind
    title: str
    channel: str = ""
    url: str = ""
    published_on: date | None = None
    down_at: datetime | None = None
    down_by: str = ""  # a name
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """An A4 with quotes that was taken along from the insights: what it is about, who took it, and as `Out`."""

    id: str
    day: date
    by: str  # a name
    about: str  # of an opgave; empty when nobody knows any more
    quotes: int
    due: date | None
    down_on: date | None


def publish(
    store: Store, user: User, piece_id: str, *, channel: str, on: date, url: str = "", expected: int,
    now: datetime | None = None,
) -> Publication:  # fmt: skip
    """Mark a piece as published in one place; it may stand in several. From now on a withdrawal makes a task of each.

    Raises InputRefused (`channel_unknown`, `in_future`, `bad_link`), GateRefused when the piece may not be out, and
    Moved when it was changed meanwhile. Saying the same twice is fine.
    """
    user.require(Act.EXPORT)
    now = now or datetime.now(UTC)
    url = _checked(channel, on, url, now)
    with store.write() as books:
        piece = books.piece(piece_id)
        if piece.row_version != expected:
            raise Moved("stories.moved")
        if piece.state is PieceState.GEBLOKKEERD:
            raise Refused("register.locked")
        known = evidence(books, piece)
        require_clear(piece, known, on=clock.today(now))
        if known.leaks({"link": url}):
            raise GateRefused("register.leak_in_link")
        made = _write_down(books, user, piece, channel, on, url, now)
        if piece.state is not PieceState.GEPUBLICEERD:
            books.save_piece(replace(piece, state=PieceState.GEPUBLICEERD), expected=expected)
        return made


def note_out(
    store: Store, user: User, piece_id: str, *, channel: str, on: date, url: str = "", now: datetime | None = None
) -> Publication:
    """Write down that a piece stands somewhere while it may not (any more), and make the tasks to take it down.

    Raises Refused when the gate has nothing against it: then it is published (`publish`).
    """
    user.require(Act.EXPORT)
    now = now or datetime.now(UTC)
    url = _checked(channel, on, url, now)
    with store.write() as books:
        piece = books.piece(piece_id)
        findings = [f for f in inspect(piece, evidence(books, piece), on=clock.today(now)) if f.blocks]
        if not findings:
            raise Refused("register.may_be_published")
        made = _write_down(books, user, piece, channel, on, url, now)
        told = {f.story_id for f in findings if f.story_id} or set(books.stories_in(piece.id))
        for story_id in sorted(told):
            withdrawing.take_down(books, made.id, story_id, now)
        return made


def _checked(channel: str, on: date, url: str, now: datetime) -> str:
    if channel not in CHANNELS:
        raise InputRefused("register.channel_unknown")
    if on > clock.today(now):
        raise InputRefused("register.in_future")
    url = url.strip()
    if url and (safe_link(url) is None or url.startswith("mailto:")):
        raise InputRefused("register.bad_link")
    return url


def _write_down(books: Books, user: User, piece: Piece, channel: str, on: date, url: str, now: datetime) -> Publication:
    for one in books.publications.of_pieces([piece.id]):
        if (one.channel, one.published_on, one.url, one.down_at) == (channel, on, url, None):
            return one
    made = Publication(new_id("b"), piece.id, piece.digest, channel, url, on, by=user.id, at=now)
    books.publications.add(made)
    books.audit(user.id, "piece_published", subject=piece.id, detail=channel)
    return made


def listed(store: Store, user: User) -> tuple[Out, ...]:
    """Everything that ever went out, the newest first; what must be taken down before all else."""
    user.require(Act.EXPORT)
    with store.read() as books:
        known = books.publications.all()
        pieces = {piece.id: piece for piece in books.published_pieces()}
        rows: list[Publication | Piece] = [*known]
        rows += [pieces[id] for id in pieces.keys() - {one.piece_id for one in known}]
        out = _lines(books, rows, pieces)
    newest = sorted(out, key=lambda one: (one.published_on or date.min, one.id), reverse=True)
    return tuple(sorted(newest, key=lambda one: (one.due is None, one.due or date.max)))


def of_piece(store: Store, user: User, piece_id: str) -> tuple[Out, ...]:
    """Where one piece stands or stood, the first first."""
    user.require(Act.EXPORT)
    with store.read() as books:
        piece = books.piece(piece_id)
        return _lines(books, books.publications.of_pieces([piece_id]), {piece.id: piece})


def may_be_out(store: Store, user: User, piece_id: str) -> bool:
    """Whether the gate has nothing against it, so that `publish` is the way to write it down, and not `note_out`."""
    user.require(Act.EXPORT)
    with store.read() as books:
        piece = books.piece(piece_id)
        return not any(finding.blocks for finding in inspect(piece, evidence(books, piece), on=clock.today()))


def _lines(books: Books, rows: Sequence[Publication | Piece], pieces: dict[str, Piece]) -> tuple[Out, ...]:
    names = {user.id: user.name for user in books.users(include_inactive=True)}
    due: dict[str, date] = {}
    for task in books.tasks():  # by last day
        if task.kind == handouts.TAKE_DOWN:
            due.setdefault(task.subject, task.due)
    found = []
    for row in rows:
        piece = row if isinstance(row, Piece) else pieces[row.piece_id]
        title = "" if piece.state is PieceState.GEBLOKKEERD else piece.title
        line = Out(row.id, piece.id, piece.kind, title, due=due.get(row.id))
        if isinstance(row, Publication):
            line = replace(
                line, channel=row.channel, url=row.url, published_on=row.published_on, down_at=row.down_at,
                down_by=names.get(row.down_by, "") if row.down_by else "",
            )  # fmt: skip
        found.append(line)
    return tuple(found)


def take_down(store: Store, user: User, publication_id: str, *, now: datetime | None = None) -> None:
    """It does not stand there any more, for whatever reason: its tasks are done and its address is erased.

    Or, of what is no publication (an A4, a piece of which nobody wrote down where it stands): what a task asks is done.
    Raises NotFound.
    """
    user.require(Act.EXPORT)
    with store.write() as books:
        if not any((task.kind, task.subject) == (handouts.TAKE_DOWN, publication_id) for task in books.tasks()):
            books.publications.get(publication_id)
        note_down(books, user.id, publication_id, now or datetime.now(UTC))


def note_down(books: Books, by: str, subject: str, now: datetime) -> None:
    """A publication (or what is none, see `take_down`) was taken down: every task about it ends."""
    for task in books.tasks():
        if (task.kind, task.subject) == (handouts.TAKE_DOWN, subject):
            books.finish_task(task.id, now)
            books.audit(by, "task_done", story_id=task.story_id, subject=task.id, detail=task.kind)
    try:
        one = books.publications.get(subject)
    except NotFound:
        return
    if one.down_at is None:
        books.publications.take_down(subject, by=by, at=now)
        books.audit(by, "piece_taken_down", subject=one.piece_id, detail=one.channel)


def sheets(store: Store, user: User) -> tuple[Sheet, ...]:
    """The A4's with quotes that left by the insights, newest first; what must be asked back before all else."""
    user.require(Act.EXPORT)
    with store.read() as books:
        names = {one.id: one.name for one in books.users(include_inactive=True)}
        themes = {row["id"]: row["naam"] for row in rules.themes(books)}
        known = [
            Sheet(one.id, one.day, names.get(one.by, say("audit.nobody")), themes.get(one.theme, ""), one.quotes,
                  one.due, one.down_on)
            for one in handouts.found(books)
        ]  # fmt: skip
    return tuple(sorted(known, key=lambda one: (one.due is None, one.due or date.max)))
