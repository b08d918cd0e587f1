"""Put labels in the place of names: one person one label, in every spelling; two people never one label."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anonymise import cues, lists
from anonymise.text import plain, stems
from stories.errors import InputRefused
from stories.model import Certainty, CleanText, Finding, Name, RawText
from stories.words import say

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The anonymised text and the story's name table, which is sealed: earlier rows first, one row per spelling."""

    text: CleanText
    names: tuple[Name, ...]


def clean(raw: RawText, findings: Sequence[Finding], *, names: Sequence[Name] = ()) -> Cleaned:
    """`raw` with every RED finding replaced by a label such as `[naam 1]`.

    Labels of an earlier table (`names`) are used again for the same person or thing. A genitive keeps its ending
    (`[naam 1]'s fiets`). AMBER findings stay. Raises InputRefused when a finding lies outside the text.
    """
    red = _without_overlap(raw.text, findings)
    labels = _Labels(raw.text, names, [(f.type, raw.text[f.start : f.end]) for f in red])
    pieces: list[str] = []
    spans: list[tuple[int, int]] = []
    length = at = 0
    for finding in red:
        kept = raw.text[at : finding.start]
        label = labels.of(finding.type, raw.text[finding.start : finding.end])
        spans.append((length + len(kept), length + len(kept) + len(label)))
        pieces += [kept, label]
        length += len(kept) + len(label)
        at = finding.end
    pieces.append(raw.text[at:])
    return Cleaned(CleanText("".join(pieces), raw.digest, tuple(spans)), labels.table())


def _without_overlap(text: str, findings: Iterable[Finding]) -> list[Finding]:
    """The red findings in order; overlapping ones become one."""
    red: list[Finding] = []
    for finding in sorted((f for f in findings if f.certainty is Certainty.RED), key=lambda f: (f.start, f.end)):
        if finding.end > len(text):
            raise InputRefused("anonymise.finding_outside_text")
        if red and finding.start < red[-1].end:
            last = red.pop()
            finding = Finding(last.start, max(last.end, finding.end), last.type, last.reason, Certainty.RED)
        red.append(finding)
    return red


Key = tuple[str, ...]


class _Labels:
    """Which label belongs to which name, for one story."""

    def __init__(self, text: str, earlier: Sequence[Name], found: Sequence[tuple[str, str]]) -> None:
        self._text = text
        self._rows: dict[tuple[str, str], Name] = {(row.type, row.original): row for row in earlier}
        spoken = [(row.type, row.original) for row in earlier] + list(found)
        self._words = {w for kind, name in spoken if kind == "persoon" for w in _WORD.findall(plain(name))}
        self._keys: dict[tuple[str, Key], str] = {}
        for row in earlier:
            self._keys.setdefault((row.type, self._key(row.type, row.original)), row.label)
        self._full = {self._key(kind, name) for kind, name in spoken if kind == "persoon"}
        self._used = {row.label for row in earlier}

    def of(self, kind: str, name: str) -> str:
        """The label of a name, made when it is new."""
        key = self._key(kind, name)
        label = (
            self._keys.get((kind, key)) or (self._same_person(key) if kind == "persoon" else None) or self._new(kind)
        )
        self._keys[(kind, key)] = label
        self._rows.setdefault((kind, name), Name(original=name, type=kind, label=label))
        return label

    def table(self) -> tuple[Name, ...]:
        return tuple(self._rows.values())

    def _new(self, kind: str) -> str:
        noun = say(f"anonymise.label_{kind}")
        number = 1
        while (label := f"[{noun} {number}]") in self._used or label in self._text:
            number += 1
        self._used.add(label)
        return label

    def _key(self, kind: str, name: str) -> Key:
        """What makes two spellings the same thing."""
        words = _WORD.findall(plain(name))
        if kind == "persoon":
            parts = tuple(self._base(w) for w in words if w not in cues.PARTICLES and w not in cues.TITLES)
            return parts or tuple(words)
        if kind in ("plaats", "organisatie", "school", "overig_naam"):
            return tuple(w for w in words if w not in ("de", "het", "t", "een")) or tuple(words)
        if kind == "straat":
            return tuple(w for w in words if not w[0].isdigit() and w not in ("nummer", "nr")) or tuple(words)
        return ("".join(words),)

    def _base(self, word: str) -> str:
        """A genitive or diminutive goes back to the name it was made of, if that name is known by itself."""
        if word in lists.given() or word in lists.ordinary_given():
            return word
        known = self._words | lists.given() | lists.ordinary_given()
        return next((form for form in stems(word)[1:] if form in known), word)

    def _same_person(self, key: Key) -> str | None:
        """A first name alone is the full name's person, when the story has only one such full name. `J. de Boer` is
        `Jolanda de Boer`, when there is only one."""
        full = [other for other in self._full if other != key and _part_of(key, other)]
        part = [other for other in self._full if other != key and _part_of(other, key)]
        if len(full) == 1:
            return self._keys.get(("persoon", full[0]))
        if full:
            return None
        for other in part:  # this is the longer name: does a shorter one point only here?
            if sum(_part_of(other, longer) for longer in self._full if longer != other) == 1:
                label = self._keys.get(("persoon", other))
                if label:
                    return label
        return None


def _part_of(short: Key, long: Key) -> bool:
    """Every part of `short` is a part of `long`, as the same word or as its initial, in order."""
    if len(short) >= len(long) and not any(len(w) == 1 for w in short):
        return False
    if len(short) > len(long):
        return False
    rest = iter(long)
    return all(any(w == other or (len(w) == 1 and other.startswith(w)) for other in rest) for w in short)
