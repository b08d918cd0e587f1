"""Reading back: the ervaringswerker reads the anonymised text to whoever told it, and writes down what they say.

The teller's word belongs to the digest of exactly the text that was read: another version must be read again. It is
offered to everybody and decides nothing by itself, but "anders" takes the story back to the editors, with a sealed
note and a task, and "stop" is a withdrawal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from capture import TextLimits, check_text
from desk import lastwords, readtask, withdrawing
from desk.lastwords import Product
from desk.taken import going_on
from desk.withdrawing import Withdrawn
from stories import clock
from stories.consent import Purpose, Way, may_use, required_parties
from stories.errors import InputRefused, Moved, Refused
from stories.lastword import LastWord
from stories.model import Approval, Story, StoryVersion, Task, new_id
from stories.people import Act, User
from stories.stages import STOPPED, Stage, State
from stories.store import Books, Store
from stories.vault import Kind

HEARD_BY_TELLER, WANTS_OTHER = "verteller_gehoord", "verteller_anders"

READABLE = frozenset({State.IN_REDACTIE, State.BIJ_TELLER, State.TER_VRIJGAVE, State.VRIJGEGEVEN})

CHANGE_TASK = "read_back_changes"
CHANGE_OWNER = "redactie"
CHANGE_DAYS = 14
"""Days the editors have to change what the teller wants changed [P]."""

NOTE = TextLimits(min_letters=2, max_characters=5_000)


class Heard(StrEnum):
    """What the teller said after hearing the text."""

    AKKOORD = "akkoord"
    ANDERS = "anders"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Reading:
    """What may be read to the teller, and what they said about exactly this text (None: not yet)."""

    story: Story
    version: StoryVersion
    outcome: Heard | None


def outcome_of(approvals: Sequence[Approval], digest: str) -> Heard | None:
    """What the teller said last about this very text; `approvals` are those of the story, oldest first."""
    said = {HEARD_BY_TELLER: Heard.AKKOORD, WANTS_OTHER: Heard.ANDERS}
    words = [said[a.role] for a in approvals if a.digest == digest and a.role in said]
    return words[-1] if words else None


def reading(store: Store, user: User, story_id: str) -> Reading:
    """The newest anonymised text of an own case, for reading it to the teller.

    Raises NotFound for somebody else's case, ConsentRefused while consent does not allow keeping it, and Refused while
    there is no text yet or the story stands still.
    """
    user.require(Act.TAKE_STORY)
    with store.read() as books:
        story, version = _readable(books, user, story_id)
        return Reading(story, version, outcome_of(books.approvals(story_id), version.digest))


def read_back(
    store: Store,
    user: User,
    story_id: str,
    outcome: Heard,
    note: str = "",
    *,
    number: int,
    now: datetime | None = None,
) -> Withdrawn | None:
    """Write down what the teller said about version `number`.

    Raises Moved when there is a newer text than the one that was read, InputRefused when it must be changed and the
    note does not say what; otherwise as `reading`.
    """
    user.require(Act.TAKE_STORY)
    if outcome is Heard.STOP:
        return stop(store, user, story_id, now=now)
    now = now or datetime.now(UTC)
    if outcome is Heard.ANDERS and not note.strip():
        raise InputRefused("helper.note_empty")
    wish = check_text(note, NOTE).text if outcome is Heard.ANDERS else ""
    with store.write() as books:
        story, version = _readable(books, user, story_id)
        if version.number != number:
            raise Moved("stories.moved")
        note_down(books, story, version, outcome, wish, by=user.id, now=now)
        books.audit(user.id, "read_back", story_id=story_id, subject=str(number), detail=str(outcome))
    return None


def note_down(
    books: Books, story: Story, version: StoryVersion, outcome: Heard, wish: str, *, by: str, now: datetime
) -> None:
    """What the teller says about exactly this text; one that was with them comes back to the editors."""
    role = HEARD_BY_TELLER if outcome is Heard.AKKOORD else WANTS_OTHER
    books.add_approval(Approval(story.id, version.digest, by=by, at=now, role=role))
    readtask.over(books, story.id, now)
    if outcome is Heard.AKKOORD:  # made after the wishes
        for task in _wishes(books, story.id):
            books.finish_task(task.id, now)
    if outcome is Heard.ANDERS:
        mark = max(books.numbers(story.id, Kind.TELLER_NOTE), default=0) + 1
        books.keep(story.id, Kind.TELLER_NOTE, wish.encode("utf-8"), version=mark)
        due = (now + timedelta(days=CHANGE_DAYS)).date()
        books.add_task(Task(new_id("t"), CHANGE_TASK, story.id, str(mark), CHANGE_OWNER, due))
    if story.state is State.BIJ_TELLER or (outcome is Heard.ANDERS and story.state is not State.IN_REDACTIE):
        books.save(story.moved(state=State.IN_REDACTIE), expected=story.row_version)


def stop(store: Store, user: User, story_id: str, *, now: datetime | None = None) -> Withdrawn:
    """The teller says to the ervaringswerker that they stop: the whole story is withdrawn, at once."""
    user.require(Act.TAKE_STORY)
    with store.read() as books:
        story = going_on(books, user, story_id)
        if story.state is State.CONCEPT:
            raise Refused("helper.stop_is_throwing_away")
    party = required_parties(story.teller)[-1]
    return withdrawing.withdraw(store, story_id, party, way=Way.GESPROKEN, recorded_by=user.id, now=now)


# the finished product, for a teller without a phone


def products(store: Store, user: User, story_id: str) -> tuple[Product, ...]:
    """The products in which an own case appears, as its teller may know them."""
    user.require(Act.TAKE_STORY)
    with store.read() as books:
        going_on(books, user, story_id)
    return lastwords.products(store, story_id)


def see_product(store: Store, user: User, story_id: str, piece_id: str) -> str:
    """The finished product as readers will see it, to go through together. Raises as `desk.lastwords.see_product`."""
    user.require(Act.TAKE_STORY)
    with store.read() as books:
        going_on(books, user, story_id)
    return lastwords.see_product(store, story_id, piece_id)


def answer_product(
    store: Store, user: User, story_id: str, piece_id: str, word: LastWord, note: str = "", *, digest: str
) -> None:
    """The teller's last word on exactly the product that was shown, said to the ervaringswerker. Raises as
    `desk.lastwords.answer_product`."""
    user.require(Act.TAKE_STORY)
    with store.read() as books:
        going_on(books, user, story_id)
    lastwords.answer_product(store, story_id, piece_id, word, note, digest=digest, recorded_by=user.id)


# for editors


def wishes(store: Store, user: User, story_id: str) -> tuple[str, ...]:
    """What the teller wants changed in the text, in their own words, oldest first, until they heard a text and agreed.
    For whoever works with the original, as long as the story is with them; empty for a story that is not."""
    user.require(Act.OPEN_ORIGINAL)
    with store.read() as books:
        story = books.story(story_id)
        if story.state is not State.IN_REDACTIE or not may_use(
            books.consent(story_id), Purpose.VERWERKEN, on=clock.today()
        ):
            return ()
        notes = [int(task.subject) for task in _wishes(books, story_id)]
        return tuple(books.fetch(story_id, Kind.TELLER_NOTE, version=note).decode() for note in sorted(notes))


def _wishes(books: Books, story_id: str) -> list[Task]:
    return [task for task in books.tasks() if (task.kind, task.story_id) == (CHANGE_TASK, story_id)]


def _readable(books: Books, user: User, story_id: str) -> tuple[Story, StoryVersion]:
    story = going_on(books, user, story_id)
    if story.state in STOPPED:
        raise Refused(f"desk.story_{story.state}")
    books.consent(story_id).require(Purpose.VERWERKEN, on=clock.today())
    if story.state not in READABLE or story.stage is not Stage.TAGGED:
        raise Refused("helper.nothing_to_read_yet")
    return story, books.version(story_id)
