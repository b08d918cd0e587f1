"""Telling, its second half: the story itself, and going back without losing a choice."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from tell_help import (
    NEWSLETTER,
    back_from,
    next_from,
    send,
    the_only_story,
    to_audience,
    to_check,
    to_how,
    to_notice,
    to_typing,
    told_story,
    typed,
)
from ui_help import TEXT, House

from desk import receiving
from stories.consent import Party, Purpose, may_use
from stories.model import AgeBand, StoryKind, TellerRole
from stories.stages import State
from stories.told import Agreed, Audience, ThirdPerson
from stories.words import say
from tests.capture.chats import an_export, chat_zip
from ui.steps import Step, Way


def today() -> object:
    return datetime.now(UTC).date()


# the story


@pytest.mark.parametrize(("text", "key"), [("", "text_empty"), ("  \n ", "text_empty"), ("Ja.", "text_too_short")])
def test_too_little_text_is_refused_in_dutch(house: House, text: str, key: str) -> None:
    screen = typed(to_typing(house), text)
    assert screen.errors == [say(f"capture.{key}")]
    assert screen.title == say("tell.tell_typen"), "still on the same screen"


def test_the_code_is_gone_from_the_screen_once_it_is_kept(house: House) -> None:
    screen = send(to_check(to_audience(typed(to_typing(house))), audience=Audience.REDACTIE))
    code = screen.code
    screen.press("groot_klaar")
    assert not screen.code and code not in screen.text
    assert screen.title == say("tell.who")
    assert TEXT not in str(screen.app.session_state.to_dict()), "no word of the story stays behind in the tab"


def test_a_part_that_was_kept_is_shown_and_can_be_taken_away(house: House) -> None:
    screen = to_how(house).press(f"groot_{Way.SPREKEN}")
    assert screen.data("spreken")["microphone"] is True and screen.data("spreken")["ticket"]
    assert not screen.enabled(f"verder_{Step.TELL}"), "nothing was recorded yet"
    house.spoken_part(the_only_story(house), 65_000)
    screen.touch("spreken", "given", {"duration_ms": 65_000, "number": 1, "at": 1})
    assert say("tell.kept_sound", number=1, length="1:05") in screen.text
    assert screen.enabled(f"verder_{Step.TELL}")
    assert not screen.press("weg_1").enabled(f"verder_{Step.TELL}")


def test_somebody_speaks_one_part_and_types_another(house: House) -> None:
    screen = to_typing(house)
    screen.app.text_area(key="verhaaltekst").set_value(TEXT)
    screen.press("andere_manier").press(f"groot_{Way.SPREKEN}")
    assert say("tell.kept_text", number=1, words=len(TEXT.split())) in screen.text
    house.spoken_part(the_only_story(house), 5_000)
    next_from(screen.run(), Step.TELL)
    story_id = told_story(house, send(to_check(to_audience(screen), audience=Audience.REDACTIE)))
    assert house.now(story_id).kind is StoryKind.AUDIO


def test_what_was_agreed_with_others_is_kept(house: House) -> None:
    screen = typed(to_typing(house))
    screen.app.text_input(key="persoon_0").set_value("Samira")
    screen.app.selectbox(key="afspraak_0").set_value(Agreed.WIL_NIET)
    next_from(screen.run(), Step.OTHERS)
    with house.store.read() as books:
        assert books.third_persons(the_only_story(house)) == (ThirdPerson("Samira", Agreed.WIL_NIET),)


# going back


def test_going_back_keeps_every_choice(house: House) -> None:
    screen = typed(to_typing(house, TellerRole.KIND, AgeBand.FROM_12))
    screen.app.text_input(key="persoon_0").set_value("Samira")
    next_from(screen, Step.OTHERS).app.checkbox(key="prent_gaat_over_meedoen").set_value(True)
    for step in (Step.ABOUT, Step.FEEL, Step.LENS):
        next_from(screen, step)
    to_check(screen, NEWSLETTER)
    for step in (Step.CHECK, Step.PREVIEW, Step.RECOGNISE, Step.SPECIAL):
        back_from(screen, step)
    assert [toggle.key for toggle in screen.app.toggle if toggle.value] == [NEWSLETTER]
    for step in (Step.CHANNELS, Step.AUDIENCE, Step.LENS, Step.FEEL):
        back_from(screen, step)
    assert screen.app.checkbox(key="prent_gaat_over_meedoen").value is True
    back_from(screen, Step.ABOUT)
    assert screen.app.text_input(key="persoon_0").value == "Samira"
    back_from(screen, Step.OTHERS)
    assert screen.app.text_area(key="verhaaltekst").value == TEXT
    screen.press("andere_manier")
    for step in (Step.HOW, Step.AUTHORITY, Step.RELATION, Step.PARENT):
        back_from(screen, step)
    assert [button.key for button in screen.app.button if button.proto.type == "primary"] == ["groot_ja"]


def test_typing_twice_is_one_part(house: House) -> None:
    screen = typed(to_typing(house))
    back_from(screen, Step.OTHERS).app.text_area(key="verhaaltekst").set_value(TEXT + " En toen?")
    next_from(screen, Step.TELL)
    with house.store.read() as books:
        (part,) = books.parts(the_only_story(house))
        assert books.part_text(part.story_id, part.number).text == TEXT + " En toen?"


def test_a_yes_of_one_teller_never_counts_for_another(house: House) -> None:
    """Told as an adult at first, then it turns out to be a child: without a parent nothing may be done with it."""
    screen = typed(to_typing(house))
    back_from(screen, Step.OTHERS).press("andere_manier")
    for step in (Step.HOW, Step.ANSWER, Step.NOTICE):
        back_from(screen, step)
    screen.press(f"groot_{TellerRole.KIND}").press(f"groot_{AgeBand.UNDER_12.name}")
    next_from(screen, Step.NOTICE)
    assert not [button.key for button in screen.app.button if button.proto.type == "primary"]
    screen.press("groot_ja").press("groot_ouder_later").press(f"groot_{Way.TYPEN}")
    assert screen.app.text_area(key="verhaaltekst").value == TEXT, "the words are the same teller's, and not lost"
    story_id = told_story(house, send(to_check(to_audience(next_from(screen, Step.TELL)), NEWSLETTER)))
    with house.store.read() as books:
        story, consent = books.story(story_id), books.consent(story_id)
    assert story.teller.role is TellerRole.KIND
    assert not may_use(consent, Purpose.VERWERKEN, on=today())  # type: ignore[arg-type]
    assert {event.party for event in consent.events} == {Party.KIND}


def test_a_no_after_all_erases_what_was_begun(house: House) -> None:
    screen = typed(to_typing(house, TellerRole.KIND, AgeBand.UNDER_12))
    back_from(screen, Step.OTHERS).press("andere_manier")
    for step in (Step.HOW, Step.AUTHORITY, Step.RELATION):
        back_from(screen, step)
    story_id = the_only_story(house)
    screen.press("groot_ouder_nee")
    assert house.now(story_id).state is State.GEWIST


def test_the_same_teller_again_loses_nothing(house: House) -> None:
    screen = to_how(house, TellerRole.JONGERE, AgeBand.FROM_16)
    for step in (Step.HOW, Step.ANSWER, Step.NOTICE, Step.AGE):
        back_from(screen, step)
    screen.press(f"groot_{TellerRole.JONGERE}").press(f"groot_{AgeBand.FROM_16.name}")
    next_from(screen, Step.NOTICE)
    assert [button.key for button in screen.app.button if button.proto.type == "primary"] == ["groot_ja"]


def test_the_notice_is_the_one_that_counts_now(house: House) -> None:
    assert to_notice(house, TellerRole.OUDER).title == say("tell.notice")


def test_of_a_chat_the_teller_says_whose_messages_are_the_story(house: House) -> None:
    screen = to_how(house).press(f"groot_{Way.BESTAND}")
    story_id = the_only_story(house)
    said = [(datetime(2026, 3, 2, 14, 5), who, f"Dit is een bericht van {who}.") for who in ("Samira", "Joris")]
    data = chat_zip(an_export("iphone nl", said))
    receiving.receive(house.store, house.store.settings, story_id, io.BytesIO(data))
    screen.touch("bestand", "given", {"what": "chat", "at": 1})
    assert say("tell.chat") in screen.text and not screen.enabled(f"verder_{Step.TELL}")
    screen.press("groot_chat_0")
    assert say("tell.kept_text", number=1, words=6) in screen.text
    next_from(screen, Step.TELL)
    assert screen.app.text_input(key="persoon_0").value == "Joris", "the other is hidden, unless the teller says not"
