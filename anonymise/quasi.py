"""The quasi-identifier card of a text: what, in combination, points at somebody.

A rare first name is masked; an age, a village, a twin and a fire together still name a family. `signs` reads the clean
text and says per aspect which words tell something, how rare that is, and what may be written instead. It is a list of
Dutch words and of patterns (`data/quasi.yaml`, where the orders of magnitude are accounted for), not a judgement: a
person decides. Labels are not read, so that what was masked no longer counts.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import yaml

from anonymise import lists, patterns
from anonymise.quasi_ages import ages
from anonymise.quasi_family import family
from anonymise.quasi_rare import rare
from anonymise.quasi_signs import ASPECTS, GONE, NUMBER, Entry, Rarity, Sign
from anonymise.text import SKIP, plain, shadow

__all__ = ["ASPECTS", "Rarity", "Sign", "signs"]


@dataclass(frozen=True, slots=True)
class _Table:
    """The data file, ready for looking up. Words of an entry stand under their first word."""

    phrases: dict[str, list[tuple[tuple[str, ...], Entry]]] = field(default_factory=dict)
    beginnings: list[tuple[str, Entry]] = field(default_factory=list)
    expressions: list[tuple[re.Pattern[str], Entry]] = field(default_factory=list)


def signs(text: str, labels: Sequence[tuple[int, int]] = ()) -> tuple[Sign, ...]:
    """What in `text` points at somebody in combination, in order and without overlap; the rarer reading wins.

    `labels` are (start, end) of what was replaced already (`CleanText.labels`): it is not read.
    """
    chars = list(shadow(text).lower())
    for start, end in labels:
        chars[start:end] = GONE * (end - start)
    lower = "".join(chars)
    found = [*ages(lower), *family(lower), *rare(lower), *_by_list(lower)]
    taken: list[Sign] = []
    used = bytearray(len(lower))
    for sign in sorted(found, key=lambda s: (-s.rarity, s.start - s.end, s)):
        if sign.start < sign.end and not any(used[sign.start : sign.end]):
            used[sign.start : sign.end] = b"\x01" * (sign.end - sign.start)
            taken.append(sign)
    return tuple(sorted(taken))


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
                yield _at(lower, start, ahead[-1][1], entry)
        if word.startswith(starts):
            entry = next(entry for beginning, entry in table.beginnings if word.startswith(beginning))
            yield _at(lower, start, end, entry)


def _runs_on(lower: str, words: Iterable[tuple[int, int, str]]) -> bool:
    """Nothing but space between the words of a phrase."""
    row = list(words)
    return all(not lower[one[1] : two[0]].strip() for one, two in itertools.pairwise(row))


def _at(lower: str, start: int, end: int, entry: Entry) -> Sign:
    """The sign with the small word before it that does not fit its proposal, or that this brings itself: `een
    tweeling`, `uit Eritrea`."""
    sign = entry.at(start, end)
    before = re.search(r"(?<!\w)(een|in|uit) $", lower[max(0, start - 5) : start])
    if before is None:
        return sign
    longer = replace(sign, start=start - len(before[0]))
    if before[1] == "een":
        return longer
    if entry.proposal.startswith("uit "):
        return replace(longer, proposal=before[1] + entry.proposal[3:])
    return longer if entry.proposal.startswith("ergens ") else sign


@functools.cache
def _table() -> _Table:
    table = _Table()
    files = (lists.DATA / "quasi.yaml", lists.DATA / "quasi_rare.yaml")
    for row in itertools.chain.from_iterable(yaml.safe_load(file.read_text(encoding="utf-8")) for file in files):
        entry = Entry(row["aspect"], row["code"], Rarity[row["niveau"].upper()], row["voorstel"])
        table.expressions.extend((_expression(pattern), entry) for pattern in row.get("patronen", ()))
        for one in row.get("woorden", "").split(","):
            words = plain(one.strip())
            if words.endswith("*"):
                table.beginnings.append((words[:-1], entry))
            elif words:
                phrase = tuple(words.split())
                table.phrases.setdefault(phrase[0], []).append((phrase, entry))
    return table


_WHERE = (
    r"(?:(?:van|in|uit|op|bij) (?:(?:de|het|ons|onze|mijn|heel|hele|dit|deze) ){0,2}(?:klas|school|dorp|stad|straat"
    r"|buurt|wijk|flat|provincie|land|gemeente|regio|kerk|team|club|jaar|bedrijf|afdeling|opleiding|wereld|familie|eiland|nederland"
    rf"|belgie|vlaanderen|europa|{GONE}+)|hier|bij ons|ter wereld)"
)
_MOST = r"(?:oudste|jongste|grootste|kleinste|snelste|langste|beste|bekendste|sterkste|rijkste|laatste)"
_THING = r"(?!keer|dag|plek|plaats|week|jaren?|maand|tijd|straat|klas)[a-z-]{3,24}"
_SAID = {
    "waar": _WHERE,
    "ding": _THING,
    "meest": _MOST,
    "gekomen": "(?:gekomen|geweest|gestaan|gezeten|gezien|was|kwam|kwamen|waren|stond|stonden|is|zijn)",
    "gevlucht": "(?:gevlucht|vluchtten|vluchtte|gereisd|gekomen|reis|vlucht|gelopen)",
}


def _expression(pattern: str) -> re.Pattern[str]:
    fillings = {"getal": NUMBER, "maand": patterns.MONTH, "jaarwoord": patterns.YEAR, **_SAID}
    for name, filling in fillings.items():
        pattern = pattern.replace("{" + name + "}", filling)
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")
