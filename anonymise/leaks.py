"""The last check: does any name still stand in a text that leaves the house? It cannot be switched off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from anonymise import lexicon
from anonymise.hits import AGE
from anonymise.samename import Match, NameIndex
from anonymise.text import SKIP, plain, shadow
from anonymise.view import View, read
from stories.model import Name
from stories.words import say

_PIECES = re.compile(r"[^\W\d_]+")
_SHORTEST_JOINED = 5
"""Letters of the shortest name that is also sought across hyphens, spaces and other separators."""
_SHORTEST_NUMBER = 6
_CHUNK = 200_000


@dataclass(frozen=True, slots=True)
class Leak:
    """A name, or something very like it, in the text called `where`, at character `position`.

    `code` is `leak_name` (the name, in any case, accent or genitive) or `leak_near` (a near spelling). The name itself
    is in neither the value nor its message.
    """

    where: str
    code: str
    position: int

    @property
    def message(self) -> str:
        return say(f"anonymise.{self.code}", where=self.where, position=self.position)


def residual(texts: Mapping[str, str], names: Iterable[str]) -> tuple[Leak, ...]:
    """Every place in `texts` (by name: title, text, alt text, file name, metadata) where one of `names` still stands.

    Found are: other capitals and accents, look-alike letters, invisible marks, genitives and diminutives, one letter's
    difference in names of six letters and more, Dutch sound-alikes, names cut by hyphens, spaces, dots or digits, and
    names inside longer unknown words. A name that is an everyday word counts where it is written or placed as a name.
    """
    search = Search(names)
    if not search:
        return ()
    leaks: dict[tuple[str, int], Leak] = {}
    for where, text in texts.items():
        for code, position in search.places(text):
            leaks.setdefault((where, position), Leak(where, code, position))
    return tuple(sorted(leaks.values(), key=lambda leak: (leak.where, leak.position)))


def sought(table: Iterable[Name]) -> list[str]:
    """The words of a name table that may stand nowhere. A number that was an age may: "een jaar of negen" holds it."""
    return [name.original for name in table if name.type != AGE]


class Search:
    """The names of a story, made ready to be sought in many texts."""

    def __init__(self, names: Iterable[str]) -> None:
        known = [name for name in dict.fromkeys(names) if name.strip()]
        self._index = NameIndex(known)
        self._numbers = [d for name in known if len(d := _digits(name)) >= _SHORTEST_NUMBER and _mostly_digits(name)]

    def __bool__(self) -> bool:
        return bool(self._index or self._numbers)

    def __contains__(self, text: str) -> bool:
        """Does one of the names, or something very like it, stand in this text?"""
        return any(True for _ in self.places(text))

    def places(self, text: str) -> Iterator[tuple[str, int]]:
        """What was found (`leak_name` or `leak_near`) and at which character."""
        view, index = read(text), self._index
        for place, i in enumerate(view.at):
            token = view.tokens[i]
            verdict = Match.SAME if index.phrase(view, place) else index.match(view, place)
            if verdict is Match.NONE and not token.plain.isalpha():
                verdict = _in_pieces(token.plain, index)
            if verdict >= Match.NEAR:
                yield "leak_name" if verdict is Match.SAME else "leak_near", token.start
        yield from _across(view, index)
        yield from _in_digits(text, self._numbers)


def _in_pieces(word: str, index: NameIndex) -> Match:
    """`samira2`, `p_samira`: runs of letters inside a word with digits."""
    return max((index.spelled(piece) for piece in _PIECES.findall(word) if len(piece) > 2), default=Match.NONE)


def _across(view: View, index: NameIndex) -> Iterator[tuple[str, int]]:
    """`Sa-mira`, `s a m i r a`, `sam.ira`: neighbouring pieces that together are a name.

    With a plain space between, one of the pieces must be no word by itself: `mart in` is no Martin.
    """
    wanted = {part for part in index.parts if len(part) >= _SHORTEST_JOINED}
    longest = max(map(len, wanted), default=0)
    if not wanted:
        return
    pieces = [(m.start(), m.end(), m[0].replace(SKIP, "")) for m in _PIECES.finditer(view.lower)]
    for first in range(len(pieces) - 1):
        joined, glued, strange = pieces[first][2], True, _strange(pieces[first][2])
        if not joined or len(joined) >= longest:
            continue
        for following in range(first + 1, min(first + longest, len(pieces))):
            gap = view.lower[pieces[following - 1][1] : pieces[following][0]]
            if len(gap) > 3 or "\n" in gap:
                break
            glued = glued and not gap.isspace()
            strange = strange or _strange(pieces[following][2])
            joined += pieces[following][2]
            if len(joined) > longest:
                break
            if joined in wanted and (glued or strange):
                yield "leak_near", pieces[first][0]


def _strange(piece: str) -> bool:
    return len(piece) == 1 or not lexicon.is_known(piece, piece)


def _digits(name: str) -> str:
    return "".join(c for c in plain(name) if c.isdecimal())


def _mostly_digits(name: str) -> bool:
    letters = sum(c.isalpha() for c in name)
    return len(_digits(name)) > letters


def _in_digits(text: str, numbers: list[str]) -> Iterator[tuple[str, int]]:
    """Telephone numbers, bank accounts and such, however they are grouped."""
    if not numbers:
        return
    for match in re.finditer(r"\d(?:[\s().\-/]{0,3}\d){5,40}", shadow(text)):
        run = "".join(c for c in match[0] if c.isdecimal())
        if any(number in run or (run.startswith("31") and number[1:] in run) for number in numbers):
            yield "leak_name", match.start()
