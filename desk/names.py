"""How names are replaced: the style of a story, and what may stand in the place of one name."""

from __future__ import annotations

import anonymise
from anonymise import Decision, Style
from desk.opening import editable, opened_story
from desk.style import keep_style, seed_of, style_of
from desk.versions import findings_of, new_version, raw_text
from stories.errors import Refused
from stories.model import StoryVersion
from stories.people import Act, User
from stories.stages import Stage, State
from stories.store import Store

__all__ = ["Decision", "Style", "set_style", "style_of", "suggested"]


def set_style(store: Store, user: User, story_id: str, style: Style, *, expected: int) -> StoryVersion:
    """Numbers, roles or other names from now on: a new version, which nobody has approved yet. Choosing what was chosen
    already changes nothing.

    Raises Moved when somebody was faster, Refused and ConsentRefused as for any edit of names.
    """
    user.require(Act.EDIT_NAMES)
    with store.write() as books:
        story = editable(books, story_id)
        if style_of(books, story_id) is style:
            return books.version(story_id)
        keep_style(books, story_id, style)
        edited, version = new_version(books, story, by=user.id)
        books.save(edited.moved(state=State.IN_REDACTIE), expected=expected)
        books.audit(user.id, "name_style_set", story_id=story_id, subject=str(version.number), detail=str(style))
        return version


def suggested(store: Store, user: User, story_id: str, start: int, end: int) -> tuple[str, ...]:
    """What an editor may choose for characters [start, end) of the original: who it is, a number, some other names.

    Raises InputRefused for characters outside the text, Refused while the machine still works on it.
    """
    user.require(Act.EDIT_NAMES)
    with store.read() as books:
        story = opened_story(books, story_id)
        if story.stage is not Stage.TAGGED:
            raise Refused("desk.being_worked")
        raw, (findings, decisions) = raw_text(books, story), findings_of(books, story_id)
        return anonymise.suggestions(
            raw.text, anonymise.apply_decisions(findings, decisions), (start, end), names=books.names(story_id),
            known_names=books.intake_names(story_id), seed=seed_of(books, story_id), decisions=decisions,
        )  # fmt: skip
