"""Saying yes again: before a yes ends (or shortly after) everybody who must agree is asked anew (R7: new records).

renew(store, story_id, {Party.TELLER: Outcome.JA}, channels=[(Purpose.NIEUWSBRIEF, Form.TEKST)])
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from desk import contacts, rules
from desk.answering import UNKNOWN_AGE_TERM
from desk.parts import TELLER
from desk.telling import Channels, saying
from desk.withdrawing import Withdrawn, close, withdraw
from desk.working import ask_for_work
from stories import clock, jobs
from stories.consent import (
    WITHOUT_FORM,
    Consent,
    ConsentEvent,
    Form,
    Notice,
    Outcome,
    Party,
    Purpose,
    Way,
)
from stories.consent import required_parties as required
from stories.errors import Refused
from stories.model import AgeBand, Story, new_id, require
from stories.sitting import Sitting, wants_preview
from stories.stages import State
from stories.store import Books, Store


def renew(
    store: Store,
    story_id: str,
    says: Mapping[Party, Outcome],
    channels: Channels = (),
    *,
    recorded_by: str = TELLER,
    way: Way = Way.SCHERM,
    circumstances: Mapping[str, Any] | None = None,
    language: str | None = None,
    now: datetime | None = None,
) -> Withdrawn | None:
    """What one or more of those who must agree say now; the story's term is new once every one of them said yes.

    `channels` is what whoever decides about them (the teller, or the representative of a child) allows from now on:
    as recognisable and with the embargo that stood, with a new last day. A channel that is left out is closed, as a
    withdrawal would. A no of anybody takes everything back (then the result says what that did).

    Raises Refused for a story that was stopped or not handed in, and once its teller turned 16 (see `desk.sixteen`).
    """
    now = now or datetime.now(UTC)
    with store.write() as books:
        story = require_asked(books, story_id)
        if turned_16(story, now):
            raise Refused("proof.sixteen_now")
        require(bool(says) and set(says) <= set(required(story.teller)), "only who must agree is asked again")
        refusing = next((party for party, outcome in says.items() if outcome is Outcome.NEE), None)
        if refusing is None:
            anew = Anew.begin(books, story_id, now, recorded_by, way, language)
            decides = required(story.teller)[0]
            events = [anew.event(party, Purpose.VERWERKEN, outcome) for party, outcome in says.items()]
            if says.get(decides) is Outcome.JA:
                events += anew.channels(books, decides, decides, channels)
            anew.write(books, events, "consent_renewed", circumstances, " ".join(f"{p}={o}" for p, o in says.items()))
    if refusing is not None:
        return withdraw(store, story_id, refusing, way=way, recorded_by=recorded_by, now=now)
    if not ask_for_work(store, story_id):
        jobs.cancel(store, story_id)
    return None


def renew_as_it_stood(
    store: Store,
    story_id: str,
    party: Party,
    outcome: Outcome,
    *,
    recorded_by: str = TELLER,
    now: datetime | None = None,
) -> Withdrawn | None:
    """The same as before, for another term: what `party` allowed stays allowed. A no takes everything back."""
    with store.read() as books:
        channels = tuple(_standing(books.consent(story_id), party))
    return renew(store, story_id, {party: outcome}, channels, recorded_by=recorded_by, now=now)


def ends_soon(store: Store, story_id: str, party: Party, *, now: datetime | None = None) -> date | None:
    """The last day of this party's yes when it is time to ask again (or past it); None while there is no need."""
    now = now or datetime.now(UTC)
    with store.read() as books:
        story, consent = books.story(story_id), books.consent(story_id)
        said = consent.last(party, Purpose.VERWERKEN, None)
        if story.state in NOT_ASKED or turned_16(story, now) or party not in required(story.teller):
            return None
        if said is None or said.outcome is not Outcome.JA:
            return None
        last_day = said.last_day
        asking = timedelta(days=rules.terms(books).ask_again_days)
        return last_day if clock.today(now) > last_day - asking else None


