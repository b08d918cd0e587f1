"""Withdrawal is a work list, not a flag (domain.md 4.2, trust.md "Consent in one place").

One transaction stores the event, stops use, blocks drafts, expires bundles and lists what must be taken down;
then running jobs are cancelled. When everything is withdrawn the key is destroyed after the days of grace.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from desk import contacts, rules
from desk.receiving import TELLER
from stories import jobs
from stories.consent import ConsentEvent, Form, Outcome, Party, Purpose, Way
from stories.model import Piece, PieceState, Task, new_id
from stories.stages import NEXT_STATES, State
from stories.store import Books, Store

TAKE_DOWN_DAYS = 3
"""Days the communications team has to take a publication down [P]."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What a withdrawal did, in numbers, for the receipt and the audit."""

    everything: bool
    pieces_blocked: int
    take_downs: int
    bundles_expired: int
    erased_after: datetime | None


def withdraw(
    store: Store,
    story_id: str,
    party: Party,
    *,
    purpose: Purpose = Purpose.VERWERKEN,
    form: Form | None = None,
    way: Way = Way.SCHERM,
    recorded_by: str = TELLER,
    now: datetime | None = None,
) -> Withdrawn:
    """Take back one purpose, or (VERWERKEN, the default) everything. Any required party may do it, at any time."""
    now = now or datetime.now(UTC)
    everything = purpose is Purpose.VERWERKEN
    with store.write() as books:
        notice, _ = rules.notice(books)
        event = ConsentEvent(
            id=new_id("c"), story_id=story_id, at=now, party=party, purpose=purpose, outcome=Outcome.INGETROKKEN,
            notice=notice, way=way, recorded_by=recorded_by, form=form,
        )  # fmt: skip
        story = books.story(story_id)
        books.add_consent(event)
        contacts.drop_unneeded(books, story_id)
        if everything and State.INGETROKKEN in NEXT_STATES[story.state]:
            books.save(story.moved(state=State.INGETROKKEN, waiting_for=None), expected=story.row_version)
        touched = [p for p in books.pieces_using(story_id) if everything or p.kind.value == purpose.value]
        take_downs = sum(block(books, piece, story_id, now) for piece in touched)
        expired = sum(books.expire_exports(piece.id) for piece in touched)
        result = Withdrawn(
            everything=everything,
            pieces_blocked=len(touched),
            take_downs=take_downs,
            bundles_expired=expired,
            erased_after=now + timedelta(days=store.settings.grace_days) if everything else None,
        )
        books.audit(
            recorded_by, "consent_withdrawn", story_id=story_id,
            detail=f"{party} {purpose} pieces={len(touched)} take_downs={take_downs} bundles={expired}",
        )  # fmt: skip
    if everything:
        jobs.cancel(store, story_id)
    return result


def block(books: Books, piece: Piece, story_id: str, now: datetime) -> bool:
    """Lock a draft; what has been published becomes a task. Returns True when a task was made."""
    if piece.state is PieceState.GEPUBLICEERD:
        due = now.date() + timedelta(days=TAKE_DOWN_DAYS)
        books.add_task(Task(new_id("t"), "take_down", story_id, piece.id, owner="communicatie", due=due))
        return True
    if piece.state is not PieceState.GEBLOKKEERD:
        books.save_piece(replace(piece, state=PieceState.GEBLOKKEERD), expected=piece.row_version)
    return False


def erase_due(store: Store, *, now: datetime | None = None) -> tuple[str, ...]:
    """The daily job: destroy the key of every story withdrawn longer ago than the days of grace."""
    now = now or datetime.now(UTC)
    limit = now - timedelta(days=store.settings.grace_days)
    erased = []
    with store.read() as books:
        due = [
            story.id
            for story in books.stories(states=[State.INGETROKKEN], limit=10_000)
            if _withdrawn_at(books, story.id) <= limit
        ]
    for story_id in due:
        with store.write() as books:
            books.erase(story_id, why="withdrawn")
            books.audit("machine", "story_erased", story_id=story_id)
        jobs.forget(store, story_id)
        erased.append(story_id)
    return tuple(erased)


def _withdrawn_at(books: Books, story_id: str) -> datetime:
    return max(
        (e.at for e in books.consent(story_id).events if e.outcome is Outcome.INGETROKKEN),
        default=datetime.max.replace(tzinfo=UTC),
    )
