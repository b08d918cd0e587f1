"""Administrators propose and approve rules: four eyes, never overwritten, and nobody's agreement is stretched."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from plainrun import PlainRun

import pipeline
from capture import notices
from desk import accounts, receiving, reviewing, rulechecks, rulemaking, rules, telling
from desk.rulechecks import NOTICE_PARTS
from desk.rulemaking import Status
from stories import clock
from stories.consent import Form, Notice, Outcome, Purpose, may_use
from stories.errors import InputRefused, Moved, NotFound, Refused
from stories.model import AgeBand, Story, StoryKind, Teller, TellerRole
from stories.people import Role, User
from stories.rulebook import Rule, RuleKind
from stories.store import Store
from stories.terms import Terms
from stories.vocabulary import whole
from stories.words import room, say

ADULT = Teller(TellerRole.OUDER, AgeBand.ADULT)
WEBSITE = (Purpose.WEBSITE, Form.TEKST)
BUILT_IN = notices.current("nl")[1]
ANOTHER = BUILT_IN.replace("Wij zijn een partner", "Wij zijn een vriend")


class House:
    """A store with three administrators."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.write() as books:
            self.ann, self.bea, self.cor = (
                books.add_user(name, "wachtwoord van iemand", [Role.BEHEERDER]) for name in ("Ann", "Bea", "Cor")
            )

    def newest(self, kind: RuleKind, language: str = "") -> int:
        return rulemaking.history(self.store, self.ann, kind, language)[0].number

    def propose(self, kind: RuleKind, body: str, language: str = "", *, by: User | None = None) -> Rule:
        return rulemaking.propose(
            self.store, by or self.ann, kind, body, language, expected=self.newest(kind, language), parts=NOTICE_PARTS
        )

    def approve(self, rule: Rule, *, by: User | None = None) -> Rule:
        return rulemaking.approve(self.store, by or self.bea, rule.kind, rule.version, rule.language)

    def change(self, kind: RuleKind, body: str, language: str = "") -> Rule:
        return self.approve(self.propose(kind, body, language))

    def terms(self, **changes: int) -> Rule:
        return self.change(RuleKind.TERMS, terms_body(**changes))

    def terms_now(self) -> Terms:
        with self.store.read() as books:
            return rules.terms(books)

    def told(self) -> Story:
        yes = telling.answers(ADULT, own=Outcome.JA, channels=[WEBSITE])
        story = telling.begin(self.store, yes, kind=StoryKind.TEXT)
        receiving.receive_text(
            self.store, story.id, "Wij hadden schimmel en het was koud in huis, want geld was er niet."
        )
        telling.hand_in(self.store, story.id)
        with self.store.read() as books:
            return books.story(story.id)

    def notice_of(self, story: Story) -> Notice:
        with self.store.read() as books:
            return books.consent(story.id).events[0].notice

    def audit(self) -> list[tuple[str, str]]:
        with self.store.read() as books:
            return [
                (line["action"], line["detail"]) for line in books.audit_trail() if line["action"].startswith("rule_")
            ]

    def vocabulary(self) -> tuple[int, list[dict[str, Any]]]:
        with self.store.read() as books:
            return books.vocabulary()


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


@pytest.fixture
def quick(sqlite_store: Store) -> House:
    return House(sqlite_store)


def terms_body(**changes: int) -> str:
    return json.dumps(Terms().to_json() | changes)


def channels_body(channels: Sequence[rules.Channel]) -> str:
    return rulechecks.purposes_body(channels)


def themes_body(house: House, theme_id: str, **changes: object) -> str:
    rows = house.vocabulary()[1]
    return json.dumps([row | changes if row["id"] == theme_id else row for row in rows])


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


# what somebody agreed to


def test_a_channel_that_is_taken_away_leaves_a_yes_as_it_was(house: House) -> None:
    story = house.told()
    left = [channel for channel in rules.OFFERED if channel[0] is not Purpose.WEBSITE]
    house.change(RuleKind.PURPOSES, channels_body(left))
    assert rules.shown_channels(house.store) == tuple(left)
    with house.store.read() as books:
        assert may_use(books.consent(story.id), *WEBSITE, on=clock.today())


