"""The quotes behind a cell: a few words of different tellers, of those that may be used for this purpose now."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from desk import tagging
from desk.facts import PURPOSES, Fact
from desk.figures import ROLES, Tag
from desk.standing import standing
from desk.tagging import PassageTags
from stories.consent import Purpose
from stories.model import Quote, QuoteKind, TellerRole
from stories.store import Books
from stories.use import may_use_version

MOST = 3
"""Quotes of one cell, each of another teller; so one export never holds the words of more than so many stories."""

LONG = 300
"""Characters; three of these and a chart fit on one A4."""

LOOKED_AT = 200
"""Stories looked at for them: with ten thousand in a cell, the first that may be used are enough."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words that may be used. `role`: None where too few of that role told about it to say who this is."""

    story_id: str
    role: TellerRole | None
    quote: Quote


def quotes(
    books: Books, found: Sequence[Fact], tag: Tag, roles: Collection[TellerRole], purpose: Purpose, *, on: date
) -> tuple[Quoted, ...]:
    """At most `MOST` quotes of the tellers `found`, who are those of one cell. Roles take turns; `roles` are
    those that may be named.

    Consent for `purpose` is asked of each, with special data in its words; outside the house nobody is quoted who
    wants to see a product first.
    """
    wanted = {tag} if isinstance(tag, str) else set(tag)
    with_quotes = books.quoted()
    chosen: dict[str, Quoted] = {}
    for fact in _in_turn([fact for fact in found if with_quotes & set(fact.story_ids)])[:LOOKED_AT]:
        for story_id in fact.story_ids:
            quote = _of_story(books, story_id, wanted, purpose, on=on) if story_id in with_quotes else None
            if quote is not None:
                role = fact.role if fact.role in roles else None
                chosen.setdefault(fact.teller, Quoted(story_id, role, quote))
        if len(chosen) == MOST:
            break
    return tuple(chosen.values())


def _in_turn(found: Sequence[Fact]) -> list[Fact]:
    """Role by role in turn; within a role in an order that says nothing of when or where it was told."""

    def of_role(role: TellerRole) -> Iterator[Fact]:
        mine = [fact for fact in found if fact.role is role]
        return iter(sorted(mine, key=lambda fact: hashlib.sha256(fact.teller.encode()).digest()))

    return [fact for turn in zip_longest(*map(of_role, ROLES)) for fact in turn if fact is not None]


def _of_story(books: Books, story_id: str, wanted: set[str], purpose: Purpose, *, on: date) -> Quote | None:
    """The quote of this story that fits best: of a passage that is about it, a short one and a citaat first."""
    now = standing(books, story_id)
    if purpose is not Purpose.INTERN_LEREN and now.preview:
        return None
    if not may_use_version(now, purpose, PURPOSES[purpose], on=on):
        return None
    passages = [row for row in tagging.kept(books, story_id, now.version.number) if wanted <= set(row.tags)]
    fitting = [
        quote
        for quote in books.quotes(story_id=story_id)
        if quote.version == now.version.number and (not passages or _inside(quote, passages))
    ]

    def worse(quote: Quote) -> tuple[bool, bool, int, str]:
        return len(quote.text) > LONG, quote.kind is not QuoteKind.CITAAT, quote.start, quote.id

    return min(fitting, key=worse, default=None)


def _inside(quote: Quote, passages: Sequence[PassageTags]) -> bool:
    return any(row.start < quote.end and quote.start < row.end for row in passages)
