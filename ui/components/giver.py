"""Giving sound: record with the microphone, or choose a file. Sent straight to our own upload route.

The sound is acknowledged only when the server has checked and sealed it; until then it stays in the browser and
can be sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stories.words import room
from ui.components import load

_GIVER = load("giver")

ACCEPT = ".m4a,.mp4,.aac,.mp3,.ogg,.oga,.opus,.webm,.wav,.flac,.amr,.3gp,.caf,.mov"
"""Extensions one by one: iOS greys out files for `audio/*` (domain.md section 3)."""


@dataclass(frozen=True, slots=True)
class Given:
    duration_ms: int


def giver(ticket: str, *, microphone: bool, key: str) -> Given | None:
    """Show the recorder (or the file chooser); returns what was safely stored, in the run in which it was."""
    words = {name[6:]: text for name, text in room("tell").items() if name.startswith("giver_")}
    result = _GIVER(
        key=key,
        data={"ticket": ticket, "microphone": microphone, "accept": ACCEPT, "words": words},
        on_given_change=lambda: None,
    )
    given = result.given.get("duration_ms") if isinstance(result.given, Mapping) else None
    return Given(given) if isinstance(given, int) and given > 0 else None  # a browser can send anything
