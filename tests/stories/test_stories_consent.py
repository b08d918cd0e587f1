"""The consent rules R1-R6, read as a table: what was said, what is asked, and the answer with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from stories.consent import (
    STORY_TERM,
    Consent,
    ConsentEvent,
    Form,
    Purpose,
    Recognisability,
    Way,
    may_use,
)
from stories.errors import ConsentRefused
from stories.model import AgeBand, Teller, TellerRole
from tests.stories.sayings import (
    ADULT,
    CHILD,
    DAY,
    JA,
    NOTICE,
    TEEN,
    YOUNG,
    A,
    B,
    K,
    N,
    P,
    Saying,
    T,
    V,
    consent,
    ja,
    nee,
    twijfel,
    weg,
)

VOICE, DISTORTED, SPOKEN = Form.EIGEN_STEM, Form.VERVORMDE_STEM, Form.NAGESPROKEN
PODCAST, LEARN = Purpose.PODCAST, Purpose.INTERN_LEREN
HIDDEN, PSEUDONYM, FIRST_NAME = Recognisability
EVE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
TURNS_16 = Teller(TellerRole.JONGERE, AgeBand.FROM_12, turns_16_on=DAY)
TURNED_16 = Teller(TellerRole.JONGERE, AgeBand.FROM_16)
ALL_YES = [ja(V, P), ja(V, N), ja(K, P)]
"""What a child and its parent say when the newsletter may have the text."""

RULES: list[tuple[str, Teller, list[Saying], dict[str, object], str | None]] = [
    # what the rule is, who tells, what was said, what is asked beyond "newsletter, text, on DAY", which reason
    ("R1 nothing was said", ADULT, [], {}, "teller_not_asked"),
    ("R1 a yes to the newsletter is nothing without a yes to processing", ADULT, [ja(T, N)], {}, "teller_not_asked"),
    ("R1 processing itself needs a yes", ADULT, [twijfel(T, P)], {"purpose": P}, "teller_says_twijfel"),
    ("R1 a yes to processing is enough to process", ADULT, [ja(T, P)], {"purpose": P}, None),
    ("R1 of a child both must say so before anything is done", CHILD, [ja(K, P)], {"purpose": P},
     "vertegenwoordiger_not_asked"),

    ("R2 the default is no", ADULT, [ja(T, P)], {}, "no_answer"),
    ("R2 yes is yes", ADULT, [ja(T, P), ja(T, N)], {}, None),
    ("R2 no is no", ADULT, [ja(T, P), nee(T, N)], {}, "teller_says_nee"),
    ("R2 doubt is no", ADULT, [ja(T, P), twijfel(T, N)], {}, "teller_says_twijfel"),
    ("R2 another channel is another question", ADULT, [ja(T, P), ja(T, N)], {"purpose": Purpose.WEBSITE}, "no_answer"),
    ("R2 a purpose that publishes nothing needs no form", ADULT, [ja(T, P), ja(T, LEARN)],
     {"purpose": LEARN, "form": None}, None),
    ("R2 a channel without a form is refused", ADULT, [ja(T, P), ja(T, N)], {"form": None}, "form_unknown"),
    ("R2 text is not the voice", ADULT, [ja(T, P), ja(T, N)], {"form": VOICE}, "no_answer"),
    ("R2 a distorted voice is not the own voice", ADULT, [ja(T, P), ja(T, PODCAST, DISTORTED)],
     {"purpose": PODCAST, "form": VOICE}, "no_answer"),
    ("R2 each form by itself", ADULT, [ja(T, P), ja(T, PODCAST, VOICE), ja(T, PODCAST, SPOKEN)],
     {"purpose": PODCAST, "form": SPOKEN}, None),
    ("R2 a no to one form leaves the others", ADULT, [ja(T, P), ja(T, PODCAST, SPOKEN), nee(T, PODCAST, VOICE)],
     {"purpose": PODCAST, "form": SPOKEN}, None),
    ("R2 a no to the channel is a no to every form", ADULT, [ja(T, P), ja(T, PODCAST, SPOKEN), nee(T, PODCAST)],
     {"purpose": PODCAST, "form": SPOKEN}, "teller_says_nee"),
    ("R2 a later yes replaces an earlier no", ADULT, [ja(T, P), nee(T, N), ja(T, N)], {}, None),
    ("R2 before the embargo", ADULT, [ja(T, P), ja(T, N, embargo_until=DAY)], {"on": EVE}, "embargo"),
    ("R2 from its day on", ADULT, [ja(T, P), ja(T, N, embargo_until=DAY)], {}, None),
    ("R2 until and including the end date", ADULT, [ja(T, P), ja(T, N, valid_until=DAY)], {}, None),
    ("R2 not after it", ADULT, [ja(T, P), ja(T, N, valid_until=DAY)], {"on": AFTER}, "expired"),
    ("R2 when processing ends, so does the rest", ADULT, [ja(T, P, valid_until=DAY), ja(T, N)], {"on": AFTER},
     "expired"),
    ("R2 as recognisable as agreed", ADULT, [ja(T, P), ja(T, N, recognisability=PSEUDONYM)],
     {"recognisability": PSEUDONYM}, None),
    ("R2 less recognisable is fine", ADULT, [ja(T, P), ja(T, N, recognisability=FIRST_NAME)], {}, None),
    ("R2 more recognisable is not", ADULT, [ja(T, P), ja(T, N, recognisability=PSEUDONYM)],
     {"recognisability": FIRST_NAME}, "too_recognisable"),
    ("R2 special data needs its own yes", ADULT, [ja(T, P), ja(T, N)], {"special": True}, "special_not_allowed"),
    ("R2 with that yes it may", ADULT, [ja(T, P), ja(T, N), ja(T, B)], {"special": True}, None),
    ("R2 a no to special data", ADULT, [ja(T, P), ja(T, N), nee(T, B)], {"special": True}, "special_refused"),
    ("R2 special data taken back", ADULT, [ja(T, P), ja(T, N), ja(T, B), weg(T, B)], {"special": True},
     "special_refused"),
    ("R2 without special words that no is of no matter", ADULT, [ja(T, P), ja(T, N), nee(T, B)], {}, None),
    ("R2 special data may not be learned from either", ADULT, [ja(T, P), ja(T, LEARN)],
     {"purpose": LEARN, "special": True}, "special_not_allowed"),
    ("R2 storing and writing out needs no other yes", ADULT, [ja(T, P)], {"purpose": P, "special": True}, None),
    ("R2 a yes to special data ends as well", ADULT, [ja(T, P), ja(T, N), ja(T, B, valid_until=EVE)],
     {"special": True}, "expired"),

    ("R3 sixteen decides alone", YOUNG, [ja(T, P), ja(T, N)], {}, None),
    ("R3 a child alone is not enough", CHILD, [ja(K, P), ja(K, N)], {}, "vertegenwoordiger_not_asked"),
    ("R3 a parent alone is not enough", CHILD, [ja(V, P), ja(V, N)], {}, "kind_not_asked"),
    ("R3 parent and child", CHILD, ALL_YES, {}, None),
    ("R3 parent and teenager", TEEN, ALL_YES, {}, None),
    ("R3 the child says no", CHILD, [ja(V, P), ja(V, N), nee(K, P)], {}, "kind_says_nee"),
    ("R3 the child doubts", CHILD, [ja(V, P), ja(V, N), twijfel(K, P)], {}, "kind_says_twijfel"),
    ("R3 the child says no to this channel", CHILD, [*ALL_YES, nee(K, N)], {}, "kind_says_nee"),
    ("R3 the parent doubts", CHILD, [ja(V, P), twijfel(V, N), ja(K, P)], {}, "vertegenwoordiger_says_twijfel"),
    ("R3 a parent's no to a sixteen-year-old's story blocks", YOUNG, [ja(T, P), ja(T, N), nee(V, N)], {},
     "vertegenwoordiger_says_nee"),
    ("R3 nobody asks the other parent", CHILD, ALL_YES, {}, None),
    ("R3 a known objection of the other parent blocks", CHILD, [*ALL_YES, nee(A, P)], {}, "andere_ouder_says_nee"),
    ("R3 to one channel as well", CHILD, [*ALL_YES, nee(A, N)], {}, "andere_ouder_says_nee"),
    ("R3 to another channel it does not", CHILD, [*ALL_YES, nee(A, PODCAST)], {}, None),
    ("R3 the other parent comes round", CHILD, [*ALL_YES, nee(A, P), ja(A, P)], {}, None),
    ("R3 the other parent's no to special data", CHILD, [*ALL_YES, ja(V, B), nee(A, B)], {"special": True},
     "special_refused"),
    ("R3 the child's own no to special data", CHILD, [*ALL_YES, ja(V, B), nee(K, B)], {"special": True},
     "special_refused"),

    ("R4 on the eve of turning 16", TURNS_16, ALL_YES, {"on": EVE}, None),
    ("R4 on the day itself it is asked anew", TURNS_16, ALL_YES, {}, "turned_16"),
    ("R4 processing stops as well", TURNS_16, ALL_YES, {"purpose": P}, "turned_16"),
    ("R4 what the parent said does not count for a sixteen-year-old", TURNED_16, ALL_YES, {}, "teller_not_asked"),
    ("R4 their own new yes does", TURNED_16, [*ALL_YES, ja(T, P), ja(T, N)], {}, None),
    ("R4 the no of the child they were is theirs to change", TURNED_16,
     [*ALL_YES, nee(K, N), ja(T, P), ja(T, N)], {}, None),
    ("R4 and only by saying so later", TURNED_16, [*ALL_YES, ja(T, P), ja(T, N), nee(K, N)], {}, "kind_says_nee"),

    ("R5 a parent's story about a child may be used", ADULT, [ja(T, P), ja(T, N)], {}, None),
    ("R5 unless that child says no", ADULT, [ja(T, P), ja(T, N), nee(K, N)], {}, "kind_says_nee"),
    ("R5 which the parent cannot talk away", ADULT, [nee(K, N), ja(T, P), ja(T, N)], {}, "kind_says_nee"),
    ("R5 nor the other parent's objection", ADULT, [nee(A, P), ja(T, P), ja(T, N)], {}, "andere_ouder_says_nee"),

    ("R6 the channel is taken back", ADULT, [ja(T, P), ja(T, N), weg(T, N)], {}, "withdrawn"),
    ("R6 other channels stay", ADULT, [ja(T, P), ja(T, N), ja(T, Purpose.SOCIAL), weg(T, N)],
     {"purpose": Purpose.SOCIAL}, None),
    ("R6 one form is taken back", ADULT, [ja(T, P), ja(T, PODCAST, VOICE), ja(T, PODCAST, SPOKEN),
     weg(T, PODCAST, VOICE)], {"purpose": PODCAST, "form": VOICE}, "withdrawn"),
    ("R6 the other form stays", ADULT, [ja(T, P), ja(T, PODCAST, VOICE), ja(T, PODCAST, SPOKEN),
     weg(T, PODCAST, VOICE)], {"purpose": PODCAST, "form": SPOKEN}, None),
    ("R6 everything is taken back", ADULT, [ja(T, P), ja(T, N), weg(T, P)], {}, "withdrawn"),
    ("R6 by the child", CHILD, [*ALL_YES, weg(K, P)], {}, "withdrawn"),
    ("R6 by the parent", CHILD, [*ALL_YES, weg(V, N)], {}, "withdrawn"),
    ("R6 by somebody who did not have to be asked", YOUNG, [ja(T, P), ja(T, N), weg(V, P)], {}, "withdrawn"),
    ("R6 one party's new yes does not undo another's withdrawal", CHILD, [*ALL_YES, weg(K, P), ja(V, P)], {},
     "withdrawn"),
    ("R6 their own does", CHILD, [*ALL_YES, weg(K, P), ja(K, P)], {}, None),
]  # fmt: skip


@pytest.mark.parametrize(("teller", "sayings", "asked", "code"), [r[1:] for r in RULES], ids=[r[0] for r in RULES])
def test_the_rules_read_as_a_table(
    teller: Teller, sayings: list[Saying], asked: dict[str, object], code: str | None
) -> None:
    question = {"purpose": N, "form": Form.TEKST, "on": DAY} | asked
    verdict = may_use(consent(teller, *sayings), **question)  # type: ignore[arg-type]
    assert verdict.code == (f"consent.{code}" if code else None)
    assert bool(verdict) == (code is None)
    assert verdict.sentence.endswith(".") or not verdict.sentence


def test_every_rule_has_a_yes_and_a_no() -> None:
    for rule in ("R1", "R2", "R3", "R4", "R5", "R6"):
        answers = {row[4] is None for row in RULES if row[0].startswith(f"{rule} ")}
        assert answers == {True, False}, rule


def test_a_yes_without_an_end_holds_for_24_months_and_then_is_asked_again() -> None:
    yes = consent(ADULT, ja(T, P), ja(T, N))
    last_day = date(2026, 1, 10) + STORY_TERM
    assert may_use(yes, N, Form.TEKST, on=last_day)
    assert may_use(yes, N, Form.TEKST, on=last_day + timedelta(days=1)).code == "consent.expired"


def test_require_raises_with_the_reason() -> None:
    with pytest.raises(ConsentRefused) as refusal:
        Consent(ADULT).require(N, Form.TEKST, on=DAY)
    assert refusal.value.code == "teller_not_asked"


def test_a_yes_to_a_channel_names_its_form_and_an_event_its_time_zone() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="names its form"):
        ConsentEvent("c", "v", at, T, N, JA, NOTICE, Way.SCHERM, "x")
    with pytest.raises(ValueError, match="time zone"):
        ConsentEvent("c", "v", at.replace(tzinfo=None), T, P, JA, NOTICE, Way.SCHERM, "x")


# clocks

WINTER, SUMMER = timezone(timedelta(hours=1)), timezone(timedelta(hours=2))


def test_the_days_of_a_consent_are_those_of_the_clock_where_it_was_said() -> None:
    """Half past midnight in the Netherlands is the day before by UTC; the end counts from the teller's own day."""
    for clock, moment in ((WINTER, datetime(2026, 1, 10, 0, 30)), (SUMMER, datetime(2026, 7, 10, 0, 30))):
        at = moment.replace(tzinfo=clock)
        yes = consent(ADULT, ja(T, P, at=at), ja(T, N, at=at))
        last_day = moment.date() + STORY_TERM
        assert at.astimezone(UTC).date() < moment.date()
        assert may_use(yes, N, Form.TEKST, on=last_day)
        assert may_use(yes, N, Form.TEKST, on=last_day + timedelta(days=1)).code == "consent.expired"


