"""Own cases only: the one check behind everything an ervaringswerker may do with a story they took."""

from __future__ import annotations

from stories.errors import NotFound, Refused
from stories.model import Story
from stories.people import Act, User
from stories.stages import State
from stories.store import Books

OVER = frozenset({State.INGETROKKEN, State.GEWIST})
"""The teller stopped: nothing is added any more."""


def own_case(books: Books, user: User, story_id: str) -> Story:
    """The story that this user took. Raises NotFound for anybody else's, so that nobody learns that it exists."""
    user.require(Act.TAKE_STORY)
    story = books.story(story_id)
    if story.taken_by != user.id:
        raise NotFound("stories.not_found")
    return story


def going_on(books: Books, user: User, story_id: str) -> Story:
    """An own case that its teller did not stop. Raises NotFound or Refused."""
    story = own_case(books, user, story_id)
    if story.state in OVER:
        raise Refused(f"desk.story_{story.state}")
    return story
