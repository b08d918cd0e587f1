"""A text with its places: press a mark, hear it, decide, pick words that were missed, and see what the text becomes.

The component keeps what the editor looks at over reruns. Per run it reports at most one thing, with the revision that
the editor saw; a next one waits in the browser until this one was answered by other data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from desk.naming import SOMEBODY_ELSE, TYPES, Looking
from stories.model import digest_of
from stories.words import room
from ui.components import load
from ui.state import answered, set_answered

_NAMING = load("naming", "parts", "naming_send", "naming_words", "naming_panel")

ACTIONS = ("mask", "keep", "free", "undo", "redo", "suggest", "spent")
WITHOUT_PLACE = ("undo", "redo", "spent")
LONGEST_WORD = 60
"""Characters that a replacement may have."""

_NUMBER = re.compile(r"[0-9a-f]{1,16}")


@dataclass(frozen=True, slots=True)
class Touched:
    """What the editor did, as far as a browser can be believed: shapes are checked, not whether the place exists.

    `seconds` is how long they looked since the last report. `type`, `replacement` and `person` None: unchanged.
    """

    action: str
    revision: int
    seconds: int = 0
    start: int = 0
    end: int = 0
    everywhere: bool = False
    type: str | None = None
    replacement: str | None = None
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Ideas:
    """What the place that begins at `start` could become."""

    start: int
    words: tuple[str, ...]


def naming(
    looking: Looking,
    *,
    sound_url: str = "",
    may_edit: bool = True,
    ideas: Ideas | None = None,
    refused: str = "",
    key: str,
) -> Touched | None:
    """Show the places of a text; what was done with them in this run, if anything.

    Do it, and run the page again (`st.rerun`). `refused` is the sentence to show when the last thing was not done.
    """
    shown = packed(looking)
    result = _NAMING(
        key=key,
        data=shown
        | {
            "shape": digest_of(shown),
            "story": looking.story.id,
            "revision": looking.story.row_version,
            "undo": looking.can_undo,
            "redo": looking.can_redo,
            "sound": sound_url,
            "edit": may_edit,
            "ideas": packed_ideas(ideas),
            "refused": refused,
            **about_panel(),
            "answered": answered(key),
        },
        on_touched_change=lambda: None,
    )
    value = result.touched
    number = value.get("number") if isinstance(value, Mapping) else None
    if not isinstance(number, str) or not _NUMBER.fullmatch(number) or number == answered(key):
        return None
    set_answered(key, number)
    return touched(value, may_edit=may_edit)


def packed_ideas(ideas: Ideas | None) -> dict[str, object] | None:
    return {"start": ideas.start, "words": list(ideas.words)} if ideas else None


def about_panel() -> dict[str, object]:
    """What the panel about a place needs, whatever the text."""
    types = sorted(TYPES, key=lambda name: list(room("names")).index(f"type_{name}"))
    return {"types": types, "longest": LONGEST_WORD, "words": dict(room("names"))}


def marks(looking: Looking) -> list[dict[str, object]]:
    """The places, as the browser gets them. Those with the same words have one `group`."""
    groups: dict[str, int] = {}
    found = list[dict[str, object]]()
    for shown in looking.shown:
        place = shown.place
        words = looking.raw[place.start : place.end]
        found.append(
            {
                "start": place.start,
                "end": place.end,
                "said": words,
                "kind": place.state,
                "type": place.type,
                "reasons": list(place.reasons) or [room("names")["added"]],
                "label": shown.label,
                "replacement": place.replacement,
                "sound": list(shown.sound) if shown.sound else None,
                "same": shown.same,
                "group": groups.setdefault(words.casefold(), len(groups)),
                "person": shown.person,
            }
        )
    return found


def packed(looking: Looking) -> dict[str, object]:
    """The text, its marks and the anonymised text, as the browser gets them."""
    labels = [
        [start, end, place]
        for (start, end), place in zip(looking.clean.labels if looking.after else (), looking.after, strict=True)
    ]
    return {
        "text": looking.raw, "marks": marks(looking), "clean": looking.clean.text, "labels": labels,
        "amber": looking.amber,
    }  # fmt: skip


def touched(value: object, *, may_edit: bool = True) -> Touched | None:
    """What a browser sent, or None when our component cannot have sent it. Who may not edit changes nothing."""
    if not isinstance(value, Mapping) or not may_edit:
        return None
    action, revision, seconds = value.get("action"), value.get("revision"), value.get("seconds", 0)
    if action not in ACTIONS or not (_is_count(revision) and _is_count(seconds)):
        return None
    if action in WITHOUT_PLACE:
        return Touched(action, revision, seconds)
    start, end = value.get("start"), value.get("end")
    everywhere, kind, words = value.get("everywhere", False), value.get("type"), value.get("replacement")
    person = value.get("person")
    somebody = person is None or _is_count(person) or (type(person) is int and person == SOMEBODY_ELSE)
    fine = (
        _is_count(start) and _is_count(end) and start < end
        and isinstance(everywhere, bool)
        and (kind is None or (isinstance(kind, str) and kind in TYPES))
        and (words is None or (isinstance(words, str) and len(words) <= LONGEST_WORD))
        and somebody
    )  # fmt: skip
    return Touched(action, revision, seconds, start, end, everywhere, kind, words, person) if fine else None


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value < 10**9
