"""Small questions about the words around a word, shared by the finders that read context."""

from __future__ import annotations

from anonymise import cues, lexicon
from anonymise.hits import Hit
from anonymise.view import Look, View, Word

PARTICLES = cues.PARTICLES - {"in", "op", "aan", "bij", "het", "te", "en"}
"""What goes on a person's name: `kwekerij van arendonk in de kas` ends before `in`."""
TOO_COMMON = 250.0
"""Occurrences per million (wordfreq) above which an everyday word is hardly ever meant as a name."""


def hit(view: View, first: int, last: int, kind: str, rule: str) -> Hit:
    return Hit(view.tokens[view.at[first]].start, view.tokens[view.at[last]].end, kind, rule)


def spelled_as_name(word: Word) -> bool:
    """In a line with capitals a name has one; in a line without, anything goes."""
    return word.capital or not word.cased


def rare(word: Word) -> bool:
    """An everyday word in its dictionary form that is not among the most common: it may be meant as a name."""
    common = lexicon.commonness(word.plain)
    return word.look is Look.DOUBLE or (common < TOO_COMMON / 4 and lexicon.lemma(word.plain).lower() == word.plain)


def hardly_a_word(word: Word) -> bool:
    """In speech without capitals: a word of the dictionary that nobody says (`kiers`, `dommel`)."""
    return (
        word.look is Look.ORDINARY
        and not word.cased
        and len(word.plain) > 2
        and word.plain.isalpha()
        and lexicon.commonness(word.plain) == 0
    )


def is_name(word: Word) -> bool:
    """A name as the lists know it, or an everyday word that is a name too and is written like one."""
    if word.look is Look.DOUBLE:
        return spelled_as_name(word) and lexicon.commonness(word.plain) < TOO_COMMON
    return word.look >= Look.UNKNOWN and (word.look is not Look.UNKNOWN or spelled_as_name(word))


def end_of_name(view: View, place: int) -> int:
    """The last word of a name that begins at `place`: particles and further names go with it."""
    last = place
    while view.joined(last):
        ahead = last + 1
        while view.joined(ahead) and at(view, ahead).plain in PARTICLES and ahead - last < 4:
            ahead += 1
        word = at(view, ahead)
        surname = word.look in (Look.FAMILY, Look.GIVEN) or (word.look is Look.DOUBLE and ahead > last + 1)
        if not (surname or (word.telling and word.look is not Look.KEEP)) or not spelled_as_name(word):
            return last
        last = ahead
    return last


def at(view: View, place: int) -> Word:
    return view.tokens[view.at[place]]


def skip_particles(view: View, place: int) -> int:
    """`mevrouw van der X`: the place of X; `place` itself when no name follows the particles."""
    ahead = place
    while view.joined(ahead) and at(view, ahead).plain in cues.PARTICLES and ahead - place < 3:
        ahead += 1
    return ahead


def is_verb(word: Word) -> bool:
    """An infinitive or plural of a verb: -en with a lemma of its own. Crude, but `juf lachen` is no name."""
    return word.plain.endswith("en") or lexicon.lemma(word.plain).endswith("en")
