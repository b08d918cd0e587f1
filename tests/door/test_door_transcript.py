"""`/uitschrift/...`: a transcript as a file, to editors alone."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from app_fixture import RunningApp, Visitor
from builders import a_consent, a_recording, a_story, a_transcript, a_version

from door.cookies import teller_subject
from stories import tickets
from stories.model import CleanText, RawText, StoryKind
from stories.people import CodeHolder, Role
from stories.stages import Stage, State
from transcription import FORMATS

SENTENCES = ("Mijn zus Sanne mocht niet mee.", "Er was geen geld.")
CLEAN = "Mijn zus [naam] mocht niet mee.\nEr was geen geld."


@pytest.fixture(scope="module")
def story_id(app: RunningApp) -> str:
    story = a_story(kind=StoryKind.AUDIO, stage=Stage.TAGGED, state=State.IN_REDACTIE)
    transcript = a_transcript(SENTENCES)
    with app.store.write() as books:
        books.add_story(story)
        books.add_consent(*a_consent(story))
        books.keep_recording(story.id, a_recording(b"flac", duration_ms=4_000), io.BytesIO(b"flac"))
        books.keep_transcript(story.id, transcript)
        made = a_version(story)
        clean = CleanText(CLEAN, RawText(transcript.text).digest)
        books.add_version(replace(made, clean=clean))
    return story.id


@pytest.fixture
def editor(app: RunningApp, visitor: Visitor) -> Visitor:
    visitor.cookies["vertelpunt"] = app.log_in("Bo", Role.REDACTEUR)
    return visitor


@pytest.mark.parametrize("form", FORMATS)
def test_an_editor_gets_a_file_that_is_kept_nowhere_and_named_without_a_word(
    editor: Visitor, story_id: str, form: str
) -> None:
    answer = editor.get(f"/uitschrift/{story_id}/{form}")
    assert answer.status == 200 and answer.body
    assert answer.headers["Content-Type"] == FORMATS[form].media_type
    assert answer.headers["Content-Disposition"] == f'attachment; filename="uitschrift-{story_id[:6]}.{form}"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_original_is_asked_for_by_name(editor: Visitor, story_id: str) -> None:
    clean = editor.get(f"/uitschrift/{story_id}/txt").body.decode()
    assert clean.splitlines() == CLEAN.splitlines()
    assert editor.get(f"/uitschrift/{story_id}/txt?origineel=0").body.decode() == clean
    data = json.loads(editor.get(f"/uitschrift/{story_id}/json?origineel=1").body)
    assert [segment["text"] for segment in data["segments"]] == list(SENTENCES)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.REDACTEUR}))
def test_for_every_other_role_it_is_not_there(app: RunningApp, visitor: Visitor, story_id: str, role: Role) -> None:
    visitor.cookies["vertelpunt"] = app.log_in(f"Iemand {role}", role)
    for path in (f"/uitschrift/{story_id}/vtt", f"/uitschrift/{story_id}/vtt?origineel=1"):
        assert visitor.get(path).status == 404


def test_strangers_tellers_and_wrong_addresses_get_the_same_answer(
    app: RunningApp, visitor: Visitor, editor: Visitor, story_id: str
) -> None:
    stranger, teller = Visitor(app), Visitor(app)
    subject = teller_subject(CodeHolder(story_id))
    teller.cookies["vertelpunt_verhaal"] = tickets.issue(app.settings, tickets.TELLER, subject, 60)
    nothing = stranger.get("/uitschrift/v0000000000000000/vtt")
    assert nothing.status == 404
    answers = [stranger.get(f"/uitschrift/{story_id}/vtt"), teller.get(f"/uitschrift/{story_id}/vtt?origineel=1")]
    answers += [
        editor.get(f"/uitschrift/{path}") for path in (f"{story_id}/exe", "v0/vtt", f"{story_id}/VTT", "v0;x/vtt")
    ]
    assert {(answer.status, answer.body) for answer in answers} == {(404, nothing.body)}
    assert editor.send("POST", f"/uitschrift/{story_id}/vtt", headers={"Origin": app.base_url}).status == 404


def test_an_editor_is_told_why_a_file_cannot_leave_now(app: RunningApp, editor: Visitor) -> None:
    story = a_story(kind=StoryKind.AUDIO, stage=Stage.TRANSCRIBED, state=State.IN_REDACTIE)
    with app.store.write() as books:
        books.add_story(story)
        books.add_consent(*a_consent(story))
        books.keep_transcript(story.id, a_transcript(SENTENCES))
    answer = editor.get(f"/uitschrift/{story.id}/docx")
    assert answer.status == 409 and "Kijk de namen na" in answer.body.decode() and "Sanne" not in answer.body.decode()
    assert editor.get(f"/uitschrift/{story.id}/docx?origineel=1").status == 200
