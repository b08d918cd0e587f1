"""Four eyes: one person asks with a reason, another one agrees, and then it is open for who asked, for a while.

A `Lock` says what is behind it and for how long; `desk.contacts` and `desk.nametable` each have one. An ask is a task
for the colleagues who may agree; who asked and who agreed are approvals of it. It holds no word of what it opens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from stories.errors import NotFound, Refused
from stories.model import Approval, Story, Task, digest_of, new_id
from stories.people import User
from stories.store import Books
from stories.words import say

ASK_DAYS = 7
"""Days within which a colleague agrees, or it must be asked again [P]."""

NOTED = ("asked", "granted", "refused", "opened")
"""What the audit tells, each behind the word of the lock."""

R = TypeVar("R", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Ask(Generic[R]):
    """One wish to open something of one story."""

    id: str
    story: Story
    reason: R
    by: str
    name: str  # of who asked, as a colleague knows them
    at: datetime
    closed: bool
    granted_at: datetime | None
    open_for: timedelta

    def waits(self, now: datetime) -> bool:
        return not self.closed and now - self.at < timedelta(days=ASK_DAYS)

    def is_open(self, now: datetime) -> bool:
        return self.granted_at is not None and now - self.granted_at < self.open_for


@dataclass(frozen=True, slots=True)
class Lock(Generic[R]):
    """What is opened with four eyes. `kind` names its tasks, `owner` whose tasks they are, `asked` and `granted` the
    roles of the approvals, `audit` the begin of the audit actions; `answered` and `closed` are catalogue keys."""

    kind: str
    owner: str
    reasons: type[R]
    asked: str
    granted: str
    audit: str
    open_for: timedelta
    answered: str
    closed: str

    def ask(self, books: Books, user: User, story: Story, reason: R, now: datetime) -> Ask[R]:
        """Somebody asks; whether this reason holds is asked before, and again at every step after."""
        due = (now + timedelta(days=ASK_DAYS)).date()
        task = Task(new_id("t"), self.kind, story.id, str(reason), self.owner, due)
        books.add_task(task)
        books.add_approval(Approval(task.id, self._digest(story.id, reason), by=user.id, at=now, role=self.asked))
        self._note(books, user, "asked", story.id, task.id, str(reason))
        return Ask(task.id, story, reason, user.id, user.name, now, False, None, self.open_for)

    def shown(self, books: Books, user: User, now: datetime) -> list[Ask[R]]:
        """What waits for a colleague, and what this user may open now; newest first."""
        found = [self._ask(books, task) for task in books.tasks(open_only=False) if task.kind == self.kind]
        seen = [ask for ask in found if ask and (ask.waits(now) or (ask.by == user.id and ask.is_open(now)))]
        return sorted(seen, key=lambda ask: ask.at, reverse=True)

    def agree(self, books: Books, user: User, ask_id: str, now: datetime, still: Callable[[Ask[R]], object]) -> Ask[R]:
        """Another one agrees. Raises Refused (four eyes) for the asker, and for an ask that was answered or is too old;
        `still` raises when the reason does not hold any more."""
        ask = self._waiting(books, ask_id, now)
        if ask.by == user.id:
            raise Refused("desk.four_eyes")
        still(ask)
        digest = self._digest(ask.story.id, ask.reason)
        books.add_approval(Approval(ask_id, digest, by=user.id, at=now, role=self.granted))
        books.finish_task(ask_id, now)
        self._note(books, user, "granted", ask.story.id, ask_id, str(ask.reason))
        return self._known(books, ask_id)

    def refuse(self, books: Books, user: User, ask_id: str, now: datetime) -> None:
        """Somebody (also the asker) closes an ask without opening anything."""
        ask = self._waiting(books, ask_id, now)
        books.finish_task(ask_id, now)
        self._note(books, user, "refused", ask.story.id, ask_id)

    def opened(self, books: Books, user: User, ask_id: str, now: datetime) -> Ask[R]:
        """An ask of this very user that somebody else agreed to, not too long ago. Raises NotFound and Refused."""
        ask = self._known(books, ask_id)
        if ask.by != user.id:
            raise NotFound("stories.not_found")
        if not ask.is_open(now):
            raise Refused(self.closed)
        return ask

    def note_opened(self, books: Books, user: User, ask: Ask[R]) -> None:
        self._note(books, user, "opened", ask.story.id, ask.id, str(ask.reason))

    def _note(self, books: Books, user: User, what: str, story_id: str, ask_id: str, detail: str = "") -> None:
        action = f"{self.audit}_{what}"
        books.audit(user.id, action, story_id=story_id, subject=ask_id, detail=detail)

    def _digest(self, story_id: str, reason: R) -> str:
        return digest_of([self.kind, story_id, reason])

    def _ask(self, books: Books, task: Task) -> Ask[R] | None:
        story, reason = books.story(task.story_id), self.reasons(task.subject)
        approvals = [a for a in books.approvals(task.id) if a.digest == self._digest(story.id, reason)]
        asked = next((a for a in approvals if a.role == self.asked), None)
        if asked is None:
            return None
        granted = next((a.at for a in approvals if a.role == self.granted and a.by != asked.by), None)
        names = {user.id: user.name for user in books.users(include_inactive=True)}
        name, closed = names.get(asked.by, say("audit.nobody")), task.done_at is not None
        return Ask(task.id, story, reason, asked.by, name, asked.at, closed, granted, self.open_for)

    def _known(self, books: Books, ask_id: str) -> Ask[R]:
        for task in books.tasks(open_only=False):
            if task.id == ask_id and task.kind == self.kind and (ask := self._ask(books, task)) is not None:
                return ask
        raise NotFound("stories.not_found")

    def _waiting(self, books: Books, ask_id: str, now: datetime) -> Ask[R]:
        ask = self._known(books, ask_id)
        if not ask.waits(now):
            raise Refused(self.answered)
        return ask
