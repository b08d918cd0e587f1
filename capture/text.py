"""Typed words: tidied, never rewritten. What a reader sees stays the same; what only a machine sees goes.

Invisible characters are taken out because they hide names: "Nat<zero width space>alie" is Natalie to every reader and
an unknown word to every name finder. Zalgo (piles of accents) is let in, up to the 30 marks per letter of Unicode's
Stream-Safe Text Format (UAX #15, section 13): more costs quadratic time (64,000 marks: 4 seconds to normalise) and no
language needs it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from stories.errors import InputRefused
from stories.model import RawText, require

MARKS_PER_LETTER = 30


@dataclass(frozen=True, slots=True)
class TextLimits:
    """In characters, after tidying. 200,000 is a book of a hundred pages; 10 is "Ik had het koud." with room to spare.

    `min_letters` counts letters and digits only.
    """

    min_letters: int = 10
    max_characters: int = 200_000

    def __post_init__(self) -> None:
        require(0 < self.min_letters <= self.max_characters, "the limits leave room for a story")

    @property
    def untidy_characters(self) -> int:
        """Tidying could never bring more than this down to a story: nobody needs to try."""
        return 4 * self.max_characters


DEFAULT_LIMITS = TextLimits()

_JOINERS = "\u200c\u200d"
_UNSEEN = _JOINERS + "\u034f\ufe00-\ufe0f\U000e0100-\U000e01ef"  # emoji, Persian and Hindi need them, Latin never
_KEPT = "\n\t" + _JOINERS
_LINE_ENDS = "\u0085\u2028\u2029"
_INVISIBLE = ("Cc", "Cs", "Cf")  # control; lone surrogate; zero width space, soft hyphen, right-to-left override
_LATIN = "A-Za-zÀ-ɏ"
_UNSEEN_IN_LATIN = re.compile(rf"(?<=[{_LATIN}])[{_UNSEEN}]+|[{_UNSEEN}]+(?=[{_LATIN}])")
_BLANK_LINES = re.compile(r"\n{3,}")


def check_text(text: str, limits: TextLimits = DEFAULT_LIMITS) -> RawText:
    """Normalise a typed story: NFC, line ends as \\n, no control or invisible characters, no lone surrogates.

    Raises InputRefused: capture.text_empty, capture.text_too_short, capture.text_too_long.
    """
    if len(text) > limits.untidy_characters:
        raise too_long(limits)
    tidy = tidied(text)
    if not tidy:
        raise InputRefused("capture.text_empty")
    if len(tidy) > limits.max_characters:
        raise too_long(limits)
    if sum(character.isalnum() for character in tidy) < limits.min_letters:
        raise InputRefused("capture.text_too_short")
    return RawText(tidy)


def tidied(text: str) -> str:
    """The same words without what only a machine sees; may be empty. Tidying twice changes nothing more."""
    tidy = "".join(_visible(text.replace("\r\n", "\n").replace("\r", "\n")))
    tidy = _UNSEEN_IN_LATIN.sub("", unicodedata.normalize("NFC", tidy))
    tidy = "\n".join(line.rstrip() for line in tidy.split("\n"))
    return _BLANK_LINES.sub("\n\n", tidy).strip()


def _visible(text: str) -> list[str]:
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > MARKS_PER_LETTER:
            continue
        if character in _LINE_ENDS:
            kept.append("\n")
        elif character in _KEPT or category not in _INVISIBLE:
            kept.append(character)
    return kept


def too_long(limits: TextLimits) -> InputRefused:
    """The refusal of a text that is longer than a story may be."""
    return InputRefused("capture.text_too_long", characters=f"{limits.max_characters:,}".replace(",", "."))
