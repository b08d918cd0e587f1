"""The button "Lees voor": reads the whole screen aloud, and each next one, until somebody presses Stop."""

from __future__ import annotations

from stories.words import language, room, say
from ui.components import load

_READER = load("reader")


def reader() -> None:
    """Put once at the top of every page for tellers."""
    words = {name[7:]: text for name, text in room("tell").items() if name.startswith("reader_")}
    words["and"] = say("terms.and")
    _READER(key="voorlezen", data={"words": words, "language": language(), "voice": say("language.voice")})
