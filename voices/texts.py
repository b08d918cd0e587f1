"""Which texts have a clip of their own: everything a teller reads, in every language, as it is spoken.

What fills a {placeholder} is known only on the screen: there the page puts clips together where it can ("Het mag naar",
"Nieuwsbrief"), and the browser speaks the rest (a date, a name).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator

from capture import notices
from stories.words import CATALOGUE, DEFAULT_LANGUAGE, is_for_tellers, languages, room, translations

VOICE = "espeak-ng 140 abr12"
"""Who speaks, how fast (words per minute), and how it is packed. Part of a clip's name, so a change makes new clips."""

SEPARATORS = r"\s*[():;·,]\s*"
"""Where a text that was put together can be taken apart. `SEPARATORS` in door/vorm/voorlezen.js says the same."""

NEVER_ON_A_SCREEN = frozenset(
    {
        "language.voice",
        "terms.and",
        "terms.months",
        "publish.months",
        "capture.usage",
        "capture.bad_settings",
        "capture.no_decoder",
    }
)

DIGITS = tuple("0123456789")
"""A receipt code is read digit by digit."""

SILENT = frozenset({"So", "Sk", "Cf", "Me", "Co"})
"""Unicode categories of pictures and marks that nobody pronounces. `heard` in door/vorm/voorlezen.js says the same."""


def texts(language: str) -> dict[str, str]:
    """Every text with a clip in `language`, and the language of the voice that says it (its own, but for the names
    of the other languages)."""
    found = {heard(part): language for sentence in _sentences(language) for part in sentence.split("\n\n")}
    found |= {heard(part): language for part in (*_notice(language), *DIGITS)}
    found |= {name: code for code, name in languages().items()}
    return {text: code for text, code in found.items() if any(sign.isalnum() for sign in text)}


def heard(text: str) -> str:
    """A text as it is spoken: without emoji and other signs, and with single spaces."""
    kept = (sign for sign in unicodedata.normalize("NFC", text) if unicodedata.category(sign) not in SILENT)
    return " ".join("".join(sign for sign in kept if sign not in "\ufe0e\ufe0f").split())


def clip_name(text: str, language: str) -> str:
    """The file of a text: it changes when the text, the language or the voice does."""
    return hashlib.sha256(f"{VOICE}|{language}|{text}".encode()).hexdigest()[:16] + ".mp3"


def _sentences(language: str) -> Iterator[str]:
    for name in sorted(path.stem for path in (CATALOGUE / DEFAULT_LANGUAGE).glob("*.yaml")):
        rows = room(name, language) if language == DEFAULT_LANGUAGE else translations(language).get(name, {})
        for key, sentence in rows.items():
            if is_for_tellers(name, key) and f"{name}.{key}" not in NEVER_ON_A_SCREEN:
                yield from [sentence] if "{" not in sentence else _around(heard(sentence))


def _around(sentence: str) -> Iterator[str]:
    """What stands around a {placeholder} and can be said by itself: "Het mag naar" of "Het mag naar: {channels}."."""
    for part in re.split(r"(?<=[.!?])\s+", sentence):
        yield from [part] if "{" not in part else (p.rstrip(".!?") for p in re.split(SEPARATORS, part) if "{" not in p)


def _notice(language: str) -> Iterator[str]:
    """The headings, paragraphs and list items of the notice."""
    for line in notices.current(language)[1].splitlines():
        yield line.lstrip("#- ").strip()
