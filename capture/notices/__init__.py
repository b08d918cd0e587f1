"""The text a teller is shown, or hears read aloud, before the first question. Kept with every yes as a hash.

A text that has been shown to anybody is never edited: a change is a new file with the next number
(`nl-2.md` beside `nl-1.md`), because old consent events point at the old words.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from stories.consent import Notice
from stories.errors import NotReady

ID = "deelname"
_FOLDER = Path(__file__).parent
_NAME = re.compile(r"([a-z]{2,3})-([1-9][0-9]*)\.md")


def languages() -> tuple[str, ...]:
    """The languages in which there is a notice of our own."""
    return tuple(sorted({match[1] for path in _FOLDER.glob("*.md") if (match := _NAME.fullmatch(path.name))}))


def versions(language: str = "nl") -> tuple[tuple[Notice, str], ...]:
    """Every notice of ours in a language, oldest first: its identity, and its Markdown text (headings, paragraphs and
    lists only). The SHA-256 is of the text in UTF-8 with \\n as line end."""
    files = {
        int(match[2]): path
        for path in _FOLDER.glob("*.md")
        if (match := _NAME.fullmatch(path.name)) and match[1] == language
    }
    # universal newlines: the hash is the same on every system
    texts = ((number, files[number].read_text(encoding="utf-8")) for number in sorted(files))
    return tuple(
        (Notice(ID, number, language, hashlib.sha256(text.encode()).hexdigest()), text) for number, text in texts
    )


def current(language: str = "nl") -> tuple[Notice, str]:
    """The newest of `versions`. Raises NotReady (capture.notice_unknown) for a language that has none."""
    known = versions(language)
    if not known:
        raise NotReady("capture.notice_unknown")
    return known[-1]
