"""Transcripts as files: what leaves is anonymised unless asked otherwise, and what comes in is one change."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import pytest
from builders import a_consent
from spoken import SENTENCES, machine, now, written_out

from desk import reviewing, transcript_files, transcripts
from stories.consent import Outcome, Purpose
from stories.errors import ConsentRefused, InputRefused, Moved, NotAllowed, NotFound, Refused
from stories.model import Segment, Story
from stories.people import Role, User
from stories.store import Store
from transcription import FORMATS, emptied, named, read_transcript

EDITOR = User("u1", "Ed", frozenset({Role.REDACTEUR}))
RELEASER = User("u2", "Vera", frozenset({Role.VRIJGEVER}))


@pytest.fixture
def story(store: Store) -> Story:
    return written_out(store)


def clean_of(store: Store, story: Story) -> str:
    with store.read() as books:
        return books.version(story.id).clean.text


def exported(store: Store, story: Story, form: str = "txt", *, original: bool = False) -> str:
    data, media_type = transcript_files.export(store, EDITOR, story.id, form, original=original)
    assert media_type == FORMATS[form].media_type
    if form == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.read("word/document.xml").decode()
    return data.decode()


def audit(store: Store, story: Story) -> list[tuple[str, str | None]]:
    with store.read() as books:
        lines = books.audit_trail(story_id=story.id)
    return [(line["action"], line["detail"]) for line in lines if line["action"].startswith("transcript_")]


@pytest.mark.parametrize("form", FORMATS)
def test_what_leaves_is_anonymised_and_has_the_times_of_the_sound(store: Store, story: Story, form: str) -> None:
    text = exported(store, story, form)
    assert "Sanne" not in text and "Er was geen geld voor de bus." in text
    assert audit(store, story)[0] == ("transcript_exported", f"format={form} original=0")


@pytest.mark.parametrize("form", FORMATS)
def test_the_original_leaves_only_when_it_is_asked_for_and_the_audit_says_so(
    store: Store, story: Story, form: str
) -> None:
    assert "Sanne" in exported(store, story, form, original=True)
    assert audit(store, story)[0] == ("transcript_exported", f"format={form} original=1")


def test_the_anonymised_lines_are_those_of_the_newest_version(store: Store, story: Story) -> None:
    subtitles = read_transcript(exported(store, story, "vtt").encode(), duration_ms=6_000)
    assert "\n".join(segment.text for segment in subtitles.segments) == clean_of(store, story)
    assert [segment.start_ms for segment in subtitles.segments] == [0, 2_000, 4_000]
    data = json.loads(exported(store, story, "json"))
    assert [segment["words"] for segment in data["segments"]] == [[], [], []]


def test_while_names_are_looked_for_no_anonymised_file_leaves(store: Store, story: Story) -> None:
    """The version is of the text before the edit: its lines stand beside other words now."""
    transcripts.retype(
        store, EDITOR, story.id, 1, "Er was geen geld voor Achmed.", expected=now(store, story).row_version
    )
    with pytest.raises(Refused) as refused:
        exported(store, story)
    assert refused.value.code == "file_not_ready"
    assert "Achmed" in exported(store, story, original=True)
    machine(store, story)
    assert "Achmed" not in exported(store, story)


def test_a_name_that_still_stands_in_it_stops_the_file(store: Store, story: Story) -> None:
    row = now(store, story)
    transcripts.retype(store, EDITOR, story.id, 1, "Er was geen geld voor de flurkel.", expected=row.row_version)
    machine(store, story)
    assert "flurkel" in exported(store, story)
    with store.write() as books:
        books.keep_intake_names(story.id, ["Flurkel"])
    before = audit(store, story)
    with pytest.raises(Refused) as refused:
        exported(store, story)
    assert refused.value.code == "file_names_left" and "flurkel" not in refused.value.message
    assert "in regel 2." in refused.value.message
    assert audit(store, story) == before


def test_who_speaks_is_no_name_in_an_anonymised_file(store: Store, story: Story) -> None:
    row = now(store, story)
    transcripts.change(store, EDITOR, story.id, lambda t: named(t, None, "Marieke"), expected=row.row_version)
    assert "Marieke" not in exported(store, story) and "Spreker 1: " in exported(store, story)
    assert "Marieke: " in exported(store, story, original=True)


def test_a_file_needs_consent_and_a_story_at_the_desk(store: Store, story: Story) -> None:
    with pytest.raises(NotAllowed):
        transcript_files.export(store, RELEASER, story.id, "vtt")
    with pytest.raises(NotFound):
        transcript_files.export(store, EDITOR, story.id, "exe")
    row = now(store, story)
    reviewing.pause(store, RELEASER, story.id, expected=row.row_version)
    for original in (False, True):
        with pytest.raises(Refused):
            exported(store, story, original=original)
    with pytest.raises(Refused):
        transcript_files.imported(store, EDITOR, story.id, b"", expected=row.row_version)


def corrected(store: Store, story: Story, old: str, new: str, form: str = "srt") -> Story:
    return corrected_by(store, story, exported(store, story, form, original=True).replace(old, new).encode())


def corrected_by(store: Store, story: Story, data: bytes) -> Story:
    return transcript_files.imported(store, EDITOR, story.id, data, expected=now(store, story).row_version)


def test_a_corrected_file_is_one_change_that_can_be_undone(store: Store, story: Story) -> None:
    with store.read() as books:
        before = books.transcript(story.id)
    corrected(store, story, "geen geld voor de bus", "geld genoeg voor de bus")
    with store.read() as books:
        after = books.transcript(story.id)
    assert after.segments[0] == before.segments[0] and after.segments[2] == before.segments[2]
    assert after.segments[1].text == "Er was geld genoeg voor de bus."
    assert after.segments[1].words[-1] == before.segments[1].words[-1]
    assert ("transcript_imported", "segments=3") in audit(store, story)
    transcripts.undo(store, EDITOR, story.id, expected=now(store, story).row_version)
    with store.read() as books:
        assert books.transcript(story.id) == before


@pytest.mark.parametrize("form", ["vtt", "srt", "json"])
def test_a_file_that_nobody_corrected_changes_nothing(store: Store, story: Story, form: str) -> None:
    row = now(store, story)
    assert corrected(store, story, "", "", form) == row == now(store, story)
    assert ("transcript_imported", "segments=3") not in audit(store, story)


def test_names_in_an_import_are_looked_for_before_anything_leaves(store: Store, story: Story) -> None:
    corrected(store, story, "de bus", "de bus van Achmed")
    machine(store, story)
    assert "Achmed" not in exported(store, story)


def test_a_typed_line_stays_whatever_a_file_says(store: Store, story: Story) -> None:
    typed = Segment(2_000, 2_000, "Dit typte ik.", 1.0)
    with store.write() as books:
        old = books.transcript(story.id)
        books.keep_transcript(story.id, replace(old, segments=(old.segments[0], typed, *old.segments[1:])))
    text = b"WEBVTT\n\n00:00.000 --> 00:06.000\nIets heel anders.\n"
    transcript_files.imported(store, EDITOR, story.id, text, expected=now(store, story).row_version)
    with store.read() as books:
        assert [segment.text for segment in books.transcript(story.id).segments] == ["Iets heel anders.", typed.text]


def test_an_import_of_another_recording_or_after_an_edit_changes_nothing(store: Store, story: Story) -> None:
    row = now(store, story)
    longer = b"WEBVTT\n\n00:00.000 --> 09:00.000\nHallo.\n"
    with pytest.raises(InputRefused):
        transcript_files.imported(store, EDITOR, story.id, longer, expected=row.row_version)
    with pytest.raises(NotAllowed):
        transcript_files.imported(store, RELEASER, story.id, longer, expected=row.row_version)
    transcripts.change(store, EDITOR, story.id, lambda t: emptied(t, 2), expected=row.row_version)
    with pytest.raises(Moved):
        transcript_files.imported(
            store, EDITOR, story.id, b"WEBVTT\n\n00:00.000 --> 00:05.000\nHallo.\n", expected=row.row_version
        )
    with store.read() as books:
        assert [s.text for s in books.transcript(story.id).segments] == [*SENTENCES[:2], ""]


def test_a_no_that_came_later_stops_every_file(store: Store, story: Story) -> None:
    with store.write() as books:
        yes = next(event for event in a_consent(story) if event.purpose is Purpose.VERWERKEN)
        books.add_consent(replace(yes, id="c-no", outcome=Outcome.NEE))
    for original in (False, True):
        with pytest.raises(ConsentRefused):
            exported(store, story, original=original)
    with pytest.raises(ConsentRefused):
        corrected_by(store, story, b"WEBVTT\n\n00:00.000 --> 00:05.000\nHallo.\n")
    assert not audit(store, story)
