"""Withdrawal is a work list, not a flag (R6 of `stories.consent`).

One transaction stores the event, stops use, blocks drafts, expires bundles and lists what must be taken down;
then running jobs are cancelled. When everything is withdrawn the key is destroyed after the days of grace, in which
whoever withdrew may change their mind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from desk import cliprules, contacts, handouts, readtask, rules
from desk.parts import TELLER
from desk.working import ask_for_work
from stories import clock, jobs
from stories.consent import Consent, ConsentEvent, Form, Outcome, Party, Purpose, Way
from stories.errors import Refused
from stories.model import Piece, PieceState, Story, Task, new_id
from stories.products import PURPOSES, forms_of
from stories.stages import NEXT_STATES, Stage, State
from stories.store import Books, Store

TAKE_DOWN_DAYS = 3
"""Days the communications team has to take a publication down [P]."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What was stopped of a story's use, in numbers."""

    pieces: int = 0
    take_downs: int = 0
    bundles: int = 0


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
    """Take back one purpose, or (VERWERKEN, the default) everything. Any required party may do it, at any time.

    Saying it twice is fine, and does not put off the day of erasure.
    """
    now = now or datetime.now(UTC)
    everything = purpose is Purpose.VERWERKEN
    with store.write() as books:
        story, said = books.story(story_id), books.consent(story_id).last(party, purpose, form)
        again = said is not None and said.outcome is Outcome.INGETROKKEN and said.form in (form, None)
        if not again:
            notice, _ = rules.notice(books)
            taken_back = ConsentEvent(
                id=new_id("c"), story_id=story_id, at=now, party=party, purpose=purpose, form=form,
                outcome=Outcome.INGETROKKEN, notice=notice, way=way, recorded_by=recorded_by,
            )  # fmt: skip
            books.add_consent(taken_back)
        if everything and State.INGETROKKEN in NEXT_STATES[story.state]:
            books.save(story.moved(state=State.INGETROKKEN, waiting_for=None), expected=story.row_version)
        closed = close(books, story_id, purpose, form, now)
        if everything:
            readtask.over(books, story_id, now)
        erased_after = erasure_after(store, books.consent(story_id)) if everything else None
        books.audit(
            recorded_by, "consent_withdrawn", story_id=story_id,
            detail=f"{party} {purpose} pieces={closed.pieces} take_downs={closed.take_downs} bundles={closed.bundles}"
            + (f" {_WAS}{story.state}" if everything else ""),
        )  # fmt: skip
    if everything:
        jobs.cancel(store, story_id)
    return Withdrawn(everything, closed.pieces, closed.take_downs, closed.bundles, erased_after)


_WAS = "was="
"""Before the state from which a story was withdrawn, in the audit: a story that stood still does so again."""


def undo(store: Store, story_id: str, party: Party, *, recorded_by: str = TELLER, now: datetime | None = None) -> Story:
    """Whoever withdrew everything changes their mind within the days of grace.

    Their own yes counts again; a no or withdrawal of anybody else stands, and with it the story stays withdrawn.
    What was locked or taken down stays so. Raises Refused when they did not withdraw, or too long ago.
    """
    now = now or datetime.now(UTC)
    with store.write() as books:
        story, consent = books.story(story_id), books.consent(story_id)
        said = consent.last(party, Purpose.VERWERKEN, None)
        if story.state is not State.INGETROKKEN or said is None or said.outcome is not Outcome.INGETROKKEN:
            raise Refused("desk.nothing_to_undo")
        gone = erasure_after(store, consent)
        if gone is None or now >= gone:
            raise Refused("desk.grace_over")
        notice, _ = rules.notice(books)
        before = [e for e in consent.events if (e.party, e.purpose, e.outcome) == (party, said.purpose, Outcome.JA)]
        until = _until(before[-1:], clock.today(now) + rules.promised(books, notice).story)
        yes = ConsentEvent(
            id=new_id("c"), story_id=story_id, at=now, party=party, purpose=Purpose.VERWERKEN, outcome=Outcome.JA,
            notice=notice, way=Way.SCHERM, recorded_by=recorded_by, valid_until=until,
        )  # fmt: skip
        books.add_consent(yes)
        if stopped_at(consent.plus(yes)) is None:
            story = books.save(story.moved(state=_back_to(books, story)), expected=story.row_version)
        books.audit(recorded_by, "withdrawal_undone", story_id=story_id, detail=f"{party} now={story.state}")
    ask_for_work(store, story_id)
    return story


