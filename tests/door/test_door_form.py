"""The paper form and the notice to print, and a proof that comes in through the same door as a story."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from app_fixture import RunningApp, Visitor

from desk import helping, paper, proofs, rules
from stories import tickets
from stories.model import AgeBand, Teller, TellerRole
from stories.people import Role
from stories.vault import Kind

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
ADULT = Teller(TellerRole.OUDER, AgeBand.ADULT)


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize("path", ["/formulier", "/formulier/uitleg"])
def test_blank_paper_is_for_everybody_and_holds_nothing_from_outside(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status == 200 and answer.headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", answer.text)
    assert not visitor.cookies


def test_nothing_can_be_posted_to_the_form(visitor: Visitor) -> None:
    assert visitor.post("/formulier", {"A1": "kind"}).status == 404


def test_the_form_holds_every_question_with_its_code_and_the_notice_it_belongs_to(
    app: RunningApp, visitor: Visitor
) -> None:
    form = paper.blank_form(app.store)
    page = visitor.get("/formulier").text
    shown = text_of(page)
    for section in form.sections:
        assert f"{section.letter}. {section.title}" in shown
        for field in section.fields:
            assert f"{field.code} {field.label}" in shown
            assert all(field.option(value) in shown for value in field.options)
    assert form.edition in shown and form.notice.sha256[:8] in shown
    assert "checked" not in page and "<input" not in page, "nothing is filled in beforehand"


def test_the_printed_notice_is_word_for_word_the_one_that_is_shown(app: RunningApp, visitor: Visitor) -> None:
    shown = text_of(visitor.get("/formulier/uitleg").text)
    for line in rules.shown_notice(app.store)[1].splitlines():
        bare = re.sub(r"^(#+|-)\s+|\*\*", "", line.strip())
        assert not bare or bare.replace("'", "&#39;") in shown, bare


def test_a_form_in_another_language_stays_dutch_because_the_screen_is(visitor: Visitor) -> None:
    visitor.get("/taal/en")
    assert "Wie vertelt?" in visitor.get("/formulier").text
    assert "Newsletter" not in visitor.get("/formulier").text


# a proof comes in


def a_case(app: RunningApp) -> str:
    (story,) = helping.start(app.store, app.user("Hanna", Role.ERVARINGSWERKER), ADULT)
    return story.id


def send(app: RunningApp, visitor: Visitor, errand: str, body: bytes) -> tuple[int, str]:
    ticket = tickets.issue(app.settings, tickets.UPLOAD, errand, 60)
    headers = {"Origin": app.base_url, "X-Vertelpunt-Bewijs": ticket, "Content-Type": "application/octet-stream"}
    answer = visitor.send("POST", "/opname", body=body, headers=headers)
    return answer.status, answer.text


def test_a_scan_is_sealed_as_a_proof_and_is_no_part_of_the_story(app: RunningApp, visitor: Visitor) -> None:
    story_id = a_case(app)
    status, said = send(app, visitor, proofs.subject(story_id), PDF)
    assert status == 200 and '"what":"proof"' in said.replace(" ", "") and '"number":1' in said.replace(" ", "")
    with app.store.read() as books:
        assert books.fetch(story_id, Kind.PROOF, version=1) == PDF
        assert books.parts(story_id) == ()
    assert not [p for p in Path(app.settings.data_dir).rglob("*") if p.is_file() and PDF in p.read_bytes()]


@pytest.mark.parametrize("body", [b"MZ\x90\x00" * 300, b"<html><script>alert(1)</script></html>", PDF[:30]])
def test_what_is_no_proof_is_refused_in_dutch(app: RunningApp, visitor: Visitor, body: bytes) -> None:
    story_id = a_case(app)
    status, said = send(app, visitor, proofs.subject(story_id), body)
    assert status == 400 and '"ok":false' in said.replace(" ", "")
    with app.store.read() as books:
        assert books.numbers(story_id, Kind.PROOF) == ()


@pytest.mark.parametrize("errand", ["v0~bewijs", "~bewijs"])
def test_a_proof_for_no_story_is_not_kept(app: RunningApp, visitor: Visitor, errand: str) -> None:
    status, _ = send(app, visitor, errand, PDF)
    assert status in (400, 404, 503)


def test_a_ticket_for_a_part_cannot_be_turned_into_one_for_a_proof(app: RunningApp, visitor: Visitor) -> None:
    story_id = a_case(app)
    forged = tickets.issue(app.settings, tickets.UPLOAD, story_id, 60).replace(".", "~bewijs.", 1)
    headers = {"Origin": app.base_url, "X-Vertelpunt-Bewijs": forged}
    assert visitor.send("POST", "/opname", body=PDF, headers=headers).status == 401
