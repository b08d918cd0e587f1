"""Turning 16 (R4): from that day the young person decides alone, and is asked again. Until then nobody uses the story.

own_yes_at_16(store, story_id, Outcome.JA, channels=[(Purpose.NIEUWSBRIEF, Form.TEKST)])
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from desk.parts import TELLER
from desk.renewing import Anew, require_asked, turned_16
from desk.telling import Channels
from desk.withdrawing import Withdrawn, withdraw
from desk.working import ask_for_work
from stories import jobs
from stories.consent import Outcome, Party, Purpose, Way
from stories.errors import Refused
from stories.model import AgeBand, Teller, TellerRole, require
from stories.people import Holder
from stories.store import Store


def may_answer(store: Store, story_id: str, *, now: datetime | None = None) -> bool:
    """Is the teller 16 by now, and still to be asked for their own answer? For the screen that asks it."""
    with store.read() as books:
        try:
            return turned_16(require_asked(books, story_id), now or datetime.now(UTC))
        except Refused:
            return False


def own_yes_at_16(
    store: Store,
    story_id: str,
    outcome: Outcome,
    channels: Channels = (),
    *,
    recorded_by: str = TELLER,
    way: Way = Way.SCHERM,
    circumstances: Mapping[str, Any] | None = None,
    language: str | None = None,
    now: datetime | None = None,
) -> Withdrawn | None:
    """The teller's own answer, with their own code. A yes (JA) lets the story go on; a no (NEE) takes everything back.

    What the representative allowed counts no longer: `channels` is all that is allowed from now on, no more
    recognisable and no sooner than it was. The representative's code stops working.
    Raises Refused while the teller is not 16 yet, answered already, or stopped.
    """
    require(outcome in (Outcome.JA, Outcome.NEE), "yes or no: who doubts has not answered yet")
    now = now or datetime.now(UTC)
    with store.write() as books:
        story = require_asked(books, story_id)
        if not turned_16(story, now):
            raise Refused("proof.not_sixteen")
        if outcome is Outcome.JA:
            anew = Anew.begin(books, story_id, now, recorded_by, way, language)
            role = TellerRole.JONGERE if story.teller.role is TellerRole.KIND else story.teller.role
            books.save(story.moved(teller=Teller(role, AgeBand.FROM_16)), expected=story.row_version)
            own = [anew.event(Party.TELLER, Purpose.VERWERKEN, Outcome.JA)]
            own += anew.channels(books, Party.TELLER, Party.VERTEGENWOORDIGER, channels)
            # as a child they may have doubted, or said no to a channel: it is the same person who says yes now
            spoken = [e for e in own if anew.consent.last(Party.KIND, e.purpose, e.form) is not None]
            own += [anew.event(Party.KIND, e.purpose, Outcome.JA, e.form) for e in spoken]
            anew.write(books, own, "own_yes_at_16", circumstances, str(outcome))
            if books.has_receipt(story_id, Holder.VERTEGENWOORDIGER):
                books.new_receipt(story_id, Holder.VERTEGENWOORDIGER)  # nobody sees this one: the old one is void
    if outcome is Outcome.NEE:
        return withdraw(store, story_id, Party.KIND, way=way, recorded_by=recorded_by, now=now)
    if not ask_for_work(store, story_id):
        jobs.cancel(store, story_id)
    return None
