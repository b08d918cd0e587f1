"""The contact vault: how to reach a teller or a representative, sealed apart from the story, opened with four eyes.

keep_contact(store, helper, story_id, Holder.VERTELLER, Contact(phone="..."))   # in; the helper never sees it again
ask = ask_contact(store, anna, story_id, Reason.HERCONTACT)                     # one contactpersoon asks
approve_contact(store, bram, ask.id)                                            # another one agrees
open_contact(store, anna, ask.id)                                               # for a day, each opening in the audit

How asking and agreeing go: `desk.foureyes`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from desk import foureyes
from desk.taken import going_on
from stories.consent import Consent, Outcome, Party, Purpose, may_use, required_parties
from stories.errors import ConsentRefused, InputRefused, NotFound, Refused
from stories.model import Story
from stories.people import Act, Holder, User
from stories.stages import State
from stories.store import Books, Store
from stories.vault import Kind

VERSION = {Holder.VERTELLER: 1, Holder.VERTEGENWOORDIGER: 2}
"""Whose contact data a sealed item holds: each is written without opening the other."""

OPEN_FOR = timedelta(hours=24)
LONGEST = 200
"""Characters of one field."""


class Reason(StrEnum):
    """Why somebody must be reached."""

    HERCONTACT = "hercontact"
    TOESTEMMING = "toestemming"
    CODE_KWIJT = "code_kwijt"
    VEILIGHEID = "veiligheid"


@dataclass(frozen=True, slots=True)
class Contact:
    """`safely` says how to reach somebody without putting them at risk ("alleen appen, niet bellen")."""

    name: str = ""
    phone: str = ""
    email: str = ""
    safely: str = ""


Ask = foureyes.Ask[Reason]

LOCK = foureyes.Lock(
    kind="open_contact", owner="contactpersoon", reasons=Reason, asked="contact_gevraagd",
    granted="contact_goedgekeurd", audit="contact", open_for=OPEN_FOR, answered="helper.contact_answered",
    closed="helper.contact_closed",
)  # fmt: skip


def needed(consent: Consent, holder: Holder) -> bool:
    """Is there a reason to keep how this person can be reached: a yes to HERCONTACT, or a representative who still has
    to answer. Only what was said counts, not the date: who must be asked again must be found again."""
    parties = required_parties(consent.teller)
    said = {party: consent.last(party, Purpose.HERCONTACT, None) for party in Party}
    yes = said[parties[0]]
    if yes is not None and all(event is None or event.outcome is Outcome.JA for event in said.values()):
        return True
    if holder is Holder.VERTELLER or Party.VERTEGENWOORDIGER not in parties:
        return False
    answer = consent.last(Party.VERTEGENWOORDIGER, Purpose.VERWERKEN, None)
    return answer is None or answer.outcome is Outcome.TWIJFEL


def wanted(consent: Consent) -> tuple[Holder, ...]:
    """Of whom contact data may be kept. There is no representative from 16 on."""
    asked = Party.VERTEGENWOORDIGER in required_parties(consent.teller)
    return tuple(h for h in Holder if (asked or h is Holder.VERTELLER) and needed(consent, h))


def holders(story: Story) -> tuple[Holder, ...]:
    """Who may have a code and contact data of their own."""
    asked = Party.VERTEGENWOORDIGER in required_parties(story.teller)
    return tuple(Holder) if asked else (Holder.VERTELLER,)


def kept(books: Books, story_id: str) -> tuple[Holder, ...]:
    """Of whom contact data lies in the vault."""
    there = books.numbers(story_id, Kind.CONTACT)
    return tuple(holder for holder in Holder if VERSION[holder] in there)


def keep_contact(store: Store, user: User, story_id: str, holder: Holder, contact: Contact) -> None:
    """The helper of this story puts it in, in the place of what was there, and does not see it any more.

    Raises Refused when there is no reason to keep it, InputRefused when there is nothing to reach somebody with.
    """
    user.require(Act.TAKE_STORY)
    tidy = Contact(**{name: " ".join(str(value).split()) for name, value in asdict(contact).items()})
    if not (tidy.phone or tidy.email):
        raise InputRefused("helper.contact_empty")
    if any(len(value) > LONGEST for value in asdict(tidy).values()):
        raise InputRefused("helper.contact_long", longest=LONGEST)
    with store.write() as books:
        going_on(books, user, story_id)
        if holder not in wanted(books.consent(story_id)):
            raise Refused("helper.contact_not_needed")
        books.keep(story_id, Kind.CONTACT, json.dumps(asdict(tidy)).encode("ascii"), version=VERSION[holder])
        books.audit(user.id, "contact_kept", story_id=story_id, detail=str(holder))


def drop_unneeded(books: Books, story_id: str) -> None:
    """Erase contact data that nothing needs any more; part of whatever changed the consent."""
    consent = books.consent(story_id)
    for holder in kept(books, story_id):
        if not needed(consent, holder):
            books.discard(story_id, Kind.CONTACT, version=VERSION[holder])
            books.audit("machine", "contact_erased", story_id=story_id, detail=str(holder))


def tidy(store: Store) -> tuple[str, ...]:
    """The daily job: the same for every story, whatever changed its consent. May run twice; returns story ids."""
    with store.read() as books:
        due = [
            story_id
            for story_id in books.holding(Kind.CONTACT)
            if not all(needed(books.consent(story_id), holder) for holder in kept(books, story_id))
        ]
    for story_id in due:
        with store.write() as books:
            drop_unneeded(books, story_id)
    return tuple(due)


# for the contactpersoon


def with_contact(store: Store, user: User) -> tuple[Story, ...]:
    """The stories of which somebody can be reached, newest first: their rows, no word and no address."""
    user.require(Act.OPEN_CONTACT)
    with store.read() as books:
        stories = [books.story(story_id) for story_id in books.holding(Kind.CONTACT)]
    return tuple(sorted(stories, key=lambda story: story.created_at, reverse=True))


def ask_contact(store: Store, user: User, story_id: str, reason: Reason, *, now: datetime | None = None) -> Ask:
    """One contactpersoon asks to open; another one has to agree. Raises NotFound when there is nothing to open, and
    ConsentRefused or Refused when this reason does not hold for this story."""
    user.require(Act.OPEN_CONTACT)
    now = now or datetime.now(UTC)
    with store.write() as books:
        return LOCK.ask(books, user, _require_reason(books, story_id, reason, now), reason, now)


def asks(store: Store, user: User, *, now: datetime | None = None) -> tuple[Ask, ...]:
    """What waits for a second contactpersoon, and what this one may open now; newest first."""
    user.require(Act.OPEN_CONTACT)
    with store.read() as books:
        found = LOCK.shown(books, user, now or datetime.now(UTC))
    return tuple(ask for ask in found if ask.story.state is not State.GEWIST)


def approve_contact(store: Store, user: User, ask_id: str, *, now: datetime | None = None) -> Ask:
    """A second contactpersoon agrees: whoever asked may open it for a day. Raises Refused (four eyes) for the asker,
    and for an ask that was answered or is too old."""
    user.require(Act.OPEN_CONTACT)
    now = now or datetime.now(UTC)
    with store.write() as books:
        return LOCK.agree(books, user, ask_id, now, lambda ask: _require_reason(books, ask.story.id, ask.reason, now))


def refuse_contact(store: Store, user: User, ask_id: str, *, now: datetime | None = None) -> None:
    """A contactpersoon (also the asker) closes an ask without opening anything."""
    user.require(Act.OPEN_CONTACT)
    with store.write() as books:
        LOCK.refuse(books, user, ask_id, now or datetime.now(UTC))


def open_contact(store: Store, user: User, ask_id: str, *, now: datetime | None = None) -> dict[Holder, Contact]:
    """Open it: for whoever asked, within a day of the agreement, as long as the reason still holds. Each opening is an
    audit line. For TOESTEMMING only whoever has to answer is shown."""
    user.require(Act.OPEN_CONTACT)
    now = now or datetime.now(UTC)
    with store.write() as books:
        ask = LOCK.opened(books, user, ask_id, now)
        _require_reason(books, ask.story.id, ask.reason, now)
        there = kept(books, ask.story.id)
        if ask.reason is Reason.TOESTEMMING and Holder.VERTEGENWOORDIGER in there:
            there = (Holder.VERTEGENWOORDIGER,)
        LOCK.note_opened(books, user, ask)
        return {
            h: Contact(**json.loads(books.fetch(ask.story.id, Kind.CONTACT, version=VERSION[h]))) for h in there
        }  # fmt: skip


def replace_code(store: Store, user: User, ask_id: str, holder: Holder, *, now: datetime | None = None) -> str:
    """A new receipt code for somebody who lost theirs and was reached through the vault: shown once, the old one stops
    working. Needs an opening for CODE_KWIJT."""
    user.require(Act.OPEN_CONTACT)
    with store.write() as books:
        ask = LOCK.opened(books, user, ask_id, now or datetime.now(UTC))
        if ask.reason is not Reason.CODE_KWIJT:
            raise Refused("helper.contact_other_reason")
        return fresh_code(books, ask.story, holder, by=user.id, subject=ask_id)


def fresh_code(books: Books, story: Story, holder: Holder, *, by: str, subject: str | None = None) -> str:
    """A new code in the place of the holder's old one. Raises Refused for a story that was not handed in, and for a
    representative where there is none."""
    if story.state in (State.CONCEPT, State.GEWIST):
        raise Refused("helper.no_code_yet")
    if holder not in holders(story):
        raise Refused("desk.no_representative_needed")
    code = books.new_receipt(story.id, holder)
    books.audit(by, "code_replaced", story_id=story.id, subject=subject, detail=str(holder))
    return code


def _require_reason(books: Books, story_id: str, reason: Reason, now: datetime) -> Story:
    story, consent = books.story(story_id), books.consent(story_id)
    if not kept(books, story_id):
        raise NotFound("stories.not_found")
    if reason is Reason.HERCONTACT:
        consent.require(Purpose.HERCONTACT, on=now.date())
    if reason is Reason.TOESTEMMING and (
        story.state is State.INGETROKKEN or may_use(consent, Purpose.VERWERKEN, on=now.date())
    ):
        raise ConsentRefused("helper.contact_nothing_to_ask")
    return story
