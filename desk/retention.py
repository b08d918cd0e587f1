"""Keeping promises about time: one tidy-up that carries out every term the notice names, and says so in the audit.

The worker runs it every hour. It may run twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from desk import contacts
from desk.reviewing import RELEASED
from desk.withdrawing import erase_due
from stories.consent import Form, Purpose, may_use
from stories.model import StoryKind
from stories.stages import State
from stories.store import Books, Store
from stories.vault import Kind

AUDIO_TERM = timedelta(days=90)
"""Raw audio goes this long after the text was released, unless a voice may be used (domain.md section 2 [P])."""

CONCEPT_TERM = timedelta(days=30)
"""What was begun but never handed in is erased after this [P]."""

VOICES = (Form.EIGEN_STEM, Form.VERVORMDE_STEM)


@dataclass(frozen=True, slots=True)
class Tidied:
    """What one tidy-up did, in story ids."""

    erased: tuple[str, ...]
    concepts_erased: tuple[str, ...]
    audio_gone: tuple[str, ...]


def tidy(store: Store, *, now: datetime | None = None) -> Tidied:
    """Erase what was withdrawn or left behind, and drop recordings whose term is over."""
    now = now or datetime.now(UTC)
    contacts.tidy(store)
    return Tidied(erase_due(store, now=now), _concepts(store, now), _audio(store, now))


def _concepts(store: Store, now: datetime) -> tuple[str, ...]:
    with store.read() as books:
        concepts = books.stories(states=[State.CONCEPT], limit=10_000)
    left = [story.id for story in concepts if now - story.created_at > CONCEPT_TERM]
    for story_id in left:
        with store.write() as books:
            story = books.story(story_id)
            books.save(story.moved(state=State.INGETROKKEN), expected=story.row_version)
            books.erase(story_id, why="never_handed_in")
            books.audit("machine", "story_erased", story_id=story_id, detail="never_handed_in")
    return tuple(left)


def _audio(store: Store, now: datetime) -> tuple[str, ...]:
    with store.read() as books:
        released = books.stories(states=[State.VRIJGEGEVEN], limit=10_000)
        due = [s.id for s in released if s.kind is StoryKind.AUDIO and _audio_is_due(books, s.id, now)]
    for story_id in due:
        with store.write() as books:
            books.discard(story_id, Kind.AUDIO)
            books.audit("machine", "audio_term_over", story_id=story_id)
    return tuple(due)


def _audio_is_due(books: Books, story_id: str, now: datetime) -> bool:
    if not books.has(story_id, Kind.AUDIO):
        return False
    consent = books.consent(story_id)
    if any(may_use(consent, purpose, form, on=now.date()) for purpose in Purpose for form in VOICES):
        return False
    released_at = [approval.at for approval in books.approvals(story_id) if approval.role == RELEASED]
    return bool(released_at) and now - max(released_at) > AUDIO_TERM
