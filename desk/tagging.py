"""What a story is about: what the teller chose, what the machine proposes, and what a person confirmed.

Three voices that stay apart. The teller's tags are theirs (`TellerTags`) and change only by their hand; the machine's
are proposals with the words that led to them, made anew for every text; what counts is what a person of the house
confirmed, with their name. Only that ever leaves the house.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import anonymise
from anonymise import ThemeHit
from desk import rules, weighing
from desk.opening import living, require_consent
from stories.errors import NotFound
from stories.model import StoryVersion, Theme, require
from stories.people import Act, User
from stories.store import Books, Store
from stories.vault import Kind

MACHINE, TELLER, EDITOR = "machine", "verteller", "redactie"


@dataclass(frozen=True, slots=True)
class PassageTags:
    """What a person says one passage is about: characters [start, end) of the clean text, ids of the vocabulary, and
    the user who said so. Confirmed by being kept; a proposal is never stored."""

    start: int
    end: int
    tags: tuple[str, ...]
    by: str = ""

    def __post_init__(self) -> None:
        require(0 <= self.start < self.end, "a passage covers at least one character")


@dataclass(frozen=True, slots=True)
class TaggedPassage:
    """One passage for the review screen: what the machine proposes, and what a person confirmed (None: nobody did)."""

    start: int
    end: int
    text: str
    proposed: tuple[ThemeHit, ...]
    confirmed: PassageTags | None = None

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The words that led to a proposal, as characters of `text`."""
        found = {(a - self.start, b - self.start) for hit in self.proposed for a, b in hit.spans}
        return tuple(sorted(span for span in found if span[0] >= 0 and span[1] <= len(self.text)))


def proposed(books: Books, story_id: str, text: str) -> tuple[Theme, ...]:
    """What the machine proposes for this text, and what the teller says it is about: never confirmed, a person does
    that. A tag that both name is the teller's, with the words that the machine found."""
    own = books.tags(story_id)
    told = tuple(dict.fromkeys((*own.opgaven, *map(str, own.lenses))))
    words = {
        hit.id: tuple(dict.fromkeys(hit.words))
        for hit in anonymise.story_tags(text, rules.tags(books), learned=weighing.current(books.settings))
    }
    return (
        *(Theme(tag, TELLER if tag in told else MACHINE, why) for tag, why in words.items()),
        *(Theme(tag, TELLER) for tag in told if tag not in words),
    )


def retagged(books: Books, version: StoryVersion) -> tuple[Theme, ...]:
    """The tags of a version whose text changed: what a person confirmed stays, beside what the machine proposes."""
    confirmed = {theme.id: theme for theme in version.themes if theme.confirmed}
    fresh = proposed(books, version.story_id, version.clean.text)
    return (*confirmed.values(), *(theme for theme in fresh if theme.id not in confirmed))


def decided(books: Books, version: StoryVersion, tag_ids: Collection[str], *, by: str) -> tuple[Theme, ...]:
    """The tags of a version once `by` said that exactly these are right. Whoever confirmed one before keeps their name
    on it. Raises NotFound for a tag that is not in the vocabulary."""
    known_tags(books, tag_ids)
    before = {theme.id: theme for theme in version.themes}
    rows = [*before.values(), *(Theme(tag, EDITOR) for tag in dict.fromkeys(tag_ids) if tag not in before)]
    return tuple(
        Theme(t.id, t.source, t.words, confirmed=True, by=t.by if t.confirmed and t.by else by)
        if t.id in tag_ids
        else Theme(t.id, t.source, t.words)
        for t in rows
        if t.id in tag_ids or t.source != EDITOR  # nobody proposes it any more
    )


def signed(books: Books, version: StoryVersion, rows: Sequence[PassageTags], *, by: str) -> tuple[PassageTags, ...]:
    """These passages in the name of `by`, but what is as it was in the name of whoever said it before."""
    before = {(row.start, row.end, row.tags): row.by for row in kept(books, version.story_id, version.number)}
    return tuple(replace(row, by=before.get((row.start, row.end, row.tags), by)) for row in rows if row.tags)


def known_tags(books: Books, tag_ids: Iterable[str]) -> None:
    """Raises NotFound for a tag that is not in the vocabulary."""
    if not set(tag_ids) <= {row["id"] for row in rules.vocabulary(books)}:
        raise NotFound("stories.not_found")


def tagged_passages(store: Store, user: User, story_id: str) -> tuple[TaggedPassage, ...]:
    """The passages of a story's newest text, with what is proposed and what was confirmed."""
    user.require(Act.READ_STORY)
    with store.read() as books:
        living(books, story_id)
        require_consent(books, story_id)
        return passages(books, books.version(story_id))


def passages(books: Books, version: StoryVersion) -> tuple[TaggedPassage, ...]:
    """As `tagged_passages`, of a version that is at hand."""
    text = version.clean.text
    confirmed = {(row.start, row.end): row for row in kept(books, version.story_id, version.number)}
    found = anonymise.passages(text, rules.tags(books), learned=weighing.current(books.settings))
    return tuple(
        TaggedPassage(p.start, p.end, text[p.start : p.end], p.tags, confirmed.get((p.start, p.end))) for p in found
    )


def kept(books: Books, story_id: str, number: int) -> tuple[PassageTags, ...]:
    """What people confirmed in the passages of one version; empty when there is nothing."""
    if not number or not books.has(story_id, Kind.PASSAGE_TAGS, version=number):
        return ()
    return parsed(books.fetch(story_id, Kind.PASSAGE_TAGS, version=number))


def parsed(data: bytes | None) -> tuple[PassageTags, ...]:
    """The passages of an opened item; None: there is none."""
    rows: list[dict[str, Any]] = [] if data is None else json.loads(data)
    return tuple(PassageTags(row["start"], row["end"], tuple(row["tags"]), row["by"]) for row in rows)


def keep(books: Books, version: StoryVersion, rows: Sequence[PassageTags]) -> None:
    """Seal what was confirmed with the version it is about. Raises NotFound for a passage or a tag there is not."""
    if not rows:
        return
    if not {(row.start, row.end) for row in rows} <= set(anonymise.passage_spans(version.clean.text)):
        raise NotFound("stories.not_found")
    known_tags(books, [tag for row in rows for tag in row.tags])
    data = json.dumps([asdict(row) for row in rows]).encode()
    books.keep(version.story_id, Kind.PASSAGE_TAGS, data, version=version.number)


def carried(rows: Sequence[PassageTags], before: str, after: str) -> tuple[PassageTags, ...]:
    """What still says something about another text: tags of passages that stand in it word for word."""
    places: dict[str, list[tuple[int, int]]] = {}
    for start, end in anonymise.passage_spans(after):
        places.setdefault(after[start:end], []).append((start, end))
    found = []
    for row in sorted(rows, key=lambda row: row.start):
        there = places.get(before[row.start : row.end])
        if there:
            start, end = there.pop(0)
            found.append(PassageTags(start, end, row.tags, row.by))
    return tuple(found)
