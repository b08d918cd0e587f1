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


def current(language: str = "nl") -> tuple[Notice, str]:
    """The newest notice in a language: its identity, and its Markdown text (headings, paragraphs and lists only).

    The SHA-256 is of the text in UTF-8 with \\n as line end. Raises NotReady (capture.notice_unknown).
    """
    versions = {
        int(match[2]): path
        for path in _FOLDER.glob("*.md")
        if (match := _NAME.fullmatch(path.name)) and match[1] == language
    }
    if not versions:
        raise NotReady("capture.notice_unknown")
    version = max(versions)
    text = versions[version].read_text(encoding="utf-8")  # universal newlines: the hash is the same on every system
    return Notice(ID, version, language, hashlib.sha256(text.encode()).hexdigest()), text
