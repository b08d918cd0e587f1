"""A text goes back to its teller to be read once more, and comes back with an answer.

An editor sends it; the ervaringswerker who took the story reads it to them (`desk.readback`), or the teller does so
alone with the code. Nobody has to answer: the editors may take it back whenever they like. What was said belongs to
exactly this text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from capture import check_text
from desk import readback, readtask
from desk.opening import editable, living, require_consent
from desk.parts import TELLER
from desk.readback import NOTE, Heard
from desk.readtask import READ_TASK
from stories import clock
from stories.errors import Moved, Refused
from stories.model import Story, Task, new_id
from stories.people import Act, Holder, User
from stories.stages import State
from stories.store import Books, Store
from stories.words import say

SENT = "sent_to_teller"
"""The audit action."""


@dataclass(frozen=True, slots=True)
class WithTeller:
    """How it stands. `since` and `until` are None while the text is not with the teller; `said` is their answer about
    the text of now, `helper` the ervaringswerker who reads it to them (empty: the teller alone, with a code)."""

    since: date | None
    until: date | None
    said: Heard | None
    helper: str
    has_code: bool

    @property
    def can_be_reached(self) -> bool:
        return bool(self.helper) or self.has_code


def send(store: Store, user: User, story_id: str, *, expected: int, now: datetime | None = None) -> Story:
    """To the teller. Raises Refused while it is not at the editors', is worked on, or cannot reach anybody."""
    user.require(Act.SUBMIT_FOR_RELEASE)
    now = now or datetime.now(UTC)
    with store.write() as books:
        story = editable(books, story_id)
        if story.state is not State.IN_REDACTIE:
            raise Refused("desk.not_in_review")
        if not _how(books, story).can_be_reached:
            raise Refused("storypage.nobody_to_read_to")
        if story.taken_by:
            due = clock.today(now) + _hoped_for(books)
            books.add_task(Task(new_id("t"), READ_TASK, story_id, str(story.version), story.taken_by, due))
        books.audit(user.id, SENT, story_id=story_id, subject=str(story.version))
        return books.save(story.moved(state=State.BIJ_TELLER), expected=expected)


def fetch_back(store: Store, user: User, story_id: str, *, expected: int, now: datetime | None = None) -> Story:
    """The editors wait no longer: the text is theirs again, without an answer."""
    user.require(Act.SUBMIT_FOR_RELEASE)
    with store.write() as books:
        story = living(books, story_id)
        if story.state is not State.BIJ_TELLER:
            raise Refused("storypage.not_with_teller")
        readtask.over(books, story_id, now or datetime.now(UTC))
        books.audit(user.id, "fetched_from_teller", story_id=story_id)
        return books.save(story.moved(state=State.IN_REDACTIE), expected=expected)


def standing_of(store: Store, user: User, story_id: str) -> WithTeller:
    """How it stands, for whoever may read the story."""
    user.require(Act.READ_STORY)
    with store.read() as books:
        story = living(books, story_id)
        require_consent(books, story_id)
        return _how(books, story)


def answer(
    store: Store, story_id: str, outcome: Heard, wish: str = "", *, number: int, now: datetime | None = None
) -> None:
    """The teller answers with the code, about text `number`. Whoever wants to stop does so where stopping is.

    Raises Moved when the text is not with them any more, or is another one by now.
    """
    now = now or datetime.now(UTC)
    with store.write() as books:
        story = living(books, story_id)
        require_consent(books, story_id)
        if story.state is not State.BIJ_TELLER or story.version != number:
            raise Moved("stories.moved")
        if outcome is Heard.STOP:
            raise ValueError("a stop is a withdrawal")
        words = check_text(wish, NOTE).text if wish.strip() else say("storypage.wish_without_words")
        readback.note_down(books, story, books.version(story_id), outcome, words, by=TELLER, now=now)
        books.audit(TELLER, "read_back", story_id=story_id, subject=str(number), detail=f"{outcome} alone")


def _hoped_for(books: Books) -> timedelta:
    """Within which we hope for an answer: the term that the queue counts with too."""
    return timedelta(days=books.settings.read_back_days)


def _how(books: Books, story: Story) -> WithTeller:
    sent = books.last_done(SENT, story_id=story.id) if story.state is State.BIJ_TELLER else None
    names = {one.id: one.name for one in books.users()}
    since = sent and clock.today(sent)
    return WithTeller(
        since=since,
        until=since and since + _hoped_for(books),
        said=readback.outcome_of(books.approvals(story.id), books.version(story.id).digest) if story.version else None,
        helper=names.get(story.taken_by or "", ""),
        has_code=books.has_receipt(story.id, Holder.VERTELLER),
    )
