"""Ages on the card of a text, exact or by the class at school."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from anonymise import lists, patterns
from anonymise.quasi_signs import GONE, NUMBER, Rarity, Sign, value_of

_OLDER = rf"(?!(?:een|ene|ein|nul|0)\b){NUMBER}"
_SOMEBODY = (
    r"(?:vrouw|man|oma|opa|kleinzoon|kleindochter|kleinkind|vrijwilliger|meid|gast|dame|heer|nichtje|neefje|neef|nicht"
    r"|vriendin|vriend|mevrouw|meneer|jong|joch|jochie|gozer|kerel|ventje|jongetje|zusje|broertje|zus|broer"
    r"|dochtertje|zoontje)"
)
_NOT_COUNTED = (
    r"(?!\w)(?! (?:euro|keer|maal|kilo|kg|meter|kilometer|uur|uren|dag|dagen|week|weken|minuten|kinderen|mensen|man"
    r"|procent|honderd|duizend|graden|hoog|plus|min|van de|terug|geleden|lang|later|straten|huizen|stuks|cent"
    r"|jaar (?:terug|geleden|lang|later|bezig|eerder|weg|getrouwd|samen|ziek|werkloos)))"
)
_GROUPS = ((3, "0_3"), (7, "4_7"), (11, "8_11"), (15, "12_15"), (18, "16_18"), (29, "19_29"), (44, "30_44"),
           (59, "45_59"), (74, "60_74"), (200, "75_"))  # fmt: skip
"""Bands in which ages are counted as the same: about a school phase, later about fifteen years."""

_FIRST = 3
"""An ordinal from which it is an age: "mijn eerste" is a job, a child, a day."""

_VERY_OLD = 90
"""Under 1 in 100 people in the Netherlands is this old."""

_AFTER_NAME = re.compile(rf"{GONE}(?:,? (?:die|dat))?,? (?:is |was |van )?({NUMBER})( jaar(?: oud)?)?"
                         r"(?=[.,;:!?]|$| (?:en|die|dat|was|is|zit|heeft|kan|jaar|wil|zei))")  # fmt: skip
_IS_SO_OLD = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!\w)(?:hij|zij|ze|ik|die|jij|je|gij|ge) (?:is|was|ben|bent|wordt|word|werd|zijt) "
        rf"{patterns.SOFT}({_OLDER})( jaar)?{_NOT_COUNTED}",
        rf"(?<!\w)(?:is|was|ben|wordt|werd) (?:hij|zij|ze|ik) {patterns.SOFT}({_OLDER})( jaar)?{_NOT_COUNTED}",
        rf"(?<!\w)(?:sinds|dat|omdat|vanaf dat|voor|voordat|totdat|tot|nadat) (?:ik|hij|zij|ze) ({_OLDER})( jaar)?"
        r" (?:was|werd|ben|is)(?!\w)",
        rf"(?<!\w){_SOMEBODY} van (?:misschien |ongeveer |bijna |al )?({_OLDER})( jaar)?{_NOT_COUNTED}",
        rf"(?<!\w)(?:oudste|jongste|middelste),? (?:is |was |van )?({_OLDER})( jaar)?(?!\w)",
        rf"(?<=\()({_OLDER})( jaar)?(?=\))",
        rf"(?<=[,(] )({_OLDER})( jaar)(?=[,.;)])",
        rf"(?<!\w)({NUMBER})( (?:dagen|weken|maanden) (?:oud|jong))(?!\w)",
    )
)
"""More ways to say an age than the recogniser of names needs: here a figure that is no age costs a look, no more."""

_SEVERAL = re.compile(rf"(?:kinderen|jongens|meisjes|meiden|dochters|zoons|zonen|zusjes|broertjes|{GONE}|kids)"
                      rf"(?:,? die)?,? (?:van|zijn|waren|is) (?:{GONE}+ |eh |uhm )?"
                      rf"({NUMBER}(?:, ?{NUMBER})*,? en {NUMBER})(?: jaar(?: oud)?)?(?!\w)")  # fmt: skip
_LASTED = re.compile(r" (?:terug|geleden|lang|later|bezig|eerder|weg|ziek|werkloos)(?!\w)")
_CLASS = re.compile(rf"(?<!\w)(?:in |uit |naar )?(?:groep ({NUMBER})|(?:de )?(brugklas|eindexamenklas)"
                    r"|(?:het )?(?:eerste|tweede|derde|vierde|vijfde|zesde) (leerjaar|middelbaar))(?!\w)")  # fmt: skip


def ages(lower: str) -> Iterator[Sign]:
    """Every age in a folded lower-case text; one place may be found in several ways."""
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
        for one in re.finditer(rf"(?<!\w){NUMBER}(?!\w)", match[1]):
            yield from _age(match.start(1) + one.start(), match.start(1) + one.end(), one[0], "")
    for match in _CLASS.finditer(lower):
        group = value_of(match[1]) if match[1] else None
        low = (group or 12) + 3 if match[1] else 12
        if group is None or 1 <= group <= 8:
            primary = match[1] is not None or match[3] == "leerjaar"
            band = _band(min(low, 11)) if match[1] else ("8_11" if primary else "12_15")
            words = "op de basisschool" if primary else "op de middelbare school"
            yield Sign(match.start(), match.end(), "leeftijd", f"leeftijd:{band}", f"klas_{low}",
                       Rarity.MINDER_GEWOON, words)  # fmt: skip


def _age(start: int, end: int, said: str, tail: str, *, whole: bool = False) -> Iterator[Sign]:
    years = value_of(said)
    if years is None or (whole and years < _FIRST):
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
