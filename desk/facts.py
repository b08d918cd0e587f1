"""What is counted: of every teller, where, when and about what; read from all released stories that allow it now.

A fact holds codes, no words. Only what a person confirmed counts: the tags of the story and those of its passages. A
lens or level belongs to an opgave when one passage has both; for an opgave that no passage has, those of the whole
story count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from desk import rules, tagging
from desk.standing import one_person_since
from stories import clock
from stories.books_counted import Counted
from stories.consent import Form, Purpose
from stories.model import StoryVersion, TellerRole
from stories.store import Books
from stories.use import Standing, may_use_version
from stories.vocabulary import Soort, soort

PURPOSES: dict[Purpose, Form | None] = {
    Purpose.INTERN_LEREN: None,
    Purpose.KENNISKRING: Form.TEKST,
    Purpose.ONDERZOEK: None,
}
"""For what counting is done, and in which form: a story that does not allow it is not counted for it."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Fact:
    """One teller. `pairs`: an opgave with a lens or level that goes with it. `story_ids`: oldest first."""

    teller: str
    role: TellerRole
    region: str
    told_on: date
    tags: frozenset[str]
    pairs: frozenset[Pair]
    story_ids: tuple[str, ...]


def by_teller(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Tellers are counted, not stories: whoever told more is one fact, with the role, place and day of the first."""
    found: dict[str, Fact] = {}
    for fact in sorted(facts, key=lambda fact: (fact.told_on, fact.story_ids)):
        first = found.get(fact.teller)
        found[fact.teller] = fact if first is None else Fact(
            first.teller, first.role, first.region, first.told_on, first.tags | fact.tags, first.pairs | fact.pairs,
            first.story_ids + fact.story_ids,
        )  # fmt: skip
    return tuple(found.values())


def read(books: Books, purpose: Purpose, *, on: date) -> tuple[Fact, ...]:
    """Facts of all stories that may be used for `purpose` on the date `on`: released, and everybody says yes.

    Nothing links two stories of one teller (there is no account), so every story counts as a teller of its own.
    """
    kinds = {row["id"]: soort(row) for row in rules.vocabulary(books)}
    since, form = one_person_since(books), PURPOSES[purpose]

    def fact(one: Counted) -> Fact | None:
        may = may_use_version(one.standing, purpose, form, on=on)
        return _fact(one.standing, tagging.parsed(one.passages), kinds) if may else None

    found = books.counted(purpose, (on, tuple(kinds.items())), fact, one_person_since=since)
    return tuple(one for one in found if one is not None)


def _fact(now: Standing, passages: Iterable[tagging.PassageTags], kinds: dict[str, Soort]) -> Fact:
    story = now.story
    tags, pairs = of_tags(now.version, passages, kinds)
    told_on = clock.today(story.created_at)
    return Fact(story.id, story.teller.role, story.region.strip(), told_on, tags, pairs, (story.id,))


def of_tags(
    version: StoryVersion, passages: Iterable[tagging.PassageTags], kinds: dict[str, Soort]
) -> tuple[frozenset[str], frozenset[Pair]]:
    """All confirmed tags that the vocabulary knows, and which lens and level goes with which opgave."""
    whole = {theme.id for theme in version.themes if theme.confirmed and theme.id in kinds}
    parts = [{tag for tag in row.tags if tag in kinds} for row in passages]
    in_parts = set[str]().union(*parts)
    pairs = {pair for part in parts for pair in _pairs(part, kinds)}
    pairs |= {(opgave, tag) for opgave, tag in _pairs(whole, kinds) if opgave not in in_parts}
    return frozenset(whole | in_parts), frozenset(pairs)


def _pairs(tags: set[str], kinds: dict[str, Soort]) -> set[Pair]:
    opgaven = {tag for tag in tags if kinds[tag] is Soort.OPGAVE}
    return {(opgave, tag) for opgave in opgaven for tag in tags - opgaven}
