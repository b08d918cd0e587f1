"""How long what is kept: one answer for the screens that promise it and for the job that carries it out.

`end_of` says when and why a story goes; `kept_until` says it in dates and words. Both read the terms that count now,
consent, and what the audit knows (when a story was handed in, when it was erased). Nothing here changes anything.

The house's clock is UTC. A term that starts at a moment (handed in, withdrawn, released) ends so many times 24 hours
later; one that starts on a date (turning 16, the last day of a yes) begins at its midnight. So summer time moves
nothing, and every date shown is a date in UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from desk import rules
from desk.withdrawing import stopped_at
from stories.consent import (
    WITHOUT_FORM,
    Consent,
    ConsentEvent,
    Form,
    Outcome,
    Party,
    Purpose,
    may_use,
    required_parties,
)
from stories.model import Story, Task, Voice
from stories.stages import State
from stories.store import Books, Store
from stories.terms import Terms
from stories.use import RELEASED, RELEASED_ALONE
from stories.vault import Kind
from stories.words import room, say

VOICES = (Form.EIGEN_STEM, Form.VERVORMDE_STEM)


class Why(StrEnum):
    """Why a story goes. The values stand in the audit and choose the sentence on a screen."""

    NEVER_HANDED_IN = "never_handed_in"
    NEVER_CONSENTED = "never_consented"  # handed in, and a yes that is needed did not come, or is a doubt by now
    REFUSED = "refused"  # somebody who must say yes said no
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"  # the yes ends, unless it is given again
    TURNED_16 = "turned_16"  # as EXPIRED; and until the teller's own yes nobody uses it
    STANDS_STILL = "stands_still"  # for somebody's safety: no clock erases it
    ERASED = "erased"


WARN, ASK_AGAIN = "warn_unconsented", "ask_again"
"""Kinds of the tasks with which a helper is told in time."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is, and the terms of the house."""

    now: datetime
    terms: Terms
    grace: timedelta

    @property
    def today(self) -> date:
        return self.now.astimezone(UTC).date()


@dataclass(frozen=True, slots=True)
class End:
    """When and why a story goes. `at` None: no clock decides.

    `task` is the kind of task that tells somebody, from `tell_from` on; it must have been there `lead_days` before
    the story goes. None: nobody is told, because whoever said stop or no knows it and has the days of grace.
    """

    why: Why
    at: datetime | None = None
    task: str | None = None
    tell_from: datetime | None = None
    lead_days: int = 0

    @property
    def subject(self) -> str:
        """What the task is about: a code."""
        return str(Why.EXPIRED if self.task == ASK_AGAIN else self.why)


def clock(store: Store, books: Books, now: datetime | None = None) -> Clock:
    """The terms that count now."""
    return Clock(now or datetime.now(UTC), rules.terms(books), timedelta(days=store.settings.grace_days))


def midnight(day: date) -> datetime:
    """The moment a date begins, on the house's clock."""
    return datetime.combine(day, time(), UTC)


def end_of(books: Books, story: Story, consent: Consent, clock: Clock) -> End:
    """When and why this story goes, as things stand now."""
    if story.state is State.GEWIST:
        return End(Why.ERASED, books.last_done("erase", story_id=story.id))
    stopped = stopped_at(consent)
    if story.state is State.INGETROKKEN or stopped is not None:
        return End(Why.WITHDRAWN, stopped and stopped + clock.grace)
    if story.state is State.CONCEPT:
        given = [story.created_at, *(e.at for e in consent.events), *(p.added_at for p in books.parts(story.id))]
        end = _warned(Why.NEVER_HANDED_IN, max(given), clock.terms)
        return end if story.taken_by else replace(end, task=None, lead_days=0)  # a stranger: nobody can be told
    if story.state in (State.GEPAUZEERD, State.QUARANTAINE):
        return End(Why.STANDS_STILL)
    return _by_consent(books, story, consent, clock)


