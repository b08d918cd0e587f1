"""What counts as a clip that may be heard: of today's text and today's safe recording, in a form that the teller
allows, and heard to its end by two people. Asked anew at every use; nothing of it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from desk import redactions
from desk.standing import standing
from desk.versions import MACHINE
from stories.clock import today
from stories.consent import Consent, Form, Purpose, may_use
from stories.model import Voice
from stories.products import CLIP_HEARD, LISTENERS, PURPOSES, Clip
from stories.store import Books
from stories.use import Standing, require_use, uses

CHANNELS = tuple(dict.fromkeys(PURPOSES.values()))
"""Every purpose for which a product is made."""

GONE = "clips_gone"
"""In the audit: clips of a story went because nobody may hear them any more."""

MOST_TELLING = Purpose.PODCAST
"""When no channel allows a form, the no of this one is told: where a voice is most at home."""


class ClipState(StrEnum):
    """How it stands with a clip, whatever consent says."""

    TE_HOREN = "te_horen"  # not yet heard by enough people
    KLAAR = "klaar"
    VEROUDERD = "verouderd"  # of an older text or an older safe recording: nobody can hear it any more


@dataclass(frozen=True, slots=True)
class Heard:
    """Who heard a clip to its end: ids of users, each once, the first one first."""

    by: tuple[str, ...]
    made_by: str

    @property
    def enough(self) -> bool:
        return len(self.by) >= LISTENERS and any(by != self.made_by for by in self.by)


def heard_of(books: Books, clip: Clip) -> Heard:
    """Who heard exactly this clip."""
    said = [a.by for a in books.approvals(clip.id) if (a.role, a.digest) == (CLIP_HEARD, clip.digest)]
    return Heard(tuple(dict.fromkeys(said)), clip.made_by)


def state_of(books: Books, clip: Clip) -> ClipState:
    """How it stands with it now."""
    if is_stale(books, clip):
        return ClipState.VEROUDERD
    return ClipState.KLAAR if heard_of(books, clip).enough else ClipState.TE_HOREN


def is_stale(books: Books, clip: Clip) -> bool:
    """Whether the text, or the safe recording it was cut from, became another one."""
    if books.story(clip.story_id).version != clip.version:
        return True
    return clip.voice is not Voice.NAGESPROKEN and redaction_now(books, clip.story_id) != clip.redaction


def redaction_now(books: Books, story_id: str) -> str | None:
    """The digest of the safe recording of the story as it is now; None while there is none."""
    ready = redactions.standing(books, story_id) is redactions.Standing.READY
    return redactions.read(books, story_id).digest if ready else None


def channels(now: Standing, voice: Voice, on: date | None = None) -> tuple[Purpose, ...]:
    """The channels for which the story may be heard so, on that day (default: today)."""
    asked = [(purpose, Form(str(voice))) for purpose in CHANNELS]
    return tuple(purpose for purpose, _ in uses(now, asked, on=on or today()))


def require_form(books: Books, story_id: str, voice: Voice) -> None:
    """Raise ConsentRefused or Refused, in Dutch, unless some channel may let the story be heard so today."""
    now = standing(books, story_id)
    if not channels(now, voice):
        require_use(now, MOST_TELLING, Form(str(voice)), on=today())


def drop_forbidden(books: Books, story_id: str) -> None:
    """Take away the clips in a form that consent allows for no channel (any more). A yes that comes back brings
    none of them back."""
    gone = forbidden(books, story_id)
    for clip in gone:
        books.clips.remove(clip.id)
    if gone:
        books.audit(MACHINE, GONE, story_id=story_id, detail=f"clips={len(gone)}")


def forbidden(books: Books, story_id: str) -> tuple[Clip, ...]:
    """The clips in a form that consent allows for no channel today."""
    clips = books.clips.of_story(story_id)
    if not clips:
        return ()
    consent = books.consent(story_id)
    return tuple(clip for clip in clips if not _consented(consent, clip.voice))


def outdated(books: Books, story_id: str) -> tuple[Clip, ...]:
    """The clips of an older text, and those of a safe recording in the place of which another one came."""
    clips = books.clips.of_story(story_id)
    if not clips:
        return ()
    version, newest = books.story(story_id).version, redaction_now(books, story_id)
    return tuple(c for c in clips if c.version != version or (c.redaction and newest and c.redaction != newest))


def _consented(consent: Consent, voice: Voice) -> bool:
    return any(may_use(consent, purpose, Form(str(voice)), on=today()) for purpose in CHANNELS)
