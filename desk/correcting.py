"""Correcting: the teller changes their own words later, with the receipt code.

A typed text is edited as a whole; from any text, words can be left out or put back. Whatever changes, the story goes
back to the machine, so that names are looked for again, and to the editors: approvals belonged to the text that was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from capture import check_text
from desk import passages, receiving
from desk.parts import TELLER, back_to_the_machine, require_open
from desk.versions import raw_text
from desk.working import ask_for_work
from stories.errors import Moved, NotFound, Refused
from stories.model import RawText, Story, StoryKind
from stories.stages import Stage
from stories.store import Books, Store
from stories.told import Passage


@dataclass(frozen=True, slots=True)
class OwnText:
    """The teller's words on one clock or in one text, as far as they are joined; `hidden` are the passages left out,
    with their places."""

    raw: RawText
    typed: bool  # can be edited as a whole
    hidden: tuple[tuple[Passage, passages.Span], ...]


def own_text(books: Books, story: Story) -> OwnText | None:
    """The text in which words can be left out; None while there is none yet."""
    try:
        raw = raw_text(books, story)
    except NotFound:
        return None
    hidden = books.excluded(story.id)
    return OwnText(raw, story.kind is StoryKind.TEXT, tuple(zip(hidden, _where(hidden, raw), strict=True)))


def _where(hidden: Sequence[Passage], raw: RawText) -> Sequence[passages.Span]:
    try:
        return passages.spans(hidden, raw.text)
    except Refused:  # the machine stands still as well until a person has looked; the teller can put them back
        return [(0, 0)] * len(hidden)


def correct_text(store: Store, story_id: str, text: str, *, seen: str = "", part: int | None = None) -> None:
    """The teller's typed text is this from now on: the joined text, or text part `part` that is not joined yet.

    `seen` is the digest of the text that was shown; Moved when it is another one now. Raises InputRefused, and Refused
    (desk.excluded_lost) when words that were left out are no longer there as they were.
    """
    if part is not None:
        receiving.receive_text(store, story_id, text, replaces=part)
        return
    new = check_text(text)
    with store.write() as books:
        story = require_open(books, story_id)
        if story.kind is not StoryKind.TEXT:
            raise Refused("desk.not_typed")
        old = books.text(story_id)
        if seen and seen != old.digest:
            raise Moved("stories.moved")
        if new == old:
            return
        books.keep_excluded(story_id, passages.moved(books.excluded(story_id), old.text, new.text))
        books.keep_text(story_id, new)
        back_to_the_machine(books, story, Stage.TRANSCRIBED)
        books.audit(TELLER, "text_corrected", story_id=story_id, detail=f"words={len(new.text.split())}")
    ask_for_work(store, story_id)


def exclude(store: Store, story_id: str, start: int, end: int, *, seen: str = "") -> Passage:
    """Leave out characters [start, end) of the own text, widened to whole words. Raises Refused without words there.

    `seen` is the digest of the text in which they were picked; Moved when it is another one now.
    """

    def with_it(kept: tuple[Passage, ...], raw: RawText) -> tuple[Passage, ...]:
        if seen and seen != raw.digest:
            raise Moved("stories.moved")
        return (*kept, passages.passage_at(raw.text, start, end))

    return _keep(store, story_id, "passage_excluded", with_it)[-1]


def include(store: Store, story_id: str, passage: Passage) -> None:
    """Put a passage back that was left out. Raises NotFound when it is not among them."""

    def without_it(kept: tuple[Passage, ...], raw: RawText) -> tuple[Passage, ...]:
        if passage not in kept:
            raise NotFound("stories.not_found")
        return tuple(other for other in kept if other != passage)

    _keep(store, story_id, "passage_included", without_it)


def _keep(
    store: Store,
    story_id: str,
    action: str,
    change: Callable[[tuple[Passage, ...], RawText], tuple[Passage, ...]],
) -> tuple[Passage, ...]:
    with store.write() as books:
        story = require_open(books, story_id)
        kept = tuple(dict.fromkeys(change(books.excluded(story_id), raw_text(books, story))))
        books.keep_excluded(story_id, kept)
        back_to_the_machine(books, story, Stage.TRANSCRIBED)
        books.audit(TELLER, action, story_id=story_id, detail=f"passages={len(kept)}")
    ask_for_work(store, story_id)
    return kept