def test_when_the_clock_goes_back_the_order_of_the_moments_counts_not_the_time_on_the_wall() -> None:
    """25 October 2026: 02:50 in summer time comes before 02:10 in winter time."""
    first, second = datetime(2026, 10, 25, 2, 50, tzinfo=SUMMER), datetime(2026, 10, 25, 2, 10, tzinfo=WINTER)
    assert may_use(consent(ADULT, ja(T, P), nee(T, N, at=first), ja(T, N, at=second)), N, Form.TEKST, on=second.date())
    taken_back = consent(ADULT, ja(T, P), ja(T, N, at=first), weg(T, N, at=second))
    assert may_use(taken_back, N, Form.TEKST, on=second.date()).code == "consent.withdrawn"


def test_a_clock_that_was_wrong_never_undoes_a_withdrawal() -> None:
    noon = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
    ahead = noon + timedelta(hours=2)  # the yes was stamped by a clock that ran two hours ahead
    taken_back = consent(ADULT, ja(T, P), ja(T, N, at=ahead), weg(T, N, at=noon))
    assert may_use(taken_back, N, Form.TEKST, on=DAY).code == "consent.withdrawn"
    anew = consent(ADULT, ja(T, P), ja(T, N, at=ahead), weg(T, N, at=noon), ja(T, N, at=noon + timedelta(minutes=5)))
    assert may_use(anew, N, Form.TEKST, on=DAY)


