"""Transcripts as files: out for whoever works with them, and in again when somebody corrected them elsewhere.

What goes out is the anonymised text at the times of the transcript, unless the original is asked for by name; both are
written down in the audit. What comes in is one change, which can be undone like any other.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

import anonymise
from desk import lines, transcripts
from desk.opening import opened_story
from stories.errors import Moved, NotFound, Refused
from stories.model import Story, Transcript, joined
from stories.people import Act, User
from stories.store import Books, Store
from stories.words import say
from transcription import FORMATS, MAX_BYTES, Change, read_transcript, replaced, timed_by, without_words
from transcription import export as write

_PLACES = 5
"""Places that a refusal names; the next look names the rest."""

__all__ = ["FORMATS", "MAX_BYTES", "export", "imported"]


def export(store: Store, user: User, story_id: str, form: str, *, original: bool = False) -> tuple[bytes, str]:
    """A story's transcript as a file, and its media type. `form` is one of `transcription.FORMATS`.

    Raises NotFound without a transcript or for another form; Refused while the story is not at the desk, and for the
    anonymised text while it does not match the transcript line by line, or while a name still stands in it.
    """
    user.require(Act.OPEN_ORIGINAL)
    with store.write() as books:  # a write, because every file that leaves is an audit line
        story = opened_story(books, story_id)
        transcript = books.transcript(story_id)
        if form not in FORMATS:
            raise NotFound("stories.not_found")
        if original:
            data = write(transcript, form, note=say("desk.file_original"))
        else:
            clean = _clean_lines(books, story)
            _require_no_names(books, without_words(transcript, clean), story_id)
            data = write(transcript, form, lines=clean, note=say("desk.file_anonymised"))
        detail = f"format={form} original={int(original)}"
        books.audit(user.id, "transcript_exported", story_id=story_id, detail=detail)
        return data, FORMATS[form].media_type


def imported(store: Store, user: User, story_id: str, data: bytes, *, expected: int, name_hint: str = "") -> Story:
    """The transcript becomes what this file says, as one change.

    Typed lines stay, and so does what the file says nothing new about. Raises InputRefused for what is no transcript of
    this recording, and what `transcripts.change` raises.
    """
    user.require(Act.EDIT_TEXT)
    with store.read() as books:
        before = opened_story(books, story_id)
        length = books.transcript(story_id).duration_ms
    read = read_transcript(data, name_hint, duration_ms=length)

    def make(transcript: Transcript) -> Change:
        if transcript.duration_ms != length:  # the teller told more meanwhile
            raise Moved("stories.moved")
        return replaced(transcript, timed_by(read, transcript).segments)

    story = transcripts.change(store, user, story_id, make, expected=expected)
    if story.row_version != before.row_version:
        with store.write() as books:
            detail = f"segments={len(read.segments)}"
            books.audit(user.id, "transcript_imported", story_id=story_id, detail=detail)
    return story


def _clean_lines(books: Books, story: Story) -> list[str]:
    """The newest anonymised text, a line per segment. Refused when it is not the text of this transcript."""
    if story.version == 0:
        raise Refused("desk.file_not_ready")
    version = books.version(story.id)
    found = lines.of_version(books, version)
    if not found:
        raise Refused("desk.file_not_ready")
    return [version.clean.text[line.start : line.end] for line in found]


def _require_no_names(books: Books, leaving: Transcript, story_id: str) -> None:
    """The last look: nothing that leaves holds a name that was said, or that the teller asked to hide."""
    names = anonymise.sought(books.names(story_id)) + list(books.intake_names(story_id))
    speakers = {f"{say('desk.file_speaker')} {i}": s.speaker for i, s in enumerate(leaving.segments, 1) if s.speaker}
    leaks = anonymise.residual({"": leaving.text, **speakers}, names)
    if leaks:
        starts = list(accumulate((len(segment.text) + 1 for segment in leaving.segments), initial=0))
        lines = sorted({bisect_right(starts, leak.position) for leak in leaks if not leak.where})
        places = [f"{say('desk.file_line')} {line}" for line in lines] + [leak.where for leak in leaks if leak.where]
        raise Refused("desk.file_names_left", count=len(leaks), where=joined(dict.fromkeys(places[:_PLACES])))