def test_a_longer_term_never_lengthens_what_somebody_agreed_to(house: House) -> None:
    before = house.told()
    house.terms(story_months=36, raw_audio_days=180, proof_years=7)
    between = house.told()  # shown the notice that says two years
    numbers = (("2 jaar", "3 jaar"), ("90 dagen", "180 dagen"), ("5 jaar", "7 jaar"))
    text = BUILT_IN
    for old, new in numbers:
        text = text.replace(old, new)
    house.change(RuleKind.NOTICE, text, "nl")
    after = house.told()

    today = clock.today()
    with house.store.read() as books:
        for story, years, days in ((before, 2, 90), (between, 2, 90), (after, 3, 180)):
            consent = books.consent(story.id)
            promised = rules.promised(books, consent.events[0].notice)
            assert (promised.story_months, promised.raw_audio_days) == (12 * years, days)
            assert (
                rules.promised(books, house.notice_of(before), *(e.notice for e in consent.events)).story_months == 24
            )
            assert may_use(consent, *WEBSITE, on=today + timedelta(days=365 * years))
            assert not may_use(consent, *WEBSITE, on=today + timedelta(days=365 * years + 2))


def test_a_shorter_term_is_for_everybody(house: House) -> None:
    early = house.notice_of(house.told())
    house.terms(raw_audio_days=30)
    house.change(RuleKind.NOTICE, BUILT_IN.replace("90 dagen", "30 dagen"), "nl")
    late = house.notice_of(house.told())
    house.terms(raw_audio_days=60)
    with house.store.read() as books:
        assert rules.promised(books, early).raw_audio_days == 30, "once shorter, it never grows again"
        assert rules.promised(books, late).raw_audio_days == 30


def test_terms_that_no_notice_names_follow_what_counts_now(quick: House) -> None:
    shown = quick.notice_of(quick.told())
    quick.terms(warning_days=14, unconsented_days=60)
    with quick.store.read() as books:
        promised = rules.promised(books, shown)
    assert (promised.warning_days, promised.unconsented_days) == (14, 60)


# themes


def test_approved_themes_are_the_vocabulary_from_then_on(house: House) -> None:
    number, rows = house.vocabulary()
    rule = house.propose(RuleKind.THEMES, themes_body(house, "meedoen", naam="Iedereen doet mee"))
    assert house.vocabulary() == (number, rows)
    house.approve(rule)
    new_number, new_rows = house.vocabulary()
    assert new_number == number + 1
    assert next(row["naam"] for row in new_rows if row["id"] == "meedoen") == "Iedereen doet mee"
    counts, built_in = rulemaking.history(house.store, house.ann, RuleKind.THEMES)
    assert json.loads(counts.body) == new_rows
    assert [row["naam"] for row in json.loads(built_in.body)] == [row["naam"] for row in whole(rows)]


def test_a_dropped_proposal_makes_no_vocabulary_and_the_first_themes_stay_readable(quick: House) -> None:
    _, rows = quick.vocabulary()
    waits = quick.propose(RuleKind.THEMES, themes_body(quick, "meedoen", naam="Eerst"))
    rulemaking.drop(quick.store, quick.bea, RuleKind.THEMES, waits.version)
    quick.change(RuleKind.THEMES, themes_body(quick, "meedoen", naam="Toen"))
    quick.change(RuleKind.THEMES, themes_body(quick, "meedoen", naam="Nu"))
    assert quick.vocabulary()[0] == 3
    names = [json.loads(version.body)[0]["naam"] for version in history_of_themes(quick) if version.body]
    assert names == ["Nu", "Toen", "Eerst", rows[0]["naam"]]


def history_of_themes(house: House) -> tuple[rulemaking.Version, ...]:
    return rulemaking.history(house.store, house.ann, RuleKind.THEMES)


def test_a_theme_put_aside_is_proposed_no_more_and_stays_with_its_stories(house: House) -> None:
    with house.store.write() as books:
        editor = books.add_user("Ed", "wachtwoord van iemand", [Role.REDACTEUR])
    early = worked(house)
    assert "fijn_thuis" in theme_ids(house, early)
    house.change(RuleKind.THEMES, themes_body(house, "fijn_thuis", actief=False))
    late = worked(house)
    assert "fijn_thuis" not in theme_ids(house, late)
    assert "fijn_thuis" not in {row["id"] for row in rules.shown_themes(house.store)}
    known = {story.id: offered_themes(house, editor, story) for story in (early, late)}
    assert "fijn_thuis" in known[early.id] and "fijn_thuis" not in known[late.id]


