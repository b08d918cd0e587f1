"""Which label belongs to which person or thing, for one story and one style."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from anonymise import cues, grammar, lists, othernames, roles
from anonymise.hits import AGE, OTHER, PERSON, TYPES
from anonymise.leaks import Search, sought
from anonymise.othernames import OtherNames
from anonymise.people import Key, Thing
from anonymise.text import plain
from anonymise.whose import Said, Whose
from anonymise.wishes import inside, wished
from stories.model import Certainty, Finding, Name
from stories.words import has, say

if TYPE_CHECKING:
    from anonymise.finding import Decision

OWN: Final = "eigen"
"""The style of a row of which an editor typed the label."""


_FORMAL: Final = frozenset(
    ("meneer", "mevrouw", "mevr", "mw", "dhr", "heer", "familie", "gezin", "dokter", "dr", "prof")
)
"""What stands before a family name."""
_LABEL = re.compile(r"\[[^\[\]]*\]")
_WORD = re.compile(r"[^\W_]+")


class Style(StrEnum):
    """What stands in the place of names."""

    NUMBERS = "nummers"  # [naam 1]
    ROLES = "rollen"  # [mijn broer], [school]
    NAMES = "andere_namen"  # another name for a person; a role for a place, school or firm: a real one would be untrue


class Labels:
    """The labels of one story. Made at once, so that they do not depend on who asks first."""

    def __init__(
        self,
        text: str,
        red: Sequence[Finding],
        findings: Sequence[Finding],
        earlier: Sequence[Name],
        decisions: Iterable[Decision] = (),
        *,
        style: Style = Style.NUMBERS,
        known_names: Sequence[str] = (),
        seed: str = "",
    ) -> None:
        """Raises InputRefused for what an editor typed and must not stand there."""
        self._text, self._style = text, style
        decisions = tuple(decisions)
        rows = _without_kept(text, red, earlier, decisions)
        said = [(f.type, text[f.start : f.end]) for f in red]
        self._whose = Whose(text, red, rows, decisions)
        self.people = self._whose.people
        originals = [*sought(rows), *(name for kind, name in said if kind in TYPES - {AGE})]
        self._search = Search([*originals, *known_names])
        things = [self._whose.of_row(row) for row in rows]
        in_use = {row.label: thing for row, thing in zip(rows, things, strict=True) if row.style == style}
        self._wishes = wished(decisions, red, self.thing, self._search, in_use)
        self._roles = self._roles_of(red)
        self._labels: dict[Thing, str] = dict(self._wishes)
        self._numbers: dict[str, int] = {}
        self._typed = frozenset(_LABEL.findall(plain(text)))
        self._used = {plain(label) for label in self._wishes.values()}
        for row, thing in zip(rows, things, strict=True):
            if row.style == style and (style is not Style.NAMES or row.label.startswith("[")):
                self._claim(thing, row.label)
        self._families = self._family_names(red)
        self._others = OtherNames(seed, self._taken_by(findings))
        self._rows = {(row.type, row.original, row.who, row.apart): row for row in rows}
        for row, thing in zip(rows, things, strict=True):
            if row.type in TYPES:  # also whoever the text does not name any more: no label is somebody else's
                self._write(row.type, row.original, thing, (row.who, row.apart))
        for finding in red:
            name = text[finding.start : finding.end]
            self._write(finding.type, name, self.thing(finding), self._whose.said(finding))

    def thing(self, finding: Finding) -> Thing:
        return self._whose.of(finding)

    def of(self, finding: Finding) -> str:
        """What stands in the place of these words, before grammar."""
        return self._label(self.thing(finding), self._text[finding.start : finding.end])

    def speaks(self, finding: Finding) -> bool:
        """Is the label made of the words of a sentence, so that an article or `mijn` before it may say it twice?"""
        kind, label = self.thing(finding)[0], self.of(finding)
        numbered = label.startswith(f"[{say(f'anonymise.label_{kind}')} ")
        return self.thing(finding) in self._wishes or (self._style is not Style.NUMBERS and not numbered)

    def is_other_name(self, finding: Finding) -> bool:
        thing = self.thing(finding)
        return thing not in self._wishes and not self.of(finding).startswith("[")

    def table(self) -> tuple[Name, ...]:
        return tuple(self._rows.values())

    def _write(self, kind: str, name: str, thing: Thing, said: Said) -> None:
        style = OWN if thing in self._wishes else str(self._style)
        self._rows[kind, name, *said] = Name(name, kind, self._label(thing, name), style, *said)

    def _label(self, thing: Thing, name: str) -> str:
        if thing in self._wishes:
            return self._wishes[thing]
        if self._style is Style.NAMES and thing[0] == PERSON:
            other = self._other_name(thing, name)
            if other:
                return other
        if thing not in self._labels:
            self._claim(thing, self._new(thing))
        return self._labels[thing]

    def _claim(self, thing: Thing, label: str) -> None:
        if thing not in self._labels and plain(label) not in self._used:
            self._labels[thing] = label
            self._used.add(plain(label))

    def _new(self, thing: Thing) -> str:
        kind = thing[0]
        role = None
        if self._style is not Style.NUMBERS:
            role = self._roles.get(thing) if kind in (PERSON, OTHER) else _thing_role(kind)
        if role and f"[{role}]" in self._search:
            role = None  # somebody is called so
        noun = role or say(f"anonymise.label_{kind}")
        while True:
            number = self._numbers[noun] = self._numbers.get(noun, 0) + 1
            label = f"[{noun}]" if role and number == 1 else f"[{noun} {number}]"
            if plain(label) not in self._used and plain(label) not in self._typed:
                return label

    def _roles_of(self, red: Sequence[Finding]) -> dict[Thing, str]:
        """The first role that the text tells of each; of several in a row (`mijn broers Ali en Mehmet`) each."""
        found: dict[Thing, str] = {}
        row, end = "", 0
        for finding in red:
            if finding.type not in (PERSON, OTHER):
                continue
            role = roles.role_at(self._text, finding.start, finding.end)
            if not role and row and roles.goes_on(self._text, end, finding.start):
                role = row
            row, end = (
                (role or "") if roles.is_of_several(self._text, finding.start) or role == row else "",
                finding.end,
            )
            if role:
                found.setdefault(self.thing(finding), role)
        return found

    def _taken_by(self, findings: Sequence[Finding]) -> Callable[[str], bool]:
        """Is this somebody's name here, or like it, in any form? Words in doubt count as names, and so does what an
        editor typed for somebody."""
        doubted = [self._text[f.start : f.end] for f in findings if f.certainty is not Certainty.RED]
        others = Search([*doubted, *map(inside, self._wishes.values())])
        words = frozenset(_WORD.findall(plain(self._text)))

        def taken(name: str) -> bool:
            forms = (name, grammar.genitive(name), grammar.diminutive(name))
            return any(plain(form) in words or form in self._search or form in others for form in forms)

        return functools.cache(taken)

    def _family_names(self, red: Sequence[Finding]) -> frozenset[str]:
        """Words that stand alone and are a family name: `meneer Yilmaz`, `de Boer`."""
        found = set()
        for finding in red:
            kind, whole, _ = self.thing(finding)
            if kind == PERSON and len(whole) == 1:
                said = _WORD.findall(plain(self._text[finding.start : finding.end]))
                before = _WORD.findall(plain(self._text[max(0, finding.start - 40) : finding.start]))[-1:]
                listed = whole[0] in lists.last()
                if (
                    set(said[:1]) & cues.PARTICLES
                    or set(before) & _FORMAL
                    or (listed and whole[0] not in lists.first())
                ):
                    found.add(whole[0])
        return frozenset(found)

    def _other_name(self, thing: Thing, name: str) -> str | None:
        """Another name of the same build: a full name for a full name, an initial for an initial."""
        _, whole, apart = thing
        mine = f"#{apart}" if apart else ""
        first = self._given_words(whole)
        origin, listed_sex = othernames.group_of("given", whole[0]) if first else ("", "")
        family, _ = othernames.group_of("family", whole[-1]) if first < len(whole) else ("", "")
        sex = othernames.sex_of(self._roles.get(thing)) or listed_sex
        group = origin or family or othernames.DUTCH
        found: dict[str, str | None] = {}
        for word, place in self.people.parts(name, whole):
            if place >= first:
                found["family"] = self._others.of("family", " ".join(whole[first:]) + mine, group=family or group)
            elif "given" not in found:
                other = self._others.of("given", " ".join(whole[:first]) + mine, group=group, sex=sex)
                found["given"] = f"{other[0]}." if other and len(word) == 1 < len(whole) else other
        words = [word for word in found.values() if word]
        if not words or len(words) < len(found):
            return None
        made = " ".join(words)
        return made if any(char.isupper() for char in name) else made.lower()

    def _given_words(self, whole: Key) -> int:
        """How many words of a whole name are first names."""
        if len(whole) == 1:
            return 0 if whole[0] in self._families else 1
        return len(whole) if all(w in lists.first() and w not in lists.family() for w in whole) else 1


def _thing_role(kind: str) -> str:
    """What a place, school or firm is called: its kind."""
    return say(f"replacing.thing_{kind}" if has(f"replacing.thing_{kind}") else f"anonymise.label_{kind}")


def _without_kept(
    text: str, red: Sequence[Finding], earlier: Sequence[Name], decisions: Sequence[Decision]
) -> list[Name]:
    """The earlier rows, without what an editor since said is nobody's name: those words stay in the text."""
    hidden = {plain(text[f.start : f.end]) for f in red}
    kept = {plain(text[d.start : d.end]) for d in decisions if d.action == "keep"} - hidden
    return [row for row in earlier if plain(row.original) not in kept]
