"""Words for the tests of the rules: who says what, and a story that may be used.

consent(CHILD, ja(V, P), ja(V, N), nee(K, P))      # one minute after another
a_standing()                                       # released with four eyes; everybody said yes to the newsletter
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

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
    required_parties,
)
from stories.model import AgeBand, Approval, CleanText, Story, StoryKind, StoryVersion, Teller, TellerRole
from stories.stages import Stage, State
from stories.use import OFFERED, READ_THROUGH, RELEASED, Standing

NOTICE = Notice("nl", 1, "nl", "0" * 64)
NOON = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
DAY = date(2026, 3, 1)
"""When the question is asked."""

CHILD = Teller(TellerRole.KIND, AgeBand.UNDER_12)
TEEN = Teller(TellerRole.JONGERE, AgeBand.FROM_12)
YOUNG = Teller(TellerRole.JONGERE, AgeBand.FROM_16)
ADULT = Teller(TellerRole.OUDER, AgeBand.ADULT)

T, V, K, A = Party.TELLER, Party.VERTEGENWOORDIGER, Party.KIND, Party.ANDERE_OUDER
P, N, B = Purpose.VERWERKEN, Purpose.NIEUWSBRIEF, Purpose.BIJZONDER
JA, NEE, TWIJFEL, WEG = Outcome.JA, Outcome.NEE, Outcome.TWIJFEL, Outcome.INGETROKKEN

Saying = Callable[[int], ConsentEvent]
"""A saying that only waits for its minute."""


def says(
    party: Party,
    purpose: Purpose,
    outcome: Outcome,
    form: Form | None = None,
    *,
    at: datetime | None = None,
    **more: Any,
) -> Saying:
    if outcome is JA and form is None and purpose not in WITHOUT_FORM:
        form = Form.TEKST

    def event(minute: int) -> ConsentEvent:
        when = at or NOON + timedelta(minutes=minute)
        return ConsentEvent(
            f"c{minute}", "v1", when, party, purpose, outcome, NOTICE, Way.SCHERM, "verteller", form=form, **more
        )

    return event


def ja(party: Party, purpose: Purpose, form: Form | None = None, **more: Any) -> Saying:
    return says(party, purpose, JA, form, **more)


def nee(party: Party, purpose: Purpose, form: Form | None = None, **more: Any) -> Saying:
    return says(party, purpose, NEE, form, **more)


def twijfel(party: Party, purpose: Purpose, form: Form | None = None, **more: Any) -> Saying:
    return says(party, purpose, TWIJFEL, form, **more)


def weg(party: Party, purpose: Purpose, form: Form | None = None, **more: Any) -> Saying:
    return says(party, purpose, WEG, form, **more)


def consent(teller: Teller, *sayings: Saying) -> Consent:
    return Consent(teller, tuple(saying(minute) for minute, saying in enumerate(sayings)))


def everybody_says_yes(teller: Teller, form: Form = Form.TEKST) -> Consent:
    return consent(teller, *(ja(p, purpose, form if purpose is N else None) for p in required_parties(teller)
                             for purpose in (P, N)))  # fmt: skip


def plus(record: Consent, *sayings: Saying) -> Consent:
    """The same record with more said, after everything that was."""
    first = len(record.events) + 100
    return record.plus(*(saying(first + number) for number, saying in enumerate(sayings)))


def approval(standing: Standing, by: str, role: str = RELEASED, **changes: Any) -> Approval:
    return replace(Approval("v1", standing.version.digest, by, NOON, role), **changes)


def a_version(number: int = 1, text: str = "Wij hadden thuis weinig geld.", made_by: str = "machine") -> StoryVersion:
    return StoryVersion("v1", number, CleanText(text, "0" * 64), made_by, NOON)


def a_standing(teller: Teller = ADULT, **changes: Any) -> Standing:
    """A released story of which everybody said yes to the newsletter as text; a child's was read through."""
    story = Story("v1", StoryKind.TEXT, teller, Stage.TAGGED, State.VRIJGEGEVEN, NOON, version=1)
    standing = Standing(story, everybody_says_yes(teller), a_version())
    given = (approval(standing, "redacteur", OFFERED), approval(standing, "vrijgever"))
    if teller.age_band.needs_representative:
        given = (*given, approval(standing, "vrijgever", READ_THROUGH))
    return replace(replace(standing, approvals=given), **changes)
