"""Consent as pure rules over append-only events.

An event says: this party said this about this purpose in this form, having been shown this notice. Nothing is
ever edited; a later event of the same party on the same purpose and form replaces the earlier one's effect.
`may_use` is the one function that answers "may this story be used for this purpose, in this form, on this
date?", and explains a no in one Dutch sentence. Every screen, job, export and download asks it at the moment of
use. The default is no.

The rules, as comments all over the house name them:
R1 Without a yes that counts today: nothing beyond taking the story in.
R2 Use needs channel, form, date and recognisability all to fit. The default is no.
R3 Under 16 the representative says yes and the child agrees (a no, a doubt or no answer blocks); from 16 the teller.
R4 Whoever turns 16 is asked again; nothing new is published until then.
R5 What a parent tells about a child is that child's too.
R6 Withdrawal by any party acts at once: in drafts, running jobs, and as a list of what must be taken down.
R7 A new answer is a new record; an old one is never edited.
R8 The least proof (ids, dates, hashes, actions) survives erasure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from stories.errors import ConsentRefused
from stories.model import AgeBand, Teller, TellerRole, require
from stories.words import say


class Purpose(StrEnum):
    """What for. A channel is a purpose."""

    VERWERKEN = "verwerken"
    INTERN_LEREN = "intern_leren"
    NIEUWSBRIEF = "nieuwsbrief"
    SOCIAL = "social"
    WEBSITE = "website"
    PODCAST = "podcast"
    VLOG = "vlog"
    KENNISKRING = "kenniskring"
    ONDERZOEK = "onderzoek"
    HERCONTACT = "hercontact"
    BIJZONDER = "bijzonder"  # words about health, origin or belief may stay in what is used (GDPR art. 9)


class Form(StrEnum):
    TEKST = "tekst"
    EIGEN_STEM = "eigen_stem"
    VERVORMDE_STEM = "vervormde_stem"
    NAGESPROKEN = "nagesproken"
    BEELD = "beeld"


class Party(StrEnum):
    """Who speaks. KIND is the assent of a teller under 16; VERTEGENWOORDIGER holds authority over them.

    ANDERE_OUDER is never asked; a known objection of the other parent is their no, and blocks as any no does.
    """

    TELLER = "teller"
    VERTEGENWOORDIGER = "vertegenwoordiger"
    KIND = "kind"
    ANDERE_OUDER = "andere_ouder"


class Outcome(StrEnum):
    JA = "ja"
    NEE = "nee"
    TWIJFEL = "twijfel"
    INGETROKKEN = "ingetrokken"


class Recognisability(StrEnum):
    """From safest to most open; a use may never be more open than what was agreed."""

    ONHERKENBAAR = "geheel_onherkenbaar"
    SCHUILNAAM = "schuilnaam"
    VOORNAAM = "voornaam"

    def covers(self, use: Recognisability) -> bool:
        order = list(Recognisability)
        return order.index(use) <= order.index(self)


class Way(StrEnum):
    SCHERM = "scherm"
    PAPIER = "papier"
    GESPROKEN = "gesproken"


@dataclass(frozen=True, slots=True)
class Notice:
    """Which text was shown or read aloud: kept with every yes."""

    id: str
    version: int
    language: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """One saying of one party. `form` None means: every form of that purpose (only for NEE and INGETROKKEN,
    and for VERWERKEN, INTERN_LEREN and HERCONTACT, which have no form of publication)."""

    id: str
    story_id: str
    at: datetime
    party: Party
    purpose: Purpose
    outcome: Outcome
    notice: Notice
    way: Way
    recorded_by: str
    form: Form | None = None
    recognisability: Recognisability = Recognisability.ONHERKENBAAR
    embargo_until: date | None = None
    valid_until: date | None = None

    def __post_init__(self) -> None:
        require(self.at.tzinfo is not None, "a consent event knows its time zone")
        if self.outcome is Outcome.JA:
            require(self.form is not None or self.purpose in WITHOUT_FORM, "a yes to a channel names its form")

    @property
    def last_day(self) -> date:
        """Of a yes: the day that was named, else that of the term."""
        return self.valid_until or self.at.date() + STORY_TERM


WITHOUT_FORM = frozenset(
    {Purpose.VERWERKEN, Purpose.INTERN_LEREN, Purpose.ONDERZOEK, Purpose.HERCONTACT, Purpose.BIJZONDER}
)
"""Purposes that publish nothing, so that a yes covers every form."""

STORY_TERM = timedelta(days=730)
"""24 months, then ask again [P]."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to `may_use`. `code` is None for a yes, else a key such as `consent.no_answer`."""

    code: str | None
    sentence: str

    def __bool__(self) -> bool:
        return self.code is None


YES = Verdict(None, "")


