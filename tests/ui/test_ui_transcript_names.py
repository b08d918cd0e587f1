"""Deciding about names on the page Luisteren: what reaches the browser, and what is done with what comes back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spoken import machine, written_out
from ui_help import House, Screen

from desk import transcripts
from desk.naming import SOMEBODY_ELSE
from stories.model import Flag, Segment, Story, Transcript
from stories.people import Role
from stories.words import say
from ui.transcript_names import begins

KIM = ("Mijn zus Samira mocht niet mee.", "Haar vriendin Samira wel, zei juf Anneke.", "Toen was er brood.")


@pytest.fixture
def story(house: House) -> Story:
    return written_out(house.store, KIM)


def opened(house: House, story: Story, role: Role = Role.REDACTEUR) -> Screen:
    return house.screen(role).open("luisteren", verhaal=story.id)


def names(screen: Screen, story: Story) -> dict[str, Any]:
    found: dict[str, Any] = screen.data(f"uitschrift_{story.id}")["naming"]
    return found


def decide(screen: Screen, house: House, story: Story, action: str, *, revision: int = 0, **did: object) -> None:
    revision = revision or house.now(story.id).row_version
    number = f"{abs(hash((action, revision, str(did)))):x}"[:12]
    value = {"action": "name", "revision": revision, "number": number, "did": {"action": action, **did}}
    screen.touch(f"uitschrift_{story.id}", "touched", value)


def at(words: str, number: int = 0) -> dict[str, int]:
    text, start = "\n".join(KIM), -1
    for _ in range(number + 1):
        start = text.index(words, start + 1)
    return {"start": start, "end": start + len(words)}


def clean(house: House, story: Story) -> str:
    with house.store.read() as books:
        return books.version(story.id).clean.text


def test_a_mark_is_decided_undone_and_made_smaller_beside_the_sound(house: House, story: Story) -> None:
    screen = opened(house, story)
    given = names(screen, story)
    assert not given["waits"] and given["edit"] and given["begins"] == [0, 32, 74]
    assert [mark["said"] for mark in given["marks"]] == ["Samira", "Samira", "Anneke"]
    decide(screen, house, story, "keep", **at("Anneke"))
    assert "Anneke" in clean(house, story) and names(screen, story)["undo"]
    decide(screen, house, story, "undo")
    assert "Anneke" not in clean(house, story)
    decide(screen, house, story, "mask", **at("Toen was er brood"))
    decide(screen, house, story, "free", **at("er"))
    assert {m["said"]: m["kind"] for m in names(screen, story)["marks"]}["Toen was"] == "red"
    assert " er " in clean(house, story)


def test_two_people_are_parted_and_stay_so_when_the_machine_looks_again(house: House, story: Story) -> None:
    screen = opened(house, story)
    decide(screen, house, story, "mask", person=SOMEBODY_ELSE, **at("Samira", 1))
    first, second, _ = names(screen, story)["marks"]
    assert first["label"] != second["label"] and first["person"] != second["person"]
    change = transcripts.editing.retyped
    store, editor = house.store, house.staff[Role.REDACTEUR]
    transcripts.change(
        store, editor, story.id, lambda t: change(t, 2, "Daarna was er soep."), expected=house.now(story.id).row_version
    )
    machine(store, story)
    again = names(opened(house, story), story)["marks"]
    assert [mark["label"] for mark in again[:2]] == [first["label"], second["label"]]
    decide(screen, house, story, "mask", person=at("Samira")["start"], **at("Samira", 1))
    one, other, _ = names(opened(house, story), story)["marks"]
    assert one["label"] == other["label"] and one["person"] == other["person"]


def test_a_decision_on_an_older_screen_is_refused_and_said_in_the_transcript(house: House, story: Story) -> None:
    screen = opened(house, story)
    decide(screen, house, story, "keep", revision=1, **at("Anneke"))
    assert names(screen, story)["refused"] == say("stories.moved")
    assert "Anneke" not in clean(house, story)


def test_nothing_is_decided_until_the_machine_has_looked_again(house: House, story: Story) -> None:
    store, editor = house.store, house.staff[Role.REDACTEUR]
    transcripts.retype(store, editor, story.id, 2, "Daarna soep.", expected=house.now(story.id).row_version)
    screen = opened(house, story)
    assert names(screen, story)["waits"] and names(screen, story)["marks"] == []
    before = clean(house, story)
    decide(screen, house, story, "keep", **at("Anneke"))
    assert names(screen, story)["refused"] == say("desk.being_worked")
    assert clean(house, story) == before


def test_ideas_are_asked_for_here_too(house: House, story: Story) -> None:
    screen = opened(house, story)
    decide(screen, house, story, "suggest", **at("Anneke"))
    ideas = names(screen, story)["ideas"]
    assert ideas["start"] == at("Anneke")["start"] and say("anonymise.label_persoon") in str(ideas["words"])


flags = st.sets(st.sampled_from(list(Flag)), max_size=2).map(tuple)


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=9), flags), min_size=1))
def test_every_line_begins_where_the_text_that_names_are_looked_for_in_has_it(
    lines: list[tuple[str, tuple[Flag, ...]]],
) -> None:
    segments = tuple(Segment(0, 10, text, 0.5, "A", marked, ()) for text, marked in lines)
    transcript = Transcript("nl", 6000, "proef", segments)
    for segment, begin in zip(segments, begins(transcript), strict=True):
        if begin >= 0:
            assert transcript.text[begin : begin + len(segment.text)] == segment.text
        else:
            assert segment.said != segment.text
