"""Giving sound or files: record with the microphone part by part, or choose files. Sent straight to our own routes.

What is given is acknowledged only when the server has checked and sealed it; until then it stays in the browser, also
when the page is drawn anew, and is sent again until it is there. After a broken connection the same answer may be
reported twice; the part's `number` tells.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from stories.words import room
from ui.components import load

_GIVER = load("giver", "giver_send", "giver_record")

ACCEPT = ".m4a,.mp4,.aac,.mp3,.ogg,.oga,.opus,.webm,.wav,.flac,.amr,.3gp,.caf,.mov,.docx,.txt,.zip"
"""Extensions one by one: iOS greys out files for `audio/*`. Sound and video, documents, chat exports."""

WHAT = ("audio", "text", "chat")


@dataclass(frozen=True, slots=True)
class Given:
    """What was safely stored: the server's answer, as the browser passed it on."""

    what: str  # one of WHAT
    duration_ms: int | None = None
    words: int | None = None
    number: int | None = None  # of the part; None for a chat, of which nobody has said yet whose messages count


def giver(ticket: str, *, microphone: bool, key: str) -> Given | None:
    """Show the recorder (or the file chooser); returns what was safely stored, in the run in which it was.

    Every stored file is reported in a run of its own. `ticket` is one of `stories.tickets.UPLOAD`.
    """
    words = {name[6:]: text for name, text in room("tell").items() if name.startswith("giver_")}
    result = _GIVER(
        key=key,
        data={
            "ticket": ticket,
            "microphone": microphone,
            "accept": ACCEPT,
            "words": words,
            "run": secrets.token_hex(4),  # other data in every run: so the component knows that there was one
        },
        on_given_change=lambda: None,
        on_stale_change=lambda: None,  # the ticket ran out while the page stood open: this run brings another
    )
    return _given(result.given)


def _given(value: object) -> Given | None:
    """A browser can send anything: only what our server may have said is believed to be that."""
    if not isinstance(value, Mapping):
        return None
    what = value.get("what", "audio")
    numbers = {name: value.get(name) for name in ("duration_ms", "words", "number")}
    if what not in WHAT or not all(number is None or _is_count(number) for number in numbers.values()):
        return None
    return None if set(numbers.values()) == {None} and what != "chat" else Given(what, **numbers)


def _is_count(value: object) -> bool:
    return type(value) is int and 0 < value < 10**12
