"""Mijn verhaal, the words: tell more, correct what was typed, leave something out."""

from __future__ import annotations

from ui_help import CHILD, QUOTED, TEXT, House, PlainRun, Screen

import pipeline
from desk import correcting, following, receiving, withdrawing
from stories import tickets
from stories.consent import Outcome, Party
from stories.model import Story
from stories.stages import Stage, State
from stories.told import Passage
from stories.words import say


def mine(house: House, story: Story) -> Screen:
    return house.screen(teller=story.id).open("mijn-verhaal")


def own(house: House, story: Story) -> following.OwnStory:
    return following.own_story(house.store, story.id)


def raw(house: House, story: Story) -> str:
    text = own(house, story).text
    assert text is not None
    return text.raw.text


def clean(house: House, story: Story) -> str:
    pipeline.process(house.store, house.store.settings, story.id, PlainRun())
    with house.store.read() as books:
        return books.version(story.id).clean.text


# more


def test_more_is_typed_and_kept_and_the_field_is_empty_again(house: House) -> None:
    story = house.worked()
    screen = mine(house, story).press("groot_meer").press("groot_typen")
    screen.app.text_area(key="tekst_meer_0").set_value("Later kregen wij een fiets van buurvrouw Fatma.")
    screen.press("bewaar_meer")
    assert say("follow.more_saved") in screen.text
    assert screen.app.text_area(key="tekst_meer_1").value == "", "nobody sends it twice"
    assert house.now(story.id).stage is Stage.CAPTURED
    assert "fiets" in clean(house, story) and "Fatma" not in clean(house, story)


def test_what_is_being_typed_survives_going_back_and_forth(house: House) -> None:
    screen = mine(house, house.worked()).press("groot_meer").press("groot_typen")
    screen.app.text_area(key="tekst_meer_0").set_value("Half af")
    screen.run().press("terug_more").press("terug_more").press("groot_waar")
    screen.press("terug_where").press("groot_meer").press("groot_typen")
    assert screen.app.text_area(key="tekst_meer_0").value == "Half af"


def test_more_is_spoken_or_sent_with_a_ticket_of_this_story(house: House) -> None:
    story = house.worked()
    for way, microphone in (("spreken", True), ("bestand", False)):
        screen = mine(house, story).press("groot_meer").press(f"groot_{way}")
        given = screen.data(f"{way}_meer")
        assert given["microphone"] is microphone
        assert tickets.redeem(house.store.settings, tickets.UPLOAD, given["ticket"]) == story.id


def test_a_story_that_stands_still_takes_nothing_in(house: House) -> None:
    story = house.worked()
    following.flag_danger(house.store, story.id)
    screen = mine(house, story).press("groot_meer")
    assert say("follow.closed_now") in screen.text and not screen.has("groot_typen")
    assert say("follow.closed_now") in mine(house, story).press("groot_verander").text


# correcting


def correct(house: House, story: Story) -> Screen:
    return mine(house, story).press("groot_verander").press("groot_verbeter")


def field(screen: Screen) -> str:
    (area,) = screen.app.text_area
    return str(area.key)


def test_a_typed_text_is_corrected_as_a_whole(house: House) -> None:
    story = house.released()
    screen = correct(house, story)
    assert screen.app.text_area(key=field(screen)).value == TEXT
    screen.app.text_area(key=field(screen)).set_value(TEXT.replace("schoolreisje", "kamp"))
    screen.press("verbeter_bewaar")
    assert "kamp" in raw(house, story) and say("follow.corrected") in screen.text
    assert house.now(story.id).state is State.IN_REDACTIE


def test_a_correction_that_was_begun_survives_going_back_and_forth(house: House) -> None:
    screen = correct(house, house.worked())
    name = field(screen)
    screen.app.text_area(key=name).set_value("Half verbeterd, nog niet klaar.")
    screen.run().press("terug_correct").press("groot_verbeter")
    assert screen.app.text_area(key=name).value == "Half verbeterd, nog niet klaar."


