"""One person: a small house may let whoever made something release it too, a day after it was offered.

Off until an administrator turns it on, and always said on the screens where it counts. Such a release is an approval in
a role of its own, so that everybody sees later that one person did it; it counts only while the mode in which it was
given lasts (`stories.use.released_alone`, which the gate asks too). A child's story keeps its second reader, and
contact data, name tables, rules and big exports keep their four eyes.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from desk.standing import ONE_PERSON, one_person_since
from stories import use
from stories.books_choices import Choice
from stories.errors import NotFound, Refused
from stories.model import PieceState
from stories.people import Act, User
from stories.stages import State
from stories.store import Books, Store
from stories.use import RELEASED, RELEASED_ALONE


@dataclass(frozen=True, slots=True)
class Mode:
    """`since` when it is on, None while it is off; `version` is of the choice, 0 when nobody chose yet."""

    since: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class Alone:
    """What a release screen says while the mode is on: `own` for whoever made or offered it, who may release it at
    `ready_at` (None: not offered)."""

    own: bool
    ready_at: datetime | None
    is_ready: bool = False


def mode(store: Store, user: User) -> Mode:
    """How it stands, for an administrator."""
    user.require(Act.EDIT_RULES)
    with store.read() as books:
        chosen = books.chosen(ONE_PERSON)
        return Mode(one_person_since(books), chosen.version if chosen else 0)


def turn(store: Store, user: User, on: bool, *, expected: int, now: datetime | None = None) -> int:
    """Turn it on or off; returns how many stories and pieces wait for a second person because of it.

    Off: what one person alone released goes back, stories to the editors and pieces to whoever releases them. Raises
    Moved when somebody was faster.
    """
    user.require(Act.EDIT_RULES)
    with store.write() as books:
        at = now or datetime.now(UTC)
        books.choose(Choice(ONE_PERSON, expected + 1, "on" if on else "off", user.id, at))
        books.audit(user.id, "one_person_on" if on else "one_person_off", subject=str(expected + 1))
        return 0 if on else sum(_take_back(books, user, subject) for subject in books.approved_as(RELEASED_ALONE))


def role_of_release(books: Books, user_id: str, subject: str, digest: str, makers: Set[str], now: datetime) -> str:
    """In which role this user releases exactly this digest now. Raises Refused: four eyes, or the wait is not over."""
    if user_id not in makers:
        return RELEASED
    ready_at = use.alone_from(books.approvals(subject), subject, digest, since=one_person_since(books), at=now)
    if ready_at is None:
        raise Refused("desk.four_eyes")
    if now < ready_at:
        raise Refused("oneperson.wait", hours=-((now - ready_at) // timedelta(hours=1)))
    return RELEASED_ALONE


def of_story(store: Store, user: User, story_id: str) -> Alone | None:
    """For the screen on which this story is released; None while the mode is off."""
    user.require(Act.RELEASE_STORY)
    with store.read() as books:
        version = books.version(story_id)
        offered = use.offered_by(books.approvals(story_id), version.digest)
        return _alone(books, user, story_id, version.digest, offered | {version.made_by})


def of_piece(store: Store, user: User, piece_id: str) -> Alone | None:
    """As `of_story`, of a piece."""
    user.require(Act.RELEASE_PIECE)
    with store.read() as books:
        piece = books.piece(piece_id)
        return _alone(books, user, piece_id, piece.digest, {piece.made_by})


def _alone(books: Books, user: User, subject: str, digest: str, makers: Set[str]) -> Alone | None:
    since, now = one_person_since(books), datetime.now(UTC)
    if since is None:
        return None
    ready_at = use.alone_from(books.approvals(subject), subject, digest, since=since, at=now)
    return Alone(user.id in makers, ready_at, ready_at is not None and ready_at <= now)


def _take_back(books: Books, user: User, subject: str) -> bool:
    """A released story or piece that no second person released waits for one again."""
    approvals = books.approvals(subject)
    try:
        story = books.story(subject)
    except NotFound:
        return _take_back_piece(books, user, subject)
    if story.state is not State.VRIJGEGEVEN:
        return False
    version = books.version(subject)
    makers = {version.made_by} | use.offered_by(approvals, version.digest)
    if use.second_person_said_yes(approvals, subject, version.digest, makers=makers):
        return False
    books.audit(user.id, "story_alone_taken_back", story_id=subject, subject=str(version.number))
    books.save(story.moved(state=State.IN_REDACTIE), expected=story.row_version)
    return True


def _take_back_piece(books: Books, user: User, piece_id: str) -> bool:
    piece = books.piece(piece_id)
    if piece.state is not PieceState.VRIJGEGEVEN or use.second_person_said_yes(
        books.approvals(piece_id), piece_id, piece.digest, makers=[piece.made_by]
    ):
        return False
    books.audit(user.id, "piece_alone_taken_back", subject=piece_id)
    books.save_piece(replace(piece, state=PieceState.TER_VRIJGAVE), expected=piece.row_version)
    return True
