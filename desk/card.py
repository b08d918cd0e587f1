"""The card of a story: which things in its clean text point at somebody together, and what people decided about them.

A story is at risk when something rare stands in it, or when two or more aspects tell something and no other story in
this house shares the combination. Then it is not released until a person decided about every telling row: other words
in its place, or a reason why it may stay. Such a reason belongs to the row's words and to the combination it was given
in: a row more, or other words, is decided anew; a row fewer is not.

How many stories share a combination says something about this house alone. It is no number of people in the country:
see docs/decisions/2026-11-26-card.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum

from anonymise.quasi import Rarity, Sign, signs
from anonymise.text import plain
from stories.errors import Refused
from stories.model import CleanText, Story, StoryVersion, digest_of
from stories.stages import State
from stories.store import Books
from stories.vault import Kind

ENOUGH_ASPECTS = 2
"""From so many telling aspects a combination that nobody shares is a risk."""

_VALUES = 1
"""Version of the sealed item that holds the values; version 0 holds what was decided."""

_PAGE = 200
"""Stories read at a time."""

_COUNTED = tuple(state for state in State if state not in (State.CONCEPT, State.INGETROKKEN, State.GEWIST))


class Reason(StrEnum):
    """Why words may stay."""

    VEEL_MENSEN = "veel_mensen"  # it holds for many people
    KERN = "kern"  # the story is about it
    BESPROKEN = "besproken"  # the teller was asked and wants it so
    NIET_OVER_IEMAND = "niet_over_iemand"  # it says nothing about anybody in the story


@dataclass(frozen=True, slots=True)
class Stay:
    """A decision that a row may stay, in the combination `among` (values). `by` is a user id."""

    row: str
    reason: Reason
    among: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that the text tells about somebody: every place where it stands, and what may stand there instead.

    `id` names aspect, value and words, in this story; `stays` is why it may stay, when somebody said so.
    """

    id: str
    aspect: str
    value: str
    rarity: Rarity
    proposal: str
    words: tuple[str, ...] = field(repr=False)
    spans: tuple[tuple[int, int], ...] = ()
    stays: Reason | None = None

    @property
    def is_telling(self) -> bool:
        return self.rarity > Rarity.GEWOON


@dataclass(frozen=True, slots=True)
class Card:
    """Telling rows first. `shared_by`: how many other stories here share the combination; None when it was not asked,
    because something rare stands in it or too little tells."""

    rows: tuple[Row, ...] = ()
    shared_by: int | None = None

    @property
    def telling(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.is_telling)

    @property
    def has_rare(self) -> bool:
        return any(row.rarity is Rarity.ZELDZAAM for row in self.rows)

    @property
    def is_high(self) -> bool:
        return self.has_rare or self.shared_by == 0

    @property
    def open(self) -> tuple[Row, ...]:
        """The rows that somebody still has to decide about before the story may be released."""
        return tuple(row for row in self.telling if row.stays is None) if self.is_high else ()


def card_of(books: Books, story: Story, version: StoryVersion) -> Card:
    """The card of this version, with what was decided."""
    rows = _rows(story.id, version.clean)
    now = _values(rows)
    stays = {stay.row: stay.reason for stay in stays_of(books, story.id) if now <= set(stay.among)}
    rows = tuple(replace(row, stays=stays.get(row.id)) for row in rows)
    card = Card(rows)
    aspects = {row.aspect for row in card.telling}
    if card.has_rare or len(aspects) < ENOUGH_ASPECTS:
        return card
    return replace(card, shared_by=sum(now <= values for values in _elsewhere(books, story)))


def require_decided(books: Books, story: Story, version: StoryVersion) -> None:
    """Raise Refused (card.undecided) while somebody must still decide about something that makes this recognisable."""
    left = card_of(books, story, version).open
    if left:
        raise Refused("card.undecided_one" if len(left) == 1 else "card.undecided", count=len(left))


def keep_values(books: Books, version: StoryVersion) -> None:
    """Seal which values this version holds, as codes, so that other stories' cards need not open its text."""
    values = sorted(_values(_rows(version.story_id, version.clean)))
    data = {"of": version.clean.digest, "values": values}
    books.keep(version.story_id, Kind.CARD, json.dumps(data).encode(), version=_VALUES)


def stays_of(books: Books, story_id: str) -> tuple[Stay, ...]:
    if not books.has(story_id, Kind.CARD):
        return ()
    rows = json.loads(books.fetch(story_id, Kind.CARD))
    return tuple(Stay(row["row"], Reason(row["reason"]), tuple(row["among"]), row["by"]) for row in rows)


def keep_stays(books: Books, story_id: str, stays: Iterable[Stay]) -> None:
    books.keep(story_id, Kind.CARD, json.dumps([asdict(stay) for stay in stays]).encode())


def _rows(story_id: str, clean: CleanText) -> tuple[Row, ...]:
    found: dict[tuple[str, str], list[Sign]] = {}
    for sign in signs(clean.text, clean.labels):
        found.setdefault((sign.value, sign.exact), []).append(sign)
    rows = [_row(story_id, clean.text, group) for group in found.values()]
    return tuple(sorted(rows, key=lambda row: (-row.rarity, row.spans)))


def _row(story_id: str, text: str, group: list[Sign]) -> Row:
    first = group[0]
    words = tuple(dict.fromkeys(text[sign.start : sign.end] for sign in group))
    about = digest_of([story_id, first.value, first.exact, sorted({plain(word) for word in words})])
    spans = tuple((sign.start, sign.end) for sign in group)
    return Row(about[:16], first.aspect, first.value, first.rarity, first.proposal, words, spans)


def _values(rows: Iterable[Row]) -> set[str]:
    return {row.value for row in rows if row.is_telling}


def _elsewhere(books: Books, story: Story) -> Iterator[set[str]]:
    """The values of every other story that was not withdrawn. Examples are compared with examples: they are nobody."""
    after: str | None = None
    while page := books.stories(states=_COUNTED, limit=_PAGE, after=after):
        for other in page:
            if other.id != story.id and other.version and other.is_example == story.is_example:
                yield _values_of(books, other.id)
        after = page[-1].id


def _values_of(books: Books, story_id: str) -> set[str]:
    """As sealed; read from the text when they are of an older one, or were never sealed."""
    clean = books.version(story_id).clean
    if books.has(story_id, Kind.CARD, version=_VALUES):
        data = json.loads(books.fetch(story_id, Kind.CARD, version=_VALUES))
        if data["of"] == clean.digest:
            return set(data["values"])
    return _values(_rows(story_id, clean))
