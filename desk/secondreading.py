"""The second reader: a child's story is read through by somebody who did not decide about its names, before release.

The names were looked at word by word; whoever reads the whole hears whether a child can still be recognised. Reading is
an act of its own, bound to exactly this text. The second person who releases may be the second reader: a small team has
two people, and both acts need somebody who did not make the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from desk.opening import living, require_consent
from stories import use
from stories.errors import Moved, Refused
from stories.model import Approval, Story, StoryVersion
from stories.people import Act, User
from stories.stages import State
from stories.store import Books, Store


@dataclass(frozen=True, slots=True)
class Reading:
    """How it stands: `needed` for this story at all, `done` by a second person, and whether this user `may` do it."""

    needed: bool
    done: bool
    may: bool


def reading(books: Books, user_id: str, story: Story, version: StoryVersion) -> Reading:
    """How it stands with the second reader of this version, for somebody who may read the story."""
    offered = story.state in (State.TER_VRIJGAVE, State.VRIJGEGEVEN)
    return Reading(
        needed=use.needs_second_reader(story),
        done=is_read(books, story, version),
        may=offered and user_id not in _makers(books, story.id, version),
    )


def is_read(books: Books, story: Story, version: StoryVersion) -> bool:
    """Whether somebody who made none of this story's versions read exactly this one through."""
    return use.second_person_said_yes(
        books.approvals(story.id), story.id, version.digest,
        makers=_makers(books, story.id, version), role=use.READ_THROUGH,
    )  # fmt: skip


def mark_read_through(store: Store, user: User, story_id: str, *, digest: str) -> None:
    """A second person read the whole anonymised text with this digest, and nobody can be recognised by it.

    Raises Refused for whoever decided about its names or offered it, and while it was not offered; Moved when the text
    is another one by now.
    """
    user.require(Act.READ_STORY)
    with store.write() as books:
        story = living(books, story_id)
        require_consent(books, story_id)
        version = books.version(story_id)
        if story.state not in (State.TER_VRIJGAVE, State.VRIJGEGEVEN):
            raise Refused("desk.not_offered")
        if version.digest != digest:
            raise Moved("names.reading_other_text")
        if user.id in _makers(books, story_id, version):
            raise Refused("names.reading_four_eyes")
        books.add_approval(Approval(story_id, digest, by=user.id, at=datetime.now(UTC), role=use.READ_THROUGH))
        books.audit(user.id, "story_read_through", story_id=story_id, subject=str(version.number))
        books.queue.note(story_id, read_through=is_read(books, story, version))


def require_read(books: Books, story: Story, version: StoryVersion) -> None:
    """Raise Refused for a child's story that no second person read through."""
    if use.needs_second_reader(story) and not is_read(books, story, version):
        raise Refused("names.not_read_through")


def _makers(books: Books, story_id: str, version: StoryVersion) -> frozenset[str]:
    return books.makers(story_id) | use.offered_by(books.approvals(story_id), version.digest)
