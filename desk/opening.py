"""Opening a story at the desk: is it alive, does consent still allow it, and who has looked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from stories.clock import today
from stories.consent import Purpose
from stories.errors import NotFound, Refused
from stories.model import Story
from stories.stages import STOPPED, Stage, State
from stories.store import Books

SAME_OPENING = timedelta(minutes=15)


def living(books: Books, story_id: str) -> Story:
    """The story, unless it was stopped, paused or erased: Refused."""
    story = books.story(story_id)
    if story.state in STOPPED:
        raise Refused(f"desk.story_{story.state}")
    return story


def require_consent(books: Books, story_id: str) -> None:
    """R1: a no, a doubt or an end that came later closes the story at once. Raises ConsentRefused."""
    books.consent(story_id).require(Purpose.VERWERKEN, on=today())


def open_to_staff(books: Books, story_id: str) -> Story:
    """A story that whoever reads stories may see now: also one that stands still for somebody's safety, whatever was
    said about it. Raises NotFound for one that nobody handed in, Refused and ConsentRefused."""
    story = books.story(story_id)
    if story.state is State.GEPAUZEERD:
        return story
    living(books, story_id)
    if story.state is State.CONCEPT:
        raise NotFound("stories.not_found")
    require_consent(books, story_id)
    return story


def opened_story(books: Books, story_id: str) -> Story:
    """A story whose original may be seen now: it lives, it is at the editors', and consent still says yes."""
    story = living(books, story_id)
    if story.state is not State.IN_REDACTIE:
        raise Refused("desk.not_in_review")
    require_consent(books, story_id)
    return story


def editable(books: Books, story_id: str) -> Story:
    """A story of which a new version may be made now: at the editors' or offered, and no machine at work on it."""
    story = living(books, story_id)
    if story.state not in (State.IN_REDACTIE, State.TER_VRIJGAVE):
        raise Refused("desk.not_in_review")
    if story.stage is not Stage.TAGGED:
        raise Refused("desk.being_worked")
    require_consent(books, story_id)
    return story


def log_once(books: Books, actor: str, story_id: str, action: str) -> None:
    """One audit line per visit: a page that is drawn again within the quarter is still the same visit."""
    now = datetime.now(UTC)
    for line in books.audit_trail(story_id=story_id, limit=20):
        if (line["actor"], line["action"]) == (actor, action) and now - line["at"] < SAME_OPENING:
            return
    books.audit(actor, action, story_id=story_id)
