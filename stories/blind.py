"""Marks that a database can compare and count without knowing what they stand for.

A mark is a keyed hash of a code or of the stem of a word (HMAC-SHA256 under a key that is derived from the house key):
equal inputs give equal marks, and without the master key a mark says nothing. What is found by a mark is read from the
sealed text beside it.
"""

from __future__ import annotations

import hmac

from stories.vault import StoryKey

MARK_HEX = 16
"""Length of a mark: 64 bits, so that a million different ones collide with a chance of one in 37 million."""


class Blind:
    """Makes marks for one purpose ("tags", "words"): marks of two purposes cannot be compared."""

    def __init__(self, house_key: StoryKey, purpose: str) -> None:
        self._key = house_key.derived(b"vertelpunt marks 1 " + purpose.encode("ascii"))

    def mark(self, word: str) -> str:
        """The mark of a code or stem: 16 hex digits."""
        return hmac.digest(self._key, word.encode("utf-8", "surrogatepass"), "sha256").hex()[:MARK_HEX]
