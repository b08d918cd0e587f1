"""The transcript of an interview, tied to its sound: listen, follow, correct, split, merge, say who speaks.

The component keeps its own state (playback, scrolling, what is being typed) over reruns and redraws only the lines
that changed. Per run it reports at most one thing that the editor did, with the revision that the editor saw; a next
one waits in the browser until this one was answered by another `Doc`.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from stories.model import require
from stories.words import room
from ui.components import load, naming
from ui.state import answered, set_answered

_TRANSCRIPT = load(
    "transcript",
    "parts",
    "naming_panel",
    "transcript_model",
    "transcript_words",
    "transcript_rows",
    "transcript_play",
    "transcript_send",
    "transcript_edit",
    "transcript_keys",
    "transcript_names",
)

MARKS = ("red", "amber", "kept")

LONGEST_TEXT = 10_000
"""Characters of one line: eleven minutes of speech without a breath."""

LONGEST_NAME = 60
MOST_SPANS = 1_000
LONGEST_MS = 24 * 3_600_000

ACTIONS = (
    "retype", "split", "merge", "confirm", "empty", "speaker", "name_speaker", "swap", "undo", "heard", "take_other",
    "keep_own", "name",
)  # fmt: skip

_NUMBER = re.compile(r"[0-9a-f]{1,16}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Line:
    """One segment. `words` are (start ms, end ms, first character, character after it, confidence), in order.

    `text` are the engine's words also when they are perhaps nobody's (`unsure`): then they are shown only when asked
    for. `flags` are (code, reason in Dutch). `typed`: nobody spoke this, so it need not be listened to, and is not
    changed here. `other` is what
    the final pass heard here, where somebody had already corrected the draft.
    """

    index: int
    start_ms: int
    end_ms: int
    text: str
    words: tuple[tuple[int, int, int, int, float], ...] = ()
    speaker: str | None = None
    flags: tuple[tuple[str, str], ...] = ()
    unsure: bool = False
    heard: bool = False
    typed: bool = False
    other: str | None = None

    def __post_init__(self) -> None:
        require(self.index >= 0 and 0 <= self.start_ms <= self.end_ms, "a line ends after it starts")
        at = 0
        for start_ms, end_ms, start, end, confidence in self.words:
            require(0 <= start_ms <= end_ms and 0.0 <= confidence <= 1.0, "a word ends after it starts")
            require(at <= start <= end <= len(self.text), "words stand in the text, one after another")
            at = end


@dataclass(frozen=True, slots=True)
class Doc:
    """What is shown. `revision` is the story's row version: it comes back with every action.

    `names` are (position in `lines`, first character, character after it, one of MARKS): only shown here.
    """

    audio_url: str
    lines: tuple[Line, ...]
    speakers: tuple[str, ...] = ()
    revision: int = 0
    may_edit: bool = False
    can_undo: bool = False
    names: tuple[tuple[int, int, int, str], ...] = ()

    def __post_init__(self) -> None:
        require(re.match("/[^/]", self.audio_url) is not None, "the sound comes from ourselves")
        for line, start, end, kind in self.names:
            require(kind in MARKS and 0 <= line < len(self.lines), "a mark stands in a line")
            require(0 <= start < end, "a mark has characters")


@dataclass(frozen=True, slots=True)
class Touched:
    """What the editor did, as far as a browser can be believed: shapes are checked, not whether the line exists.

    retype {index, text}; split {index, word}: before word number `word` of that line, counted from 0, so at least 1;
    merge {index}: with the next; confirm, empty, take_other, keep_own {index}; speaker {indices, name or None};
    name_speaker {old, new}; swap; undo; heard {spans in ms}; name {did}: what `ui.components.naming` reports.
    """

    action: str
    revision: int
    index: int | None = None
    text: str | None = None
    word: int | None = None
    indices: tuple[int, ...] = ()
    name: str | None = None
    old: str | None = None
    new: str | None = None
    spans: tuple[tuple[int, int], ...] = ()
    did: naming.Touched | None = None


def transcript(doc: Doc, *, names: Mapping[str, object] | None = None, key: str) -> Touched | None:
    """Show `doc`; what was done with it in this run, if anything. `names` are the places that can be decided here
    (`ui.transcript_names`).

    Do it, and run the page again (`st.rerun`): the browser compares the next `doc` with what it sent, and keeps showing
    what was typed when it does not stand there. What is reported twice, after a broken connection, comes once.
    """
    result = _TRANSCRIPT(
        key=key,
        data=packed(doc) | {"answered": answered(key), "naming": names},
        on_touched_change=lambda: None,
        on_asked_change=lambda: None,  # nothing was done: it wants to know what became of what it sent
    )
    value = result.touched
    number = value.get("number") if isinstance(value, Mapping) else None
    if not isinstance(number, str) or not _NUMBER.fullmatch(number) or number == answered(key):
        return None
    set_answered(key, number)
    return touched({name: part for name, part in value.items() if name != "number"}, may_edit=doc.may_edit)


def packed(doc: Doc) -> dict[str, object]:
    """The document as small as JSON gets: numbers of words relative to the word before, confidence in per cent."""
    speakers = list(dict.fromkeys([*doc.speakers, *(line.speaker for line in doc.lines if line.speaker is not None)]))
    number = {name: at for at, name in enumerate(speakers)}
    flags = list(dict.fromkeys(flag for line in doc.lines for flag in line.flags))
    flag_number = {flag: at for at, flag in enumerate(flags)}
    return {
        "url": doc.audio_url,
        "revision": doc.revision,
        "edit": doc.may_edit,
        "undo": doc.can_undo,
        "speakers": speakers,
        "flags": [list(flag) for flag in flags],
        "names": [list(mark) for mark in doc.names],
        "lines": [
            [
                line.index,
                line.start_ms,
                line.end_ms,
                line.text,
                -1 if line.speaker is None else number[line.speaker],
                line.unsure + 2 * line.heard + 4 * line.typed,
                [flag_number[flag] for flag in line.flags],
                line.other,
                _words(line),
            ]
            for line in doc.lines
        ],
        "words": dict(room("transcript")),
        "longest": [LONGEST_TEXT, LONGEST_NAME],
        "run": secrets.token_hex(4),  # other data in every run: so the component knows that there was one
    }


def _words(line: Line) -> list[int]:
    """Five numbers a word: ms since the last word ended, ms it lasts, characters skipped, its characters, per cent."""
    flat: list[int] = []
    time, at = line.start_ms, 0
    for start_ms, end_ms, start, end, confidence in line.words:
        flat += (start_ms - time, end_ms - start_ms, start - at, end - start, int(confidence * 100 + 1e-9))
        time, at = end_ms, end
    return flat


def touched(value: object, *, may_edit: bool) -> Touched | None:
    """What a browser sent, or None when our component cannot have sent it. Who may not edit can only have listened."""
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        return None
    action, revision = value.get("action"), value.get("revision")
    if action not in ACTIONS or not _is_count(revision) or not (may_edit or action == "heard"):
        return None
    given = {name: part for name, part in value.items() if name not in ("action", "revision")}
    if action == "name":
        did = given.get("did")
        report = naming.touched({**did, "revision": revision}) if isinstance(did, Mapping) and len(given) == 1 else None
        return None if report is None else Touched(action, revision, did=report)
    checked = _checked(action, given)
    return None if checked is None else Touched(action, revision, **checked)


def _checked(action: str, given: dict[str, Any]) -> dict[str, Any] | None:
    """The rest of an action when it is exactly what belongs to it."""
    match action, given:
        case "retype", {"index": index, "text": text, **more}:
            fine = _is_count(index) and _is_text(text, LONGEST_TEXT)
        case "split", {"index": index, "word": word, **more}:
            fine = _is_count(index) and _is_count(word) and word > 0
        case (("merge" | "confirm" | "empty" | "take_other" | "keep_own"), {"index": index, **more}):
            fine = _is_count(index)
        case "speaker", {"indices": list(indices), "name": name, **more}:
            fine = 0 < len(indices) <= 100_000 and all(map(_is_count, indices)) and (name is None or _is_name(name))
            given = {"indices": tuple(indices), "name": name}
        case "name_speaker", {"old": old, "new": new, **more}:
            fine = _is_name(old) and _is_name(new)
        case (("swap" | "undo"), {**more}):
            fine = True
        case "heard", {"spans": list(spans), **more}:
            fine = 0 < len(spans) <= MOST_SPANS and all(map(_is_span, spans))
            given = {"spans": tuple(map(tuple, spans))} if fine else {}
        case _:
            return None
    return given if fine and not more else None


def _is_count(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 <= value < 10**9


def _is_text(value: object, most: int) -> bool:
    return isinstance(value, str) and len(value) <= most and not _CONTROL.search(value)


def _is_name(value: object) -> bool:
    return _is_text(value, LONGEST_NAME) and str(value).strip() == value != ""


def _is_span(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 2 or not all(map(_is_count, value)):
        return False
    return bool(value[0] < value[1] <= LONGEST_MS)