def test_a_correction_of_what_another_tab_changed_is_told_and_the_new_text_shown(house: House) -> None:
    story = house.worked()
    screen = correct(house, story)
    screen.app.text_area(key=field(screen)).set_value("Dit schrijf ik in het oude venster.")
    correcting.correct_text(house.store, story.id, TEXT + " En dit is nieuw.")
    screen.press("verbeter_bewaar")
    assert screen.errors == [say("stories.moved")]
    assert raw(house, story).endswith("En dit is nieuw.")
    assert screen.run().app.text_area(key=field(screen)).value.endswith("En dit is nieuw.")


def test_a_text_that_waits_for_a_parent_is_corrected_too(house: House) -> None:
    story = house.told(teller=CHILD, assent=Outcome.JA, representative=None)
    screen = mine(house, story).press("groot_verander").press("groot_verbeter_1")
    screen.app.text_area(key=field(screen)).set_value("Dit is wat ik echt bedoelde te zeggen.")
    screen.press("verbeter_bewaar")
    assert [part.text for part in own(house, story).parts] == ["Dit is wat ik echt bedoelde te zeggen."]


def test_what_was_only_spoken_has_no_field(house: House) -> None:
    story = house.told()
    house.spoken_part(story.id, 4000)
    screen = mine(house, story).press("groot_verander")
    assert screen.has("groot_verbeter_1") and not screen.has("groot_verbeter_2")
    assert say("follow.leave_out_later") in screen.text


# leaving out


def pick(screen: Screen, text: str, words: str = QUOTED) -> Screen:
    start = text.index(words)
    return screen.touch("weglaten", "picked", {"start": start, "end": start + len(words)})


def test_words_are_picked_then_asked_about_then_left_out(house: House) -> None:
    story = house.worked()
    screen = mine(house, story).press("groot_verander").press("groot_weglaten")
    assert screen.data("weglaten")["pick"] is True and not screen.has("weglaten_ja")
    pick(screen, TEXT)
    assert QUOTED in screen.text and screen.data("weglaten")["tints"], "it is shown what would go"
    assert own(house, story).text.hidden == (), "nothing is left out before the yes"  # type: ignore[union-attr]
    screen.press("weglaten_ja")
    assert say("follow.left_out") in screen.text
    assert "ziek" not in clean(house, story)
    screen.press("terugzetten_0")
    assert QUOTED in clean(house, story)


def test_no_means_no(house: House) -> None:
    story = house.worked()
    screen = mine(house, story).press("groot_verander").press("groot_weglaten")
    pick(screen, TEXT).press("weglaten_nee")
    assert not screen.has("weglaten_ja") and own(house, story).text.hidden == ()  # type: ignore[union-attr]


def test_words_that_moved_meanwhile_are_not_left_out(house: House) -> None:
    story = house.worked()
    screen = mine(house, story).press("groot_verander").press("groot_weglaten")
    pick(screen, TEXT)
    correcting.correct_text(house.store, story.id, "Vooraan staat nu iets anders. " + TEXT)
    screen.press("weglaten_ja")
    assert screen.errors == [say("stories.moved")]
    assert own(house, story).text.hidden == ()  # type: ignore[union-attr]


def test_a_long_passage_is_shown_by_its_beginning(house: House) -> None:
    story = house.worked()
    long = " ".join(TEXT.split())
    with house.store.write() as books:
        books.keep_excluded(story.id, [Passage(long)])
    screen = mine(house, story).press("groot_verander").press("groot_weglaten")
    assert "..." in screen.text and long not in screen.text


def test_what_cannot_be_found_any_more_can_still_be_put_back(house: House) -> None:
    story = house.worked()
    with house.store.write() as books:
        books.keep_excluded(story.id, [Passage("dit staat er niet meer")])
    screen = mine(house, story).press("groot_verander").press("groot_weglaten").press("terugzetten_0")
    assert own(house, story).text.hidden == ()  # type: ignore[union-attr]
    assert not screen.errors


def test_a_stopped_story_is_only_read(house: House) -> None:
    story = house.worked()
    screen = mine(house, story).press("groot_verander").press("groot_weglaten")
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    assert "weglaten" not in screen.run().components
    assert receiving.parts(house.store, story.id) == ()
