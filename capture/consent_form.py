"""From a teller's answers on screen to consent events: pure, and nothing is assumed.

Whoever must say yes to VERWERKEN says it in an explicit answer of their own (`own`, `representative`, `assent`); a
channel that was not chosen gets no event, because absence is already no (`stories.consent.may_use`). A no or a doubt
is written down: it is a saying, and it blocks.

    who has to answer     under 16                                 16 and over
    VERWERKEN             representative, and the child (assent)   the teller (own)
    each channel          representative                           the teller
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from stories.consent import (
    WITHOUT_FORM,
    ConsentEvent,
    Form,
    Notice,
    Outcome,
    Party,
    Purpose,
    Recognisability,
    Way,
)
from stories.model import Teller, new_id, require


@dataclass(frozen=True, slots=True)
class Answers:
    """What was chosen on the consent screen. Every default is "not asked" or no.

    `allowed` names the channels that were ticked, each with its forms; purposes without a form of publication
    (INTERN_LEREN, ONDERZOEK, HERCONTACT) carry an empty set. VERWERKEN is not in it: that is the question which
    `own` (16 and over), `representative` and `assent` (under 16) answer. `embargo_until` and `valid_until` hold for
    every channel; after `valid_until` the story is not processed any further either.
    """

    teller: Teller
    allowed: Mapping[Purpose, frozenset[Form]] = field(default_factory=dict)
    recognisability: Recognisability = Recognisability.ONHERKENBAAR
    own: Outcome | None = None
    assent: Outcome | None = None
    representative: Outcome | None = None
    embargo_until: date | None = None
    valid_until: date | None = None

    def __post_init__(self) -> None:
        require(Purpose.VERWERKEN not in self.allowed, "verwerken is answered by a person, not ticked as a channel")
        for purpose, forms in self.allowed.items():
            require(purpose not in WITHOUT_FORM or not forms, "this purpose has no form")
        if self.teller.age_band.needs_representative:
            require(self.own is None, "under 16 the child's own answer is the assent")
        else:
            require(self.assent is None and self.representative is None, "from 16 the teller alone answers")
        for outcome in (self.own, self.assent, self.representative):
            require(outcome is not Outcome.INGETROKKEN, "nothing can be taken back before it is given")
        if self.embargo_until is not None and self.valid_until is not None:
            require(self.embargo_until <= self.valid_until, "an embargo ends before the consent does")


def answers_to_events(
    answers: Answers, *, story_id: str, at: datetime, notice: Notice, way: Way, recorded_by: str
) -> tuple[ConsentEvent, ...]:
    """Every saying in these answers, as events of one moment.

    `at` knows its time zone (ValueError otherwise); `recorded_by` is a user id or "verteller", never a name. Channels
    are recorded only with a yes to VERWERKEN of the party who decides about them.
    """

    def event(
        party: Party, purpose: Purpose, outcome: Outcome, form: Form | None = None, *, channel: bool = False
    ) -> ConsentEvent:
        return ConsentEvent(
            id=new_id("c"),
            story_id=story_id,
            at=at,
            party=party,
            purpose=purpose,
            outcome=outcome,
            notice=notice,
            way=way,
            recorded_by=recorded_by,
            form=form,
            recognisability=answers.recognisability if channel else Recognisability.ONHERKENBAAR,
            embargo_until=answers.embargo_until if channel else None,  # an embargo on VERWERKEN would stop the work
            valid_until=answers.valid_until,
        )

    sayings: tuple[tuple[Party, Outcome | None], ...]
    if answers.teller.age_band.needs_representative:
        sayings = ((Party.VERTEGENWOORDIGER, answers.representative), (Party.KIND, answers.assent))
    else:
        sayings = ((Party.TELLER, answers.own),)
    decides, answer = sayings[0]
    events = [event(party, Purpose.VERWERKEN, outcome) for party, outcome in sayings if outcome is not None]
    if answer is Outcome.JA:
        for purpose in Purpose:  # in the order of the enumeration, so that the same answers give the same list
            if purpose not in answers.allowed:
                continue
            forms = [None] if purpose in WITHOUT_FORM else [form for form in Form if form in answers.allowed[purpose]]
            events += [event(decides, purpose, Outcome.JA, form, channel=True) for form in forms]
    return tuple(events)
