"""How readable the house's own sentences are: an indication beside concrete hints, never a gate and never a level.

Words of tellers are not judged: they are as they were said.
"""

from __future__ import annotations

import functools
import re

import pyphen

from stories.model import BlockKind, Piece

LONG_SENTENCE = 20
"""Words; a longer sentence is hard for who reads with effort."""

FEWEST_WORDS = 30
"""Of fewer words an average says nothing (our own choice)."""

_END = re.compile(r"[.!?…:]\s|\n")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def sentences(text: str) -> list[str]:
    """The sentences of a text; a colon and a line break end one as well."""
    return [part for part in (part.strip() for part in _END.split(text)) if _WORD.search(part)]


def longest(text: str) -> int:
    """Words in the longest sentence."""
    return max((len(sentence.split()) for sentence in sentences(text)), default=0)


def ease(piece: Piece) -> int | None:
    """Flesch-Douma over the narration, from 0 (hard) to 100 (easy); None while there is too little of it.

    206.84 - 77 x syllables a word - 0.93 x words a sentence (Douma 1960, the Dutch form of Flesch's Reading Ease).
    Syllables are counted by hyphenation, which misses some at the edge of a word.
    """
    parts = [s for block in piece.blocks if block.kind is BlockKind.NARRATION for s in sentences(block.text)]
    words = [word for part in parts for word in _WORD.findall(part)]
    if len(words) < FEWEST_WORDS:
        return None
    syllables = sum(map(_syllables, words))
    score = 206.84 - 77 * syllables / len(words) - 0.93 * len(words) / len(parts)
    return round(min(100.0, max(0.0, score)))


@functools.cache
def _dutch() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="nl_NL")


def _syllables(word: str) -> int:
    return len(_dutch().positions(word.casefold())) + 1
