"""Is this word that name? One answer, used for the intake sheet, for names found elsewhere in a story, and for the last
check of everything that leaves. What the check would call a leak is what the finder masks."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from enum import IntEnum

from anonymise import cues, lexicon, lists
from anonymise.text import near, plain, sounds, stems
from anonymise.view import Look, View, Word

SOON_COMMON = 125.0
"""Occurrences per million from which an everyday word in lower-case speech is not taken for the name it also is."""
NEAR_LENGTH, SOUND_LENGTH, PART_LENGTH = 6, 3, 5
"""Shortest name for one letter's difference, for a sound-alike, and for being found inside a longer unknown word."""
LOOSE: frozenset[str] = frozenset[str]().union(
    cues.PARTICLES,
    cues.TITLES,
    cues.RELATIONS,
    cues.ORGANISATIONS,
    cues.SCHOOL_WORDS,
    cues.SCHOOL_TAILS,
    cues.ORGANISATION_TAILS,
    cues.STREET_FIRST,
    cues.STREET_ENDS,
    cues.WINDS,
    ("het", "een", "kleine", "grote", "nieuw"),
)
"""Words inside names that are no names by themselves."""
_WORD = re.compile(r"[^\W_]+")


class Match(IntEnum):
    NONE = 0
    EVERYDAY = 1  # the very word, but here it seems to be the everyday word: shown, not masked
    NEAR = 2
    SAME = 3


class NameIndex:
    """A set of names, asked about words. Names are given as they were said; whole names and telling parts count."""

    def __init__(self, names: Iterable[str]) -> None:
        self.parts: set[str] = set()
        self.phrases: dict[str, list[tuple[str, ...]]] = {}
        for name in names:
            words = tuple(_WORD.findall(plain(name)))
            if not words:
                continue
            if len(words) > 1 or any(c.isdigit() for c in words[0]):
                self.phrases.setdefault(words[0], []).append(words)
            self.parts.update(_telling_parts(words))
        self._sounds = {way for part in self.parts if len(part) >= SOUND_LENGTH for way in sounds(part)}
        self._long = sorted(part for part in self.parts if len(part) >= NEAR_LENGTH)
        self._inside = tuple(sorted(part for part in self.parts if len(part) >= PART_LENGTH))
        self._verdicts: dict[str, Match] = {}

    def __bool__(self) -> bool:
        return bool(self.parts or self.phrases)

    def spelled(self, word: str) -> Match:
        """How a plain word is spelled next to the names, whatever stands around it."""
        if word not in self._verdicts:
            self._verdicts[word] = self._compare(word)
        return self._verdicts[word]

    def _compare(self, word: str) -> Match:
        if word in self.parts:
            return Match.SAME
        if len(word) < 3 or (_everyday(word) and word not in _names_only()):
            return Match.NONE
        if any(form in self.parts for form in stems(word)):
            return Match.SAME
        if len(word) >= NEAR_LENGTH - 1 and any(
            near(word, part) for part in self._long if abs(len(part) - len(word)) < 2
        ):
            return Match.NEAR
        if len(word) >= SOUND_LENGTH and any(not self._sounds.isdisjoint(sounds(form)) for form in stems(word)):
            return Match.NEAR
        inside = word.startswith(self._inside) or word.endswith(self._inside) or any(p in word for p in self._long)
        return Match.NEAR if inside else Match.NONE

    def match(self, view: View, place: int) -> Match:
        """Is the word at this place one of the names? An everyday word counts as the name only where it is written or
        placed as one: with a capital, or in lower-case speech without an article before it."""
        word = view.tokens[view.at[place]]
        verdict = self.spelled(word.plain)
        if verdict is Match.NONE or not _everyday(word.plain) or word.look in (Look.GIVEN, Look.FAMILY, Look.PLACE):
            return verdict
        if word.cased:
            return verdict if word.capital else Match.EVERYDAY
        before = view.word(place - 1)
        bare = before is None or not view.joined(place - 1) or before.plain not in cues.DETERMINERS
        return verdict if bare and lexicon.commonness(word.plain) < SOON_COMMON else Match.EVERYDAY

    def phrase(self, view: View, place: int) -> int:
        """How many words from this place on are a whole name of several words; 0 when none are.

        A name made of everyday words (De Regenboog) needs a capital in a line that has them.
        """
        first = view.tokens[view.at[place]]
        for words in self.phrases.get(first.plain, ()):
            if place + len(words) > len(view.at):
                continue
            found = [view.tokens[i] for i in view.at[place : place + len(words)]]
            if tuple(w.plain for w in found) == words and (not first.cased or _written_as_name(found)):
                return len(words)
        return 0


def _telling_parts(words: tuple[str, ...]) -> set[str]:
    """The words of a name that point at somebody by themselves: of several words not the everyday ones."""
    plainly = {w for w in words if w.isalpha() and len(w) > 1}
    if len(words) == 1:
        return plainly - cues.PARTICLES
    if any(w.isdigit() for w in words) and not any(w.endswith(cues.STREET_ENDS) for w in words):
        return set()  # 12 mei, 7942 KL: only as a whole
    double = (lists.first(), lists.last())
    return {w for w in plainly - LOOSE if len(w) > 2 and (not _everyday(w) or any(w in names for names in double))}


@functools.cache
def _names_only() -> frozenset[str]:
    """Names that dictionaries hold too, and that are nothing else: Marieke is a near spelling of Marijke."""
    return lists.given() | lists.family()


def _written_as_name(words: list[Word]) -> bool:
    everyday = all(_everyday(w.plain) for w in words)
    return (
        not everyday
        or any(w.capital and w.plain not in cues.PARTICLES for w in words)
        or any(w.plain.isdigit() for w in words)
    )


def _everyday(word: str) -> bool:
    return lexicon.is_known(word, word)
