"""Special data on the editor's screen: what was found, whether it may, and the editor's own word."""

from __future__ import annotations

from ui_help import ADULT, NEWSLETTER, House, PlainRun, Screen

import pipeline
from desk import receiving, reviewing, telling
from stories.consent import Form, Outcome, Purpose
from stories.model import Story, StoryKind
from stories.people import Role
from stories.words import say

TEXT = "Mijn zoon heeft autisme en wij zijn moslim. Hij mocht niet mee op schoolreisje."
SPECIAL = (Purpose.BIJZONDER, None)


def worked(house: House, *channels: tuple[Purpose, Form | None]) -> Story:
    yes = telling.answers(ADULT, own=Outcome.JA, channels=[NEWSLETTER, *channels])
    story = telling.begin(house.store, yes, kind=StoryKind.TEXT)
    receiving.receive_text(house.store, story.id, TEXT)
    telling.hand_in(house.store, story.id)
    pipeline.process(house.store, house.store.settings, story.id, PlainRun())
    return house.now(story.id)


def open_as(house: House, story: Story, role: Role = Role.REDACTEUR) -> Screen:
    return house.screen(role).open("nakijken", verhaal=story.id)


def test_the_editor_is_told_what_was_found_and_that_the_teller_said_no_yes(house: House) -> None:
    screen = open_as(house, worked(house))
    assert say("ui.special_found", kinds="gezondheid of geloof") in screen.text
    assert say("ui.special_not_allowed") in screen.text
    assert screen.has("bijzonder_ja") and screen.has("bijzonder_nee")


def test_a_tellers_yes_is_shown_beside_it(house: House) -> None:
    screen = open_as(house, worked(house, SPECIAL))
    assert say("ui.special_allowed") in screen.text and say("ui.special_not_allowed") not in screen.text


def test_an_editor_says_that_it_is_not_and_may_change_their_mind(house: House) -> None:
    story = worked(house)
    screen = open_as(house, story).press("bijzonder_nee")
    assert say("ui.special_marked") in screen.text
    assert say("ui.special_overruled", kinds="gezondheid of geloof") in screen.text
    assert not screen.has("bijzonder_nee")
    screen.press("bijzonder_ja")
    assert say("ui.special_holds", kinds="gezondheid of geloof") in screen.text
    assert not screen.has("bijzonder_ja") and screen.has("bijzonder_nee")


def test_where_the_machine_found_nothing_the_editor_still_can(house: House) -> None:
    story = house.worked()
    screen = house.screen(Role.REDACTEUR).open("nakijken", verhaal=story.id, deel="toestemming")
    assert say("ui.special_not_allowed") not in screen.text
    screen.press("bijzonder_ja")
    every = "gezondheid, afkomst, geloof of seksualiteit"
    assert say("ui.special_holds", kinds=every) in screen.text


def test_who_releases_sees_what_the_editor_said_and_says_nothing_of_their_own(house: House) -> None:
    story = worked(house)
    editor = house.staff[Role.REDACTEUR]
    reviewing.mark_special(house.store, editor, story.id, False)
    reviewing.mark_heard(house.store, editor, story.id)
    reviewing.offer_for_release(house.store, editor, story.id, expected=story.row_version)
    screen = open_as(house, story, Role.VRIJGEVER)
    assert say("ui.special_overruled", kinds="gezondheid of geloof") in screen.text
    assert screen.has("vrijgeven") and not {"bijzonder_ja", "bijzonder_nee"} & {b.key for b in screen.app.button}
