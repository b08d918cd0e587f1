"""Another language on the screens of tellers: chosen in the URL, by a press, or on an earlier page."""

from __future__ import annotations

import pytest
from ui_help import House, Screen

from desk import rules, telling
from stories.consent import Outcome
from stories.model import AgeBand, StoryKind, Teller, TellerRole
from stories.people import Role
from stories.words import languages, say, speaking
from ui.shell import PAGES

PUBLIC = [page.path for page in PAGES if page.public]


def test_a_visitor_who_asks_nothing_reads_dutch_and_is_offered_every_other_language(house: House) -> None:
    for path in PUBLIC:
        screen = house.screen().open(path)
        assert screen.data("dutch")["language"] == screen.data("dutch")["visitor"] == "nl"
        assert [b.label for b in screen.app.button if b.key.startswith("taal_")] == ["English"]


@pytest.mark.parametrize("path", PUBLIC)
def test_the_address_can_ask_for_a_language_and_a_press_undoes_it(house: House, path: str) -> None:
    screen = house.screen().open(path, taal="en")
    assert screen.data("dutch") == {"words": {}, "language": "en", "visitor": "en", "remembered": "nl"}
    screen.press("taal_nl")
    assert screen.data("dutch")["language"] == screen.data("dutch")["visitor"] == "nl"
    assert screen.app.query_params == {}
    assert screen.run().data("dutch")["language"] == "nl"


def test_a_language_stays_from_page_to_page_and_through_the_telling(house: House) -> None:
    screen = house.screen().open("").press("taal_en").open("vertel").press("groot_ouder")
    assert screen.data("dutch")["language"] == "en"
    assert "Telling your story" in screen.text and "U hoeft niet mee te doen" not in screen.text


def test_the_cookie_of_an_earlier_page_counts_until_something_else_is_chosen(house: House) -> None:
    screen = Screen(house.store, language="en").open("vertel")
    assert screen.data("dutch") == {"words": {}, "language": "en", "visitor": "en", "remembered": "en"}
    screen.press("taal_nl")
    assert screen.data("dutch")["language"] == screen.data("dutch")["visitor"] == "nl"


@pytest.mark.parametrize("asked", ["xx", "../en", "<b>", ""])
def test_a_language_that_we_do_not_speak_is_dutch(house: House, asked: str) -> None:
    for screen in (house.screen().open("", taal=asked), Screen(house.store, language=asked).open("")):
        assert screen.data("dutch")["language"] == "nl"


def test_screens_for_staff_are_dutch_whatever_was_chosen(house: House) -> None:
    screen = house.screen(Role.BEHEERDER).open("", taal="en")
    assert screen.data("dutch")["language"] == "en"
    screen.open("beheer")
    assert screen.data("dutch")["language"] == "nl" and screen.data("dutch")["visitor"] is None
    assert screen.title == "Beheer" and "taal_nl" not in [b.key for b in screen.app.button]


def test_the_notice_is_that_of_the_language_that_is_spoken(house: House) -> None:
    with speaking("en"):
        english, text = rules.shown_notice(house.store)
    assert (english.language, text.splitlines()[0]) == ("en", "# Telling your story")
    assert rules.shown_notice(house.store)[0].language == "nl"
    assert rules.shown_notice(house.store, "en")[0] == english


@pytest.mark.parametrize("code", languages())
def test_the_notice_stored_with_each_yes_is_of_that_language(house: House, code: str) -> None:
    answers = telling.answers(Teller(TellerRole.OUDER, AgeBand.ADULT), own=Outcome.JA)
    with speaking(code):
        story = telling.begin(house.store, answers, kind=StoryKind.TEXT)
    with house.store.read() as books:
        stored = {event.notice for event in books.consent(story.id).events}
        (sitting,) = books.sittings(story.id)
    assert stored == {sitting.notice} == {rules.shown_notice(house.store, code)[0]}
    assert sitting.language == code


def test_a_refusal_on_a_screen_is_said_in_the_language_of_the_screen(house: House) -> None:
    screen = Screen(house.store, teller="v0000", language="en").open("mijn-verhaal")
    with speaking("en"):
        assert screen.errors == [say("stories.not_found")]