NOT_ASKED = (State.CONCEPT, State.INGETROKKEN, State.GEWIST)
"""In these states a teller is asked nothing again."""


def require_asked(books: Books, story_id: str) -> Story:
    """The story when its teller can be asked again: handed in and not stopped. Raises Refused."""
    story = books.story(story_id)
    if story.state in NOT_ASKED:
        raise Refused("proof.not_asked_again")
    return story


def turned_16(story: Story, now: datetime) -> bool:
    """Did the teller turn 16 without having given their own answer yet?"""
    day = story.teller.turns_16_on
    return story.teller.age_band.needs_representative and day is not None and day <= now.astimezone(UTC).date()


@dataclass(frozen=True, slots=True)
class Anew:
    """One sitting in which something is said again, and what everything said in it has in common."""

    story_id: str
    consent: Consent
    notice: Notice
    at: datetime
    until: date
    recorded_by: str
    way: Way

    @classmethod
    def begin(cls, books: Books, story_id: str, at: datetime, recorded_by: str, way: Way, language: str | None) -> Anew:
        notice, _ = rules.notice(books, language)
        today, teller = at.astimezone(UTC).date(), books.story(story_id).teller
        until = today + rules.promised(books, notice).story
        if teller.age_band is AgeBand.FROM_12 and teller.turns_16_on is None:
            until = min(until, today + UNKNOWN_AGE_TERM)
        return cls(story_id, books.consent(story_id), notice, at, until, recorded_by, way)

    def event(self, party: Party, purpose: Purpose, outcome: Outcome, form: Form | None = None) -> ConsentEvent:
        return saying(
            self.notice, self.story_id, party, purpose, outcome, form, self.at, self.recorded_by, self.way, self.until
        )

    def channels(self, books: Books, party: Party, before: Party, channels: Channels) -> list[ConsentEvent]:
        """What `party` says about channels, where until now the word of `before` counted.

        A yes is as recognisable as it was and keeps its embargo; for a new channel both are the safest. What is left
        out is closed: no by word (when the same party said yes to it), drafts locked, publications on the list.
        """
        chosen = dict.fromkeys((purpose, None if purpose in WITHOUT_FORM else form) for purpose, form in channels)
        had = _standing(self.consent, before)
        events = []
        for purpose, form in chosen:
            event, old = self.event(party, purpose, Outcome.JA, form), had.get((purpose, form))
            if old is not None:
                event = replace(event, recognisability=old.recognisability, embargo_until=old.embargo_until)
            events.append(event)
        for purpose, form in had:
            if (purpose, form) not in chosen:
                events += [self.event(party, purpose, Outcome.NEE, form)] if party is before else []
                close(books, self.story_id, purpose, form, self.at)
        return events

    def write(
        self,
        books: Books,
        events: list[ConsentEvent],
        action: str,
        circumstances: Mapping[str, Any] | None,
        detail: str,
    ) -> None:
        """The events, the sitting and one audit line. The wish to see products first stands, unless it is said anew."""
        before = books.sittings(self.story_id)
        facts: dict[str, Any] = {"language": self.notice.language, "preview": wants_preview(before)}
        facts |= circumstances or {}
        books.add_consent(*events)
        sitting = Sitting(
            new_id("z"), self.story_id, self.at, recorded_by=self.recorded_by, notice=self.notice, way=self.way, **facts
        )
        books.add_sitting(sitting)
        contacts.drop_unneeded(books, self.story_id)
        books.audit(self.recorded_by, action, story_id=self.story_id, detail=f"{detail} events={len(events)}")


def _standing(consent: Consent, party: Party) -> dict[tuple[Purpose, Form | None], ConsentEvent]:
    """The channels to which this party's last word is yes, whether or not that yes has ended."""
    spoken = dict.fromkeys((e.purpose, e.form) for e in consent.events if e.party is party)
    lasts = {channel: consent.last(party, *channel) for channel in spoken if channel[0] is not Purpose.VERWERKEN}
    return {channel: e for channel, e in lasts.items() if e is not None and e.outcome is Outcome.JA}
