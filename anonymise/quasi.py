"""The quasi-identifier card of a text: what, in combination, points at somebody.

A rare first name is masked; an age, a village, a twin and a fire together still name a family. `signs` reads the clean
text and says per aspect which words tell something, how rare that is, and what may be written instead. It is a list of
Dutch words and of patterns (`data/quasi.yaml`, where the orders of magnitude are accounted for), not a judgement: a
person decides. Labels are not read, so that what was masked no longer counts.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import yaml

from anonymise import lists, patterns
from anonymise.text import SKIP, plain, shadow

ASPECTS = ("leeftijd", "plek", "gezin", "werk", "ziekte", "gebeurtenis", "tijd", "herkomst", "geloof")


class Rarity(IntEnum):
    """How many families that tell a story share it; the borders stand in `data/quasi.yaml`."""

    GEWOON = 0
    MINDER_GEWOON = 1
    ZELDZAAM = 2


@dataclass(frozen=True, slots=True, order=True)
class Sign:
    """Characters [start, end) of a text tell something about who it is.

    `value` is the generalised value, an ASCII code such as `leeftijd:8_11`; `exact` tells apart what one value holds
    (the ages 8 and 9). `proposal` are Dutch words that may stand there instead.
    """

    start: int
    end: int
    aspect: str
    value: str
    exact: str
    rarity: Rarity
    proposal: str

    @property
    def is_telling(self) -> bool:
        return self.rarity > Rarity.GEWOON


@dataclass(frozen=True, slots=True)
class _Entry:
    aspect: str
    code: str
    rarity: Rarity
    proposal: str

    def at(self, start: int, end: int) -> Sign:
        return Sign(start, end, self.aspect, f"{self.aspect}:{self.code}", self.code, self.rarity, self.proposal)


@dataclass(frozen=True, slots=True)
class _Table:
    """The data file, ready for looking up. Words of an entry stand under their first word."""

    phrases: dict[str, list[tuple[tuple[str, ...], _Entry]]] = field(default_factory=dict)
    beginnings: list[tuple[str, _Entry]] = field(default_factory=list)
    expressions: list[tuple[re.Pattern[str], _Entry]] = field(default_factory=list)


def signs(text: str, labels: Sequence[tuple[int, int]] = ()) -> tuple[Sign, ...]:
    """What in `text` points at somebody in combination, in order and without overlap; the rarer reading wins.

    `labels` are (start, end) of what was replaced already (`CleanText.labels`): it is not read.
    """
    lower = shadow(text).lower()
    for start, end in labels:
        lower = lower[:start] + _GONE * (end - start) + lower[end:]
    found = [*_ages(lower), *_family(lower), *_by_list(lower)]
    taken: list[Sign] = []
    used = bytearray(len(lower))
    for sign in sorted(found, key=lambda s: (-s.rarity, s.start - s.end, s)):
        if sign.start < sign.end and not any(used[sign.start : sign.end]):
            used[sign.start : sign.end] = b"\x01" * (sign.end - sign.start)
            taken.append(sign)
    return tuple(sorted(taken))


_GONE = "\xa4"
"""Stands for a character of a label: no letter, so that no word runs over it."""

_NUMBER = rf"(?:\d{{1,2}}|{'|'.join(sorted(map(re.escape, lists.numbers()), key=len, reverse=True))})"
_OLDER = rf"(?!(?:een|ene|ein|nul|0)\b){_NUMBER}"
_SOMEBODY = (
    r"(?:vrouw|man|oma|opa|kleinzoon|kleindochter|kleinkind|vrijwilliger|meid|gast|dame|heer|nichtje|neefje|neef|nicht"
    r"|vriendin|vriend|gozer|kerel|ventje|jongetje|zusje|broertje|zus|broer|dochtertje|zoontje)"
)
_NOT_COUNTED = (
    r"(?!\w)(?! (?:euro|keer|maal|kilo|kg|meter|kilometer|uur|uren|dag|dagen|week|weken|minuten|kinderen|mensen|man|procent"
    r"|honderd|duizend|graden|hoog|plus|min|van de|terug|geleden|lang|later|straten|huizen|stuks|cent|jaar (?:terug|geleden"
    r"|lang|later|bezig|eerder|weg|getrouwd|samen|ziek|werkloos)))"
)
_GROUPS = ((3, "0_3"), (7, "4_7"), (11, "8_11"), (15, "12_15"), (18, "16_18"), (29, "19_29"), (44, "30_44"),
           (59, "45_59"), (74, "60_74"), (200, "75_"))  # fmt: skip
"""Bands in which ages are counted as the same: about a school phase, later about fifteen years."""

_VERY_OLD = 90
"""Under 1 in 100 people in the Netherlands is this old."""

_AFTER_NAME = re.compile(rf"{_GONE}(?:,? (?:die|dat))?,? (?:is |was |van )?({_NUMBER})( jaar(?: oud)?)?"
                         r"(?=[.,;:!?]|$| (?:en|die|dat|was|is|zit|heeft|kan|jaar|wil|zei))")  # fmt: skip
_IS_SO_OLD = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!\w)(?:hij|zij|ze|ik|die|jij|je|gij|ge) (?:is|was|ben|bent|wordt|word|werd|zijt) {patterns.SOFT}({_OLDER})( jaar)?{_NOT_COUNTED}",
        rf"(?<!\w)(?:is|was|ben|wordt|werd) (?:hij|zij|ze|ik) {patterns.SOFT}({_OLDER})( jaar)?{_NOT_COUNTED}",
        rf"(?<!\w)(?:sinds|dat|omdat|vanaf dat|voor|voordat|totdat|tot|nadat) (?:ik|hij|zij|ze) ({_OLDER})( jaar)? (?:was|werd|ben|is)(?!\w)",
        rf"(?<!\w){_SOMEBODY} van ({_OLDER})( jaar)?{_NOT_COUNTED}",
        rf"(?<!\w)(?:oudste|jongste|middelste),? (?:is |was |van )?({_OLDER})( jaar)?(?!\w)",
        rf"(?<=\()({_OLDER})( jaar)?(?=\))",
        rf"(?<=[,(] )({_OLDER})( jaar)(?=[,.;)])",
        rf"(?<!\w)({_NUMBER})( (?:dagen|weken|maanden) (?:oud|jong))(?!\w)",
    )
)
"""More ways to say an age than the recogniser of names needs: here a figure that is no age costs a look, no more."""

_SEVERAL = re.compile(rf"(?:kinderen|jongens|meisjes|meiden|dochters|zoons|zonen|zusjes|broertjes|{_GONE}|kids)"
                      rf"(?:,? die)?,? (?:van|zijn|waren|is) (?:{_GONE}+ |eh |uhm )?"
                      rf"({_NUMBER}(?:, ?{_NUMBER})*,? en {_NUMBER})(?: jaar(?: oud)?)?(?!\w)")  # fmt: skip
_LASTED = re.compile(r" (?:terug|geleden|lang|later|bezig|eerder|weg|ziek|werkloos)(?!\w)")
_CLASS = re.compile(rf"(?<!\w)(?:in |uit |naar )?(?:groep ({_NUMBER})|(?:de )?(brugklas|eindexamenklas)"
                    r"|(?:het )?(?:eerste|tweede|derde|vierde|vijfde|zesde) (leerjaar|middelbaar))(?!\w)")  # fmt: skip


def _ages(lower: str) -> Iterator[Sign]:
    for expression in patterns.AGES:
        for match in expression.finditer(lower):
            if _LASTED.match(lower, match.end()):
                continue
            tail = match[2] or ""
            whole = match[1] in lists.ordinals() or re.fullmatch(r"\d{1,2}e", match[1])
            start = match.start() if whole else match.start(1)
            yield from _age(start, match.end(2) if tail else match.end(1), match[1], tail, whole=bool(whole))
    for expression in _IS_SO_OLD:
        for match in expression.finditer(lower):
            yield from _age(match.start(1), match.end(2) if match[2] else match.end(1), match[1], match[2] or "")
    for match in _AFTER_NAME.finditer(lower):
        yield from _age(match.start(1), match.end(2) if match[2] else match.end(1), match[1], "")
    for match in _SEVERAL.finditer(lower):
        for one in re.finditer(rf"(?<!\w){_NUMBER}(?!\w)", match[1]):
            yield from _age(match.start(1) + one.start(), match.start(1) + one.end(), one[0], "")
    for match in _CLASS.finditer(lower):
        group = _value(match[1]) if match[1] else None
        low = (group or 12) + 3 if match[1] else 12
        if group is None or 1 <= group <= 8:
            primary = match[1] is not None or match[3] == "leerjaar"
            band = _band(min(low, 11)) if match[1] else ("8_11" if primary else "12_15")
            words = "op de basisschool" if primary else "op de middelbare school"
            yield Sign(match.start(), match.end(), "leeftijd", f"leeftijd:{band}", f"klas_{low}",
                       Rarity.MINDER_GEWOON, words)  # fmt: skip


def _age(start: int, end: int, said: str, tail: str, *, whole: bool = False) -> Iterator[Sign]:
    years = _value(said)
    if years is None:
        return
    if any(unit in tail for unit in ("maand", "week", "weken", "dagen")):
        years = 0
    rarity = Rarity.ZELDZAAM if years >= _VERY_OLD else Rarity.MINDER_GEWOON
    words = _around(years, said)
    if whole:
        words = "als kind" if years < 12 else "als tiener" if years < 20 else "op latere leeftijd"
    elif "jarig" in tail:
        words = "jonge" if years < 20 else "oudere" if years >= 60 else "volwassen"
    yield Sign(start, end, "leeftijd", f"leeftijd:{_band(years)}", str(years), rarity, words)


def _around(years: int, said: str) -> str:
    """An age said roughly: `een jaar of acht`, `in de veertig`."""
    if years < 2:
        return "nog heel klein"
    if years < 20:
        return f"een jaar of {said if said in lists.numbers() else _words()[years]}"
    return f"in de {_words()[years // 10 * 10]}"


@functools.cache
def _words() -> dict[int, str]:
    return {value: word for word, value in reversed(lists.numbers().items())}


def _band(years: int) -> str:
    return next(code for most, code in _GROUPS if years <= most)


def _value(said: str) -> int | None:
    if said == "anderhalf":
        return 1
    bare = said.removesuffix("e")
    return int(bare) if bare.isdecimal() else lists.numbers().get(said, lists.ordinals().get(said))


_CHILDREN = re.compile(rf"(?<!\w)(?:klas (?:met|van) |school (?:met|van) )?({_NUMBER}) (?:kinderen|kids|kindjes|koters)(?!\w)")
_SIBLINGS = r"(?:broers?|zussen|zusters|broertjes?|zusjes?|broers en zussen|broertjes en zusjes)"
_BROTHERS = re.compile(rf"(?<!\w)({_NUMBER}) {_SIBLINGS}(?: en (?:nog )?({_NUMBER}) {_SIBLINGS}| en (?:zussen|zusjes))?(?!\w)")
_SMALL_PLACE = re.compile(
    rf"(?<!\w)(?:een |het |ons )?(?:klein |heel klein )?(?:dorp|dorpje|plaatsje|gehucht|straatje) (?:van|met) (?:nog geen |amper |maar )?"
    rf"(?:\d[\d.]*|{_NUMBER}|(?:{_NUMBER})?(?:honderd|duizend)|een paar honderd) (?:man|mensen|inwoners|zielen|huizen)(?!\w)"
)
_LAST_OF = re.compile(
    r"(?<!\w)(?:de|het) (?:laatste|enige) (?!kamer|moeder|vader|zomer|winter|meester|nummer|keer|september|oktober"
    r"|november|december)[a-z-]{2,24}(?:er|aar|ster|orgel|molen|smid|man)(?= (?:van|in|uit|met))"
)
_LARGE, _VERY_LARGE, _NO_FAMILY = 4, 6, 16
"""Children in a family: from 4 about 1 in 20 families with children, from 6 about 1 in 150; 16 is a class."""


def _family(lower: str) -> Iterator[Sign]:
    for match in _CHILDREN.finditer(lower):
        if not match[0].startswith(("klas", "school")):
            yield from _children(match.start(1), match.end(), _value(match[1]) or 0, "veel kinderen")
    for match in _BROTHERS.finditer(lower):
        count = 1 + (_value(match[1]) or 0) + (_value(match[2]) or 0 if match[2] else 0)
        yield from _children(match.start(), match.end(), count, "broers en zussen")
    for match in _SMALL_PLACE.finditer(lower):
        yield _Entry("plek", "gehucht", Rarity.ZELDZAAM, "een klein dorp").at(match.start(), match.end())
    for match in _LAST_OF.finditer(lower):
        yield _Entry("werk", "zeldzaam", Rarity.ZELDZAAM, "een bijzonder beroep").at(match.start(), match.end())


def _children(start: int, end: int, count: int, words: str) -> Iterator[Sign]:
    if _LARGE <= count < _NO_FAMILY:
        rarity = Rarity.ZELDZAAM if count >= _VERY_LARGE else Rarity.MINDER_GEWOON
        code = "heel_groot" if count >= _VERY_LARGE else "groot"
        yield Sign(start, end, "gezin", f"gezin:{code}", str(count), rarity, words)


_WORD = re.compile(rf"[^\W_]+(?:['{SKIP}-]+[^\W_]+)*")


def _by_list(lower: str) -> Iterator[Sign]:
    table = _table()
    for expression, entry in table.expressions:
        for match in expression.finditer(lower):
            yield entry.at(match.start(), match.end())
    starts = tuple(beginning for beginning, _ in table.beginnings)
    said = [(m.start(), m.end(), m[0].replace(SKIP, "")) for m in _WORD.finditer(lower)]
    for place, (start, end, word) in enumerate(said):
        for phrase, entry in table.phrases.get(word, ()):
            ahead = said[place : place + len(phrase)]
            if entry.aspect == "herkomst" and place and said[place - 1][2] == "naar":
                continue  # where somebody went, not where they come from
            if tuple(w for _, _, w in ahead) == phrase and _runs_on(lower, ahead):
                yield entry.at(_article(lower, start, entry), ahead[-1][1])
        if word.startswith(starts):
            entry = next(entry for beginning, entry in table.beginnings if word.startswith(beginning))
            yield entry.at(_article(lower, start, entry), end)


def _runs_on(lower: str, words: Iterable[tuple[int, int, str]]) -> bool:
    """Nothing but space between the words of a phrase."""
    row = list(words)
    return all(not lower[one[1] : two[0]].strip() for one, two in zip(row, row[1:], strict=False))


def _article(lower: str, start: int, entry: _Entry) -> int:
    """Words that replace a thing bring their own article."""
    match = re.search(r"(?<!\w)een $", lower[max(0, start - 5) : start])
    return start - 4 if match and entry.proposal.startswith("een ") else start


@functools.cache
def _table() -> _Table:
    table = _Table()
    for row in yaml.safe_load((lists.DATA / "quasi.yaml").read_text(encoding="utf-8")):
        entry = _Entry(row["aspect"], row["code"], Rarity[row["niveau"].upper()], row["voorstel"])
        if "patroon" in row:
            table.expressions.append((_expression(row["patroon"]), entry))
        for one in row.get("woorden", "").split(","):
            words = plain(one.strip())
            if words.endswith("*"):
                table.beginnings.append((words[:-1], entry))
            elif words:
                phrase = tuple(words.split())
                table.phrases.setdefault(phrase[0], []).append((phrase, entry))
    return table


def _expression(pattern: str) -> re.Pattern[str]:
    fillings: dict[str, Any] = {"getal": _NUMBER, "maand": patterns.MONTH, "jaarwoord": patterns.YEAR}
    for name, filling in fillings.items():
        pattern = pattern.replace("{" + name + "}", filling)
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")
