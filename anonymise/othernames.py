"""Plausible other names: of the same kind as the real one, and never the name of anybody in the story.

The choice depends on a seed that is sealed with the story, so that making the text again gives the same names and
nobody can compute from a name which one it replaced.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterator
from typing import Final

import yaml

from anonymise import lists
from anonymise.text import plain, sounds

MOST: Final = 150
"""Other names in one story; whoever comes after that gets a number."""
DUTCH: Final = "nederlands"
_SECTIONS: Final = {
    "turk": "turks", "morocc": "arabisch", "syria": "arabisch", "surinam": "surinaams", "polish": "europees",
    "eritre": "afrikaans", "african": "afrikaans", "chinese": "aziatisch", "vietnam": "aziatisch",
}  # fmt: skip
"""Words in the headings of the name lists, and the group of other names that fits."""
_MEN_IN_A: Final = lists.folded("mustafa mustapha moussa musa isa issa yahya luca nikola joshua elia noa ilja mika")

WOMEN: Final = lists.folded(
    """moeder mama mam mamma ma oma opoe omi beppe zus zusje zuster halfzus stiefzus tweelingzus schoonzus dochter
    dochtertje kleindochter nicht nichtje tante tant vriendin vriendinnetje vrouw mevrouw juf juffrouw lerares buurvrouw
    buurvrouwtje buurmeisje meisje meid pleegmoeder stiefmoeder schoonmoeder directrice begeleidster docente advocate
    eigenares kapster trainster vrijwilligster werkster kraamverzorgster overbuurvrouw voorvrouw dame gymjuf"""
)
MEN: Final = lists.folded(
    """vader papa pap pa opa opi pake broer broertje halfbroer stiefbroer tweelingbroer zoon zoontje kleinzoon neef
    neefje oom ome omke nonkel vriendje man meneer meester gymmeester buurman buurjongen buurmeester jongen knul gozer
    pleegvader stiefvader zwager overbuurman voorman pastoor pater dominee imam leraar"""
)
"""Words for who somebody is that tell a woman or girl, a man or boy."""


def sex_of(role: str | None) -> str:
    """`v`, `m`, or nothing when the role does not tell."""
    noun = role.split()[-1] if role else ""
    return "v" if noun in WOMEN else "m" if noun in MEN else ""


class OtherNames:
    """The other names of one story: every name is given once."""

    def __init__(self, seed: str, is_taken: Callable[[str], bool]) -> None:
        self._seed, self._is_taken = seed, is_taken
        self._given: dict[tuple[str, str], str] = {}
        self._sounds: set[str] = set()

    def of(self, kind: str, name: str, *, group: str, sex: str = "") -> str | None:
        """The other name for a plain first name (`kind` "given") or family name ("family"); None when none is left."""
        known = self._given.get((kind, name))
        if known:
            return known
        if len(self._given) >= MOST:
            return None
        for other in self._candidates(kind, name, group, sex):
            heard = sounds(plain(other))
            if not self._sounds.isdisjoint(heard) or plain(other)[0] == name[:1] or self._is_taken(other):
                continue
            self._sounds |= heard
            self._given[kind, name] = other
            return other
        return None

    def _candidates(self, kind: str, name: str, group: str, sex: str) -> Iterator[str]:
        def order(other: str) -> bytes:
            return hashlib.sha256("\0".join((self._seed, kind, name, other)).encode("utf-8", "surrogatepass")).digest()

        groups = [group, *(one for one in pools() if one != group)]
        for one in groups:
            pool = pools()[one]
            sets = ("a",) if kind == "family" else (sex,) if sex else ("v", "m")
            yield from sorted((other for which in sets for other in pool[which]), key=order)


@functools.cache
def pools() -> dict[str, dict[str, tuple[str, ...]]]:
    """Group -> v, m and a (family names) -> names, from data/other_names.yaml."""
    rows = yaml.safe_load((lists.DATA / "other_names.yaml").read_text(encoding="utf-8"))
    return {group: {which: tuple(names.split()) for which, names in sets.items()} for group, sets in rows.items()}


def group_of(kind: str, name: str) -> tuple[str, str]:
    """The group of names that a plain name is from (empty when no list knows it), and `v` or `m` where known."""
    group, sex = _listed(kind).get(name, ("", ""))
    if kind == "given" and group not in ("", DUTCH) and not sex:
        sex = "v" if name.endswith("a") and name not in _MEN_IN_A else ""
    return group, sex


@functools.cache
def _listed(kind: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for group, sets in pools().items():
        for which, names in sets.items():
            if (which == "a") == (kind == "family"):
                for name in names:
                    found.setdefault(plain(name), (group, "" if which == "a" else which))
    group, sex = DUTCH, ""
    text = (lists.DATA / f"{kind}.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            head = line.lower()
            group = next((one for word, one in _SECTIONS.items() if word in head), DUTCH)
            sex = "v" if "girls" in head else "m" if "boys" in head else ""
            continue
        for name in line.split():
            found.setdefault(plain(name), (group, sex))
    return found
