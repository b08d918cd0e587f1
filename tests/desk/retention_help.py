"""Stories put into the store as they would be at some moment, and `tidy` told what time it is."""

from __future__ import annotations

from datetime import datetime, timedelta

from builders import (
    A_NOTICE,
    MOMENT,
    a_piece,
    a_quote,
    a_teller,
    a_version,
)

from desk.retention import Kept, Tidied, kept_until, tidy
from stories.consent import ConsentEvent, Form, Outcome, Party, Purpose, Way
from stories.model import AgeBand, PieceState, RawText, Story, Task, Teller, TellerRole, new_id
from stories.store import Store
from stories.terms import Terms

JA, NEE, TWIJFEL = Outcome.JA, Outcome.NEE, Outcome.TWIJFEL
CHILD = Teller(TellerRole.KIND, AgeBand.FROM_12)
ADULT = a_teller()
NEWSLETTER = (Purpose.NIEUWSBRIEF, Form.TEKST)
TERMS = Terms()
V, K, T, A = Party.VERTEGENWOORDIGER, Party.KIND, Party.TELLER, Party.ANDERE_OUDER
UNCONSENTED, GRACE = TERMS.unconsented_days, 7
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def said(story: Story, party: Party, outcome: Outcome, at: datetime = MOMENT, **more: object) -> ConsentEvent:
    """What somebody said about keeping the story at all."""
    return ConsentEvent(
        new_id("c"), story.id, at, party, Purpose.VERWERKEN, outcome, A_NOTICE, Way.SCHERM, "verteller", **more
    )


def put(store: Store, story: Story, *events: ConsentEvent) -> Story:
    with store.write() as books:
        story = books.add_story(story)
        books.keep_text(story.id, RawText("Wij hadden thuis weinig geld."))
        books.add_consent(*events)
    return story


def now(store: Store, story: Story) -> Story:
    with store.read() as books:
        return books.story(story.id)


def at(days: float) -> datetime:
    return MOMENT + timedelta(days=days)


def run(store: Store, *days: float) -> list[Tidied]:
    return [tidy(store, now=at(day)) for day in days]


def erased(*results: Tidied) -> list[str]:
    return [story_id for result in results for story_id in result.erased + result.concepts_erased]


def lines(store: Store, story: Story, *actions: str) -> list[dict[str, object]]:
    with store.read() as books:
        return [line for line in books.audit_trail(story_id=story.id) if line["action"] in actions]


def tasks(store: Store, *, open_only: bool = True) -> tuple[Task, ...]:
    with store.read() as books:
        return books.tasks(open_only=open_only)


def story_rows(store: Store, story: Story, when: datetime) -> list[Kept]:
    return [kept for kept in kept_until(store, story.id, now=when) if kept.what == "verhaal"]


def published(store: Store, story: Story) -> tuple[str, str]:
    """A draft and a published piece that quote the story."""
    version = a_version(story)
    quotes = [a_quote(version), a_quote(version)]
    pieces = [a_piece([quotes[0]]), a_piece([quotes[1]], state=PieceState.GEPUBLICEERD)]
    with store.write() as books:
        books.add_version(version)
        for quote, piece in zip(quotes, pieces, strict=True):
            books.add_quote(quote)
            books.add_piece(piece)
    return pieces[0].id, pieces[1].id
