"""The name table of a story: who is behind which label, sealed with its own purpose, opened with four eyes.

ask = ask_table(store, anna, story_id, Reason.VERTELLER_BELT)   # one asks, with a reason
approve_table(store, bram, ask.id)                              # another one agrees
open_table(store, anna, ask.id)                                 # for an hour, each opening in the audit

It is for later: a teller calls back and says "Sami", and the text says "[naam 2]". Editors at work see the original. An
ask is a task for a colleague, as for contact data (`desk.contacts`); it holds no name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from desk.opening import require_consent
from stories.errors import NotFound, Refused
from stories.model import Approval, Name, Story, Task, digest_of, new_id
from stories.people import Act, User
from stories.stages import State
from stories.store import Books, Store
from stories.vault import Kind
from stories.words import say

OPEN_NAMES = "open_names"
OWNER = "redactie"
ASKED, GRANTED = "namen_gevraagd", "namen_goedgekeurd"

ASK_DAYS = 7
"""Days within which a colleague agrees, or it must be asked again [P]."""

OPEN_FOR = timedelta(hours=1)
"""How long it is open for whoever asked [P]: long enough for one conversation."""

CLOSED = (State.CONCEPT, State.INGETROKKEN, State.GEWIST)
"""In these states nobody opens it: there is none yet, or the teller took the story back."""


class Reason(StrEnum):
    """Why somebody must know who is behind a label."""

    VERTELLER_BELT = "verteller_belt"
    FOUT_IN_TEKST = "fout_in_tekst"
    VEILIGHEID = "veiligheid"


@dataclass(frozen=True, slots=True)
class Ask:
    """One wish to open the name table of one story."""

    id: str
    story: Story
    reason: Reason
    by: str
    name: str  # of who asked, as a colleague knows them
    at: datetime
    closed: bool
    granted_at: datetime | None

    def waits(self, now: datetime) -> bool:
        return not self.closed and now - self.at < timedelta(days=ASK_DAYS)

    def is_open(self, now: datetime) -> bool:
        return self.granted_at is not None and now - self.granted_at < OPEN_FOR


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
    now = now or datetime.now(UTC)
    with store.write() as books:
        story = _require_table(books, story_id)
        due = (now + timedelta(days=ASK_DAYS)).date()
        task = Task(new_id("t"), OPEN_NAMES, story_id, str(reason), OWNER, due)
        books.add_task(task)
        books.add_approval(Approval(task.id, _digest(story_id, reason), by=user.id, at=now, role=ASKED))
        books.audit(user.id, "names_asked", story_id=story_id, subject=task.id, detail=str(reason))
    return Ask(task.id, story, reason, user.id, user.name, now, closed=False, granted_at=None)


def asks(store: Store, user: User, *, now: datetime | None = None) -> tuple[Ask, ...]:
    """What waits for a colleague, and what this user may open now; newest first."""
    user.require(Act.OPEN_NAMES)
    now = now or datetime.now(UTC)
    with store.read() as books:
        found = [_ask(books, task) for task in books.tasks(open_only=False) if task.kind == OPEN_NAMES]
    shown = [
        a for a in found
        if a is not None and a.story.state not in CLOSED
        and (a.waits(now) or (a.by == user.id and a.is_open(now)))
    ]  # fmt: skip
    return tuple(sorted(shown, key=lambda ask: ask.at, reverse=True))


def approve_table(store: Store, user: User, ask_id: str, *, now: datetime | None = None) -> Ask:
    """A colleague agrees: whoever asked may open it for an hour. Raises Refused (four eyes) for the asker, and for an
    ask that was answered or is too old."""
    user.require(Act.OPEN_NAMES)
    now = now or datetime.now(UTC)
    with store.write() as books:
        ask = _waiting(books, ask_id, now)
        if ask.by == user.id:
            raise Refused("desk.four_eyes")
        _require_table(books, ask.story.id)
        books.add_approval(Approval(ask_id, _digest(ask.story.id, ask.reason), by=user.id, at=now, role=GRANTED))
        books.finish_task(ask_id, now)
        books.audit(user.id, "names_granted", story_id=ask.story.id, subject=ask_id, detail=str(ask.reason))
        return _known(books, ask_id)


def refuse_table(store: Store, user: User, ask_id: str, *, now: datetime | None = None) -> None:
    """Somebody (also the asker) closes an ask without opening anything."""
    user.require(Act.OPEN_NAMES)
    now = now or datetime.now(UTC)
    with store.write() as books:
        ask = _waiting(books, ask_id, now)
        books.finish_task(ask_id, now)
        books.audit(user.id, "names_refused", story_id=ask.story.id, subject=ask_id)


def open_table(store: Store, user: User, ask_id: str, *, now: datetime | None = None) -> tuple[Name, ...]:
    """Open it: for whoever asked, within an hour of the agreement. Each opening is an audit line."""
    user.require(Act.OPEN_NAMES)
    now = now or datetime.now(UTC)
    with store.write() as books:
        ask = _known(books, ask_id)
        if ask.by != user.id:
            raise NotFound("stories.not_found")
        if not ask.is_open(now):
            raise Refused("nametable.closed")
        _require_table(books, ask.story.id)
        books.audit(user.id, "names_opened", story_id=ask.story.id, subject=ask_id, detail=str(ask.reason))
        return books.names(ask.story.id)


def _require_table(books: Books, story_id: str) -> Story:
    story = books.story(story_id)
    if story.state in CLOSED or not books.has(story_id, Kind.NAME_TABLE):
        raise NotFound("stories.not_found")
    require_consent(books, story_id)
    return story


def _digest(story_id: str, reason: Reason) -> str:
    return digest_of([OPEN_NAMES, story_id, reason])


def _ask(books: Books, task: Task) -> Ask | None:
    story, reason = books.story(task.story_id), Reason(task.subject)
    approvals = [a for a in books.approvals(task.id) if a.digest == _digest(story.id, reason)]
    asked = next((a for a in approvals if a.role == ASKED), None)
    if asked is None:
        return None
    granted = next((a.at for a in approvals if a.role == GRANTED and a.by != asked.by), None)
    names = {user.id: user.name for user in books.users(include_inactive=True)}
    name = names.get(asked.by, say("audit.nobody"))
    return Ask(task.id, story, reason, asked.by, name, asked.at, task.done_at is not None, granted)


def _known(books: Books, ask_id: str) -> Ask:
    for task in books.tasks(open_only=False):
        if task.id == ask_id and task.kind == OPEN_NAMES and (ask := _ask(books, task)) is not None:
            return ask
    raise NotFound("stories.not_found")


def _waiting(books: Books, ask_id: str, now: datetime) -> Ask:
    ask = _known(books, ask_id)
    if not ask.waits(now):
        raise Refused("nametable.answered")
    return ask
