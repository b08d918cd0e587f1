"""The proof of what was chosen: as a page for people, and as JSON for whoever wants to check it (R8).

Ids, dates, codes, hashes: never a name, and never a word of a story, so that it may lie on a kitchen table and may
outlive the story itself. The field names of the JSON are those of the Kantara Consent Receipt 1.1 (see also ISO/IEC TS
27560); it claims no conformity with either. What they have no field for stands in the block `vertelpunt`.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from desk import keeping
from desk.following import allowed_today
from desk.keeping import Kept, Why
from desk.parts import REPRESENTATIVE, TELLER
from desk.withdrawing import stopped_at
from stories.consent import (
    WITHOUT_FORM,
    Consent,
    ConsentEvent,
    Form,
    Notice,
    Outcome,
    Party,
    Purpose,
    Recognisability,
    Way,
    required_parties,
)
from stories.errors import NotFound
from stories.model import Story, StoryKind, TellerRole
from stories.people import Holder
from stories.settings import Settings
from stories.stages import State
from stories.store import Store
from stories.words import say

VERSION = "vertelpunt-1"
"""Of our own form. Nothing here says that it conforms to a standard."""

FIELD_NAMES = "Kantara Consent Receipt 1.1; ISO/IEC TS 27560"
MEMBER_OF_STAFF = "medewerker"

POLICY_PATH = "/formulier/uitleg"
"""Where the door shows the notice that counts now to everybody."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The last word of one party on one purpose in one form, and how it was said."""

    party: Party
    purpose: Purpose
    form: Form | None
    outcome: Outcome
    on: date
    until: date | None  # the last day of a yes; None for anything else
    embargo_until: date | None
    recognisability: Recognisability
    notice: Notice
    way: Way
    recorded_by: str  # "verteller", "vertegenwoordiger" or "medewerker": never who

    def to_json(self) -> dict[str, Any]:
        return {
            "party": str(self.party),
            "purpose": str(self.purpose),
            "form": None if self.form is None else str(self.form),
            "outcome": str(self.outcome),
            "on": self.on.isoformat(),
            "until": _iso(self.until),
            "embargoUntil": _iso(self.embargo_until),
            "recognisability": str(self.recognisability),
            "notice": {
                "id": self.notice.id,
                "version": self.notice.version,
                "language": self.notice.language,
                "sha256": self.notice.sha256,
            },
            "way": str(self.way),
            "recordedBy": self.recorded_by,
        }


@dataclass(frozen=True, slots=True)
class Proof:
    """Everything the page and the JSON tell. `number` changes whenever something was said; `pseudonym` never does."""

    number: str
    pseudonym: str
    holder: Holder
    role: TellerRole
    kind: StoryKind
    parties: tuple[Party, ...]
    state: State
    begun_on: date
    said_at: datetime
    choices: tuple[Choice, ...]
    may: tuple[tuple[Purpose, Form | None], ...]  # what is allowed today
    kept: tuple[Kept, ...]
    stopped_on: date | None
    erased_on: date | None

    @property
    def young(self) -> bool:
        """Is whoever reads this spoken to with `je`?"""
        return self.holder is Holder.VERTELLER and self.role in (TellerRole.KIND, TellerRole.JONGERE)

    @property
    def last(self) -> Choice:
        return max(self.choices, key=lambda choice: choice.on)

    def until(self, purpose: Purpose, form: Form | None) -> date | None:
        """The last day of what is allowed today: that of the first yes to end."""
        days = [c.until for c in self.choices if c.until and (c.purpose, c.form) in ((purpose, form), _BASE)]
        return min(days, default=None)

    def embargo(self, purpose: Purpose, form: Form | None) -> date | None:
        days = [c.embargo_until for c in self.choices if c.embargo_until and (c.purpose, c.form) == (purpose, form)]
        return max(days, default=None)


_BASE = (Purpose.VERWERKEN, None)


def proof(store: Store, story_id: str, *, holder: Holder = Holder.VERTELLER, now: datetime | None = None) -> Proof:
    """What the holder of a code may take home. Raises NotFound once the proof itself is gone.

    The parent or guardian of a child reads their own answers, not the child's: a child that said no or doubts does so
    to us, and need not explain it at home.
    """
    with store.read() as books:
        clock = keeping.clock(store, books, now)
        story, consent = books.story(story_id), books.consent(story_id)
        kept = tuple(_plainly(row, holder) for row in keeping.kept(books, story, clock))
        erased = books.last_done("erase", story_id=story_id) if story.state is State.GEWIST else None
    hidden = {Party.KIND, Party.TELLER} if holder is Holder.VERTEGENWOORDIGER else set()
    shown = Consent(consent.teller, tuple(e for e in consent.events if e.party not in hidden))
    if not shown.events:
        raise NotFound("stories.not_found")
    alive = story.state not in (State.INGETROKKEN, State.GEWIST)
    stopped = stopped_at(shown)
    return Proof(
        number=_number(story, shown),
        pseudonym=pseudonym(story_id),
        holder=holder,
        role=story.teller.role,
        kind=story.kind,
        parties=tuple(party for party in required_parties(story.teller) if party not in hidden),
        state=story.state,
        begun_on=_day(story.created_at),
        said_at=max(e.at for e in shown.events),
        choices=_choices(shown),
        may=_may(consent, clock.today) if alive else (),
        kept=kept,
        stopped_on=stopped and _day(stopped),
        erased_on=erased and _day(erased),
    )


