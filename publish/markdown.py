"""Words of people inside Markdown, as words: nothing they hold becomes a heading, a link, a picture or HTML."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&!{}])")
_NUMBERED = re.compile(r"^(\s*\d+)([.)])")


def plain_words(line: str) -> str:
    """One line of text for CommonMark: what would mean something gets a backslash."""
    escaped = _SPECIAL.sub(r"\\\1", line)
    if _NUMBERED.match(escaped):
        return _NUMBERED.sub(r"\1\\\2", escaped)
    return re.sub(r"^(\s*)([-+=:])", r"\1\\\2", escaped)
