"""Places: where a text may point at somebody, as an editor sees and decides them. Pure rules, no store.

A place is what the machine found and people decided, put together as the anonymiser does it: `red` is replaced, `amber`
waits for a person, `kept` was looked at and stays. Whatever is neither replaced nor kept by somebody is amber.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from anonymise import Decision, apply_decisions
from anonymise.text import plain, shadow
from stories.model import Certainty, Finding, require

Span = tuple[int, int]
"""Characters [start, end) of the raw text."""

FARTHEST = 3
"""So many characters (a blank, a hyphen) stand at most between two words of one name."""
_WORD = re.compile(r"[^\W_]+")


class Does(StrEnum):
    """What an editor does with a place, or with words that were picked."""

    MASK = "mask"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Change:
    """One decision of an editor about characters [start, end).

    `everywhere`: about every other place with these words as well. `type` and `replacement`: None leaves what it was.
    """

    does: Does
    start: int
    end: int
    everywhere: bool = False
    type: str | None = None
    replacement: str | None = None

    def __post_init__(self) -> None:
        require(0 <= self.start < self.end, "a change is about at least one character")


@dataclass(frozen=True, slots=True)
class Place:
    """`state` is red, amber or kept. `reasons` are plain Dutch; none for words that only an editor saw."""

    start: int
    end: int
    type: str
    state: str
    reasons: tuple[str, ...]
    replacement: str = ""

    @property
    def span(self) -> Span:
        return self.start, self.end


def places(findings: Sequence[Finding], decisions: Sequence[Decision]) -> tuple[Place, ...]:
    """In order and without overlap. Raises InputRefused for decisions that are not about these findings."""
    return tuple(_place(one, findings, decisions) for one in apply_decisions(findings, decisions))


def _place(one: Finding, findings: Sequence[Finding], decisions: Sequence[Decision]) -> Place:
    reasons = dict.fromkeys(f.reason for f in findings if f.start < one.end and one.start < f.end)
    met = [d for d in decisions if d.start < one.end and one.start < d.end]
    if one.certainty is Certainty.RED:
        state = "red"
    else:  # "this may stay" holds for what it covers, not for more
        state = "kept" if any(d.action == "keep" and _inside(one, d) for d in met) else "amber"
    replacement = met[-1].replacement if state == "red" and met else ""
    return Place(one.start, one.end, one.type, state, tuple(reasons), replacement)


def _inside(one: Finding, other: Decision) -> bool:
    return other.start <= one.start and one.end <= other.end


def decided(
    text: str, findings: Sequence[Finding], decisions: Sequence[Decision], change: Change
) -> tuple[Decision, ...]:
    """The decisions after this change. An addition that may stay after all is taken away again."""
    now = places(findings, decisions)
    made = list(decisions)
    for start, end in _about(text, now, change):
        met = [one for one in now if one.start < end and start < one.end]
        start, end = min([start, *(one.start for one in met)]), max([end, *(one.end for one in met)])
        made = [d for d in made if not (start <= d.start and d.end <= end)]
        found = any(f.start < end and start < f.end for f in findings)
        if change.does is Does.MASK:
            was = met[0] if met else None
            kind = change.type if change.type is not None else (was.type if was else "overig_naam")
            old = was.replacement if was else ""
            words = old if change.replacement is None else change.replacement
            if old and words != old:  # said of another place of the same person, it would still count there
                made = [replace(d, replacement="") if d.replacement == old else d for d in made]
            made.append(Decision(start, end, "mask" if found else "add", kind, words))
        elif found:
            made.append(Decision(start, end, "keep", met[0].type if met else ""))
    return tuple(made)


def _about(text: str, now: Sequence[Place], change: Change) -> Iterator[Span]:
    """The spans that a change is about. To keep is said only of places with exactly these words: `Emre` may stay says
    nothing about `Emre Yilmaz`. To mask also finds what is no place yet, and leaves a longer name that is masked."""
    own = (change.start, change.end)
    yield own
    if not change.everywhere:
        return
    words = Words(text)
    for span in words.same(own, genitive=change.does is Does.MASK):
        met = [one for one in now if one.start < span[1] and span[0] < one.end]
        same = all(words.of(one.span) == words.of(span) for one in met)
        if span == own or (change.does is Does.KEEP and not (met and same)):
            continue
        if same or any(one.state != "red" for one in met):
            yield span


class Words:
    """The words of a text, to find the same ones again: whatever their capitals and accents."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._all = tuple(_words(text))
        self._at: dict[str, list[int]] = {}
        for at, (*_, word) in enumerate(self._all):
            self._at.setdefault(word, []).append(at)

    def of(self, span: Span) -> tuple[str, ...]:
        """The plain words of a span, without the `s` of a genitive behind an apostrophe."""
        said = self._text[slice(*span)]
        words = tuple(word for *_, word in _words(said))
        return words[:-1] if len(words) > 1 and re.search(r"'s\W*$", plain(said)) else words

    def same(self, span: Span, *, genitive: bool = True) -> tuple[Span, ...]:
        """Every place of these words, in order, itself included: `Jan's` is `Jan`; with `genitive` `Jans` is too."""
        wanted = self.of(span)
        if not wanted:
            return (span,)
        length, last = len(wanted), (wanted[-1], wanted[-1] + "s" if genitive else wanted[-1])
        begins = self._at.get(wanted[0], []) if length > 1 else [at for one in {*last} for at in self._at.get(one, [])]
        runs = (self._all[at : at + length] for at in sorted(begins))
        return tuple(
            (run[0][0], run[-1][1])
            for run in runs
            if len(run) == length
            and tuple(word for *_, word in run[:-1]) == wanted[:-1]
            and run[-1][2] in last
            and all(after[0] - before[1] <= FARTHEST for before, after in pairwise(run))
        )


def _words(text: str) -> Iterator[tuple[int, int, str]]:
    return ((found.start(), found.end(), plain(found.group())) for found in _WORD.finditer(shadow(text)))


def undecided(now: Iterable[Place]) -> tuple[Place, ...]:
    """What waits for a person."""
    return tuple(one for one in now if one.state == "amber")