def _plainly(row: Kept, holder: Holder) -> Kept:
    """A parent reads that a story is not used, not that the child is why."""
    hide = holder is Holder.VERTEGENWOORDIGER and row.why in (Why.REFUSED, Why.NEVER_CONSENTED, Why.WITHDRAWN)
    return replace(row, why="not_used") if hide else row


def receipt_json(
    store: Store, story_id: str, *, holder: Holder = Holder.VERTELLER, now: datetime | None = None
) -> dict[str, Any]:
    """The proof as JSON values."""
    return to_json(proof(store, story_id, holder=holder, now=now), store.settings)


def to_json(proof: Proof, settings: Settings) -> dict[str, Any]:
    """The proof in the field names of a consent receipt. Sentences in it are in the language that is spoken."""
    return {
        "version": VERSION,
        "jurisdiction": "NL",
        "consentTimestamp": int(proof.said_at.timestamp()),
        "collectionMethod": ", ".join(dict.fromkeys(str(choice.way) for choice in proof.choices)),
        "consentReceiptID": proof.number,
        "language": proof.last.notice.language,
        "piiPrincipalId": proof.pseudonym,
        "piiControllers": [
            {"piiController": organisation(settings), "onBehalf": False, "contact": settings.privacy_contact}
        ],
        "policyUrl": policy_url(settings),
        "services": [
            {"service": say("door.product"), "purposes": [_purpose(proof, *pair) for pair in proof.may]},
        ],
        "sensitive": True,  # whoever tells freely may tell about health, origin or belief
        "spiCat": [say(f"proof.special_{name}") for name in ("health", "origin", "belief")],
        "vertelpunt": {
            "fieldNames": FIELD_NAMES,
            "conformityClaimed": False,
            "state": str(proof.state),
            "role": str(proof.role),
            "begunOn": proof.begun_on.isoformat(),
            "parties": [str(party) for party in proof.parties],
            "choices": [choice.to_json() for choice in proof.choices],
            "allowedToday": [[str(purpose), None if form is None else str(form)] for purpose, form in proof.may],
            "kept": [{"what": kept.what, "until": _iso(kept.until), "why": str(kept.why)} for kept in proof.kept],
            "withdrawnOn": _iso(proof.stopped_on),
            "erasedOn": _iso(proof.erased_on),
        },
    }


def _purpose(proof: Proof, purpose: Purpose, form: Form | None) -> dict[str, Any]:
    until = proof.until(purpose, form)
    leaves = purpose not in WITHOUT_FORM or purpose is Purpose.ONDERZOEK
    heard = proof.kind is StoryKind.AUDIO and form in (None, *keeping.VOICES)
    return {
        "purpose": channel_in_words(purpose, form),
        "purposeCategory": [str(purpose)],
        "consentType": "EXPLICIT",
        "piiCategory": [say(f"proof.category_{name}") for name in ("story", *(["voice"] if heard else []))],
        "primaryPurpose": purpose is Purpose.VERWERKEN,
        "termination": say("proof.termination", until=keeping.day_in_words(until)) if until else "",
        "thirdPartyDisclosure": leaves,
        **({"thirdPartyName": say("proof.third_parties")} if leaves else {}),
    }


def organisation(settings: Settings) -> str:
    return settings.organisation or say("proof.organisation_unknown")


def policy_url(settings: Settings) -> str:
    """Where everybody can read the notice that counts now."""
    return settings.origin + POLICY_PATH


def channel_in_words(purpose: Purpose, form: Form | None) -> str:
    """`Podcast, met de eigen stem`."""
    return say(f"terms.purpose_{purpose}") + ("" if form is None else f", {say(f'terms.form_{form}')}")


def pseudonym(story_id: str) -> str:
    """The teller of this story on every proof of it: from it nobody can make the id that a database knows."""
    return hashlib.sha256(f"vertelpunt piiPrincipalId {story_id}".encode()).hexdigest()[:32]


def _number(story: Story, shown: Consent) -> str:
    """Another number as soon as anybody says anything, or the story stops or goes."""
    what = "|".join([story.id, str(story.state), *(e.id for e in shown.events)])
    return str(uuid.UUID(bytes=hashlib.sha256(f"vertelpunt receipt {what}".encode()).digest()[:16], version=4))


def _choices(consent: Consent) -> tuple[Choice, ...]:
    """The last words, in the order of parties, purposes and forms. A no to every form takes the place of each."""
    spoken = {(e.party, e.purpose, e.form) for e in consent.events}
    said = [(form, consent.last(party, purpose, form)) for party, purpose, form in spoken]
    lasts = {  # of a form its own last word; "every form" has none but a no to all of them
        event.id: event for form, event in said if event is not None and (form is not None or event.form is None)
    }
    parties, purposes, forms = list(Party), list(Purpose), [None, *Form]
    events = sorted(
        lasts.values(), key=lambda e: (parties.index(e.party), purposes.index(e.purpose), forms.index(e.form))
    )
    return tuple(_choice(event) for event in events)


def _choice(event: ConsentEvent) -> Choice:
    yes = event.outcome is Outcome.JA
    return Choice(
        party=event.party,
        purpose=event.purpose,
        form=event.form,
        outcome=event.outcome,
        on=_day(event.at),
        until=event.last_day if yes else None,
        embargo_until=event.embargo_until if yes else None,
        recognisability=event.recognisability,
        notice=event.notice,
        way=event.way,
        recorded_by=event.recorded_by if event.recorded_by in (TELLER, REPRESENTATIVE) else MEMBER_OF_STAFF,
    )


def _may(consent: Consent, today: date) -> tuple[tuple[Purpose, Form | None], ...]:
    return tuple((purpose, form) for purpose, forms in allowed_today(consent, today).items() for form in forms)


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
