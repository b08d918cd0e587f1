"""The name table of a story: who is behind which label, sealed with its own purpose, opened with four eyes.

ask = ask_table(store, anna, story_id, Reason.VERTELLER_BELT)   # one asks, with a reason
approve_table(store, bram, ask.id)                              # another one agrees
open_table(store, anna, ask.id)                                 # for an hour, each opening in the audit

It is for later: a teller calls back and says "Sami", and the text says "[naam 2]". Editors at work see the original.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from desk import foureyes
from desk.opening import require_consent
from stories.errors import NotFound
from stories.model import Name, Story
from stories.people import Act, User
from stories.stages import State
from stories.store import Books, Store
from stories.vault import Kind

OPEN_FOR = timedelta(hours=1)
"""How long it is open for whoever asked [P]: long enough for one conversation."""

CLOSED = (State.CONCEPT, State.INGETROKKEN, State.GEWIST)
"""In these states nobody opens it: there is none yet, or the teller took the story back."""


class Reason(StrEnum):
    """Why somebody must know who is behind a label."""

    VERTELLER_BELT = "verteller_belt"
    FOUT_IN_TEKST = "fout_in_tekst"
    VEILIGHEID = "veiligheid"


Ask = foureyes.Ask[Reason]

LOCK = foureyes.Lock(
    kind="open_names", owner="redactie", reasons=Reason, asked="namen_gevraagd", granted="namen_goedgekeurd",
    audit="names", open_for=OPEN_FOR, answered="nametable.answered", closed="nametable.closed",
)  # fmt: skip


def with_table(store: Store, user: User) -> tuple[Story, ...]:
    """The stories that have one, newest first: their rows, no word of them."""
    user.require(Act.OPEN_NAMES)
    with store.read() as books:
        stories = [books.story(story_id) for story_id in books.holding(Kind.NAME_TABLE)]
    return tuple(
        sorted((s for s in stories if s.state not in CLOSED), key=lambda story: story.created_at, reverse=True)
    )  # fmt: skip


def ask_table(store: Store, user: User, story_id: str, reason: Reason, *, now: datetime | None = None) -> Ask:
    """One person asks; another one has to agree. Raises NotFound when there is nothing to open, and ConsentRefused when
    the story may not be kept at the desk any more."""
    user.require(Act.OPEN_NAMES)
    with store.write() as books:
        return LOCK.ask(books, user, _require_table(books, story_id), reason, now or datetime.now(UTC))


def asks(store: Store, user: User, *, now: datetime | None = None) -> tuple[Ask, ...]:
    """What waits for a colleague, and what this user may open now; newest first."""
    user.require(Act.OPEN_NAMES)
    with store.read() as books:
        found = LOCK.shown(books, user, now or datetime.now(UTC))
    return tuple(ask for ask in found if ask.story.state not in CLOSED)


def approve_table(store: Store, user: User, ask_id: str, *, now: datetime | None = None) -> Ask:
    """A colleague agrees: whoever asked may open it for an hour. Raises Refused (four eyes) for the asker, and for an
    ask that was answered or is too old."""
    user.require(Act.OPEN_NAMES)
    with store.write() as books:
        return LOCK.agree(
            books, user, ask_id, now or datetime.now(UTC), lambda ask: _require_table(books, ask.story.id)
        )


def refuse_table(store: Store, user: User, ask_id: str, *, now: datetime | None = None) -> None:
    """Somebody (also the asker) closes an ask without opening anything."""
    user.require(Act.OPEN_NAMES)
    with store.write() as books:
        LOCK.refuse(books, user, ask_id, now or datetime.now(UTC))


def open_table(store: Store, user: User, ask_id: str, *, now: datetime | None = None) -> tuple[Name, ...]:
    """Open it: for whoever asked, within an hour of the agreement. Each opening is an audit line."""
    user.require(Act.OPEN_NAMES)
    with store.write() as books:
        ask = LOCK.opened(books, user, ask_id, now or datetime.now(UTC))
        _require_table(books, ask.story.id)
        LOCK.note_opened(books, user, ask)
        return books.names(ask.story.id)


def _require_table(books: Books, story_id: str) -> Story:
    story = books.story(story_id)
    if story.state in CLOSED or not books.has(story_id, Kind.NAME_TABLE):
        raise NotFound("stories.not_found")
    require_consent(books, story_id)
    return story
