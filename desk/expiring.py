"""What may be used when: which quotes fit a day and a channel, and which yes ends soon.

No rule of its own: every answer is that of `stories.use.may_use_version`, asked for the day it is about, and of
`desk.keeping` for when a story or recording goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, timedelta

from desk.keeping import Clock, End, end_of, recording_end
from desk.standing import standing
from stories.consent import Consent, Form, Purpose, may_use, turning_days
from stories.errors import NotFound, SealBroken
from stories.model import Piece, PieceState, Quote, Story, StoryKind
from stories.planned import Planned, Slot
from stories.stages import State
from stories.store import Books
from stories.use import Standing, may_use_version
from stories.vault import Kind

SOON = timedelta(days=90)
"""So far ahead it is said that something ends [P]."""

DAY = timedelta(days=1)
VOICES = (Form.EIGEN_STEM, Form.VERVORMDE_STEM)
RECORDING = "opname"


@dataclass(frozen=True, slots=True)
class Fit:
    """A story whose quotes may be used for a channel on a day. `last_day`: of its yes, when that ends within `SOON`."""

    story: Story
    quotes: tuple[Quote, ...]
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Ending:
    """Something of a story ends: `day` is the first day without it.

    `why` is a code of consent (`expired`, `turned_16`, ...) or RECORDING; `channels` what it is about. `ask_from` and
    `gone_on`: from when the teller is asked again, and when the story goes without a new yes.
    """

    story: Story
    day: date
    why: str
    channels: tuple[Slot, ...]
    pieces: tuple[Piece, ...]
    planned: tuple[Planned, ...]
    ask_from: date | None = None
    gone_on: date | None = None


def fitting(books: Books, slot: Slot, day: date, theme: str = "", *, today: date) -> tuple[Fit, ...]:
    """The quotes that may be used for this channel, in this form, on this day (or today, once the day is past)."""
    if slot.use is None:
        return ()
    on, (purpose, form) = max(day, today), slot.use
    found = []
    for now in _quotable(books):
        given = {tag.id for tag in now.version.themes if tag.confirmed}
        if (theme and theme not in given) or not may_use_version(now, purpose, form, on=on):
            continue
        if form in VOICES and not (now.story.kind is StoryKind.AUDIO and books.has(now.story.id, Kind.AUDIO)):
            continue  # a yes, but no voice any more
        quotes = tuple(q for q in books.quotes(story_id=now.story.id) if q.version == now.version.number)
        if quotes:
            ends = first_no(now.consent, purpose, form, on, on + SOON)
            found.append(Fit(now.story, quotes, ends and ends[0] - DAY))
    return tuple(found)


def endings(books: Books, clock: Clock, today: date) -> tuple[Ending, ...]:
    """What ends within `SOON` of the released stories that can be quoted, the first day first."""
    found = [ending for now in _quotable(books) for ending in _of_story(books, now, clock, today)]
    return tuple(sorted(found, key=lambda ending: (ending.day, ending.story.id)))


def wrong_with(books: Books, item: Planned, *, today: date) -> tuple[tuple[Story, str], ...]:
    """The stories in the piece of a planned item whose words may not be used on its day, each with one sentence."""
    if item.piece_id is None:
        return ()
    quotes = books.quotes(ids=books.piece(item.piece_id).quote_ids)
    purpose, form = item.slot.use or (Purpose.NIEUWSBRIEF, Form.TEKST)  # a piece is a newsletter wherever it stands
    found = []
    for story_id in dict.fromkeys(quote.story_id for quote in quotes):
        verdict = may_use_version(standing(books, story_id), purpose, form, on=max(item.day, today))
        if not verdict:
            found.append((books.story(story_id), verdict.sentence))
    return tuple(found)


def _quotable(books: Books) -> list[Standing]:
    """Released stories of which somebody cut a quote."""
    found = []
    for story_id in books.quoted_stories():
        if books.story(story_id).state is State.VRIJGEGEVEN:
            try:
                found.append(standing(books, story_id))
            except (NotFound, SealBroken):  # erased, or its key is lost: nothing of it can be used
                continue
    return found


def _of_story(books: Books, now: Standing, clock: Clock, today: date) -> list[Ending]:
    story, until = now.story, today + SOON
    ends: dict[tuple[date, str], list[Slot]] = {}
    for slot in Slot:
        if slot.use is not None and (no := first_no(now.consent, *slot.use, today, until)) is not None:
            ends.setdefault(no, []).append(slot)
    over = recording_end(books, story, now.consent, clock) if books.has(story.id, Kind.AUDIO) else None
    if over is not None and today < (gone := over.astimezone(UTC).date()) <= until:
        ends[gone, RECORDING] = []
    if not ends:
        return []
    pieces = tuple(p for p in books.pieces_using(story.id) if p.state is not PieceState.GEBLOKKEERD)
    planned = tuple(item for piece in pieces for item in books.planned_with(piece.id))
    end = end_of(books, story, now.consent, clock)
    return [
        Ending(story, day, why, tuple(slots), pieces, planned, *_afterwards(end, why))
        for (day, why), slots in ends.items()
    ]


def _afterwards(end: End, why: str) -> tuple[date | None, date | None]:
    if why == RECORDING or end.tell_from is None or end.at is None:
        return None, None
    return end.tell_from.date(), end.at.date()


def first_no(consent: Consent, purpose: Purpose, form: Form, today: date, until: date) -> tuple[date, str] | None:
    """The first day up to `until` on which what may be used today may not, and why."""
    if not may_use(consent, purpose, form, on=today):
        return None
    for day in turning_days(consent):
        if today < day <= until and (code := may_use(consent, purpose, form, on=day).code) is not None:
            return day, code.removeprefix("consent.")
    return None
