"""Luisteren: what the page hands to the transcript component, and what it does with what comes back."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from builders import a_transcript
from plainrun import PlainRun
from spoken import SENTENCES, told, written_out
from ui_help import House, Screen

import pipeline
from desk import finals, transcripts
from stories import jobs
from stories.model import Flag, Segment, Story, Transcript
from stories.people import Role
from stories.stages import Stage
from stories.words import say


def spoken(house: House, *, worked: bool = True) -> Story:
    return written_out(house.store) if worked else told(house.store)


def open_as(house: House, story: Story, role: Role = Role.REDACTEUR) -> Screen:
    return house.screen(role).open("luisteren", verhaal=story.id)


def touch(screen: Screen, house: House, story: Story, action: str, **given: object) -> Screen:
    revision = house.now(story.id).row_version
    number = f"{abs(hash((action, revision, str(given)))):x}"[:12]
    value = {"action": action, "revision": revision, "number": number, **given}
    return screen.touch(f"uitschrift_{story.id}", "touched", value)


def lines_of(screen: Screen, story: Story) -> list[list[object]]:
    return list(screen.data(f"uitschrift_{story.id}")["lines"])


def texts(house: House, story: Story) -> list[str]:
    with house.store.read() as books:
        return [segment.text for segment in books.transcript(story.id).segments]


def test_the_page_shows_the_sentences_with_their_sound_and_names(house: House) -> None:
    story = spoken(house)
    screen = open_as(house, story)
    shown = screen.data(f"uitschrift_{story.id}")
    assert [line[3] for line in shown["lines"]] == list(SENTENCES)
    assert shown["url"] == f"/geluid/{story.id}/audio"
    assert shown["edit"] is True
    start = SENTENCES[0].index("Sanne")
    assert [0, start, start + 5, "red"] in shown["names"]
    assert say("ui.step_luisteren") in screen.text


def test_what_is_corrected_is_saved_and_shown(house: House) -> None:
    story = spoken(house)
    screen = touch(open_as(house, story), house, story, "retype", index=1, text="Er was niets voor de bus.")
    assert texts(house, story)[1] == "Er was niets voor de bus."
    assert lines_of(screen, story)[1][3] == "Er was niets voor de bus."
    screen = touch(screen, house, story, "undo")
    assert texts(house, story) == list(SENTENCES)
    assert not screen.errors


@pytest.mark.parametrize(
    ("action", "given", "after"),
    [
        ("split", {"index": 0, "word": 2}, ["Mijn zus", "Sanne mocht niet mee.", *SENTENCES[1:]]),
        ("merge", {"index": 1}, [SENTENCES[0], f"{SENTENCES[1]} {SENTENCES[2]}"]),
        ("empty", {"index": 2}, [*SENTENCES[:2], ""]),
    ],
)
def test_lines_are_split_joined_and_emptied(
    house: House, action: str, given: dict[str, object], after: list[str]
) -> None:
    story = spoken(house)
    touch(open_as(house, story), house, story, action, **given)
    assert texts(house, story) == after


def test_speakers_are_named_and_swapped_in_one_press(house: House) -> None:
    story = spoken(house)
    screen = touch(open_as(house, story), house, story, "speaker", indices=[0, 2], name="Verteller")
    screen = touch(screen, house, story, "speaker", indices=[1], name="Interviewer")
    screen = touch(screen, house, story, "swap")
    touch(screen, house, story, "name_speaker", old="Interviewer", new="Noor")
    with house.store.read() as books:
        assert [s.speaker for s in books.transcript(story.id).segments] == ["Noor", "Verteller", "Noor"]


def test_a_save_on_an_older_text_is_refused_and_says_so(house: House) -> None:
    story = spoken(house)
    screen = open_as(house, story)
    seen = house.now(story.id).row_version
    transcripts.retype(house.store, house.staff[Role.REDACTEUR], story.id, 0, "Sneller.", expected=seen)
    value = {"action": "retype", "revision": seen, "number": "abc1", "index": 0, "text": "Te laat."}
    screen = screen.touch(f"uitschrift_{story.id}", "touched", value)
    assert [error.startswith(say("storypage.moved")) for error in screen.errors] == [True]  # and who did what
    assert texts(house, story)[0] == "Sneller."


def test_what_was_played_is_heard_and_offering_waits_for_the_rest(house: House) -> None:
    story = spoken(house)
    screen = touch(open_as(house, story), house, story, "heard", spans=[[0, 4000]])
    assert [bool(int(str(line[5])) & 2) for line in lines_of(screen, story)] == [True, True, False]
    review = house.screen(Role.REDACTEUR).open("nakijken", verhaal=story.id)
    assert say("storypage.need_heard") in review.text
    assert not review.enabled("aanbieden")


def test_doubtful_words_are_behind_one_press_and_can_be_confirmed(house: House) -> None:
    story = spoken(house, worked=False)
    heard = a_transcript(SENTENCES)
    doubt = Segment(6000, 6500, "Bedankt voor het kijken.", 0.9, flags=(Flag.BOILERPLATE,))
    with house.store.write() as books:
        books.keep_transcript(story.id, Transcript("nl", 7000, "proef", (*heard.segments, doubt)))
    pipeline.process(house.store, house.store.settings, story.id, PlainRun())
    screen = open_as(house, story)
    line = lines_of(screen, story)[3]
    assert int(str(line[5])) & 1, "not shown as text"
    assert [list(pair) for pair in screen.data(f"uitschrift_{story.id}")["flags"]] == [
        ["boilerplate", say("ui.flag_boilerplate")]
    ]
    screen = touch(screen, house, story, "confirm", index=3)
    assert not int(str(lines_of(screen, story)[3][5])) & 1


def test_what_the_better_model_hears_can_be_taken_or_left(house: House) -> None:
    story = spoken(house)
    with house.store.write() as books:
        first, second = books.transcript(story.id).segments[:2]
        others = tuple(finals.Other(s.start_ms, s.end_ms, f"Anders {s.start_ms}.") for s in (first, second))
        finals.keep(books, story.id, finals.Final(6000, "groot", others))
    screen = open_as(house, story)
    assert [line[7] for line in lines_of(screen, story)] == ["Anders 0.", "Anders 2000.", None]
    screen = touch(screen, house, story, "take_other", index=0)
    screen = touch(screen, house, story, "keep_own", index=1)
    assert texts(house, story)[:2] == ["Anders 0.", SENTENCES[1]]
    assert [line[7] for line in lines_of(screen, story)] == [None, None, None]


def test_while_there_is_no_text_the_page_says_how_far_the_computer_is(house: House) -> None:
    story = spoken(house, worked=False)
    jobs.enqueue(house.store, "process", story.id, size=6000)
    screen = open_as(house, story)
    assert say("ui.transcript_not_yet") in screen.text
    screen.press("werk_stoppen")
    assert [job.state for job in jobs.status(house.store, story.id)] == [jobs.JobState.CANCELLED]
    screen.press("werk_opnieuw")
    assert jobs.status(house.store, story.id)[0].state is jobs.JobState.WAITING


def test_names_are_looked_for_at_once_when_somebody_looks_at_them(house: House) -> None:
    story = spoken(house)
    touch(open_as(house, story), house, story, "retype", index=1, text="Er was geen geld van Achmed.")
    screen = house.screen(Role.REDACTEUR).open("nakijken", verhaal=story.id)
    assert say("ui.names_are_looked_for") in screen.text
    assert not screen.has("origineel")
    pipeline.process(house.store, house.store.settings, story.id, PlainRun())
    assert "Achmed" not in screen.run().data("origineel")["clean"]


def test_whoever_only_releases_hears_nothing(house: House) -> None:
    story = spoken(house)
    screen = house.screen(Role.VRIJGEVER).open("luisteren", verhaal=story.id)
    assert not screen.has(f"uitschrift_{story.id}")


def test_the_reading_version_is_there_when_asked_for_and_says_what_it_is(house: House) -> None:
    story = spoken(house)
    touch(open_as(house, story), house, story, "retype", index=1, text="Er was eh geen geld voor de de bus.")
    screen = open_as(house, story)
    assert "Er was geen geld voor de bus." not in screen.text
    screen.app.toggle(key="leesversie").set_value(True)
    shown = screen.run().text
    assert "Er was geen geld voor de bus." in shown and say("ui.reading_what") in shown


def test_a_file_that_comes_back_is_one_change(house: House) -> None:
    story = spoken(house)
    srt = "1\n00:00:00,000 --> 00:00:02,000\nMijn zus Sanne mocht toch mee.\n"
    value = {"name": "tekst.srt", "data": base64.b64encode(srt.encode()).decode()}
    open_as(house, story).touch(f"bestand_{story.id}", "picked", value)
    assert texts(house, story)[0] == "Mijn zus Sanne mocht toch mee."
    touch(open_as(house, story), house, story, "undo")
    assert texts(house, story) == list(SENTENCES)


@pytest.mark.parametrize("value", [7, {}, {"name": "a", "data": "%%%"}, {"name": 1, "data": "aGE="}])
def test_nonsense_from_the_file_chooser_does_nothing(house: House, value: object) -> None:
    story = spoken(house)
    screen = open_as(house, story).touch(f"bestand_{story.id}", "picked", value)
    assert texts(house, story) == list(SENTENCES) and not screen.errors


def test_another_language_is_chosen_from_a_list(house: House) -> None:
    story = spoken(house)
    screen = open_as(house, story)
    screen.app.selectbox(key="taal_van_het_verhaal").set_value("tr")
    screen.run().press("taal_opnieuw")
    assert house.now(story.id).stage is Stage.CAPTURED


def test_a_story_in_another_language_says_that_names_are_found_badly_and_offers_english(house: House) -> None:
    story = spoken(house)
    with house.store.write() as books:
        books.keep_transcript(story.id, replace(books.transcript(story.id), language="tr"))
    screen = open_as(house, story)
    assert say("ui.transcript_other_names") in screen.text
    screen.press("engels")
    assert [job.name for job in jobs.status(house.store, story.id)][0] == "translate"  # noqa: RUF015


def test_guessing_who_speaks_says_how_to_get_it_when_it_is_not_there(house: House) -> None:
    story = spoken(house)
    screen = open_as(house, story).press("sprekers")
    assert screen.errors == [say("speakers.not_installed")]


def test_a_recording_that_waits_says_for_what(house: House) -> None:
    story = spoken(house, worked=False)
    assert say("ui.transcript_not_yet") in open_as(house, story).text, "and it is drawn once, not for ever"
    with house.store.write() as books:
        row = books.story(story.id)
        books.save(row.moved(waiting_for="consent.vertegenwoordiger_not_asked"), expected=row.row_version)
    screen = open_as(house, story)
    assert say("consent.vertegenwoordiger_not_asked") in screen.text
    assert not screen.has("werk_opnieuw")


def test_a_typed_story_has_nothing_to_listen_to_and_the_page_says_where_to_go(house: House) -> None:
    story = house.worked()
    screen = open_as(house, story)
    assert say("transcript.typed_story") in screen.text and f"/nakijken?verhaal={story.id}" in screen.raw_html
