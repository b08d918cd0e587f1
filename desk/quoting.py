"""Quotes over stories: what was cut from released texts, and what each may be used for today.

No rule of its own: every answer is that of `stories.use`, asked anew each time somebody looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from desk import redactions, rules
from desk.expiring import DAY, SOON, VOICES, first_no
from desk.publishing import EVERY_USE
from desk.standing import standing
from publish.gate import MAX_PUBLIC_QUOTES
from publish.quotes import around
from stories.clock import today
from stories.consent import Form, Purpose
from stories.errors import NotFound, Refused, SealBroken
from stories.model import PieceState, Quote, QuoteKind, Story, StoryKind, StoryVersion, TellerRole
from stories.people import Act, User
from stories.products import PURPOSES
from stories.stages import State
from stories.store import Books, Store
from stories.use import Standing, may_use_version, uses
from stories.vault import Kind
from stories.vocabulary import Soort, only
from stories.words import say

PAGE = 20
"""Quotes on one page of the list."""

CHANNELS = tuple(dict.fromkeys(PURPOSES.values()))
"""For what there are pieces."""

Use = tuple[Purpose, Form]


@dataclass(frozen=True, slots=True)
class Ends:
    """Until this day, and no longer, something may be used for these purposes."""

    last_day: date
    purposes: tuple[Purpose, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A quote with everything that tells what can be done with it.

    `uses`: for what, and how, it may be used today; `why_not` is one sentence when that is nothing. `public` of `limit`
    quotes of this story were published. `before` and `after` are the sentences around it. `sound` is
    the digest of the safe recording for whoever may hear it, else empty.
    """

    quote: Quote
    story: Story
    uses: tuple[Use, ...]
    why_not: str
    ends: tuple[Ends, ...]
    public: int
    before: str
    after: str
    sound: str
    themes: frozenset[str]
    limit: int = MAX_PUBLIC_QUOTES

    def forms(self, purpose: Purpose) -> tuple[Form, ...]:
        """In which forms it may be used for this today."""
        return tuple(form for known, form in self.uses if known is purpose)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which quotes to show; all of it. None: it does not matter."""

    story_id: str | None = None
    theme: str | None = None
    role: TellerRole | None = None
    channel: Purpose | None = None
    kind: QuoteKind | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of quotes. `themes` are the opgaven that can be chosen, by id."""

    rows: tuple[Shown, ...]
    total: int
    page: int
    pages: int
    themes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Source:
    """A released story to cut from: its anonymised text, where quotes were cut, and for what it may be used."""

    story: Story
    version: StoryVersion
    cut: tuple[tuple[int, int], ...]
    uses: tuple[Use, ...]
    why_not: str


def quotes(store: Store, user: User, filters: Filters = Filters(), *, page: int = 1) -> Found:
    """The quotes of released stories that may be used for something today, in the order of their stories."""
    user.require(Act.SEE_CLEARED)
    with store.read() as books:
        rows = rules.vocabulary(books)
        themes = {row["id"]: str(row["naam"]) for row in only(rows, Soort.OPGAVE)}
        hears = user.may(Act.READ_STORY)
        found = [one for story_id in books.quoted_stories() for one in _of_story(books, story_id, filters, hears)]
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(1, page), pages)
    return Found(tuple(found[(page - 1) * PAGE : page * PAGE]), len(found), page, pages, themes)


def shown(books: Books, quote_ids: Sequence[str], *, hears: bool) -> tuple[Shown, ...]:
    """These quotes as they stand now, in this order, also those that may not be used (any more). `hears`: for somebody
    who may hear the safe recording."""
    known = {quote.id: quote for quote in books.quotes(ids=quote_ids)}
    told = {story_id: _Told.of(books, story_id, hears) for story_id in {q.story_id for q in known.values()}}
    return tuple(told[known[id].story_id].shown(known[id]) for id in quote_ids if id in known)


def sources(store: Store, user: User) -> tuple[Story, ...]:
    """Released stories that may be used for something today, to cut from."""
    user.require(Act.SEE_CLEARED)
    with store.read() as books:
        stories = books.stories(states=[State.VRIJGEGEVEN], limit=500)
        books.look_ahead([story.id for story in stories])
        return tuple(story for story in stories if uses_today(books, standing(books, story.id)))