@dataclass(frozen=True, slots=True)
class Consent:
    """Everything that was ever said about one story, oldest first."""

    teller: Teller
    events: tuple[ConsentEvent, ...] = ()

    def __post_init__(self) -> None:
        require(len({event.story_id for event in self.events}) <= 1, "the events are about one story")

    def plus(self, *events: ConsentEvent) -> Consent:
        return Consent(self.teller, self.events + events)

    def last(self, party: Party, purpose: Purpose, form: Form | None) -> ConsentEvent | None:
        """What this party said last that touches this purpose and form; whatever is no yes where `lasts` are two."""
        lasts = self.lasts(party, purpose, form)
        return next((event for event in lasts if event.outcome is not Outcome.JA), lasts[0] if lasts else None)

    def lasts(self, party: Party, purpose: Purpose, form: Form | None) -> tuple[ConsentEvent, ...]:
        """The newest saying by the clock, and the one written down last when that is another.

        They differ when a clock was set back, or when a paper form is typed in later. Then neither overrules the
        other: a use needs a yes from both.
        """
        touching = [
            e
            for e in self.events
            if e.party is party and e.purpose is purpose and (e.form is None or form is None or e.form is form)
        ]
        if not touching:
            return ()
        by_clock = max(enumerate(touching), key=lambda pair: (pair[1].at, pair[0]))[1]
        return (by_clock,) if by_clock is touching[-1] else (by_clock, touching[-1])

    def require(self, purpose: Purpose, form: Form | None = None, *, on: date) -> None:
        """Raise ConsentRefused, with the reason in Dutch, unless `may_use` says yes."""
        verdict = may_use(self, purpose, form, on=on)
        if not verdict:
            assert verdict.code is not None
            raise ConsentRefused(verdict.code)

    @property
    def withdrawn(self) -> bool:
        """True once a required person has taken back that the story is kept and processed at all."""
        return any(
            (event := self.last(party, Purpose.VERWERKEN, None)) is not None and event.outcome is Outcome.INGETROKKEN
            for party in required_parties(self.teller)
        )


def required_parties(teller: Teller) -> tuple[Party, ...]:
    """R3: under 16 the representative and the child's own voice; from 16 the teller alone."""
    if teller.age_band in (AgeBand.UNDER_12, AgeBand.FROM_12):
        return (Party.VERTEGENWOORDIGER, Party.KIND)
    return (Party.TELLER,)


def may_use(
    consent: Consent,
    purpose: Purpose,
    form: Form | None = None,
    *,
    on: date,
    recognisability: Recognisability = Recognisability.ONHERKENBAAR,
    special: bool = False,
) -> Verdict:
    """May this story be used for `purpose`, in `form`, on the date `on`? Default is no (R2).

    `form` is needed for every purpose that publishes; for the others it is ignored. `special`: what is used holds
    words about health, origin or belief, which needs a yes of its own.
    """
    if purpose in WITHOUT_FORM:
        form = None
    elif form is None:
        return _no("form_unknown")
    turned = consent.teller.turns_16_on
    if consent.teller.age_band.needs_representative and turned is not None and on >= turned:
        return _no("turned_16")  # R4
    asked = [(Purpose.VERWERKEN, None), (purpose, form)]
    if special and purpose is not Purpose.VERWERKEN:
        asked.append((Purpose.BIJZONDER, None))
    for party in required_parties(consent.teller):
        base = _party_says(consent, party, Purpose.VERWERKEN, None, on)
        if not base:
            return base  # R1: no active consent, nothing beyond intake
        if party is Party.KIND:
            continue  # the child's assent is one question about the whole; a "no" to one channel counts below
        for about, shape in asked[1:]:
            open_to = recognisability if about is purpose else Recognisability.ONHERKENBAAR
            said = _party_says(consent, party, about, shape, on, open_to)
            if not said:
                return said
    return _nobody_objects(consent, asked)


def _party_says(
    consent: Consent,
    party: Party,
    purpose: Purpose,
    form: Form | None,
    on: date,
    recognisability: Recognisability = Recognisability.ONHERKENBAAR,
) -> Verdict:
    lasts = consent.lasts(party, purpose, form)
    if not lasts:
        if purpose is Purpose.BIJZONDER:
            return _no("special_not_allowed")
        return _no("no_answer" if purpose is not Purpose.VERWERKEN else f"{party}_not_asked", purpose=purpose)
    return next((no for event in lasts if not (no := _still_says_yes(event, on, recognisability))), YES)


def turning_days(consent: Consent) -> tuple[date, ...]:
    """The days on which an answer of `may_use` may become another one by itself, the first one first: after the last
    day of a yes, at the end of an embargo, and at 16."""
    days = {event.last_day + timedelta(days=1) for event in consent.events}
    days |= {event.embargo_until for event in consent.events if event.embargo_until is not None}
    days |= {day for day in [consent.teller.turns_16_on] if day is not None}
    return tuple(sorted(days))


def _still_says_yes(event: ConsentEvent, on: date, recognisability: Recognisability) -> Verdict:
    if event.outcome is not Outcome.JA:
        return _objection(event)
    if event.embargo_until is not None and on < event.embargo_until:
        return _no("embargo", until=event.embargo_until)
    if on > event.last_day:
        return _no("expired")
    if not event.recognisability.covers(recognisability):
        return _no("too_recognisable")
    return YES


def _nobody_objects(consent: Consent, asked: Sequence[tuple[Purpose, Form | None]]) -> Verdict:
    """R3, R5, R6: a no, a doubt or a withdrawal of *any* party blocks, whether or not they had to be asked."""
    for party in Party:
        for purpose, form in asked:
            event = consent.last(party, purpose, form)
            if event is None or event.outcome is Outcome.JA or _grew_up(consent, event, form):
                continue
            return _objection(event)
    return YES


def _grew_up(consent: Consent, event: ConsentEvent, form: Form | None) -> bool:
    """R4: of a jongere of 16 and over, the child that objected is the teller who has said something since."""
    if event.party is not Party.KIND or consent.teller.role is not TellerRole.JONGERE:
        return False
    if consent.teller.age_band.needs_representative:
        return False
    since = consent.lasts(Party.TELLER, event.purpose, form)
    written = consent.events.index
    return bool(since) and all(said.at > event.at and written(said) > written(event) for said in since)


def _objection(event: ConsentEvent) -> Verdict:
    if event.purpose is Purpose.BIJZONDER:
        return _no("special_refused")
    if event.outcome is Outcome.INGETROKKEN:
        return _no("withdrawn")
    return _no(f"{event.party}_says_{event.outcome}", purpose=event.purpose)


def _no(name: str, **values: object) -> Verdict:
    return Verdict(f"consent.{name}", say(f"consent.{name}", **values))
