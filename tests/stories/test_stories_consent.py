"""The consent rules R1-R8, read as a table, then tried by hypothesis in every order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from stories.consent import (
    STORY_TERM,
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
    may_use,
    required_parties,
)
from stories.errors import ConsentRefused
from stories.model import AgeBand, Teller, TellerRole

NOTICE = Notice("nl", 1, "nl", "0" * 64)
DAY = date(2026, 3, 1)
CHILD = Teller(TellerRole.KIND, AgeBand.UNDER_12)
TEEN = Teller(TellerRole.JONGERE, AgeBand.FROM_12)
YOUNG = Teller(TellerRole.JONGERE, AgeBand.FROM_16)
ADULT = Teller(TellerRole.OUDER, AgeBand.ADULT)
JA, NEE, TWIJFEL, WEG = Outcome.JA, Outcome.NEE, Outcome.TWIJFEL, Outcome.INGETROKKEN


def said(
    party: Party, purpose: Purpose, outcome: Outcome, form: Form | None = None, *, minute: int = 0, **more: object
) -> ConsentEvent:
    if outcome is JA and form is None and purpose not in WITHOUT_FORM:
        form = Form.TEKST
    at = datetime(2026, 1, 10, 12, 0, tzinfo=UTC) + timedelta(minutes=minute)
    return ConsentEvent(
        f"c{minute}", "v1", at, party, purpose, outcome, NOTICE, Way.SCHERM, "verteller", form=form, **more
    )


def consent(teller: Teller, *events: tuple[Party, Purpose, Outcome]) -> Consent:
    return Consent(teller, tuple(said(*event, minute=minute) for minute, event in enumerate(events)))


T, V, K = Party.TELLER, Party.VERTEGENWOORDIGER, Party.KIND
P, N = Purpose.VERWERKEN, Purpose.NIEUWSBRIEF

RULES = [
    # who, what was said, may the newsletter use the text?, which reason
    ("R1 nothing was said", ADULT, [], "teller_not_asked"),
    ("R1 a yes to the newsletter is nothing without a yes to processing", ADULT, [(T, N, JA)], "teller_not_asked"),
    ("R2 default is no", ADULT, [(T, P, JA)], "no_answer"),
    ("R2 yes is yes", ADULT, [(T, P, JA), (T, N, JA)], None),
    ("R2 no is no", ADULT, [(T, P, JA), (T, N, NEE)], "teller_says_nee"),
    ("R2 doubt is no", ADULT, [(T, P, JA), (T, N, TWIJFEL)], "teller_says_twijfel"),
    ("R3 sixteen decides alone", YOUNG, [(T, P, JA), (T, N, JA)], None),
    ("R3 a child alone is not enough", CHILD, [(K, P, JA), (K, N, JA)], "vertegenwoordiger_not_asked"),
    ("R3 a parent alone is not enough", CHILD, [(V, P, JA), (V, N, JA)], "kind_not_asked"),
    ("R3 parent and child", CHILD, [(V, P, JA), (V, N, JA), (K, P, JA)], None),
    ("R3 parent and teenager", TEEN, [(V, P, JA), (V, N, JA), (K, P, JA)], None),
    ("R3 the child says no", CHILD, [(V, P, JA), (V, N, JA), (K, P, NEE)], "kind_says_nee"),
    ("R3 the child doubts", CHILD, [(V, P, JA), (V, N, JA), (K, P, TWIJFEL)], "kind_says_twijfel"),
    ("R3 the child says no to this channel", CHILD, [(V, P, JA), (V, N, JA), (K, P, JA), (K, N, NEE)], "kind_says_nee"),
    ("R3 a parent's no to a sixteen-year-old's story blocks", YOUNG, [(T, P, JA), (T, N, JA), (V, N, NEE)],
     "vertegenwoordiger_says_nee"),
    ("R6 withdrawal of the channel", ADULT, [(T, P, JA), (T, N, JA), (T, N, WEG)], "withdrawn"),
    ("R6 withdrawal of everything", ADULT, [(T, P, JA), (T, N, JA), (T, P, WEG)], "withdrawn"),
    ("R6 the child withdraws", CHILD, [(V, P, JA), (V, N, JA), (K, P, JA), (K, P, WEG)], "withdrawn"),
    ("a later yes replaces an earlier no", ADULT, [(T, P, JA), (T, N, NEE), (T, N, JA)], None),
]  # fmt: skip


@pytest.mark.parametrize(("teller", "events", "code"), [r[1:] for r in RULES], ids=[r[0] for r in RULES])
def test_the_rules_read_as_a_table(
    teller: Teller, events: list[tuple[Party, Purpose, Outcome]], code: str | None
) -> None:
    verdict = may_use(consent(teller, *events), N, Form.TEKST, on=DAY)
    assert verdict.code == (f"consent.{code}" if code else None)
    assert bool(verdict) == (code is None)
    assert verdict.sentence.endswith(".") or not verdict.sentence


def test_a_yes_to_text_is_not_a_yes_to_the_voice() -> None:
    given_text = consent(ADULT, (T, P, JA), (T, N, JA))
    assert not may_use(given_text, N, Form.EIGEN_STEM, on=DAY)


def test_a_channel_without_a_form_is_refused() -> None:
    assert may_use(consent(ADULT, (T, P, JA), (T, N, JA)), N, None, on=DAY).code == "consent.form_unknown"


def test_a_yes_holds_for_24_months_and_then_is_asked_again() -> None:
    yes = consent(ADULT, (T, P, JA), (T, N, JA))
    last_day = date(2026, 1, 10) + STORY_TERM
    assert may_use(yes, N, Form.TEKST, on=last_day)
    assert may_use(yes, N, Form.TEKST, on=last_day + timedelta(days=1)).code == "consent.expired"


def test_an_embargo_holds_until_its_day() -> None:
    yes = Consent(ADULT, (said(T, P, JA), said(T, N, JA, minute=1, embargo_until=DAY)))
    assert may_use(yes, N, Form.TEKST, on=DAY - timedelta(days=1)).code == "consent.embargo"
    assert may_use(yes, N, Form.TEKST, on=DAY)


def test_a_use_may_not_be_more_recognisable_than_agreed() -> None:
    yes = Consent(ADULT, (said(T, P, JA), said(T, N, JA, minute=1, recognisability=Recognisability.SCHUILNAAM)))
    assert may_use(yes, N, Form.TEKST, on=DAY, recognisability=Recognisability.SCHUILNAAM)
    refused = may_use(yes, N, Form.TEKST, on=DAY, recognisability=Recognisability.VOORNAAM)
    assert refused.code == "consent.too_recognisable"


def test_turning_sixteen_means_asking_again() -> None:
    turned = Teller(TellerRole.JONGERE, AgeBand.FROM_12, turns_16_on=DAY)
    yes = consent(turned, (V, P, JA), (V, N, JA), (K, P, JA))
    assert may_use(yes, N, Form.TEKST, on=DAY - timedelta(days=1))
    assert may_use(yes, N, Form.TEKST, on=DAY).code == "consent.turned_16"


def test_require_raises_with_the_reason() -> None:
    with pytest.raises(ConsentRefused) as refusal:
        Consent(ADULT).require(N, Form.TEKST, on=DAY)
    assert refusal.value.code == "teller_not_asked"


def test_a_yes_to_a_channel_names_its_form() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="names its form"):
        ConsentEvent("c", "v", at, T, N, JA, NOTICE, Way.SCHERM, "x")


events = st.builds(
    said,
    st.sampled_from(Party),
    st.sampled_from(Purpose),
    st.sampled_from(Outcome),
    st.sampled_from([None, *Form]),
    minute=st.integers(0, 60),
)
tellers = st.sampled_from([CHILD, TEEN, YOUNG, ADULT])


@settings(max_examples=300)
@given(tellers, st.lists(events, max_size=12), st.sampled_from(Purpose), st.sampled_from(Form))
def test_a_yes_always_rests_on_a_yes_of_every_required_party(
    teller: Teller, said_events: list[ConsentEvent], purpose: Purpose, form: Form
) -> None:
    record = Consent(teller, tuple(said_events))
    if may_use(record, purpose, form, on=DAY):
        for party in required_parties(teller):
            base = record.last(party, P, None)
            assert base is not None and base.outcome is JA
        for party in Party:
            spoken = record.last(party, purpose, None if purpose in WITHOUT_FORM else form)
            assert spoken is None or spoken.outcome is JA


@settings(max_examples=300)
@given(tellers, st.lists(events, max_size=12), st.sampled_from(Purpose), st.sampled_from(Form), st.sampled_from(Party))
def test_a_withdrawal_never_opens_anything(
    teller: Teller, said_events: list[ConsentEvent], purpose: Purpose, form: Form, party: Party
) -> None:
    record = Consent(teller, tuple(said_events)).plus(said(party, P, WEG, minute=99))
    assert not may_use(record, purpose, form, on=DAY)


class OneStory(RuleBasedStateMachine):
    """Parties speak in any order; a model that only remembers each one's last words must agree."""

    def __init__(self) -> None:
        super().__init__()
        self.record = Consent(CHILD)
        self.last: dict[tuple[Party, Purpose], Outcome] = {}
        self.minute = 0

    @rule(party=st.sampled_from([V, K]), purpose=st.sampled_from([P, N]), outcome=st.sampled_from(Outcome))
    def speaks(self, party: Party, purpose: Purpose, outcome: Outcome) -> None:
        self.minute += 1
        self.record = self.record.plus(
            said(party, purpose, outcome, Form.TEKST if purpose is N else None, minute=self.minute)
        )
        self.last[party, purpose] = outcome

    @precondition(lambda self: self.last)
    @rule()
    def everything_is_taken_back(self) -> None:
        self.speaks(V, P, WEG)

    @invariant()
    def the_newsletter_follows_the_last_words(self) -> None:
        needed = [self.last.get(key) for key in ((V, P), (K, P), (V, N))]
        allowed = all(outcome is JA for outcome in needed) and self.last.get((K, N), JA) is JA
        assert bool(may_use(self.record, N, Form.TEKST, on=DAY)) == allowed

    @invariant()
    def nothing_is_ever_edited(self) -> None:
        assert len(self.record.events) == self.minute


TestOneStory = OneStory.TestCase
TestOneStory.settings = settings(max_examples=60, stateful_step_count=15, deadline=None)