def _by_consent(books: Books, story: Story, consent: Consent, clock: Clock) -> End:
    """The end of a story that was handed in and goes on: what was said about keeping it at all decides."""
    said = {party: consent.last(party, Purpose.VERWERKEN, None) for party in Party}
    needed = [said[party] for party in required_parties(consent.teller)]
    noes = [_first_said(consent, e) for e in needed if e is not None and e.outcome is Outcome.NEE]
    if noes:  # a no before handing in counts from handing in: only then did anybody promise anything
        return End(Why.REFUSED, max(min(noes), _handed_in(books, story)) + clock.grace)
    turned = _turned_16(consent, clock.today)
    everybody = all(e is not None and e.outcome is Outcome.JA for e in needed)
    if not everybody or any(e is not None and e.outcome is not Outcome.JA for e in said.values()):
        since = [_handed_in(books, story), *(e.at for e in said.values() if e is not None)]
        return _warned(Why.NEVER_CONSENTED, max([*since, *([midnight(turned)] if turned else [])]), clock.terms)
    bases = [e for party in required_parties(consent.teller) for e in consent.lasts(party, Purpose.VERWERKEN, None)]
    last_day = min(event.last_day for event in bases)
    again = timedelta(days=clock.terms.ask_again_days)
    return End(
        Why.TURNED_16 if turned else Why.EXPIRED,
        midnight(last_day) + again,
        task=ASK_AGAIN,
        tell_from=midnight(last_day) - again,
        lead_days=2 * clock.terms.ask_again_days,
    )


def _warned(why: Why, since: datetime, terms: Terms) -> End:
    at = since + timedelta(days=terms.unconsented_days)
    return End(why, at, WARN, tell_from=at - timedelta(days=terms.warning_days), lead_days=terms.warning_days)


def _turned_16(consent: Consent, today: date) -> date | None:
    """The day on which the teller turned 16, as long as they have not given their own answer (R4)."""
    day = consent.teller.turns_16_on
    return day if consent.teller.age_band.needs_representative and day is not None and day <= today else None


def _first_said(consent: Consent, event: ConsentEvent) -> datetime:
    """Since when this party says so without a break: saying it again puts nothing off."""
    since = event.at
    for earlier in reversed(consent.events):
        if (earlier.party, earlier.purpose) == (event.party, event.purpose):
            if earlier.outcome is not event.outcome:
                break
            since = min(since, earlier.at)
    return since


def _handed_in(books: Books, story: Story) -> datetime:
    return books.last_done("story_handed_in", story_id=story.id) or story.created_at


# somebody must have been told


def told_until(end: End, tasks: Sequence[Task]) -> date | None:
    """The first date on which the story may go, by what somebody was told; None when nobody was told yet.

    `tasks` are those of this story. One of an earlier round (before a renewal, say) tells nothing about this one.
    """
    if end.at is None:
        return None
    after = [t.due + _after(end) for t in tasks if (t.kind, t.subject) == (end.task, end.subject)]
    return min((day for day in after if day >= end.at.astimezone(UTC).date()), default=None)


def due_of_task(end: End, today: date) -> date:
    """By when somebody should act: in time when the job ran in time, and later when it did not (a computer that was
    off for a month still warns first)."""
    assert end.at is not None
    return max(end.at.astimezone(UTC).date(), today + timedelta(days=end.lead_days)) - _after(end)


