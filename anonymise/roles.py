"""What somebody is to the teller, read from the words around their name: `mijn broer Sami`, `juf Anja`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from anonymise import cues
from anonymise.text import shadow
from stories.words import say

_OWN: Final = {
    **dict.fromkeys(("mijn", "m'n", "mn", "mij", "mien", "mijne"), "mijn"),
    **{word: word for word in ("onze", "ons", "haar", "hun", "zijn")},
    **dict.fromkeys(("z'n", "zn"), "zijn"),
    **dict.fromkeys(("d'r", "dr"), "haar"),
}
"""Who it belongs to, as the label says it."""
_ARTICLES: Final = frozenset(("de", "het", "een", "'t", "'n", "n", "die", "dat", "deze", "dit", "jouw", "je", "jullie"))
_OWN_WITHOUT_ASKING: Final = frozenset(("tante", "tant", "oom", "ome", "omke", "nonkel", "muoike"))
_CALLED_SO: Final = frozenset(("opa", "oma", "opoe", "opi", "omi", "beppe", "pake", "papa", "mama", "pap", "mam"))
_HET: Final = frozenset(("kind", "wicht", "paard", "konijn", "schoolhoofd"))
_WRITTEN_OUT: Final = {"mevr": "mevrouw", "mw": "mevrouw", "dhr": "meneer", "dr": "dokter"}
_ONE_OF: Final = {
    "broers": "broer", "broertjes": "broertje", "zussen": "zus", "zusjes": "zusje", "zoons": "zoon", "zonen": "zoon",
    "zoontjes": "zoontje", "dochters": "dochter", "dochtertjes": "dochtertje", "kinderen": "kind", "neven": "neef",
    "neefjes": "neefje", "nichten": "nicht", "nichtjes": "nichtje", "vrienden": "vriend", "vriendinnen": "vriendin",
    "ooms": "oom", "tantes": "tante", "buren": "buur", "collega's": "collega", "oma's": "oma", "opa's": "opa",
}  # fmt: skip
"""Each of several, named one after another: `mijn broers Ali en Mehmet`."""
_NO_ROLE: Final = frozenset(
    ("drs", "mr", "mrs", "heer", "prof", "eerste", "tweede", "jong", "bro", "maatschappelijk", "tweeling")
)
_ROLES: Final = (cues.RELATIONS | cues.TITLES | cues.PETS) - _NO_ROLE
_DETS: Final = frozenset(_OWN) | _ARTICLES
_TOKEN = re.compile(r"[\w'-]+")
_CALLED = re.compile(
    r",?[ ]+(?:(?:en )?(?:die|dat|ze|hij|zij) )?(?:heet|heette|hiet|genaamd)[ ]+"
    r"(?:(?:dan|dus|gewoon|eh|uh|uhm|ook)[ ]+)*$"
)
_IS = re.compile(r"(?:,[ ]+(?:dat is )?|[ ]+(?:is|was)[ ]+)(?=[\w'])")
_TELLER = re.compile(
    r"(?<!\w)(?:ik heet|ik ben|mijn naam is|m'n naam is|ze noemen (?:me|mij)|iedereen noemt (?:me|mij))[ ]+"
    r"(?:(?:dus|eh|uh|uhm|gewoon)[ ]+)*$"
)
_OF_SOMEBODY = re.compile(r"['’]|[ ]+(?:z'?n|d'?r|haar|zijn)\b")
_ROW = re.compile(r",?[ ]+(?:(?:en|of)[ ]+)?", re.IGNORECASE)
_REACH = 80
"""Characters before and after a name in which its role is sought."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    """`mijn kleine broertje`: whose, what, and where it begins."""

    det: str
    noun: str
    begin: int

    @property
    def role(self) -> str | None:
        if self.noun in _ONE_OF:
            return _Phrase(self.det, _ONE_OF[self.noun], self.begin).role
        if self.noun.split()[-1] not in _ROLES:
            return None
        if self.det in _OWN:
            return f"{_OWN[self.det]} {self.noun}"
        if self.noun in _CALLED_SO:
            return self.noun
        if self.noun in _OWN_WITHOUT_ASKING:
            return f"mijn {self.noun}"
        return f"{'het' if self.noun in _HET or self.noun.endswith('je') else 'de'} {self.noun}"


def role_at(text: str, start: int, end: int) -> str | None:
    """The role of whoever is named at text[start:end], without brackets, or None when the words around tell none."""
    before, after = _around(text, start, end)
    called = _CALLED.search(before)
    phrases = [_before(before), _before(before[: called.start()] + " ") if called else None, _after(after)]
    for phrase in phrases:
        if phrase and (role := phrase.role):
            return role
    if _TELLER.search(before) and not _OF_SOMEBODY.match(after):
        return say("replacing.teller")
    return None


def is_of_several(text: str, start: int) -> bool:
    """Does a word for several people stand before this name: `mijn broers `?"""
    phrase = _before(_around(text, start, start)[0])
    return phrase is not None and phrase.noun in _ONE_OF


def goes_on(text: str, end: int, start: int) -> bool:
    """Is the next name one of the same row: `Ali, Mehmet en Yusuf`?"""
    return _ROW.fullmatch(text, end, start) is not None


def lead(text: str, start: int, label: str, floor: int) -> int:
    """Characters before `start` that the label says again: `mijn broer ` before `[mijn broer]`, `mijn ` before any
    label with its own article. Not before character `floor`."""
    words = re.sub(r" \d+$", "", label.strip("[]").lower()).split()
    before = _around(text, start, start)[0]
    before = before[max(0, len(before) - (start - floor)) :]
    phrase = _before(before)
    if phrase and words and phrase.noun == " ".join(words[-len(phrase.noun.split()) :]):
        return len(before) - phrase.begin
    if len(words) > 1 and words[0] in _DETS and (said := _tokens(before)) and said[-1][0] in _DETS:
        return len(before) - said[-1].start()
    return 0


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """The words of this line before and after, folded, of the same length as in the text."""
    low = max(0, start - _REACH)
    before, after = shadow(text[low:start]).lower(), shadow(text[end : end + _REACH]).lower()
    return before.rpartition("\n")[2], after.partition("\n")[0]


def _tokens(before: str) -> list[re.Match[str]]:
    """The last words before a name, in one breath with it."""
    if before[-1:] != " ":
        return []
    found = list(_TOKEN.finditer(before))[-4:]
    for i in range(len(found) - 1, 0, -1):
        if before[found[i - 1].end() : found[i].start()].strip(" "):
            found = found[i:]
            break
    after = before[found[-1].end() :].strip(" ") if found else "?"
    return found if not after or (after == "." and found[-1][0] in _WRITTEN_OUT) else []


def _before(before: str) -> _Phrase | None:
    words = _tokens(before)
    if not words:
        return None
    noun, begin, rest = _noun(words[-1][0]), words[-1].start(), words[:-1]
    if rest and rest[-1][0] == "maatschappelijk":
        noun, begin, rest = f"maatschappelijk {noun}", rest[-1].start(), rest[:-1]
    if rest and rest[-1][0] in _DETS:
        return _Phrase(rest[-1][0], noun, rest[-1].start())
    if len(rest) > 1 and rest[-2][0] in _OWN and _describes(rest[-1][0]):
        return _Phrase(rest[-2][0], noun, rest[-2].start())
    return _Phrase("", noun, begin)


def _after(after: str) -> _Phrase | None:
    """`Sami, mijn broer` and `Sami is mijn broer`."""
    match = _IS.match(after)
    words = [m[0] for m in list(_TOKEN.finditer(after, match.end()))[:3]] if match else []
    if not words or words[0] not in _OWN:
        return None
    noun = words[2] if len(words) > 2 and _describes(words[1]) and words[1] not in _ROLES else words[1:2] and words[1]
    return _Phrase(words[0], _noun(noun), 0) if noun else None


def _describes(word: str) -> bool:
    """May this stand between `mijn` and `broertje`: `kleine`, and no word of another sentence."""
    return word.endswith("e") and word not in _ROLES | cues.SAYS | cues.DOES | _DETS


def _noun(word: str) -> str:
    return _WRITTEN_OUT.get(word, word)