def test_a_paper_form_that_is_typed_in_late_does_not_undo_a_later_withdrawal() -> None:
    monday, tuesday = datetime(2026, 1, 12, 10, tzinfo=WINTER), datetime(2026, 1, 13, 10, tzinfo=WINTER)
    record = consent(ADULT, ja(T, P), weg(T, N, at=tuesday), ja(T, N, at=monday))
    assert may_use(record, N, Form.TEKST, on=DAY).code == "consent.withdrawn"


def test_of_two_yesses_out_of_order_the_conditions_of_both_hold() -> None:
    noon = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
    ahead = noon + timedelta(hours=2)
    record = consent(ADULT, ja(T, P), ja(T, N, at=ahead), ja(T, N, at=noon, embargo_until=AFTER))
    assert may_use(record, N, Form.TEKST, on=DAY).code == "consent.embargo"


def test_sayings_of_one_moment_count_in_the_order_in_which_they_were_written_down() -> None:
    same = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
    assert not may_use(consent(ADULT, ja(T, P), ja(T, N, at=same), nee(T, N, at=same)), N, Form.TEKST, on=DAY)
    assert may_use(consent(ADULT, ja(T, P), nee(T, N, at=same), ja(T, N, at=same)), N, Form.TEKST, on=DAY)


# R7


def test_nothing_that_was_said_can_be_edited() -> None:
    record = consent(ADULT, ja(T, P), ja(T, N))
    before = record.events
    after = record.plus(weg(T, N)(9))
    assert record.events == before and after.events[:2] == before
    with pytest.raises(AttributeError):
        before[0].outcome = JA  # type: ignore[misc]
    with pytest.raises(ValueError, match="one story"):
        record.plus(replace(before[0], story_id="v2"))
