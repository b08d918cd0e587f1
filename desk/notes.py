"""Notes between colleagues about a story, and whom they name in them.

For the house alone: no export, no search, no training and no teller's screen reads one, and they go with the story.
So that a note never becomes a second name table, one that holds a name of this story is not taken (fail closed): the
names are known, and looked for as they are in whatever leaves the house. Who may read a story may read its notes;
of a story that stands still for somebody's safety those who may see that it does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import anonymise
from capture import TextLimits, check_text
from desk.opening import open_to_staff
from stories.errors import InputRefused, NotFound, Refused
from stories.model import Story, new_id
from stories.notebook import Mention, Note
from stories.people import Act, User
from stories.stages import STOPPED, State
from stories.store import Books, Store
from stories.words import say

NOTE = TextLimits(min_letters=2, max_characters=2_000)


@dataclass(frozen=True, slots=True)
class Shown:
    """A note with the names of people as colleagues know them. `own`: this user may change it and take it back."""

    note: Note
    name: str
    named: tuple[str, ...]
    resolved_name: str
    own: bool

    @property
    def is_open(self) -> bool:
        return self.note.resolved_at is None


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody named this user in a note about a story."""

    mention: Mention
    story: Story
    name: str  # of who wrote it


def colleagues(store: Store, user: User) -> tuple[User, ...]:
    """Who can be named: everybody else who may read notes, by name."""
    user.require(Act.READ_STORY)
    with store.read() as books:
        return tuple(sorted(_readers(books, but=user.id), key=lambda one: one.name.casefold()))


def notes(store: Store, user: User, story_id: str) -> tuple[Shown, ...]:
    """The notes about a story, what is not done yet first, and in each the oldest first.

    Raises NotFound for a story that nobody handed in, Refused for one that was stopped, ConsentRefused.
    """
    user.require(Act.READ_STORY)
    with store.read() as books:
        open_to_staff(books, story_id)
        names = {one.id: one.name for one in books.users(include_inactive=True)}
        nobody = say("audit.nobody")
        shown = [
            Shown(
                note=note,
                name=names.get(note.by, nobody),
                named=tuple(names.get(one, nobody) for one in note.mentions),
                resolved_name=names.get(note.resolved_by or "", nobody),
                own=note.by == user.id and note.resolved_at is None,
            )
            for note in books.notebook.notes(story_id)
        ]
        return tuple(sorted(shown, key=lambda one: not one.is_open))


def write(store: Store, user: User, story_id: str, text: str, mentions: Sequence[str] = ()) -> Note:
    """A note; `mentions` are ids of `colleagues`.

    Raises InputRefused (`notes.has_name`) when a name of this story stands in it, NotFound when somebody who cannot
    read it is named, and as `notes`.
    """
    user.require(Act.READ_STORY)
    with store.write() as books:
        open_to_staff(books, story_id)
        words, named = _checked(books, user, story_id, text, mentions)
        note = Note(new_id("n"), story_id, user.id, datetime.now(UTC), words, named)
        books.notebook.add(note)
        _audit(books, user.id, "note_written", note)
        return note


def tell(books: Books, by: str, story_id: str, to: str, sentence: str) -> None:
    """A sentence of the house as a note of `by` that names a colleague; nothing for who cannot read it (any more), or
    wrote it."""
    if to in {one.id for one in _readers(books, but=by)}:
        note = Note(new_id("n"), story_id, by, datetime.now(UTC), sentence, (to,))
        books.notebook.add(note)
        _audit(books, by, "note_written", note)


def rewrite(store: Store, user: User, note_id: str, text: str, mentions: Sequence[str] = ()) -> Note:
    """Other words for an own note that is not done yet. Raises as `write`, and NotFound for somebody else's."""
    user.require(Act.READ_STORY)
    with store.write() as books:
        note = _own(books, user, note_id)
        words, named = _checked(books, user, note.story_id, text, mentions)
        changed = replace(note, text=words, mentions=named, edited_at=datetime.now(UTC))
        books.notebook.save(changed)
        _audit(books, user.id, "note_changed", changed)
        return changed


def take_back(store: Store, user: User, note_id: str) -> None:
    """An own note that is not done yet goes, with whom it named."""
    user.require(Act.READ_STORY)
    with store.write() as books:
        note = _own(books, user, note_id)
        books.notebook.drop(note.id)
        _audit(books, user.id, "note_taken_back", note)


def resolve(store: Store, user: User, note_id: str) -> Note:
    """What the note asks is done, says any colleague. Done once is done: a second time changes nothing."""
    user.require(Act.READ_STORY)
    with store.write() as books:
        note = _note(books, note_id)
        if note.resolved_at is not None:
            return note
        done = replace(note, resolved_at=datetime.now(UTC), resolved_by=user.id)
        books.notebook.save(done)
        _audit(books, user.id, "note_resolved", done)
        return done


def calls(store: Store, user: User) -> tuple[Called, ...]:
    """Where this user is named and has not looked yet: in notes that are not done, about stories they may open."""
    user.require(Act.READ_STORY)
    with store.read() as books:
        names = {one.id: one.name for one in books.users(include_inactive=True)}
        found = [(mention, books.story(mention.story_id)) for mention in books.notebook.mentions(user.id)]
        return tuple(
            Called(mention, story, names.get(mention.by, say("audit.nobody")))
            for mention, story in found
            if _is_open(story)
        )


def counted(books: Books, user_id: str, stories: Collection[Story]) -> dict[str, tuple[int, int]]:
    """For whoever already sees these stories in a list: how many notes are not done, and how many of those name this
    user, who has not looked yet. No words; none of a story that was stopped."""
    found = books.notebook.counted(user_id, [one.id for one in stories if _is_open(one)])
    return {one.id: found.get(one.id, (0, 0)) for one in stories}


def seen(store: Store, user: User, story_id: str) -> None:
    """This user has the notes of a story on the screen: nothing calls them there any more."""
    user.require(Act.READ_STORY)
    with store.read() as books:
        open_to_staff(books, story_id)
        called = any(mention.story_id == story_id for mention in books.notebook.mentions(user.id))
    if called:
        with store.write() as books:
            books.notebook.saw(user.id, story_id, datetime.now(UTC))


def _is_open(story: Story) -> bool:
    return story.state is State.GEPAUZEERD or story.state not in STOPPED


def _readers(books: Books, *, but: str) -> tuple[User, ...]:
    return tuple(one for one in books.users() if one.may(Act.READ_STORY) and one.id != but)


def _checked(
    books: Books, user: User, story_id: str, text: str, mentions: Sequence[str]
) -> tuple[str, tuple[str, ...]]:
    """Words without a name of this story, and whom they name."""
    words = check_text(text, NOTE).text.strip()
    names = [*anonymise.sought(books.names(story_id)), *books.intake_names(story_id)]
    if anonymise.residual({"": words}, names):
        raise InputRefused("notes.has_name")
    named = tuple(dict.fromkeys(mentions))
    if not set(named) <= {one.id for one in _readers(books, but=user.id)}:
        raise NotFound("stories.not_found")
    return words, named


def _note(books: Books, note_id: str) -> Note:
    note = books.notebook.note(note_id)
    open_to_staff(books, note.story_id)
    return note


def _own(books: Books, user: User, note_id: str) -> Note:
    note = _note(books, note_id)
    if note.by != user.id:
        raise NotFound("stories.not_found")
    if note.resolved_at is not None:
        raise Refused("notes.is_done")
    return note


def _audit(books: Books, by: str, action: str, note: Note) -> None:
    books.audit(by, action, story_id=note.story_id, subject=note.id, detail=f"mentions={len(note.mentions)}")
