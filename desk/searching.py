"""Searching anonymised texts that a person checked: which stories hold these words, and what each may be used for.

The words of a question are known for as long as the question takes: they stand in no address, log line or audit.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import islice, takewhile

import anonymise
from anonymise import SearchWord
from desk import indexing, rules
from desk.standing import standing
from stories.books_search import Ask, Word
from stories.clock import today
from stories.consent import WITHOUT_FORM, Form, Purpose, may_use
from stories.errors import NotFound, SealBroken
from stories.model import Story, StoryKind, TellerRole
from stories.people import Act, User
from stories.stages import State
from stories.store import Books, Store
from stories.use import Standing, uses
from stories.vocabulary import Soort, only

PAGE = 20
"""Stories on one page of results."""

MOST_CHARACTERS, MOST_WORDS = 2_000, 20
"""Of a question: what comes after them is not looked at."""

CHANNELS = (
    Purpose.NIEUWSBRIEF, Purpose.SOCIAL, Purpose.WEBSITE, Purpose.PODCAST, Purpose.VLOG, Purpose.KENNISKRING,
    Purpose.ONDERZOEK,
)  # fmt: skip
"""Where a story may go outside the house. Whoever may not read stories sees only what may go to one of these today."""

SHAPES = tuple(
    (purpose, form) for purpose in CHANNELS for form in ((None,) if purpose in WITHOUT_FORM else tuple(Form))
)

BEFORE, AROUND = 80, 280
"""Characters of a snippet: before the first word that was found, and altogether."""

_PART = re.compile(r'"([^"]*)"?|([^\s"]+)')

Allowed = Mapping[Purpose, tuple[Form | None, ...]]


@dataclass(frozen=True, slots=True)
class Facets:
    """What else must be true of a story; all of it. Empty and None: it does not matter."""

    tags: tuple[str, ...] = ()  # ids of the vocabulary: opgaven, levels and lenses
    role: TellerRole | None = None
    region: str | None = None
    kind: StoryKind | None = None
    channel: Purpose | None = None  # may be used there today
    form: Form | None = None  # and in this form
    example: bool | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """Names of tags by kind and id, and by their marks the regions that checked stories are from."""

    tags: Mapping[Soort, Mapping[str, str]]
    regions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of the anonymised text, with characters [start, end) of it that were looked for."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()
    cut_before: bool = False
    cut_after: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    story: Story
    snippet: Snippet
    text: str
    tags: tuple[str, ...]
    may: Allowed


@dataclass(frozen=True, slots=True)
class Results:
    """One page. `total` counts what holds the words; of this page `held_back` may not be shown, or not be used as was
    asked, today. `any_of`: no story held all of the words, these hold one of them."""

    hits: tuple[Hit, ...]
    total: int
    page: int
    pages: int
    any_of: bool = False
    held_back: int = 0


ANYTHING = Facets()


def search(
    store: Store, user: User, words: str = "", facets: Facets = ANYTHING, *, page: int = 1, on: date | None = None
) -> Results:
    """One page of the stories that fit, best first. Words in double quotes must follow each other.

    Whoever may not read stories finds only what is released, and may be used in a channel on the date `on`.
    """
    user.require(Act.READ_STORY if user.may(Act.READ_STORY) else Act.SEE_CLEARED)
    phrases = phrases_of(words)
    ask = _ask(user, facets, phrases)
    with store.read() as books:
        if words.strip() and not phrases:  # nothing but signs
            return Results((), 0, 1, 1)
        found = books.search(ask)
        any_of = not found and len(phrases) > 1
        if any_of:
            found = books.search(replace(ask, any_of=True))
        pages = max(1, -(-len(found) // PAGE))
        page = min(max(1, page), pages)
        chosen = found[(page - 1) * PAGE : page * PAGE]
        forms = frozenset(form for phrase in phrases for word in phrase for form in word)
        books.look_ahead(chosen)
        hits = [_hit(books, user, story_id, facets, forms, on or today()) for story_id in chosen]
    shown = tuple(hit for hit in hits if hit is not None)
    return Results(shown, len(found), page, pages, any_of and bool(found), len(chosen) - len(shown))


def choices(store: Store, user: User) -> Choices:
    """What the facets can be set to now."""
    user.require(Act.READ_STORY if user.may(Act.READ_STORY) else Act.SEE_CLEARED)
    with store.read() as books:
        rows = rules.vocabulary(books)
        names = {kind: {row["id"]: str(row["naam"]) for row in only(rows, kind)} for kind in Soort}
        return Choices(names, {books.region_mark(region): region for region in books.searchable_regions()})


def phrases_of(words: str) -> tuple[tuple[Word, ...], ...]:
    """A question as phrases. Whatever stands in it is a word or nothing: there is no other language to ask in."""
    found: list[tuple[Word, ...]] = []
    left = MOST_WORDS
    for part in _PART.finditer(words[:MOST_CHARACTERS]):
        phrase = tuple(word.forms for word in anonymise.search_words(part[1] or part[2] or ""))[:left]
        left -= len(phrase)
        if phrase:
            found.append(phrase)
    return tuple(dict.fromkeys(found))


def _ask(user: User, facets: Facets, phrases: tuple[tuple[Word, ...], ...]) -> Ask:
    ask = Ask(
        phrases,
        tags=facets.tags,
        roles=(facets.role,) if facets.role else (),
        regions=(facets.region,) if facets.region else (),
        kinds=(facets.kind,) if facets.kind else (),
        example=facets.example,
    )
    outside = not user.may(Act.READ_STORY)
    if outside or facets.channel or facets.form:
        ask = replace(ask, yes_to=_wanted(facets), yes_form=facets.form, states=(State.VRIJGEGEVEN,))
    return ask


def _wanted(facets: Facets) -> tuple[Purpose, ...]:
    return (facets.channel,) if facets.channel else CHANNELS


def _hit(books: Books, user: User, story_id: str, facets: Facets, forms: frozenset[str], on: date) -> Hit | None:
    """The story with what may be done with it now; None when it may not be shown, or not be used as was asked."""
    try:
        now = standing(books, story_id)
    except (NotFound, SealBroken):
        return None
    if not may_use(now.consent, Purpose.VERWERKEN, on=on):
        return None
    may = _allowed(now, on)
    asked = [form for purpose in _wanted(facets) for form in may.get(purpose, ())]
    if facets.form is not None:
        asked = [form for form in asked if form in (facets.form, None)]
    if not asked and (facets.channel or facets.form or not user.may(Act.READ_STORY)):
        return None
    text = now.version.clean.text
    return Hit(now.story, snippet(text, forms), text, indexing.tags_of(books, now.version), may)


def _allowed(now: Standing, on: date) -> Allowed:
    """Where this version may go today, and in which form."""
    found: dict[Purpose, tuple[Form | None, ...]] = {}
    for purpose, form in uses(now, SHAPES, on=on):
        found[purpose] = (*found.get(purpose, ()), form)
    return found


def snippet(text: str, forms: frozenset[str]) -> Snippet:
    """Where most of the looked-for words stand together; without any, how the text begins."""
    at = anonymise.search_hits(text, forms) if forms else ()
    first = max(at, key=partial(_found_around, at), default=None)
    start = _edge(text, max(0, first.start - BEFORE)) if first else 0
    end = _edge(text, min(len(text), start + AROUND))
    if first:
        end = max(end, first.end)
    spans = tuple((w.start - start, w.end - start) for w in at if start <= w.start and w.end <= end)
    return Snippet(text[start:end], spans, start > 0, end < len(text))


def _found_around(at: Sequence[SearchWord], one: SearchWord) -> int:
    """How many different words of `at` (in the order of the text) stand where a snippet from this one on would end."""
    near = islice(at, bisect_left(at, one.start, key=lambda word: word.start), None)
    return len({word.forms for word in takewhile(lambda word: word.start < one.start + AROUND, near)})


def _edge(text: str, at: int) -> int:
    """The beginning of the word in which `at` stands, unless the word is endless."""
    if at in (0, len(text)):
        return at
    white = max(text.rfind(sign, max(0, at - 40), at) for sign in " \n")
    return at if white < 0 else white + 1
