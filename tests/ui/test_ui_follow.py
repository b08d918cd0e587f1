"""Mijn verhaal, by whoever told it: one topic per screen, from where it is to stopping and thinking better of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from ui_help import ADULT, CHILD, QUOTED, TEXT, House, Screen

from desk import following, receiving, retention, telling, withdrawing
from stories import jobs
from stories.consent import Consent, Form, Outcome, Party, Purpose
from stories.model import AgeBand, Story, StoryKind, Teller, TellerRole
from stories.people import CodeHolder, Holder
from stories.stages import State
from stories.words import say
from ui.parts import day, say_to

EVERYTHING = ((Purpose.INTERN_LEREN, None), (Purpose.NIEUWSBRIEF, Form.TEKST), (Purpose.WEBSITE, Form.TEKST))
BUTTONS = ("waar", "lees", "meer", "verander", "mag", "stukken", "stop", "gevaar")


def mine(house: House, story: Story) -> Screen:
    return house.screen(teller=story.id).open("mijn-verhaal")


def consent(house: House, story: Story) -> Consent:
    with house.store.read() as books:
        return books.consent(story.id)


def waiting(house: House) -> Story:
    return house.told(teller=CHILD, assent=Outcome.JA, representative=None)


def test_without_a_code_the_page_asks_for_it(house: House) -> None:
    screen = house.screen().open("mijn-verhaal")
    assert screen.title == say("follow.title")
    assert "href='/mijn-verhaal/code'" in screen.raw_html


def test_home_says_where_the_story_is_and_has_one_button_per_topic(house: House) -> None:
    screen = mine(house, house.worked())
    assert say("follow.when_people") in screen.text
    assert all(screen.has(f"groot_{name}") for name in BUTTONS)
    assert TEXT not in screen.text, "nobody reads along on the first screen"


@pytest.mark.parametrize("name", BUTTONS)
def test_every_topic_is_one_press_away_and_one_press_back(house: House, name: str) -> None:
    screen = mine(house, house.worked(channels=EVERYTHING)).press(f"groot_{name}")
    assert screen.title and screen.title != say("follow.title")
    (back,) = [button.key for button in screen.app.button if button.label == say("follow.back")]
    assert screen.press(back).title == say("follow.title")


def test_where_it_is_is_a_list_of_steps_with_how_each_stands(house: House) -> None:
    screen = mine(house, house.worked()).press("groot_waar")
    assert screen.raw_html.count("aria-current='step'") == 1
    for mark in ("done", "now", "ahead"):
        assert say(f"follow.mark_{mark}") in screen.text


def test_the_teller_reads_back_what_is_kept_and_how_others_read_it(house: House) -> None:
    screen = mine(house, house.worked()).press("groot_lees")
    assert screen.data("eigen_tekst")["text"] == TEXT
    screen.press("groot_anderen")
    assert "Samira" not in screen.data("schoon")["text"] and QUOTED in screen.data("schoon")["text"]
    screen.press("terug_others").press("groot_over")
    assert "Samira" in screen.text and "Emre" in screen.text, "the names that stay hidden"


def test_each_part_that_is_not_joined_has_its_own_player(house: House) -> None:
    story = house.told()
    house.spoken_part(story.id, 61_000)
    screen = mine(house, story).press("groot_lees")
    assert screen.data("deel_2")["src"] == f"/geluid/{story.id}/deel/2"
    assert TEXT in screen.text, "the typed part too"


def test_markup_in_a_story_is_shown_as_text(house: House) -> None:
    story = telling.begin(house.store, telling.answers(ADULT, own=Outcome.JA), kind=StoryKind.TEXT)
    told = "Hoi <img src=x onerror=alert(1)> en <b>dan</b> ![x](http://ergens/x.png)"
    receiving.receive_text(house.store, story.id, told)
    telling.hand_in(house.store, story.id)
    screen = mine(house, story).press("groot_lees")
    assert "<img" not in screen.raw_html and "&lt;img" in screen.raw_html
    assert not screen.app.markdown


TELLERS = {
    "child": CHILD,
    "young": Teller(TellerRole.JONGERE, AgeBand.FROM_16),
    "parent": ADULT,
}


@pytest.mark.parametrize("who", TELLERS)
def test_children_and_youngsters_are_spoken_to_with_je_and_parents_with_u(house: House, who: str) -> None:
    """On every screen that is one press away."""
    said = {} if who == "child" else {"own": Outcome.JA}
    story = house.worked(teller=TELLERS[who], channels=EVERYTHING, **said)
    wrong = r"\b(je|jij|jouw?)\b" if who == "parent" else r"\b(u|uw)\b"
    for name in ("", *BUTTONS):
        screen = mine(house, story)
        if name:
            screen.press(f"groot_{name}")
        assert not re.search(wrong, screen.text.replace(TEXT, ""), re.IGNORECASE), (name, screen.text)


# the parent's code


def test_a_story_that_waits_for_a_parent_says_so_and_gives_a_code_once(house: House) -> None:
    story = waiting(house)
    screen = mine(house, story)
    assert say("follow.when_waits_for_parent_young") in screen.text
    screen.press("groot_ouder").press("groot_oudercode")
    code = screen.parents_code
    with house.store.read() as books:
        assert books.holder_of_receipt(code) == CodeHolder(story.id, Holder.VERTEGENWOORDIGER)
    screen.press("terug_parent").press("groot_ouder")
    assert screen.code == "", "shown once"
    telling.representative_says(house.store, story.id, Outcome.JA)
    assert not mine(house, story).has("groot_ouder")
    assert not mine(house, house.told()).has("groot_ouder"), "grown-ups decide themselves"


# danger


def test_danger_shows_whom_to_call_before_anything_is_pressed(house: House) -> None:
    story = house.worked(teller=CHILD)
    screen = mine(house, story).press("groot_gevaar")
    for number in ("112", "0800-2000", "0800-0432", "0800-0113"):
        assert f"href='tel:{number}'" in screen.raw_html
    assert house.now(story.id).state is State.IN_REDACTIE
    screen.press("groot_gevaar_ja")
    assert house.now(story.id).state is State.GEPAUZEERD
    assert say("follow.danger_done_young") in screen.text and not screen.has("groot_gevaar_ja")


def test_the_contact_of_the_organisation_is_named(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    story = house.worked()
    assert say("follow.help_none") in mine(house, story).press("groot_gevaar").text
    own = house.store.settings.model_copy(update={"safeguarding_contact": "Noor, 06 1234"})
    monkeypatch.setattr(house.store, "settings", own)
    assert say("follow.help_own", contact="Noor, 06 1234") in mine(house, story).press("groot_gevaar").text


# doubt, stopping, and thinking better of it


def test_a_doubt_waits_and_home_asks_for_the_yes(house: House) -> None:
    story = house.released(teller=CHILD)
    screen = mine(house, story).press("groot_stop").press("groot_twijfel")
    assert say("follow.doubted_young") in screen.text
    assert consent(house, story).last(Party.KIND, Purpose.VERWERKEN, None).outcome is Outcome.TWIJFEL  # type: ignore[union-attr]
    home = mine(house, story)
    assert say("follow.when_kind_twijfel_young") in home.text and say("follow.doubting_young") in home.text
    home.press("groot_weer_ja")
    assert not mine(house, story).has("groot_weer_ja")


@pytest.mark.parametrize("who", ["parent", "child"])
def test_everything_stops_after_one_more_question_and_the_day_is_named(house: House, who: str) -> None:
    story = house.told(teller=TELLERS[who])
    screen = mine(house, story).press("groot_stop")
    assert not screen.enabled("stop_alles"), "not by accident"
    screen.app.checkbox(key="zeker").check()
    screen.run().press("stop_alles")
    young = who == "child"
    gone = datetime.now(UTC) + timedelta(days=house.store.settings.grace_days)
    assert say_to(young, "follow.stopped_all") in screen.text
    assert say_to(young, "follow.grace", date=day(gone)) in screen.text
    assert house.now(story.id).state is State.INGETROKKEN
    assert not screen.has("groot_meer") and not screen.has("groot_mag"), "what is left is to look, and the way back"
    assert all(job.state is not jobs.JobState.WAITING for job in jobs.status(house.store, story.id))
    screen.press("groot_bedacht")
    assert house.now(story.id).state is State.INGEDIEND
    assert say_to(young, "follow.undone") in screen.text and screen.has("groot_meer")


def test_a_child_can_stop_before_a_parent_has_answered(house: House) -> None:
    story = waiting(house)
    screen = mine(house, story).press("groot_stop")
    screen.app.checkbox(key="zeker").check()
    screen.run().press("stop_alles")
    assert house.now(story.id).state is State.INGETROKKEN


def test_a_child_does_not_undo_what_a_parent_stopped(house: House) -> None:
    story = house.worked(teller=CHILD)
    withdrawing.withdraw(house.store, story.id, Party.VERTEGENWOORDIGER)
    screen = mine(house, story)
    assert say("follow.stopped_by_other_young") in screen.text and not screen.has("groot_bedacht")
    screen.press("stop_ook")
    assert screen.has("groot_bedacht")


def test_in_the_days_of_grace_the_words_can_still_be_read(house: House) -> None:
    story = house.worked()
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    assert mine(house, story).press("groot_lees").data("eigen_tekst")["text"] == TEXT


def test_a_tab_on_another_topic_sees_that_everything_stopped(house: House) -> None:
    story = house.worked()
    screen = mine(house, story).press("groot_meer")
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    assert screen.run().has("groot_bedacht")


def test_after_the_days_of_grace_the_page_says_when_it_was_erased_and_nothing_more(house: House) -> None:
    story = house.told()
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    later = datetime.now(UTC) + timedelta(days=house.store.settings.grace_days, hours=1)
    retention.tidy(house.store, now=later)
    screen = mine(house, story)
    assert screen.title == say("follow.erased_title") and not screen.errors
    assert QUOTED not in screen.text
    assert [button.key for button in screen.app.button] == ["taal_en"]
    erased = following.erased_on(house.store, story.id)
    assert erased is not None and day(erased) in screen.text


def test_another_code_in_the_same_tab_begins_at_home(house: House) -> None:
    first, second = house.worked(), house.worked()
    screen = mine(house, first).press("groot_lees")
    other = Screen(house.store, teller=second.id)
    other.app.session_state["following"] = screen.app.session_state["following"]
    assert other.open("mijn-verhaal").title == say("follow.title")