def worked(house: House) -> Story:
    story = house.told()
    pipeline.process(house.store, house.store.settings, story.id, PlainRun())
    with house.store.read() as books:
        return books.story(story.id)


def theme_ids(house: House, story: Story) -> set[str]:
    with house.store.read() as books:
        return {theme.id for theme in books.version(story.id).themes}


def offered_themes(house: House, editor: User, story: Story) -> set[str]:
    return {row["id"] for row in reviewing.review(house.store, editor, story.id).themes_known}


def test_a_new_theme_goes_behind_the_others_and_a_known_one_keeps_its_place(quick: House) -> None:
    body = rulemaking.overview(quick.store, quick.ann).of(RuleKind.THEMES).draft
    first = json.loads(body)[0]
    renamed = json.loads(rulemaking.with_theme(body, first | {"naam": "Anders"}))
    assert renamed[0]["naam"] == "Anders" and len(renamed) == len(json.loads(body))
    added = json.loads(rulemaking.with_theme(body, first | {"id": "nieuw", "naam": "Nieuw"}))
    assert added[-1]["id"] == "nieuw" and added[:-1] == json.loads(body)


def test_levels_and_lenses_are_edited_as_rules_and_are_no_themes_to_choose(quick: House) -> None:
    chosen = {row["id"] for row in rules.shown_themes(quick.store)}
    quick.change(RuleKind.THEMES, whole_body(quick, "zou_helpen", woorden=["was er maar"]))
    with quick.store.read() as books:
        now = {row["id"]: row for row in rules.vocabulary(books)}
    assert now["zou_helpen"]["woorden"] == ["was er maar"] and now["zou_helpen"]["soort"] == "lens"
    assert {row["id"] for row in rules.shown_themes(quick.store)} == chosen and "zou_helpen" not in chosen


def test_what_a_tag_is_does_not_change(quick: House) -> None:
    tried = rulemaking.try_out(quick.store, quick.ann, RuleKind.THEMES, whole_body(quick, "stress", soort="lens"))
    assert tried.problem == say("themes.kind_changed")


def test_a_proposal_of_before_there_were_levels_is_still_one(quick: House) -> None:
    """Its list has opgaven alone: approving it takes no level away, and shows no change in them."""
    old = [{k: v for k, v in row.items() if k != "soort"} for row in quick.vocabulary()[1]]
    old[0]["naam"] = "Iedereen doet mee"
    with quick.store.write() as books:
        rule = books.propose_rule(RuleKind.THEMES, rulechecks.themes_body(old), quick.ann.id, first=2)
    (change,) = rulemaking.overview(quick.store, quick.bea).of(RuleKind.THEMES).changes
    assert "Iedereen doet mee" in change.text
    quick.approve(rule)
    with quick.store.read() as books:
        assert {"verzachten", "inzicht"} <= {row["id"] for row in rules.tags(books)}


def whole_body(house: House, tag: str, **changes: object) -> str:
    draft = json.loads(rulemaking.overview(house.store, house.ann).of(RuleKind.THEMES).draft)
    return json.dumps([row | changes if row["id"] == tag else row for row in draft])


def test_a_vocabulary_of_before_these_rules_can_be_taken_over(quick: House) -> None:
    """Older installations could hold rows with an id alone, or a yes as a truth value."""
    with quick.store.write() as books:
        books.save_vocabulary([{"id": "eigen", "bevestigd": False}, {"id": "plan", "bevestigd": True}], by="u1")
    (built_in,) = history_of_themes(quick)
    assert built_in.number == 2
    rows = json.loads(built_in.body)
    assert [row["bevestigd"] for row in rows[:2]] == ["nee", "ja"]
    assert {row["soort"] for row in rows[2:]} == {"niveau", "lens"}, "those it did not know are there at once"
    rows[1] |= {"bron": "het plan"}
    assert quick.change(RuleKind.THEMES, json.dumps(rows)).version == 3