def _after(end: End) -> timedelta:
    """How long after its due date a task's story goes: a warning names that day, a question the last day of the yes."""
    return timedelta(days=end.lead_days // 2) if end.task == ASK_AGAIN else timedelta()


def may_go(end: End, tasks: Sequence[Task], clock: Clock) -> bool:
    """Is it time, and was whoever must be told, told in time?"""
    if end.at is None or clock.now < end.at or end.why is Why.ERASED:
        return False
    told = told_until(end, tasks)
    return end.task is None or (told is not None and told <= clock.today)


def promised(books: Books, consent: Consent, clock: Clock) -> Terms:
    """The terms of now, but never longer than what anybody read in the notice to which they said something."""
    shown = dict.fromkeys(event.notice for event in consent.events)
    kept = [clock.terms, *(rules.promised(books, notice) for notice in shown)]
    return replace(clock.terms, **{name: min(getattr(terms, name) for terms in kept) for name in rules.PROMISED})


# the recording


def voice_may_be_used(consent: Consent, today: date) -> bool:
    """May the teller's voice be used, now or (an embargo, a question that is being asked again) later?"""
    asked = Consent(replace(consent.teller, turns_16_on=None), consent.events)
    days = {today} | {day for e in consent.events for day in (e.embargo_until, e.last_day) if day is not None}
    uses = [purpose for purpose in Purpose if purpose not in WITHOUT_FORM]  # the others know no voice
    return any(may_use(asked, purpose, form, on=day) for purpose in uses for form in VOICES for day in days)


def recording_end(books: Books, story: Story, consent: Consent, clock: Clock) -> datetime | None:
    """When the raw recording goes; None while no clock says so (not released, or a voice may be used)."""
    if story.state is not State.VRIJGEGEVEN or voice_may_be_used(consent, clock.today):
        return None
    released = [approval.at for approval in books.approvals(story.id) if approval.role in (RELEASED, RELEASED_ALONE)]
    return max(released) + timedelta(days=promised(books, consent, clock).raw_audio_days) if released else None


# the proof


def proof_end(books: Books, story_id: str, clock: Clock) -> date | None:
    """When the proof of an erased story goes: so many years after it was erased or last published. None: not erased."""
    erased = books.last_done("erase", story_id=story_id)
    if erased is None:
        return None
    published = (books.last_done("piece_published", subject=piece.id) for piece in books.pieces_using(story_id))
    last = max([erased, *(at for at in published if at is not None)])
    years = promised(books, books.consent(story_id), clock).proof_years
    return years_later(last.astimezone(UTC).date(), years)


def years_later(day: date, years: int) -> date:
    """The same day so many years on; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


# in dates and words


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept, until when, and why. `until` None: as long as something lasts that no calendar knows."""

    what: str  # "verhaal", "opname", "fragmenten" or "bewijs"
    until: date | None
    why: str  # a code: the sentence is `proof.kept_<what>_<why>`
    amount: int = 0  # days, years or how many, as the sentence may name

    def in_words(self, *, young: bool = False) -> str:
        """One Dutch sentence, with `je` for children and youngsters."""
        until = "" if self.until is None else day_in_words(self.until)
        name = f"kept_{self.what}_{self.why}"
        if young and f"{name}_young" in room("proof"):  # most sentences address nobody
            name += "_young"
        return say(f"proof.{name}", until=until, amount=self.amount)


def kept_until(store: Store, story_id: str, *, now: datetime | None = None) -> tuple[Kept, ...]:
    """What will happen to everything that is kept of a story, as things stand now. Raises NotFound."""
    with store.read() as books:
        return kept(books, books.story(story_id), clock(store, books, now))


def kept(books: Books, story: Story, clock: Clock) -> tuple[Kept, ...]:
    """As `kept_until`, inside a transaction."""
    if story.state is State.GEWIST:
        return (Kept("bewijs", proof_end(books, story.id, clock), "erased"),)
    consent = books.consent(story.id)
    end = end_of(books, story, consent, clock)
    tasks = [task for task in books.tasks(open_only=False) if task.story_id == story.id]
    found = [Kept("verhaal", _goes_on(end, tasks, clock), end.why)]
    if books.has(story.id, Kind.AUDIO):
        over = recording_end(books, story, consent, clock)
        voice = over is None and voice_may_be_used(consent, clock.today)
        why = "released" if over else ("voice" if voice else "not_released")
        until = over and over.astimezone(UTC).date()
        found.append(Kept("opname", until, why, promised(books, consent, clock).raw_audio_days))
    spoken_again = [clip.voice is Voice.NAGESPROKEN for clip in books.clips.of_story(story.id)]
    for why, count in (("stem", spoken_again.count(False)), ("nagesproken", spoken_again.count(True))):
        if count:
            found.append(Kept("fragmenten", None, why, count))
    return (*found, Kept("bewijs", None, "years", promised(books, consent, clock).proof_years))


def gone_on(books: Books, story: Story, tasks: Sequence[Task], clock: Clock) -> date | None:
    """The day on which a story that lacks a yes, or was stopped, is erased; None for one that may be kept and used.

    `tasks` may be those of other stories too: whoever shows a list reads them once.
    """
    consent = books.consent(story.id)
    agreed = story.state is not State.CONCEPT and may_use(consent, Purpose.VERWERKEN, on=clock.today)
    if story.state is State.GEWIST or agreed:
        return None
    return _goes_on(end_of(books, story, consent, clock), [t for t in tasks if t.story_id == story.id], clock)


def _goes_on(end: End, tasks: Sequence[Task], clock: Clock) -> date | None:
    """The date on which the story goes: never before whoever must be told has been told in time."""
    if end.at is None or end.task is None:
        return end.at and end.at.astimezone(UTC).date()
    return told_until(end, tasks) or due_of_task(end, clock.today) + _after(end)


def day_in_words(day: date) -> str:
    """`2 mrt 2028`, as on every screen."""
    return f"{day.day} {say('terms.months').split()[day.month - 1]} {day.year}"
