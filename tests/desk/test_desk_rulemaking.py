"""Administrators propose and approve rules and notices: four eyes, and never overwritten."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rule_house import ANOTHER, BUILT_IN, House, terms_body

from capture import notices
from desk import accounts, rulemaking, rules
from desk.rulechecks import NOTICE_PARTS
from desk.rulemaking import Status
from stories.consent import Notice
from stories.errors import InputRefused, Moved, NotFound, Refused
from stories.rulebook import RuleKind
from stories.store import Store
from stories.terms import Terms
from stories.words import room


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


@pytest.fixture
def quick(sqlite_store: Store) -> House:
    return House(sqlite_store)


# four eyes


def test_a_proposal_counts_once_another_administrator_approves_it(house: House) -> None:
    rule = house.propose(RuleKind.TERMS, terms_body(raw_audio_days=60))
    assert house.terms_now() == Terms()
    with pytest.raises(Refused) as refused:
        house.approve(rule, by=house.ann)
    assert refused.value.code == "four_eyes" and house.terms_now() == Terms()
    approved = house.approve(rule)
    assert house.terms_now().raw_audio_days == 60
    assert (approved.proposed_by, approved.approved_by) == (house.ann.id, house.bea.id)
    assert house.audit() == [("rule_approved", "terms 2"), ("rule_proposed", "terms 2")]
    assert {"rule_proposed", "rule_approved", "rule_dropped"} <= set(room("audit"))


def test_nothing_is_approved_twice(quick: House) -> None:
    rule = quick.terms(raw_audio_days=60)
    with pytest.raises(Moved):
        quick.approve(rule, by=quick.cor)


def test_a_newer_proposal_takes_the_place_of_an_older_one(house: House) -> None:
    first = house.propose(RuleKind.TERMS, terms_body(raw_audio_days=60))
    second = house.propose(RuleKind.TERMS, terms_body(raw_audio_days=30), by=house.bea)
    with pytest.raises(Moved):
        house.approve(first, by=house.cor)
    house.approve(second, by=house.ann)
    assert house.terms_now().raw_audio_days == 30
    shown = [(version.number, version.status) for version in rulemaking.history(house.store, house.cor, RuleKind.TERMS)]
    assert shown == [(3, Status.COUNTS), (2, Status.PASSED), (1, Status.REPLACED)]


def test_who_saw_an_older_state_is_told_that_somebody_was_faster(quick: House) -> None:
    seen = quick.newest(RuleKind.TERMS)
    quick.propose(RuleKind.TERMS, terms_body(raw_audio_days=60))
    with pytest.raises(Moved):
        rulemaking.propose(quick.store, quick.bea, RuleKind.TERMS, terms_body(proof_years=6), expected=seen)
    assert len(quick.audit()) == 1


@pytest.mark.parametrize("own", [True, False])
def test_a_proposal_can_be_taken_off_the_table_and_stays_readable(house: House, own: bool) -> None:
    rule = house.propose(RuleKind.TERMS, terms_body(raw_audio_days=60))
    rulemaking.drop(house.store, house.ann if own else house.bea, RuleKind.TERMS, rule.version)
    for by in (house.ann, house.bea, house.cor):
        with pytest.raises(Moved):
            house.approve(rule, by=by)
        with pytest.raises(Moved):
            rulemaking.approve(house.store, by, RuleKind.TERMS, rule.version + 1)
        with pytest.raises(Moved):
            rulemaking.drop(house.store, by, RuleKind.TERMS, rule.version)
    dropped, passed, built_in = rulemaking.history(house.store, house.cor, RuleKind.TERMS)
    assert (dropped.status, passed.status, built_in.status) == (Status.DROPPED, Status.PASSED, Status.COUNTS)
    assert json.loads(passed.body)["raw_audio_days"] == 60
    assert house.audit()[0] == ("rule_dropped", "terms 2")
    again = house.propose(RuleKind.TERMS, terms_body(raw_audio_days=60))
    assert again.version == 4, "a number is never used twice, so nobody approves what they did not see"


def test_what_already_counts_or_waits_is_no_proposal(quick: House) -> None:
    with pytest.raises(InputRefused) as refused:
        quick.propose(RuleKind.TERMS, terms_body())
    assert refused.value.code == "nothing_changed"
    quick.propose(RuleKind.TERMS, terms_body(proof_years=6))
    with pytest.raises(InputRefused) as refused:
        quick.propose(RuleKind.TERMS, terms_body(proof_years=6), by=quick.bea)
    assert refused.value.code == "already_proposed"
    back = quick.propose(RuleKind.TERMS, terms_body())
    assert back.version == 3, "going back to what counts is a proposal while another one waits"


def test_a_body_that_is_wrong_is_not_kept(quick: House) -> None:
    for kind in (RuleKind.PURPOSES, RuleKind.TERMS, RuleKind.THEMES):
        with pytest.raises(InputRefused):
            quick.propose(kind, "<script>")
        assert rulemaking.try_out(quick.store, quick.ann, kind, "<script>").problem
    with pytest.raises(InputRefused):
        quick.propose(RuleKind.NOTICE, BUILT_IN + "<b>", "nl")
    with pytest.raises(InputRefused):
        quick.propose(RuleKind.NOTICE, ANOTHER, "xx")
    with pytest.raises(InputRefused):
        quick.propose(RuleKind.TERMS, terms_body(proof_years=6), "nl")
    with quick.store.read() as books:
        assert books.rule_versions() == ()
    assert quick.audit() == []


def test_a_version_that_was_never_made_is_not_found(quick: House) -> None:
    for call in (rulemaking.approve, rulemaking.drop):
        with pytest.raises(NotFound):
            call(quick.store, quick.bea, RuleKind.TERMS, 7)


def test_who_is_alone_is_told_so_and_a_closed_account_does_not_count(quick: House) -> None:
    assert rulemaking.overview(quick.store, quick.ann).others == 2
    for other in (quick.bea, quick.cor):
        accounts.set_active(quick.store, quick.ann, other.id, False)
    assert rulemaking.overview(quick.store, quick.ann).others == 0


STEP = st.tuples(st.sampled_from(["propose", "approve", "drop"]), st.integers(0, 2), st.integers(7, 365), st.booleans())


@given(st.lists(STEP, min_size=3, max_size=14))
@hypothesis_settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_in_whatever_order_nothing_counts_without_two_people(
    quick: House, steps: list[tuple[str, int, int, bool]]
) -> None:
    people = (quick.ann, quick.bea, quick.cor)
    bodies: dict[int, str] = {}
    for what, who, days, stale in steps:
        user, newest = people[who], quick.newest(RuleKind.TERMS)
        at = max(2, newest - 1) if stale else newest
        try:
            if what == "propose":
                rulemaking.propose(quick.store, user, RuleKind.TERMS, terms_body(raw_audio_days=days), expected=at)
            elif what == "approve":
                rulemaking.approve(quick.store, user, RuleKind.TERMS, at)
            else:
                rulemaking.drop(quick.store, user, RuleKind.TERMS, at)
        except (Refused, Moved, NotFound):
            pass
        with quick.store.read() as books:
            made = books.rule_versions(RuleKind.TERMS)
            counts = books.rule(RuleKind.TERMS)
        assert all(bodies.setdefault(rule.version, rule.body) == rule.body for rule in made), "never overwritten"
        assert all(rule.approved_by != rule.proposed_by for rule in made)
        approved = [rule for rule in made if rule.approved_by]
        assert counts == (approved[0] if approved else None)
        assert [rule.approved_at for rule in approved] == sorted((r.approved_at for r in approved), reverse=True)


# notices


def test_the_numbers_of_a_notice_go_on_after_the_built_in_one(house: House) -> None:
    old, _ = rules.shown_notice(house.store, "nl")
    rule = house.change(RuleKind.NOTICE, ANOTHER, "nl")
    shown, text = rules.shown_notice(house.store, "nl")
    assert (rule.version, shown.version) == (old.version + 1,) * 2
    assert text == ANOTHER and shown.sha256 == rule.sha256 != old.sha256


def test_every_notice_that_was_ever_shown_can_be_read_again(house: House) -> None:
    first = house.notice_of(house.told())
    house.change(RuleKind.NOTICE, ANOTHER, "nl")
    second = house.notice_of(house.told())
    third_text = ANOTHER.replace("een vriend", "een buur")
    house.change(RuleKind.NOTICE, third_text, "nl")
    third = house.notice_of(house.told())
    assert [one.version for one in (first, second, third)] == [1, 2, 3]
    shown = [rules.notice_text(house.store, one) for one in (first, second, third)]
    assert shown == [BUILT_IN, ANOTHER, third_text]


def test_a_notice_that_was_never_shown_is_not_found(quick: House) -> None:
    waits = quick.propose(RuleKind.NOTICE, ANOTHER, "nl")
    built_in, _ = notices.current("nl")
    for never in (
        Notice(notices.ID, waits.version, "nl", waits.sha256),
        replace(built_in, sha256="0" * 64),
        replace(built_in, version=99),
        replace(built_in, language="xx"),
        replace(built_in, id="anders"),
    ):
        with pytest.raises(NotFound):
            rules.notice_text(quick.store, never)


def test_a_notice_is_only_proposed_with_every_part_in_it(quick: House) -> None:
    for parts in ((), NOTICE_PARTS[1:], (*NOTICE_PARTS, "meer")):
        with pytest.raises(InputRefused) as refused:
            rulemaking.propose(
                quick.store, quick.ann, RuleKind.NOTICE, ANOTHER, "nl", expected=quick.newest(RuleKind.NOTICE, "nl"),
                parts=parts,
            )  # fmt: skip
        assert refused.value.code == "parts_missing"


def test_a_notice_with_a_number_that_is_not_true_is_refused(quick: House) -> None:
    for wrong in (ANOTHER.replace("90 dagen", "30 dagen"), ANOTHER.replace("2 jaar", "3 jaar")):
        with pytest.raises(InputRefused) as refused:
            quick.propose(RuleKind.NOTICE, wrong, "nl")
        assert refused.value.code == "numbers_wrong"


def test_a_term_that_changes_shows_that_the_notice_is_behind_until_a_new_one_counts(house: House) -> None:
    waits = house.propose(RuleKind.NOTICE, ANOTHER, "nl")
    assert house_drift(house) == ()
    house.terms(raw_audio_days=60)
    assert len(house_drift(house)) == 2
    with pytest.raises(InputRefused) as refused:
        house.approve(waits)
    assert refused.value.code == "numbers_wrong", "it was right when it was proposed, and is not any more"
    house.change(RuleKind.NOTICE, ANOTHER.replace("90 dagen", "60 dagen"), "nl")
    assert house_drift(house) == ()


def house_drift(house: House) -> tuple[str, ...]:
    return rulemaking.overview(house.store, house.ann).of(RuleKind.NOTICE, "nl").drift


def test_other_days_of_grace_than_the_notice_says_are_pointed_out(quick: House) -> None:
    quick.store.settings = quick.store.settings.model_copy(update={"grace_days": 14})
    assert any("14 dagen" in sentence for sentence in house_drift(quick))
