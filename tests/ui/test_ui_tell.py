"""Telling, clicked through screen by screen: nothing ticked beforehand, nothing lost on the way, no yes assumed."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from ui_help import TEXT, House, Screen

from desk import following
from stories.consent import Form, Outcome, Party, Purpose, may_use
from stories.model import AgeBand, StoryKind, TellerRole
from stories.stages import State
from stories.words import say
from ui.parts import CHANNELS
from ui.state import Step

ADULTS = [TellerRole.OUDER, TellerRole.ERVARINGSWERKER]
YOUNG = [
    (TellerRole.KIND, AgeBand.UNDER_12),
    (TellerRole.KIND, AgeBand.FROM_12),
    *((TellerRole.JONGERE, band) for band in AgeBand),
]
TELLERS = [*((role, AgeBand.ADULT) for role in ADULTS), *YOUNG]
UNDER_16 = [(role, band) for role, band in YOUNG if band.needs_representative]
FORMAL = re.compile(r"\b(u|uw)\b", re.IGNORECASE)
INFORMAL = re.compile(r"\b(je|jij|jou|jouw)\b", re.IGNORECASE)
NEWSLETTER = "kanaal_nieuwsbrief_tekst"


def begin(house: House, role: TellerRole, band: AgeBand = AgeBand.ADULT) -> Screen:
    """At the notice."""
    screen = house.screen().open("vertel").press(f"groot_{role}")
    return screen if role in ADULTS else screen.press(f"groot_{band.name}")


def to_voices(house: House, role: TellerRole, band: AgeBand = AgeBand.ADULT) -> Screen:
    return begin(house, role, band).press(f"verder_{Step.NOTICE}")


def answer(screen: Screen, **answers: str) -> Screen:
    for name, choice in answers.items():
        screen.app.segmented_control(key=f"antwoord_{name}").set_value(choice)
    return screen.run()


def yes(screen: Screen, band: AgeBand) -> Screen:
    asked = ("assent", "representative") if band.needs_representative else ("own_yes",)
    return answer(screen, **dict.fromkeys(asked, "ja"))


def to_channels(house: House, role: TellerRole, band: AgeBand = AgeBand.ADULT) -> Screen:
    return yes(to_voices(house, role, band), band).press(f"verder_{Step.VOICES}")


def to_telling(house: House, role: TellerRole = TellerRole.OUDER, band: AgeBand = AgeBand.ADULT) -> Screen:
    return to_channels(house, role, band).press(f"verder_{Step.CHANNELS}")


def switch(screen: Screen, *keys: str, on: bool = True) -> Screen:
    for key in keys:
        screen.app.toggle(key=key).set_value(on)
    return screen.run()


def the_only_story(house: House) -> str:
    with house.store.read() as books:
        (story,) = books.stories()
    return story.id


# nothing is assumed


@pytest.mark.parametrize(("role", "band"), TELLERS)
def test_no_answer_is_chosen_and_no_channel_is_on_beforehand(house: House, role: TellerRole, band: AgeBand) -> None:
    screen = to_voices(house, role, band)
    assert all(question.value is None for question in screen.app.segmented_control)
    assert not screen.enabled(f"verder_{Step.VOICES}")
    yes(screen, band).press(f"verder_{Step.VOICES}")
    assert len(screen.app.toggle) == len(CHANNELS)
    assert not any(toggle.value for toggle in screen.app.toggle)


@pytest.mark.parametrize("role", [role for role in TellerRole if role not in ADULTS])
def test_a_child_is_never_offered_an_age_of_16_or_over(house: House, role: TellerRole) -> None:
    screen = house.screen().open("vertel").press(f"groot_{role}")
    offered = {band for band in AgeBand if screen.has(f"groot_{band.name}")}
    assert offered == {band for known, band in YOUNG if known is role}


@pytest.mark.parametrize("no", ["nee", "twijfel"])
@pytest.mark.parametrize(("role", "band"), UNDER_16)
def test_a_child_that_says_no_or_doubts_goes_no_further(house: House, role: TellerRole, band: AgeBand, no: str) -> None:
    screen = answer(to_voices(house, role, band), assent=no, representative="ja")
    assert not screen.enabled(f"verder_{Step.VOICES}")
    assert say("tell.no_is_fine_young") in screen.text
    with house.store.read() as books:
        assert not books.stories()


def test_an_adult_who_says_no_goes_no_further(house: House) -> None:
    screen = answer(to_voices(house, TellerRole.OUDER), own_yes="nee")
    assert not screen.enabled(f"verder_{Step.VOICES}")
    assert say("tell.no_is_fine") in screen.text


def test_a_parents_no_stops_the_telling_and_silence_is_no_answer(house: House) -> None:
    screen = answer(to_voices(house, TellerRole.KIND, AgeBand.UNDER_12), assent="ja")
    assert not screen.enabled(f"verder_{Step.VOICES}"), "the question about the parent is not answered"
    assert not answer(screen, representative="nee").enabled(f"verder_{Step.VOICES}")
    assert answer(screen, representative="later").enabled(f"verder_{Step.VOICES}")


# the form of address


@pytest.mark.parametrize("role", ADULTS)
def test_adults_are_spoken_to_with_u(house: House, role: TellerRole) -> None:
    for screen in screens_after_the_notice(house, role, AgeBand.ADULT):
        assert not INFORMAL.search(screen), INFORMAL.search(screen)


@pytest.mark.parametrize(("role", "band"), YOUNG)
def test_children_and_youngsters_are_spoken_to_with_je(house: House, role: TellerRole, band: AgeBand) -> None:
    for screen in screens_after_the_notice(house, role, band):
        assert not FORMAL.search(screen), FORMAL.search(screen)


def screens_after_the_notice(house: House, role: TellerRole, band: AgeBand) -> list[str]:
    """The words of every screen; the notice itself speaks to parents and has a part for children."""
    screen = to_voices(house, role, band)
    seen = [screen.text]
    seen.append(yes(screen, band).press(f"verder_{Step.VOICES}").text)
    seen.append(screen.press(f"verder_{Step.CHANNELS}").text)
    screen.app.text_area(key="verhaaltekst").set_value(TEXT)
    seen.append(screen.press(f"verder_{Step.TELL}").text)
    seen.append(screen.press(f"verder_{Step.NAMES}").text)
    assert screen.code
    return seen


def test_every_role_gets_its_own_questions(house: House) -> None:
    words = {TellerRole.KIND: "child", TellerRole.JONGERE: "child", TellerRole.OUDER: "parent"}
    for role in TellerRole:
        band = AgeBand.ADULT if role in ADULTS else AgeBand.FROM_12
        shown = to_telling(house, role, band).text
        for number in range(1, 5):
            assert say(f"tell.guide_{words.get(role, 'worker')}_{number}") in shown


# the whole way


@pytest.mark.parametrize(("role", "band"), TELLERS)
def test_typing_ends_in_a_code_and_a_story_with_exactly_the_answers_given(
    house: House, role: TellerRole, band: AgeBand
) -> None:
    screen = switch(to_channels(house, role, band), NEWSLETTER, "kanaal_intern_leren_None")
    screen.press(f"verder_{Step.CHANNELS}")
    screen.app.text_area(key="verhaaltekst").set_value(TEXT)
    screen.press(f"verder_{Step.TELL}")
    screen.app.text_area(key="namen").set_value("Samira\nEmre, juf Anneke\n")
    screen.press(f"verder_{Step.NAMES}")
    assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", screen.code)
    with house.store.read() as books:
        story = books.story(books.holder_of_receipt(screen.code).story_id)
        assert (story.teller.role, story.teller.age_band) == (role, band)
        assert (story.state, story.kind) == (State.INGEDIEND, StoryKind.TEXT)
        assert books.part_text(story.id, 1).text == TEXT
        assert books.intake_names(story.id) == ("Samira", "Emre", "juf Anneke")
        said = [(e.party, e.purpose, e.form, e.outcome) for e in books.consent(story.id).events]
    decides = Party.VERTEGENWOORDIGER if band.needs_representative else Party.TELLER
    expected = {
        (decides, Purpose.VERWERKEN, None, Outcome.JA),
        (decides, Purpose.INTERN_LEREN, None, Outcome.JA),
        (decides, Purpose.NIEUWSBRIEF, Form.TEKST, Outcome.JA),
    }
    if band.needs_representative:
        expected.add((Party.KIND, Purpose.VERWERKEN, None, Outcome.JA))
    assert set(said) == expected and len(said) == len(expected)


def test_without_a_channel_nothing_but_keeping_is_allowed(house: House) -> None:
    screen = to_telling(house)
    with house.store.read() as books:
        consent = books.consent(the_only_story(house))
    assert {event.purpose for event in consent.events} == {Purpose.VERWERKEN}
    assert set(following.allowed_today(consent, datetime.now(UTC).date())) == {Purpose.VERWERKEN}
    assert screen.title == say("tell.story")


def test_a_child_whose_parent_is_not_there_waits(house: House) -> None:
    screen = answer(to_voices(house, TellerRole.KIND, AgeBand.UNDER_12), assent="ja", representative="later")
    switch(screen.press(f"verder_{Step.VOICES}"), NEWSLETTER).press(f"verder_{Step.CHANNELS}")
    screen.app.text_area(key="verhaaltekst").set_value(TEXT)
    screen.press(f"verder_{Step.TELL}").press(f"verder_{Step.NAMES}")
    assert say("tell.done_waits") in screen.text
    story = house.now(the_only_story(house))
    assert story.waiting_for == "consent.vertegenwoordiger_not_asked"
    with house.store.read() as books:
        assert {event.party for event in books.consent(story.id).events} == {Party.KIND}


@pytest.mark.parametrize(("typed", "key"), [("", "text_empty"), ("  \n ", "text_empty"), ("Ja.", "text_too_short")])
def test_too_little_text_is_refused_in_dutch(house: House, typed: str, key: str) -> None:
    screen = to_telling(house)
    screen.app.text_area(key="verhaaltekst").set_value(typed)
    screen.press(f"verder_{Step.TELL}")
    assert screen.errors == [say(f"capture.{key}")]
    assert screen.title == say("tell.story"), "still on the same screen"


def test_the_code_is_gone_from_the_screen_once_it_is_kept(house: House) -> None:
    screen = to_telling(house)
    screen.app.text_area(key="verhaaltekst").set_value(TEXT)
    screen.press(f"verder_{Step.TELL}").press(f"verder_{Step.NAMES}")
    code = screen.code
    screen.press("groot_klaar")
    assert not screen.code and code not in screen.text
    assert screen.title == say("tell.who")
    assert TEXT not in str(screen.app.session_state.to_dict()), "no word of the story stays behind in the tab"


def test_a_recording_that_was_kept_leads_on(house: House) -> None:
    screen = to_telling(house)
    screen.app.segmented_control(key="hoe").set_value("spreken")
    screen.run()
    assert screen.data("spreken")["microphone"] is True and screen.data("spreken")["ticket"]
    assert not screen.enabled(f"verder_{Step.TELL}"), "nothing was recorded yet"
    screen.touch("spreken", "given", {"duration_ms": 65_000, "at": 1})
    assert say("tell.given", length="1:05") in screen.text
    screen.press(f"verder_{Step.TELL}")
    assert screen.title == say("tell.names")
    screen.press(f"terug_{Step.NAMES}")
    assert say("tell.given", length="1:05") in screen.text, "the way of telling is still the same"


# going back


@pytest.mark.parametrize(("role", "band"), [(TellerRole.OUDER, AgeBand.ADULT), (TellerRole.KIND, AgeBand.FROM_12)])
def test_going_back_keeps_every_choice(house: House, role: TellerRole, band: AgeBand) -> None:
    screen = switch(to_channels(house, role, band), NEWSLETTER)
    screen.press(f"terug_{Step.CHANNELS}")
    assert all(question.value == "ja" for question in screen.app.segmented_control)
    screen.press(f"terug_{Step.VOICES}").press(f"verder_{Step.NOTICE}")
    assert all(question.value == "ja" for question in screen.app.segmented_control)
    screen.press(f"verder_{Step.VOICES}")
    assert [toggle.key for toggle in screen.app.toggle if toggle.value] == [NEWSLETTER]


def test_going_back_keeps_that_the_parent_is_not_there(house: House) -> None:
    screen = answer(to_voices(house, TellerRole.KIND, AgeBand.UNDER_12), assent="ja", representative="later")
    screen.press(f"verder_{Step.VOICES}").press(f"terug_{Step.CHANNELS}")
    assert screen.app.segmented_control(key="antwoord_representative").value == "later"


def test_going_back_keeps_what_was_typed(house: House) -> None:
    screen = to_telling(house)
    screen.app.text_area(key="verhaaltekst").set_value(TEXT)
    screen.press(f"verder_{Step.TELL}")
    screen.app.text_area(key="namen").set_value("Samira")
    screen.press(f"terug_{Step.NAMES}")
    assert screen.app.text_area(key="verhaaltekst").value == TEXT
    screen.press(f"terug_{Step.TELL}").press(f"verder_{Step.CHANNELS}")
    assert screen.app.text_area(key="verhaaltekst").value == TEXT
    screen.press(f"verder_{Step.TELL}")
    assert screen.app.text_area(key="namen").value == "Samira"


def test_looking_at_the_recorder_keeps_what_was_typed(house: House) -> None:
    screen = to_telling(house)
    screen.app.text_area(key="verhaaltekst").set_value(TEXT)
    screen.run()
    for way in ("spreken", "bestand", "typen"):
        screen.app.segmented_control(key="hoe").set_value(way)
        screen.run()
    assert screen.app.text_area(key="verhaaltekst").value == TEXT


def test_going_back_to_switch_a_channel_off_makes_it_a_no(house: House) -> None:
    screen = switch(to_channels(house, TellerRole.OUDER), NEWSLETTER).press(f"verder_{Step.CHANNELS}")
    screen.press(f"terug_{Step.TELL}")
    switch(screen, NEWSLETTER, on=False).press(f"verder_{Step.CHANNELS}")
    with house.store.read() as books:
        consent = books.consent(the_only_story(house))
    assert not may_use(consent, Purpose.NIEUWSBRIEF, Form.TEKST, on=datetime.now(UTC).date())
    assert may_use(consent, Purpose.VERWERKEN, on=datetime.now(UTC).date())


def test_a_yes_of_one_teller_never_counts_for_another(house: House) -> None:
    """Told as an adult at first, then it turns out to be a child: without a parent nothing may be done with it."""
    screen = switch(to_channels(house, TellerRole.OUDER), NEWSLETTER).press(f"verder_{Step.CHANNELS}")
    screen.app.text_area(key="verhaaltekst").set_value(TEXT)
    for step in (Step.TELL, Step.CHANNELS, Step.VOICES, Step.NOTICE):
        screen.press(f"terug_{step}")
    screen.press(f"groot_{TellerRole.KIND}").press(f"groot_{AgeBand.UNDER_12.name}").press(f"verder_{Step.NOTICE}")
    assert all(question.value is None for question in screen.app.segmented_control)
    answer(screen, assent="ja", representative="later").press(f"verder_{Step.VOICES}")
    assert not any(toggle.value for toggle in screen.app.toggle)
    screen.press(f"verder_{Step.CHANNELS}")
    assert screen.app.text_area(key="verhaaltekst").value == TEXT, "the words are the same teller's, and not lost"
    screen.press(f"verder_{Step.TELL}").press(f"verder_{Step.NAMES}")
    with house.store.read() as books:
        story = books.story(books.holder_of_receipt(screen.code).story_id)
        consent = books.consent(story.id)
    assert story.teller.role is TellerRole.KIND
    assert not may_use(consent, Purpose.VERWERKEN, on=datetime.now(UTC).date())
    assert {event.party for event in consent.events} == {Party.KIND}


def test_the_same_teller_again_loses_nothing(house: House) -> None:
    screen = switch(to_channels(house, TellerRole.JONGERE, AgeBand.FROM_16), NEWSLETTER)
    for step in (Step.CHANNELS, Step.VOICES, Step.NOTICE, Step.AGE):
        screen.press(f"terug_{step}")
    screen.press(f"groot_{TellerRole.JONGERE}").press(f"groot_{AgeBand.FROM_16.name}").press(f"verder_{Step.NOTICE}")
    screen.press(f"verder_{Step.VOICES}")
    assert [toggle.key for toggle in screen.app.toggle if toggle.value] == [NEWSLETTER]
