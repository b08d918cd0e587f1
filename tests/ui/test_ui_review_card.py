"""Nakijken, "Samen herkenbaar?": folded when there is nothing to decide; else a row per thing with two ways out."""

from __future__ import annotations

import pytest
from ui_help import ADULT, NEWSLETTER, House, PlainRun, Screen

import pipeline
from desk import receiving, recognising, reviewing, telling
from desk.card import Reason, Row
from stories.consent import Outcome
from stories.model import Story, StoryKind
from stories.people import Role
from stories.words import say

TEXT = "Ik ben Samira. Mijn moeder heeft taaislijmziekte en er was geen geld voor de bus."


def worked(house: House, text: str = TEXT) -> Story:
    story = telling.begin(
        house.store, telling.answers(ADULT, own=Outcome.JA, channels=[NEWSLETTER]), kind=StoryKind.TEXT
    )
    receiving.receive_text(house.store, story.id, text)
    telling.hand_in(house.store, story.id)
    pipeline.process(house.store, house.store.settings, story.id, PlainRun())
    return house.now(story.id)


def row_of(house: House, story: Story) -> Row:
    (row,) = recognising.seen(house.store, house.staff[Role.REDACTEUR], story.id).telling
    return row


def open_as(house: House, story: Story, role: Role = Role.REDACTEUR) -> Screen:
    return house.screen(role).open("nakijken", verhaal=story.id)


def label(screen: Screen) -> str:
    return next(one.label for one in screen.app.expander if one.label.startswith(say("card.title")))


def test_where_there_is_nothing_to_decide_it_is_one_line(house: House) -> None:
    screen = open_as(house, house.worked())
    (shown,) = [one for one in screen.app.expander if one.label == say("card.title_fine")]
    assert not shown.proto.expanded
    assert say("card.nothing") in screen.text and "samen_vervang" not in str([b.key for b in screen.app.button])


def test_something_rare_is_shown_with_its_words_a_reason_and_a_proposal(house: House) -> None:
    story = worked(house)
    row, screen = row_of(house, story), open_as(house, story)
    assert label(screen) == say("card.title_open_one")
    assert "“taaislijmziekte”" in screen.text and say("card.rare") in screen.text
    assert say("card.why_ziekte") in screen.text and say("card.rarity_zeldzaam") in screen.text
    assert screen.app.text_input(key=f"samen_woorden_{row.id}").value == "een zeldzame ziekte"


def test_an_editor_writes_something_else(house: House) -> None:
    story = worked(house)
    row, screen = row_of(house, story), open_as(house, story)
    screen.app.text_input(key=f"samen_woorden_{row.id}").set_value("een ziekte")
    screen.press(f"samen_vervang_{row.id}")
    with house.store.read() as books:
        text = books.version(story.id).clean.text
    assert "taaislijmziekte" not in text and "een ziekte" in text
    assert say("card.written") in screen.text and label(screen) == say("card.title_fine")


@pytest.mark.parametrize("reason", Reason)
def test_an_editor_lets_it_stay_for_a_reason_and_takes_that_back(house: House, reason: Reason) -> None:
    story = worked(house)
    row, screen = row_of(house, story), open_as(house, story)
    screen.press(f"samen_{reason}_{row.id}")
    assert label(screen) == say("card.title_fine") and say("card.decided") in screen.text
    assert say("card.stays", reason=say(f"card.reason_{reason}")) in screen.text
    screen.press(f"samen_opnieuw_{row.id}")
    assert label(screen) == say("card.title_open_one")


def test_the_second_person_reads_what_was_decided_and_decides_nothing(house: House) -> None:
    story = worked(house)
    editor, row = house.staff[Role.REDACTEUR], row_of(house, story)
    recognising.let_stay(house.store, editor, story.id, row.id, Reason.KERN, expected=story.row_version)
    shown = reviewing.review(house.store, editor, story.id)
    stays = [reviewing.keep(finding) for finding in reviewing.undecided(shown.findings, shown.decisions)]
    reviewing.decide_names(
        house.store, editor, story.id, [*shown.decisions, *stays], expected=house.now(story.id).row_version
    )
    reviewing.mark_heard(house.store, editor, story.id)
    reviewing.offer_for_release(house.store, editor, story.id, expected=house.now(story.id).row_version)
    screen = open_as(house, story, Role.VRIJGEVER)
    assert say("card.stays", reason=say("card.reason_kern")) in screen.text
    assert not screen.has(f"samen_opnieuw_{row.id}") and not screen.has(f"samen_vervang_{row.id}")


def test_offering_says_why_it_may_not_yet(house: House) -> None:
    story = worked(house)
    reviewing.mark_heard(house.store, house.staff[Role.REDACTEUR], story.id)
    seen = reviewing.review(house.store, house.staff[Role.REDACTEUR], story.id)
    left = [reviewing.keep(f) for f in reviewing.undecided(seen.findings, seen.decisions)]
    reviewing.decide_names(
        house.store, house.staff[Role.REDACTEUR], story.id, left, expected=house.now(story.id).row_version
    )
    screen = open_as(house, story)
    assert say("storypage.need_card_one") in screen.text and not screen.enabled("aanbieden")


def test_who_looks_at_an_older_screen_decides_nothing(house: House) -> None:
    story = worked(house)
    row, screen = row_of(house, story), open_as(house, story)
    recognising.let_stay(
        house.store, house.staff[Role.REDACTEUR], story.id, row.id, Reason.KERN, expected=story.row_version
    )
    screen.press(f"samen_{Reason.BESPROKEN}_{row.id}")
    assert row_of(house, story).stays is Reason.KERN
