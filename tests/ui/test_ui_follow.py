"""Mijn verhaal: seen with a code, a parent's later yes or no, and stopping, as easy as beginning."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from ui_help import CHILD, QUOTED, TEXT, House, Screen

from desk import receiving, retention, withdrawing
from stories import jobs
from stories.consent import Consent, Form, Outcome, Party, Purpose, may_use
from stories.model import PieceState, Story
from stories.stages import State
from stories.words import say
from ui.parts import say_to

EVERYTHING = ((Purpose.INTERN_LEREN, None), (Purpose.NIEUWSBRIEF, Form.TEKST), (Purpose.WEBSITE, Form.TEKST))


def mine(house: House, story: Story) -> Screen:
    return house.screen(teller=story.id).open("mijn-verhaal")


def consent(house: House, story: Story) -> Consent:
    with house.store.read() as books:
        return books.consent(story.id)


def today() -> date:
    return datetime.now(UTC).date()


def waiting(house: House) -> Story:
    return house.told(teller=CHILD, assent=Outcome.JA, representative=None)


def test_without_a_code_the_page_asks_for_it(house: House) -> None:
    screen = house.screen().open("mijn-verhaal")
    assert screen.title == say("follow.title")
    assert "href='/mijn-verhaal/code'" in screen.raw_html


def test_the_teller_sees_their_own_words_and_what_they_may_be_used_for(house: House) -> None:
    screen = mine(house, house.told(channels=EVERYTHING))
    assert TEXT in screen.text
    for purpose, _ in EVERYTHING:
        assert say(f"terms.purpose_{purpose}") in screen.text
    assert say("terms.purpose_podcast") not in screen.text


def test_markup_in_a_story_is_shown_as_text(house: House) -> None:
    from desk import telling
    from stories.model import StoryKind

    answers = telling.answers(house.told().teller, own=Outcome.JA)
    story = telling.begin(house.store, answers, kind=StoryKind.TEXT)
    receiving.receive_text(
        house.store, story.id, "Hoi <img src=x onerror=alert(1)> en <b>dan</b> ![x](http://ergens/x.png)"
    )
    telling.hand_in(house.store, story.id)
    screen = mine(house, story)
    assert "<img" not in screen.raw_html and "&lt;img" in screen.raw_html
    assert not screen.app.markdown


def test_the_pieces_in_which_a_story_appears_are_named(house: House) -> None:
    story = house.released()
    piece = house.piece(story)
    assert piece.title in mine(house, story).text


def test_a_child_is_spoken_to_with_je_and_a_parent_with_u(house: House) -> None:
    child = mine(house, house.told(teller=CHILD, channels=EVERYTHING)).text.replace(TEXT, "")
    assert not re.search(r"\b(u|uw)\b", child, re.IGNORECASE)
    parent = mine(house, house.told(channels=EVERYTHING)).text.replace(TEXT, "")
    assert not re.search(r"\b(je|jij|jouw?)\b", parent, re.IGNORECASE)


# the parent's answer


def test_only_a_child_without_a_parents_answer_shows_the_question(house: House) -> None:
    assert mine(house, waiting(house)).has("ouder_ja")
    assert not mine(house, house.told(teller=CHILD)).has("ouder_ja")
    assert not mine(house, house.told()).has("ouder_ja")


def test_a_parents_later_yes_lets_the_work_begin_for_exactly_what_they_chose(house: House) -> None:
    story = waiting(house)
    assert not jobs.status(house.store, story.id)
    screen = mine(house, story)
    assert len(screen.app.toggle) and not any(toggle.value for toggle in screen.app.toggle)
    screen.app.toggle(key="ouder_nieuwsbrief_tekst").set_value(True)
    screen.press("ouder_ja")
    assert say("follow.parent_done") in screen.text
    assert not screen.has("ouder_ja"), "it is asked once"
    said = consent(house, story)
    assert may_use(said, Purpose.NIEUWSBRIEF, Form.TEKST, on=today())
    assert not may_use(said, Purpose.WEBSITE, Form.TEKST, on=today())
    assert jobs.status(house.store, story.id)
    assert house.now(story.id).waiting_for is None


def test_a_parents_no_is_kept_and_nothing_begins(house: House) -> None:
    story = waiting(house)
    screen = mine(house, story)
    screen.app.toggle(key="ouder_nieuwsbrief_tekst").set_value(True)
    screen.press("ouder_nee")
    assert say("follow.parent_refused") in screen.text
    said = consent(house, story)
    assert said.last(Party.VERTEGENWOORDIGER, Purpose.VERWERKEN, None).outcome is Outcome.NEE  # type: ignore[union-attr]
    assert said.last(Party.VERTEGENWOORDIGER, Purpose.NIEUWSBRIEF, Form.TEKST) is None
    assert not jobs.status(house.store, story.id)


# stopping


def test_one_purpose_stops_and_the_others_go_on(house: House) -> None:
    story = house.told(channels=EVERYTHING)
    screen = mine(house, story).press("stop_nieuwsbrief")
    assert say("follow.stopped_one", what=say("terms.purpose_nieuwsbrief")) in screen.text
    assert not screen.has("stop_nieuwsbrief") and screen.has("stop_website")
    said = consent(house, story)
    assert not may_use(said, Purpose.NIEUWSBRIEF, Form.TEKST, on=today())
    assert may_use(said, Purpose.WEBSITE, Form.TEKST, on=today())
    assert house.now(story.id).state is State.INGEDIEND


@pytest.mark.parametrize("teller", ["adult", "child"])
def test_everything_stops_after_one_more_question(house: House, teller: str) -> None:
    story = house.told(teller=CHILD) if teller == "child" else house.told()
    screen = mine(house, story)
    assert not screen.enabled("stop_alles"), "not by accident"
    screen.app.checkbox(key="zeker").check()
    screen.run().press("stop_alles")
    assert say_to(teller == "child", "follow.stopped_all", days=house.store.settings.grace_days) in screen.text
    assert house.now(story.id).state is State.INGETROKKEN
    assert say("terms.state_ingetrokken") in screen.text and say("terms.may_nothing") in screen.text
    assert not screen.has("stop_alles") and not screen.has("ouder_ja"), "there is nothing left to stop or to allow"
    assert all(job.state is not jobs.JobState.WAITING for job in jobs.status(house.store, story.id))


def test_a_child_can_stop_before_a_parent_has_answered(house: House) -> None:
    story = waiting(house)
    screen = mine(house, story)
    screen.app.checkbox(key="zeker").check()
    screen.run().press("stop_alles")
    assert house.now(story.id).state is State.INGETROKKEN


def test_stopping_locks_a_newsletter_in_the_making(house: House) -> None:
    story = house.released()
    piece = house.piece(story)
    mine(house, story).press("stop_nieuwsbrief")
    with house.store.read() as books:
        assert books.piece(piece.id).state is PieceState.GEBLOKKEERD


def test_after_the_days_of_grace_the_page_says_that_there_is_nothing(house: House) -> None:
    story = house.told()
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    later = datetime.now(UTC) + timedelta(days=house.store.settings.grace_days, hours=1)
    retention.tidy(house.store, now=later)
    screen = mine(house, story)
    assert screen.errors == [say("stories.not_found")]
    assert QUOTED not in screen.text
