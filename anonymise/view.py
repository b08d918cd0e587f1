"""A text as the finders see it: words with their plain form, their capitals and what the lists say about them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from anonymise import lexicon, lists
from anonymise.text import SKIP, readable, shadow, stems

_TOKEN = re.compile(r"('?[^\W_]+(?:'(?!s\b)[^\W_]+)*|'s\b|\s|.)( ?)", re.IGNORECASE | re.DOTALL)
_CLITIC = re.compile(r"'(?:[snktmr]|ns|es|r|er)$", re.IGNORECASE)
_LONGEST_WORD = 60
"""Letters after which a run is cut: no word is longer, and nothing may take quadratic time."""

CASED_SHARE = 0.015
"""From this share of words with a capital a text counts as written with capitals (running Dutch has 5-15%)."""

_COMMON = 250.0
"""Occurrences per million from which a capital inside a sentence is no sign of a name."""


class Look(IntEnum):
    """What the lists say about a word, from nothing to a name."""

    KEEP = 0  # never masked by itself
    ORDINARY = 1  # an everyday word
    DOUBLE = 2  # an everyday word that is a name too
    FOREIGN = 3  # English, or too short to say
    UNKNOWN = 4  # no word we know
    PLACE = 5
    FAMILY = 6
    GIVEN = 7


@dataclass(slots=True)
class Word:
    """One token. `plain` is folded lower-case, '' for white space; offsets are characters of the original."""

    start: int
    end: int
    shape: str  # as in the shadow, capitals kept
    plain: str
    is_word: bool = False
    capital: bool = False
    opens: bool = False  # begins a sentence, so that a capital says nothing
    cased: bool = True  # stands in a line written with capitals
    look: Look = Look.ORDINARY

    @property
    def telling(self) -> bool:
        """A capital that is not owed to the start of a sentence."""
        return self.capital and not self.opens and self.cased


@dataclass(slots=True)
class View:
    """A text, its shadow, all tokens, and `at`: the positions in `tokens` of real words, in order."""

    shadow: str
    lower: str
    tokens: list[Word]
    at: list[int] = field(default_factory=list)
    cased: bool = True

    def word(self, place: int) -> Word | None:
        """The word at a place in `at`, or None outside the text."""
        return self.tokens[self.at[place]] if 0 <= place < len(self.at) else None

    def joined(self, place: int, step: int = 1) -> bool:
        """Do the words at `place` and `place + step` stand in one breath (only spaces or a hyphen between)?"""
        low, high = sorted((place, place + step))
        if low < 0 or high >= len(self.at):
            return False
        between = self.tokens[self.at[low] + 1 : self.at[high]]
        return all(token.shape in " -" for token in between)


def read(text: str) -> View:
    """Cut a text into tokens and say of each word how it is written and what the lists say."""
    dark = shadow(text)
    tokens: list[Word] = []
    cuts: dict[str, list[_Piece]] = {}  # per text, as `seen` below
    for match in _TOKEN.finditer(dark):
        shape, start = match[1], match.start()
        if shape not in cuts:
            cuts[shape] = list(_pieces(shape))
        for piece, plainly, is_word, capital in cuts[shape]:
            tokens.append(Word(start, start := start + len(piece), piece, plainly, is_word, capital))
        if match[2]:
            tokens.append(Word(start, match.end(), " ", ""))
    view = View(dark, dark.lower(), tokens, [i for i, token in enumerate(tokens) if token.is_word])
    _mark_openings(view)
    _mark_casing(view)
    seen: dict[str, Look] = {}  # per text, so that no story's words stay in memory
    for i in view.at:
        token = tokens[i]
        raw = text[token.start : token.end]
        if raw not in seen:
            written = readable(raw)
            common = written == token.plain and lexicon.is_common(written)
            seen[raw] = _common_look(written) if common else look_of(written, token.plain)
        token.look = seen[raw]
    _keep_phrases(view)
    return view


_Piece = tuple[str, str, bool, bool]
"""shape, plain, is_word and capital of a Word."""


def _pieces(shape: str) -> Iterator[_Piece]:
    """What one match of _TOKEN is cut into."""
    plainly = shape.lower().replace(SKIP, "")
    clitic = _CLITIC.search(plainly)
    cut = len(shape)
    if clitic and len(plainly) > len(clitic[0]) + 2 and SKIP not in shape and clitic[0] in ("'s", "'r", "'er"):
        cut -= len(clitic[0])
    for low in range(0, cut, _LONGEST_WORD):
        yield _piece(shape[low : min(low + _LONGEST_WORD, cut)])
    if cut < len(shape):
        yield _piece(shape[cut:])


def _piece(shape: str) -> _Piece:
    plainly = shape.lower().replace(SKIP, "").strip()
    is_word = any(c.isalnum() for c in plainly) and plainly not in ("'s", "'t", "'n", "'r", "'er")
    first = shape.replace(SKIP, "").lstrip("'")[:1]
    return shape, plainly, is_word, is_word and first.isupper()


def _mark_openings(view: View) -> None:
    """A sentence begins after . ! ? : ; an ellipsis, a line end, a symbol, or an opening quote after one of these."""
    opening, after_initial = True, False
    for token in view.tokens:
        if token.is_word:
            token.opens = opening
            opening = False
            after_initial = (token.capital and len(token.plain) == 1) or token.plain in (
                "mr",
                "dr",
                "drs",
                "dhr",
                "mw",
                "st",
            )
        elif token.shape in ".":
            opening = opening or not after_initial
        elif token.shape in '!?:;\n"•*([' or not token.shape.isprintable() or ord(token.shape[0]) > 0x2000:
            opening = True
        elif token.plain and token.plain not in ("'s", "'t") and token.shape != "'":
            opening = opening and token.shape in "-'"


def _mark_casing(view: View) -> None:
    """Speech without capitals is read differently. A chat may mix both, so every line that stands alone is judged."""
    words = [view.tokens[i] for i in view.at]
    letters = [word for word in words if word.plain[:1].isalpha()]
    capitals = sum(word.capital for word in letters)
    view.cased = bool(letters) and capitals / len(letters) >= CASED_SHARE and not _at_random(letters)
    line: list[Word] = []
    fresh, ended = True, True
    for token in [*view.tokens, Word(0, 0, "\n", "")]:
        if token.shape == "\n":
            lowered = fresh and len(line) >= 4 and not any(word.capital for word in line)
            for word in line:
                word.cased = view.cased and not lowered
            line, fresh = [], ended
        elif token.is_word:
            line.append(token)
            ended = False
        elif token.shape in ".!?":
            ended = True


def _at_random(words: list[Word]) -> bool:
    """Some recognisers put capitals anywhere; when the most common words carry them, none of them tells anything."""
    inside = [word for word in words if word.capital and not word.opens]
    common = sum(lexicon.commonness(word.plain) >= _COMMON for word in inside)
    return common >= 4 and common / len(inside) >= 0.3


def look_of(written: str, word: str) -> Look:
    """What the lists say about a word: `written` with accents, `word` folded."""
    if not word[0].isalpha() and word[0] != "'":
        return Look.ORDINARY
    forms = stems(word) if len(word) > 3 else (word,)
    if word in lists.given() or (len(word) > 4 and _stem_is_given(written, word, forms)):
        return Look.DOUBLE if word in lists.spoken() else Look.GIVEN
    if word in lists.family():
        return Look.FAMILY
    if word in lists.places():
        return Look.PLACE
    if word in lists.keep():
        return Look.KEEP
    common = lexicon.commonness(word) > 0
    if any(form in lists.ordinary_given() for form in forms):
        return Look.DOUBLE if common or word not in lists.ordinary_given() else Look.GIVEN
    if word in lists.ordinary_family():
        return Look.DOUBLE if common else Look.FAMILY
    if word in lists.ordinary_places():
        return Look.DOUBLE if common else Look.PLACE
    if lexicon.is_ordinary(written, word):
        return Look.ORDINARY
    return Look.FOREIGN if len(word) <= 2 or lexicon.is_english(written) else Look.UNKNOWN


@functools.cache
def _common_look(word: str) -> Look:
    return look_of(word, word)


def _stem_is_given(written: str, word: str, forms: tuple[str, ...]) -> bool:
    """A genitive or diminutive of a listed first name that is not itself a Dutch word (`Fatimaatje`, `annekes`)."""
    return any(form in lists.given() for form in forms[1:]) and not lexicon.is_known(written, word)


def _keep_phrases(view: View) -> None:
    """Multi-word entries: `Jarige Job`, `Albert Heijn` are kept, `Bergen op Zoom` is one place."""
    for kind, look in (("place", Look.PLACE), ("keep", Look.KEEP)):
        table = lists.phrases(kind)
        for i in view.at:
            token = view.tokens[i]
            if token.plain not in table:
                continue
            solid = [t for t in view.tokens[i : i + 12] if t.plain or t.shape.strip()]
            shapes = [t.plain for t in solid]
            for parts in table[token.plain]:
                if tuple(shapes[: len(parts)]) == parts:
                    for member in solid[: len(parts)]:
                        member.look = look if member.is_word else member.look
                    break
