"""Nakijken, "Veilig geluid": asked for, made, listened to by somebody else, and what is told when it went wrong."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from builders import a_consent, a_recording, a_story, a_transcript
from ui_help import House, Screen

from anonymise.sound import RedactionSpan, Why
from desk import redactions, reviewing
from desk.redactions import Redaction
from desk.versions import MACHINE, new_version
from stories import jobs
from stories.model import Story, StoryKind
from stories.people import Role, User
from stories.stages import Stage, State
from stories.vault import Kind
from stories.words import say


@pytest.fixture
def story(house: House) -> Story:
    """A spoken story at the editors', without a safe recording."""
    told = a_story(kind=StoryKind.AUDIO, stage=Stage.TAGGED, state=State.IN_REDACTIE)
    with house.store.write() as books:
        told = books.add_story(told)
        books.add_consent(*a_consent(told))
        books.keep_recording(told.id, a_recording(b"flac"), BytesIO(b"flac"))
        books.keep_transcript(told.id, a_transcript())
        told, _ = new_version(books, told, by=MACHINE)
        return books.save(told, expected=told.row_version)


SPANS = (RedactionSpan(0, 1500, (Why.WORD,)), RedactionSpan(2000, 4000, (Why.HEARD,)))


def keep(house: House, story: Story, *, asked_by: str = "", **changes: object) -> Redaction:
    """A safe recording as the machine leaves it. What is heard in it is of no matter here."""
    with house.store.write() as books:
        version = books.version(story.id)
        about = redactions.about_now(books, story.id) or ""
        one = Redaction(about, version.digest, MACHINE, SPANS, "0" * 64, state="ready")
        one = replace(one, **changes)  # type: ignore[arg-type]
        books.keep(story.id, Kind.REDACTED_AUDIO, b"fLaC")
        redactions.keep(books, story.id, one)
        if asked_by:
            redactions.note_asked(books, story.id, asked_by)
        return one


def open_as(house: House, story: Story, role: Role = Role.REDACTEUR) -> Screen:
    return house.screen(role).open("nakijken", verhaal=story.id)


def heard_all(screen: Screen) -> Screen:
    """As the player says it once every second was played."""
    return screen.touch("veilig_geluid", "whole", screen.data("veilig_geluid")["src"])


def titles(screen: Screen) -> list[str]:
    return [one.label for one in screen.app.expander]


def test_a_typed_story_has_no_sound_to_make_safe(house: House) -> None:
    screen = open_as(house, house.worked())
    assert not [title for title in titles(screen) if title.startswith("Veilig geluid")]


def test_an_editor_asks_for_it_and_sees_that_it_waits(house: House, story: Story) -> None:
    screen = open_as(house, story)
    assert say("safe_sound.title_missing") in titles(screen)
    screen.press("veilig_maken")
    assert say("safe_sound.asked") in screen.text and say("safe_sound.title_coming") in titles(screen)
    assert say("safe_sound.waits") in screen.text and not screen.has("veilig_maken")
    assert [job.name for job in jobs.status(house.store, story.id)] == ["redact"]


def test_a_second_person_says_it_is_safe_once_all_of_it_was_played(house: House, story: Story) -> None:
    one = keep(house, story, asked_by=house.staff[Role.REDACTEUR].id)
    screen = open_as(house, story, Role.VRIJGEVER)
    assert say("safe_sound.title_ready") in titles(screen)
    assert screen.data("veilig_geluid")["src"] == f"/geluid/{story.id}/veilig?v={one.digest[:12]}"
    assert say("safe_sound.gone", count=2, seconds=4) in screen.text and say("safe_sound.whole_one") in screen.text
    assert not screen.enabled("veilig_gehoord")
    heard_all(screen).press("veilig_gehoord")
    assert say("safe_sound.confirmed") in screen.text and say("safe_sound.title_heard") in titles(screen)
    with house.store.read() as books:
        assert redactions.second_person_heard(books, story.id)


def test_who_asked_for_it_listens_but_does_not_judge(house: House, story: Story) -> None:
    keep(house, story, asked_by=house.staff[Role.REDACTEUR].id)
    screen = open_as(house, story)
    assert screen.has("veilig_geluid") and say("safe_sound.not_you") in screen.text
    assert not screen.has("veilig_gehoord")


def test_another_recording_is_played_anew_before_somebody_judges_it(house: House, story: Story) -> None:
    keep(house, story)
    screen = heard_all(open_as(house, story))
    assert screen.enabled("veilig_gehoord")
    keep(house, story, sha256="1" * 64)
    assert not screen.run().enabled("veilig_gehoord")


def test_what_the_player_says_of_another_recording_does_not_count(house: House, story: Story) -> None:
    keep(house, story)
    screen = open_as(house, story).touch("veilig_geluid", "whole", f"/geluid/{story.id}/audio")
    assert not screen.enabled("veilig_gehoord")


def test_an_old_one_is_not_played_and_may_be_made_again(house: House, story: Story) -> None:
    keep(house, story, about="0" * 64)
    screen = open_as(house, story)
    assert say("safe_sound.title_stale") in titles(screen) and say("safe_sound.stale") in screen.text
    assert not screen.has("veilig_geluid") and screen.has("veilig_maken")


def test_what_failed_says_why_and_what_to_do(house: House, story: Story) -> None:
    keep(house, story, state="failed", reason="desk.redaction_failed")
    screen = open_as(house, story)
    assert say("safe_sound.title_failed") in titles(screen) and say("desk.redaction_failed") in screen.text
    screen.press("veilig_maken")
    assert say("safe_sound.title_coming") in titles(screen)


def test_who_releases_cannot_ask_for_it_but_reads_who_can(house: House, story: Story) -> None:
    screen = open_as(house, story, Role.VRIJGEVER)
    assert say("safe_sound.only_editors") in screen.text and not screen.has("veilig_maken")


def test_nothing_bleeped_is_said_as_it_is(house: House, story: Story) -> None:
    keep(house, story, spans=())
    assert say("safe_sound.gone_none") in open_as(house, story).text


def test_two_who_heard_it_are_counted(house: House, story: Story) -> None:
    keep(house, story)
    for role in (Role.REDACTEUR, Role.VRIJGEVER):
        heard_all(open_as(house, story, role)).press("veilig_gehoord")
    assert say("safe_sound.heard", count=2) in open_as(house, story).text


def test_sound_stays_listenable_when_the_story_is_offered(house: House, story: Story) -> None:
    keep(house, story)
    editor: User = house.staff[Role.REDACTEUR]
    reviewing.mark_heard(house.store, editor, story.id)
    reviewing.offer_for_release(house.store, editor, story.id, expected=story.row_version)
    assert open_as(house, story, Role.VRIJGEVER).has("veilig_gehoord")