def source(store: Store, user: User, story_id: str) -> Source:
    """One of them. Raises NotFound, and Refused when it is not released."""
    user.require(Act.SEE_CLEARED)
    with store.read() as books:
        if books.story(story_id).state is not State.VRIJGEGEVEN:
            raise Refused("desk.not_released")
        now = standing(books, story_id)
        may = uses_today(books, now)
        own = [q for q in books.quotes(story_id=story_id) if q.version == now.version.number] if may else []
        return Source(now.story, now.version, tuple((q.start, q.end) for q in own), may, "" if may else _why_not(now))


def uses_today(books: Books, now: Standing) -> tuple[Use, ...]:
    """For what, and how, a story may be used today. A voice only where there is (still) one to hear."""
    has_voice = now.story.kind is StoryKind.AUDIO and books.has(now.story.id, Kind.AUDIO)
    asked = [(purpose, form) for purpose, form in EVERY_USE if has_voice or form not in VOICES]
    return tuple((purpose, form) for purpose, form in uses(now, asked, on=today()) if form is not None)


def _why_not(now: Standing) -> str:
    return may_use_version(now, Purpose.NIEUWSBRIEF, Form.TEKST, on=today()).sentence


def _of_story(books: Books, story_id: str, filters: Filters, hears: bool) -> list[Shown]:
    if filters.story_id not in (None, story_id) or books.story(story_id).state is not State.VRIJGEGEVEN:
        return []
    if filters.role not in (None, books.story(story_id).teller.role):
        return []
    try:
        told = _Told.of(books, story_id, hears)
    except (NotFound, SealBroken):  # erased, or its key is lost: nothing of it can be used
        return []
    if not told.uses or (filters.theme is not None and filters.theme not in told.themes):
        return []
    if filters.channel is not None and filters.channel not in {purpose for purpose, _ in told.uses}:
        return []
    own = [q for q in books.quotes(story_id=story_id) if q.version == told.now.version.number]
    return [told.shown(quote) for quote in own if filters.kind in (None, quote.kind)]


@dataclass(frozen=True, slots=True)
class _Told:
    """What is the same for every quote of one story."""

    now: Standing
    uses: tuple[Use, ...]
    ends: tuple[Ends, ...]
    public: int
    sound: str
    themes: frozenset[str]

    @classmethod
    def of(cls, books: Books, story_id: str, hears: bool) -> _Told:
        """`hears`: the user may hear sound at all; it is named only while a use is allowed and it is ready."""
        now = standing(books, story_id)
        may = uses_today(books, now)
        safe = hears and bool(may) and now.story.kind is StoryKind.AUDIO
        safe = safe and redactions.standing(books, story_id) is redactions.Standing.READY
        return cls(
            now=now,
            uses=may,
            ends=_ends(now, may),
            public=public_quotes(books, story_id),
            sound=redactions.read(books, story_id).digest if safe else "",
            themes=frozenset(theme.id for theme in now.version.themes if theme.confirmed),
        )

    def shown(self, quote: Quote) -> Shown:
        """A quote of an older version is shown, but nothing can be done with it: its words were not checked again."""
        old = quote.version != self.now.version.number
        text = self.now.version.clean.text
        before, after = ("", "") if old else around(text, quote.start, quote.end)
        return Shown(
            quote=quote,
            story=self.now.story,
            uses=() if old else self.uses,
            why_not=say("compose.quote_old") if old else "" if self.uses else _why_not(self.now),
            ends=self.ends,
            public=self.public,
            before=before,
            after=after,
            sound="" if old else self.sound,
            themes=self.themes,
        )


def _ends(now: Standing, may: Sequence[Use]) -> tuple[Ends, ...]:
    """What ends within `SOON`, the first day first. Of one purpose the first of its forms that ends counts."""
    days: dict[Purpose, date] = {}
    for purpose, form in may:
        no = first_no(now.consent, purpose, form, today(), today() + SOON)
        if no is not None:
            days[purpose] = min(no[0] - DAY, days.get(purpose, date.max))
    return tuple(
        Ends(day, tuple(purpose for purpose in days if days[purpose] == day)) for day in sorted(set(days.values()))
    )


def public_quotes(books: Books, story_id: str) -> int:
    """How many quotes of a story have been published."""
    own = {quote.id for quote in books.quotes(story_id=story_id)}
    pieces = [piece for piece in books.pieces_using(story_id) if piece.state is PieceState.GEPUBLICEERD]
    return len(own & {quote_id for piece in pieces for quote_id in piece.quote_ids})
