"""A transcript as a file: subtitles, a document with times, JSON or plain text.

With `lines` (one per segment, such as the anonymised text) every format holds those instead of what was said, at the
same times: no word with a time of its own is left, and speakers with a name of their own become "Spreker 1", "Spreker
2", for a name that an editor typed was never looked at by the anonymiser.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from stories.model import Transcript
from stories.words import say
from transcription import worddoc
from transcription.align import one_line
from transcription.editing import is_typed
from transcription.subtitles import clock, shown, to_srt, to_vtt, with_speaker

ROLES = frozenset(
    ("verteller", "interviewer", "kind", "jongere", "ouder", "moeder", "vader", "begeleider", "ervaringswerker")
)
"""Names for a speaker that say a part in the talk, and so may stay in an anonymised text."""
_NUMBERED = re.compile(r"spreker [0-9]{1,2}")


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its media type and how it is written."""

    media_type: str
    write: Callable[[Transcript, Sequence[str] | None, str], bytes]


def export(transcript: Transcript, form: str, *, lines: Sequence[str] | None = None, note: str = "") -> bytes:
    """The transcript in a format of `FORMATS`; `note` is said on top where the format has a place for it.

    Raises KeyError for another format and ValueError when `lines` are not one per segment.
    """
    return FORMATS[form].write(transcript if lines is None else without_words(transcript, lines), lines, note)


def without_words(transcript: Transcript, lines: Sequence[str]) -> Transcript:
    """The transcript with these texts for its segments, and nothing of what was really said or by whom."""
    names = _neutral(segment.speaker for segment in transcript.segments)
    segments = [
        replace(segment, text=text, words=(), speaker=names.get(segment.speaker))
        for segment, text in zip(transcript.segments, lines, strict=True)
    ]
    return replace(transcript, segments=tuple(segments))


def _neutral(speakers: Iterable[str | None]) -> dict[str | None, str]:
    """For each speaker a name that says no more than a part in the talk."""
    given = [name for name in dict.fromkeys(speakers) if name]
    names: dict[str | None, str] = {
        name: name for name in given if name.casefold() in ROLES or _NUMBERED.fullmatch(name.casefold())
    }
    for name in given:
        if name not in names:
            numbered = (say("transcription.speaker_number", number=number) for number in itertools.count(1))
            names[name] = next(one for one in numbered if one not in names.values())
    return names


def to_json(transcript: Transcript) -> bytes:
    """Exactly `Transcript.to_json`. Half a surrogate pair, which UTF-8 cannot hold, is written as JSON's escape."""
    return (json.dumps(transcript.to_json(), ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")


def to_text(transcript: Transcript, lines: Sequence[str] | None = None) -> str:
    """One line per segment; who speaks is said where it changes, after an empty line."""
    told: list[str] = []
    speaker: str | None = None
    for segment, text in shown(transcript, lines):
        turns = segment.speaker != speaker and not is_typed(segment)
        if turns and told:
            told.append("")
        told.append(with_speaker(segment, text) if turns else text)
        speaker = segment.speaker if not is_typed(segment) else speaker
    return "\n".join(told) + "\n"


def to_docx(transcript: Transcript, lines: Sequence[str] | None = None, note: str = "") -> bytes:
    """A Word document: a table of when, who and what."""
    about = say("transcription.doc_about", length=clock(transcript.duration_ms), model=one_line(transcript.model))
    rows = [
        (
            clock(segment.start_ms),
            say("transcription.doc_typed") if is_typed(segment) else one_line(segment.speaker or ""),
            text,
        )
        for segment, text in shown(transcript, lines)
    ]
    heads = [say(f"transcription.doc_{head}") for head in ("time", "speaker", "text")]
    return worddoc.document(say("transcription.doc_title"), [one_line(note), about] if note else [about], heads, rows)


FORMATS: dict[str, Format] = {
    "vtt": Format("text/vtt; charset=utf-8", lambda t, lines, note: to_vtt(t, lines, note).encode()),
    "srt": Format("application/x-subrip; charset=utf-8", lambda t, lines, _: to_srt(t, lines).encode()),
    "docx": Format(worddoc.MEDIA_TYPE, to_docx),
    "json": Format("application/json", lambda t, *_: to_json(t)),
    "txt": Format("text/plain; charset=utf-8", lambda t, lines, _: to_text(t, lines).encode()),
}
"""What a transcript can be written as, by the ending of the file's name."""
