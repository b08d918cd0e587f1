"""The transcript at the editor's: listened to, corrected by the sentence, undone, and compared with the second pass.

Every edit is saved at once, with the row version it was made on, and kept as a change of its own, so that it can be
undone. When words changed, the machine looks for names again once the editor has been quiet for a while; what editors
decided about names moves along (`desk.carrying`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from anonymise import Decision
from desk import finals, listening, passages
from desk.listening import Span
from desk.opening import log_once, opened_story
from desk.versions import findings_of
from desk.working import FINAL, ask_for_work
from stories import jobs
from stories.errors import NotFound
from stories.jobs import UNFINISHED
from stories.model import Finding, RawText, Story, Transcript
from stories.people import Act, User
from stories.stages import Stage
from stories.store import Books, Store
from stories.vault import Kind
from transcription import Change, apply, editing, is_typed, reading_version

__all__ = ["Opened", "change", "editing", "is_typed", "opened"]

QUIET_S = 15
"""Names are looked for again after this many seconds without an edit."""

Making = Callable[[Transcript], Change]


@dataclass(frozen=True, slots=True)
class Opened:
    """What the transcript screen shows. `others`: what the second pass hears, per sentence that a person touched."""

    story: Story
    transcript: Transcript
    heard: frozenset[int]
    to_hear: frozenset[int]
    others: dict[int, str]
    findings: tuple[Finding, ...]  # in this text; none while names are being looked for in it
    decisions: tuple[Decision, ...]
    can_undo: bool
    final_waits: bool  # the text is a first draft; the second pass will come


def opened(store: Store, user: User, story_id: str) -> Opened:
    """The transcript as it is now. Raises NotFound when there is none, Refused while the story is not at the desk."""
    user.require(Act.OPEN_ORIGINAL)
    with store.read() as books:
        story = opened_story(books, story_id)
        transcript = books.transcript(story_id)
        others = finals.others_in(finals.read(books, story_id), transcript)
        heard = listening.heard(books, story_id, transcript)
        to_hear = listening.to_hear(books, story_id, transcript)
        can_undo = bool(books.numbers(story_id, Kind.TRANSCRIPT_EDIT))
        current = story.version and books.version(story_id).clean.source_digest == RawText(transcript.text).digest
        findings, decisions = findings_of(books, story_id) if current else ((), ())
    waits = any(job.name == FINAL and job.state in UNFINISHED for job in jobs.status(store, story_id))
    texts = {at: other.text for at, other in others.items()}
    return Opened(story, transcript, heard, to_hear, texts, findings, decisions, can_undo, waits)


def change(store: Store, user: User, story_id: str, make: Making, *, expected: int) -> Story:
    """Change the transcript. Raises Moved when somebody was faster, Refused for what may not be changed so."""
    user.require(Act.EDIT_TEXT)
    return _change(store, user.id, story_id, make, expected=expected)


def propose(store: Store, actor: str, story_id: str, made: Change, action: str) -> Story:
    """A change that a job proposes: kept, shown and undone like any other.

    Raises Moved when the text became another one while the machine was at it.
    """
    with store.read() as books:
        expected = books.story(story_id).row_version
    return _change(store, actor, story_id, lambda _: made, expected=expected, action=action)


def retype(store: Store, user: User, story_id: str, index: int, text: str, *, expected: int) -> Story:
    """What was said in this sentence, as a person heard it."""
    return change(store, user, story_id, lambda t: editing.retyped(t, index, text), expected=expected)


def undo(store: Store, user: User, story_id: str, *, expected: int) -> Story:
    """Take the last change back, whoever made it. Raises NotFound when there is none, Moved when the text has become
    another one since (by the second pass, or because the teller told more)."""
    user.require(Act.EDIT_TEXT)
    with store.read() as books:
        number = max(books.numbers(story_id, Kind.TRANSCRIPT_EDIT), default=0)
        last = Change.from_json(json.loads(books.fetch(story_id, Kind.TRANSCRIPT_EDIT, version=number))["change"])
    return _change(store, user.id, story_id, lambda _: last.undone(), expected=expected, undoes=number)


def listened(store: Store, user: User, story_id: str, spans: Iterable[Span]) -> None:
    """These stretches (ms) were played from begin to end."""
    user.require(Act.OPEN_ORIGINAL)
    with store.write() as books:
        opened_story(books, story_id)
        transcript = books.transcript(story_id)
        within = [(max(0, start), min(end, transcript.duration_ms)) for start, end in spans]
        listening.add(books, story_id, transcript, within)
        log_once(books, user.id, story_id, "sound_heard")


def take_other(store: Store, user: User, story_id: str, index: int, *, expected: int) -> Story:
    """In this sentence the second pass is right. Raises NotFound when it says nothing else there."""
    user.require(Act.EDIT_TEXT)
    with store.read() as books:
        others = finals.others_in(finals.read(books, story_id), books.transcript(story_id))
    if index not in others:
        raise NotFound("stories.not_found")
    return retype(store, user, story_id, index, others[index].text, expected=expected)


def keep_own(store: Store, user: User, story_id: str, index: int) -> None:
    """What stands in this sentence is right, whatever the second pass hears."""
    user.require(Act.EDIT_TEXT)
    with store.write() as books:
        opened_story(books, story_id)
        final = finals.read(books, story_id)
        others = finals.others_in(final, books.transcript(story_id))
        if index not in others:
            raise NotFound("stories.not_found")
        finals.keep(books, story_id, finals.without(final, others[index]))
        log_once(books, user.id, story_id, "transcript_edited")


def _change(
    store: Store,
    actor: str,
    story_id: str,
    make: Making,
    *,
    expected: int,
    undoes: int | None = None,
    action: str = "transcript_edited",
) -> Story:
    with store.write() as books:
        story = opened_story(books, story_id)
        old = books.transcript(story_id)
        made = make(old)
        new = apply(old, made)
        if new == old:
            return story
        same_text = new.text == old.text
        if not same_text:
            books.keep_excluded(story_id, passages.moved(books.excluded(story_id), old.text, new.text))
        books.keep_transcript(story_id, new)
        if undoes is None:
            _log(books, actor, story_id, made)
        else:
            books.discard(story_id, Kind.TRANSCRIPT_EDIT, version=undoes)
        listening.changed(books, story_id, made.before, made.after)
        log_once(books, actor, story_id, action)
        again = not same_text and story.stage is not Stage.CAPTURED
        stage = Stage.TRANSCRIBED if again else story.stage
        story = books.save(story.moved(stage=stage), expected=expected)
    if again:
        ask_for_work(store, story_id, after_s=QUIET_S)
    return story


def reading(seen: Opened) -> str:
    """The reading version of the whole, without stammers: to read by, never to quote from."""
    return "\n".join(reading_version(segment.said).text for segment in seen.transcript.segments)


def find_names_now(store: Store, user: User, story_id: str) -> None:
    """Do not wait until the editor is quiet: they look at the names now."""
    user.require(Act.EDIT_NAMES)
    ask_for_work(store, story_id)


def _log(books: Books, actor: str, story_id: str, made: Change) -> None:
    number = 1 + max(books.numbers(story_id, Kind.TRANSCRIPT_EDIT), default=0)
    row = {"by": actor, "at": datetime.now(UTC).isoformat(), "change": made.to_json()}
    books.keep(story_id, Kind.TRANSCRIPT_EDIT, json.dumps(row).encode(), version=number)