def _until(before: Sequence[ConsentEvent], longest: date) -> date:
    """The yes is the one that was taken back, with its end."""
    return min([longest, *(e.last_day for e in before)])


def _back_to(books: Books, story: Story) -> State:
    """Where an undone story goes on: with the editors or the machine, and still when it stood still before."""
    for line in books.audit_trail(story_id=story.id, limit=1_000):
        _, _, was = line["detail"].partition(_WAS)
        if line["action"] == "consent_withdrawn" and was and was != State.INGETROKKEN:
            if was in (State.GEPAUZEERD, State.QUARANTAINE):
                return State.GEPAUZEERD
            break
    return State.IN_REDACTIE if story.stage is Stage.TAGGED else State.INGEDIEND


def stopped_at(consent: Consent) -> datetime | None:
    """Since when somebody wants everything gone; None when nobody (any more) does. The first to ask counts."""
    said = (consent.last(party, Purpose.VERWERKEN, None) for party in Party)
    return min((e.at for e in said if e is not None and e.outcome is Outcome.INGETROKKEN), default=None)


def erasure_after(store: Store, consent: Consent) -> datetime | None:
    """When the key of a withdrawn story is destroyed; None for one that nobody withdrew."""
    stopped = stopped_at(consent)
    return None if stopped is None else stopped + timedelta(days=store.settings.grace_days)


def close(books: Books, story_id: str, purpose: Purpose, form: Form | None, now: datetime) -> Closed:
    """Stop what uses the story for this purpose (VERWERKEN and BIJZONDER: for any) and form (None: in any).

    Drafts are locked for good, bundles go, and so do clips in a form that no channel allows any more; what is published
    becomes a task, and so does every A4 with a quote of it; an address that nothing needs is erased.
    """
    contacts.drop_unneeded(books, story_id)
    cliprules.drop_forbidden(books, story_id)
    anything = purpose in (Purpose.VERWERKEN, Purpose.BIJZONDER)  # nobody knows which words are about health
    own = frozenset(quote.id for quote in books.quotes(story_id=story_id))
    touched = [
        piece
        for piece in books.pieces_using(story_id)
        if anything or (PURPOSES[piece.kind] is purpose and (form is None or form in forms_of(piece, own)))
    ]
    take_downs = sum(block(books, piece, story_id, now) for piece in touched)
    if anything or (purpose is Purpose.KENNISKRING and form in (None, Form.TEKST)):
        left = [one for one in handouts.found(books, story_id=story_id) if one.down_on is None]
        take_downs += sum(take_down(books, one.id, story_id, now) for one in left)
    return Closed(len(touched), take_downs, sum(books.expire_exports(piece.id) for piece in touched))


def block(books: Books, piece: Piece, story_id: str, now: datetime) -> int:
    """Lock a draft; every place where it was published becomes a task, once. Returns how many tasks were made."""
    places = books.publications.of_pieces([piece.id])
    subjects = [place.id for place in places if place.down_at is None]
    if piece.state is PieceState.GEPUBLICEERD:
        subjects = subjects if places else [piece.id]  # nobody wrote down where
    elif piece.state is not PieceState.GEBLOKKEERD:
        books.save_piece(replace(piece, state=PieceState.GEBLOKKEERD), expected=piece.row_version)
    return sum(take_down(books, subject, story_id, now) for subject in subjects)


def take_down(books: Books, subject: str, story_id: str, now: datetime) -> bool:
    """A task to take a publication down, or a piece of which nobody wrote down where it stands. False when it was asked
    for this story already."""
    if (handouts.TAKE_DOWN, story_id, subject) in {(task.kind, task.story_id, task.subject) for task in books.tasks()}:
        return False
    due = clock.today(now) + timedelta(days=TAKE_DOWN_DAYS)
    books.add_task(Task(new_id("t"), handouts.TAKE_DOWN, story_id, subject, owner="communicatie", due=due))
    return True
