"""What approved rules do: nobody's agreement is stretched, and themes stay with their stories."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from plainrun import PlainRun
from rule_house import BUILT_IN, WEBSITE, House, channels_body, themes_body

import pipeline
from desk import reviewing, rulechecks, rulemaking, rules
from stories import clock
from stories.consent import Purpose, may_use
from stories.model import Story
from stories.people import Role, User
from stories.rulebook import RuleKind
from stories.store import Store
from stories.vocabulary import whole
from stories.words import say


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


@pytest.fixture
def quick(sqlite_store: Store) -> House:
    return House(sqlite_store)


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

    given = datetime.now(UTC).date()  # a consent ends by the day that it was written down with
    with house.store.read() as books:
        for story, years, days in ((before, 2, 90), (between, 2, 90), (after, 3, 180)):
            consent = books.consent(story.id)
            promised = rules.promised(books, consent.events[0].notice)
            assert (promised.story_months, promised.raw_audio_days) == (12 * years, days)
            assert (
                rules.promised(books, house.notice_of(before), *(e.notice for e in consent.events)).story_months == 24
            )
            assert may_use(consent, *WEBSITE, on=given + timedelta(days=365 * years))
            assert not may_use(consent, *WEBSITE, on=given + timedelta(days=365 * years + 2))


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
