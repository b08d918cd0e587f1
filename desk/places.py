"""Places: where a text may point at somebody, as an editor sees and decides them. Pure rules, no store.

A place is what the machine found and people decided, put together as the anonymiser does it: `red` is replaced, `amber`
waits for a person, `kept` was looked at and stays. Whatever is neither replaced nor kept by somebody is amber.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Protocol, TypeVar

from anonymise import Decision, apply_decisions
from anonymise.finding import Action
from anonymise.text import plain, shadow
from stories.errors import InputRefused
from stories.model import Certainty, Finding, require

Span = tuple[int, int]
"""Characters [start, end) of the raw text."""


class Spanned(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


AnySpanned = TypeVar("AnySpanned", bound=Spanned)

FARTHEST = 3
"""So many characters (a blank, a hyphen) stand at most between two words of one name."""
_WORD = re.compile(r"[^\W_]+")


class Does(StrEnum):
    """What an editor does with a place, or with words that were picked."""

    MASK = "mask"
    KEEP = "keep"
    FREE = "free"  # these words of a place may stay; the rest of it is hidden


SOMEBODY_ELSE = -1
"""As `Change.person`: not who the machine takes them for, and nobody else in the story either."""


@dataclass(frozen=True, slots=True)
class Change:
    """One decision of an editor about characters [start, end).

    `everywhere`: about every other place with these words as well. `type` and `replacement`: None leaves what it was.
    `person` says who this is: SOMEBODY_ELSE, or the person of the place that begins at that character.
    """

    does: Does
    start: int
    end: int
    everywhere: bool = False
    type: str | None = None
    replacement: str | None = None
    person: int | None = None

    def __post_init__(self) -> None:
        require(0 <= self.start < self.end, "a change is about at least one character")


@dataclass(frozen=True, slots=True)
class Place:
    """`state` is red, amber or kept. `reasons` are plain Dutch; none for words that only an editor saw. `who` and
    `apart` are those of the decision (`anonymise.Decision`)."""

    start: int
    end: int
    type: str
    state: str
    reasons: tuple[str, ...]
    replacement: str = ""
    who: str = ""
    apart: int = 0

    @property
    def span(self) -> Span:
        return self.start, self.end


def places(findings: Sequence[Finding], decisions: Sequence[Decision]) -> tuple[Place, ...]:
    """In order and without overlap. Raises InputRefused for decisions that are not about these findings."""
    final = apply_decisions(findings, decisions)
    found, said = meeting(final, findings), meeting(final, decisions)
    return tuple(_place(*one) for one in zip(final, found, said, strict=True))


def _place(one: Finding, found: Sequence[Finding], met: Sequence[Decision]) -> Place:
    reasons = dict.fromkeys(f.reason for f in found)
    if one.certainty is Certainty.RED:
        state = "red"
    else:  # "this may stay" holds for what it covers, not for more
        state = "kept" if any(d.action == "keep" and _inside(one, d) for d in met) else "amber"
    place = Place(one.start, one.end, one.type, state, tuple(reasons))
    if state == "red" and met:
        place = replace(place, replacement=met[-1].replacement, who=met[-1].who, apart=met[-1].apart)
    return place


def meeting(spans: Sequence[Spanned], others: Iterable[AnySpanned]) -> list[list[AnySpanned]]:
    """For each of these spans (in order, without overlap) what of the others lies over it, in the order given."""
    starts, ends = [one.start for one in spans], [one.end for one in spans]
    met: list[list[AnySpanned]] = [[] for _ in spans]
    for other in others:
        for at in range(bisect_right(ends, other.start), bisect_left(starts, other.end)):
            met[at].append(other)
    return met


def _inside(one: Spanned, other: Spanned) -> bool:
    return other.start <= one.start and one.end <= other.end


def in_words(text: str, now: Iterable[Place]) -> tuple[Place, ...]:
    """The places, those that stay without the blanks around their words: what is left beside hidden words has some."""
    found = []
    for one in now:
        span = _trimmed(text, one.start, one.end) if one.state == "kept" else one.span
        if span:
            found.append(replace(one, start=span[0], end=span[1]))
    return tuple(found)


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """From the first word in these characters to the last; None when there is none."""
    words = [match.span() for match in _WORD.finditer(shadow(text[start:end]))]
    return (start + words[0][0], start + words[-1][1]) if words else None


def decided(
    text: str, findings: Sequence[Finding], decisions: Sequence[Decision], change: Change
) -> tuple[Decision, ...]:
    """The decisions after this change. An addition that may stay after all is taken away again. To hide words within a
    place that stays hides exactly them; anything else is about whole places.

    Raises InputRefused for words that are no part of a place, and for a person who is not there.
    """
    now = in_words(text, places(findings, decisions))
    if change.does is Does.FREE:
        return _freed(text, findings, decisions, now, change)
    made = list(decisions)
    person = _person(text, now, decisions, change)
    for start, end in _about(text, now, change):
        met = [one for one in now if one.start < end and start < one.end]
        if change.does is Does.KEEP or not (
            len(met) == 1 and met[0].state == "kept" and start >= met[0].start and end <= met[0].end
        ):
            start, end = min([start, *(one.start for one in met)]), max([end, *(one.end for one in met)])
        made = _without(made, start, end)
        found = any(f.start < end and start < f.end for f in findings)
        if change.does is Does.MASK:
            was = met[0] if met else Place(start, end, "overig_naam", "", ())
            words = change.replacement if change.replacement is not None else "" if person else was.replacement
            if (
                was.replacement not in ("", words) and not person
            ):  # said of another place of theirs, it would still count
                made = [replace(d, replacement="") if d.replacement == was.replacement else d for d in made]
            who, apart = person or (was.who, was.apart)
            action: Action = "mask" if found and not _spared(made, start, end) else "add"
            made.append(Decision(start, end, action, change.type or was.type, words, who, apart))
        elif found:
            made.append(Decision(start, end, "keep", met[0].type if met else ""))
    return tuple(made)


def _freed(
    text: str, findings: Sequence[Finding], decisions: Sequence[Decision], now: Sequence[Place], change: Change
) -> tuple[Decision, ...]:
    """A smaller place: all of it may stay, but what stands before and behind these words is hidden."""
    wide = next((one for one in now if one.start <= change.start and change.end <= one.end), None)
    if wide is None or wide.state == "kept":
        raise InputRefused("names.no_such_place")
    start, end = wide.span
    made = _without(decisions, start, end)
    if any(f.start < end and start < f.end for f in findings) and not _spared(made, start, end):
        made.append(Decision(start, end, "keep", wide.type))
    parts = [part for part in (_trimmed(text, start, change.start), _trimmed(text, change.end, end)) if part]
    words = wide.replacement if len(parts) == 1 else ""  # two things do not get the same words
    return (*made, *(Decision(*part, "add", wide.type, words, wide.who, wide.apart) for part in parts))


def _without(decisions: Iterable[Decision], start: int, end: int) -> list[Decision]:
    return [d for d in decisions if not (start <= d.start and d.end <= end)]


def _spared(decisions: Iterable[Decision], start: int, end: int) -> bool:
    """Is this part of words that may stay, so that only an addition hides nothing else?"""
    return any(d.action == "keep" and d.start <= start and end <= d.end for d in decisions)


def _person(text: str, now: Sequence[Place], decisions: Sequence[Decision], change: Change) -> tuple[str, int] | None:
    """Who a change says that these words are, as in a decision; None when it does not say."""
    if change.person is None:
        return None
    if change.person == SOMEBODY_ELSE:
        return text[change.start : change.end], 1 + max((d.apart for d in decisions), default=0)
    other = next((one for one in now if one.start == change.person and one.state == "red"), None)
    if other is None:
        raise InputRefused("names.no_such_place")
    return other.who or text[slice(*other.span)], other.apart


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
        self._same: dict[tuple[str, ...], tuple[Span, ...]] = {}
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
        key = (*wanted, "s" if genitive else "")
        if key not in self._same:
            self._same[key] = self._find(wanted, genitive)
        return self._same[key]

    def _find(self, wanted: tuple[str, ...], genitive: bool) -> tuple[Span, ...]:
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
