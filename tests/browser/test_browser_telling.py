"""Tellers with a phone, in a real browser: the ways in, and the ways back.

A child whose parent is elsewhere, a parent who sends a file, somebody who exports a chat, a teller who stops while an
editor has the draft open. The ervaringswerker with an interview has chapters of their own (`test_browser_helper`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from browser_help import MARKS, PHONE, RECORDINGS, Chapters, button, chapters_in, codes, press, sync_api, tap

from desk import publishing, reviewing
from stories.consent import Form, Party, Purpose, may_use
from stories.model import Story, StoryKind
from stories.people import Role
from stories.stages import Stage
from tests.capture.chats import an_export, chat_zip

pytestmark = MARKS

TEXT = (
    "Mijn zoon mocht niet mee op schoolreisje, want er was geen geld. Hij zei dat hij ziek was. "
    "Daarna hielp de school met een potje."
)
TO_THE_END = ("verder_others", "verder_about", "verder_feel", "verder_lens")
INSIDE = (*TO_THE_END, "groot_wie_redactie", "verder_check")
IN_THE_NEWSLETTER = (
    *TO_THE_END, "groot_wie_iedereen", "kanaal_nieuwsbrief_tekst", "verder_channels", "groot_bijzonder_nee",
    "groot_geheel_onherkenbaar", "groot_zien_nee", "verder_check",
)  # fmt: skip


@pytest.fixture(scope="module")
def chapters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chapters]:
    with chapters_in(tmp_path_factory.mktemp("telling")) as opened:
        opened.app.user("Noor", Role.BEHEERDER)  # or every page is that of the first administrator
        yield opened


def told_by(chapters: Chapters, code: str) -> Story:
    with chapters.app.store.read() as books:
        return books.story(books.holder_of_receipt(code).story_id)


def worked(chapters: Chapters, page: object, story: Story) -> Story:
    """Wait until the worker has done everything that it may do."""
    for _ in range(180):
        with chapters.app.store.read() as books:
            story = books.story(story.id)
        if story.stage is Stage.TAGGED:
            return story
        page.wait_for_timeout(1000)  # type: ignore[attr-defined]
    raise AssertionError(f"the worker did not finish: {story.stage}, {story.waiting_for}")


def test_a_child_tells_and_the_parent_says_yes_on_another_phone(chapters: Chapters) -> None:
    phone = chapters.page(width=PHONE)
    phone.goto(chapters.app.base_url + "/vertel")
    press(phone, "groot_kind", "groot_FROM_12", "groot_zestien_nee", "verder_notice", "groot_ja", "groot_ouder_later")
    press(phone, "groot_typen")
    phone.locator(".st-key-verhaaltekst textarea").fill(TEXT)
    press(phone, "verder_tell", *IN_THE_NEWSLETTER)
    phone.get_by_text("wacht nu op het ja van je ouder").wait_for()
    chapters.picture(phone, "18-code-voor-ouder")
    own, parents = codes(phone)
    story = told_by(chapters, own)
    assert story.waiting_for == "consent.vertegenwoordiger_not_asked" and story.stage is Stage.CAPTURED
    parent = chapters.open_own_story(parents)
    assert "schoolreisje" not in parent.locator("body").inner_text(), "a parent reads no word of the child"
    chapters.picture(parent, "19-ouder")
    press(parent, "groot_begin", "groot_begrepen", "groot_relation_ouder", "groot_authority_alleen")
    press(parent, "groot_antwoord_ja")
    press(parent, "groot_mag_nieuwsbrief_tekst", "groot_ja")
    parent.get_by_text(re.compile("Nieuwsbrief")).first.wait_for()
    story = worked(chapters, parent, story)
    with chapters.app.store.read() as books:
        assert may_use(books.consent(story.id), Purpose.NIEUWSBRIEF, Form.TEKST, on=datetime.now(UTC).date())


def test_a_parent_sends_a_recording_from_the_phone(chapters: Chapters) -> None:
    page = chapters.page(width=PHONE)
    page.goto(chapters.app.base_url + "/vertel")
    press(page, "groot_ouder", "verder_notice", "groot_ja", "groot_bestand")
    page.locator("input[type=file]").set_input_files(RECORDINGS / "deurbel.ogg")
    button(page, "Bewaar")
    page.get_by_text(re.compile("Deel 1: geluid van")).wait_for()
    chapters.picture(page, "20-bestand")
    press(page, "verder_tell", *INSIDE)
    (code,) = codes(page)
    assert told_by(chapters, code).kind is StoryKind.AUDIO


def test_of_a_chat_only_one_persons_messages_are_the_story(chapters: Chapters, tmp_path: Path) -> None:
    said = [(datetime(2026, 3, 2, 14, 5), who, f"Dit is een bericht van {who}.") for who in ("Samira", "Joris")]
    export = tmp_path / "WhatsApp-chat met Joris.zip"
    export.write_bytes(chat_zip(an_export("android nl", said)))
    page = chapters.page(width=PHONE)
    page.goto(chapters.app.base_url + "/vertel")
    press(page, "groot_ouder", "verder_notice", "groot_ja", "groot_bestand")
    page.locator("input[type=file]").set_input_files(export)
    button(page, "Bewaar")
    page.get_by_text("Van wie zijn de berichten?").wait_for()
    chapters.picture(page, "21-chat")
    press(page, "groot_chat_0")
    page.get_by_text("Deel 1: tekst van 6 woorden").wait_for()
    press(page, "verder_tell")
    page.get_by_text("Wie komen er nog meer in voor?").wait_for()
    sync_api.expect(page.locator(".st-key-persoon_0 input")).to_have_value("Joris")
    press(page, *INSIDE)
    (code,) = codes(page)
    story = told_by(chapters, code)
    with chapters.app.store.read() as books:
        assert books.intake_names(story.id) == ("Joris",)


def test_a_teller_stops_while_an_editor_has_the_draft_open(chapters: Chapters) -> None:
    phone = chapters.page(width=PHONE)
    phone.goto(chapters.app.base_url + "/vertel")
    press(phone, "groot_ouder", "verder_notice", "groot_ja", "groot_typen")
    phone.locator(".st-key-verhaaltekst textarea").fill(TEXT)
    press(phone, "verder_tell", *IN_THE_NEWSLETTER)
    (code,) = codes(phone)
    story = worked(chapters, phone, told_by(chapters, code))
    store = chapters.app.store
    editor, releaser = chapters.app.user("Ed", Role.REDACTEUR), chapters.app.user("Vera", Role.VRIJGEVER)
    reviewing.mark_heard(store, editor, story.id)
    story = reviewing.offer_for_release(store, editor, story.id, expected=story.row_version)
    story = reviewing.release(store, releaser, story.id, expected=story.row_version)
    with store.read() as books:
        start = books.version(story.id).clean.text.index("Hij zei dat hij ziek was.")
    quote = publishing.cut_quote(store, editor, story.id, start, start + 25)
    when = datetime.now(UTC).date() + timedelta(days=7)
    piece = publishing.compose(store, editor, [quote.id], title="Ziek gemeld", publish_on=when)
    desk = chapters.page("Ed", Role.REDACTEUR)
    desk.goto(f"{chapters.app.base_url}/stukken?stuk={piece.id}")
    desk.get_by_label("Titel").fill("Een andere titel")
    teller = chapters.open_own_story(code)
    press(teller, "groot_stop", "zeker")
    tap(teller, teller.get_by_role("button", name="Stop en wis het verhaal").and_(teller.locator(":enabled")))
    teller.get_by_text(re.compile("Niemand gebruikt")).first.wait_for()
    button(desk, "Bewaar")
    desk.get_by_text("op slot").first.wait_for()
    with store.read() as books:
        assert books.piece(piece.id).title == "Ziek gemeld", "an open tab cannot save"
        assert books.consent(story.id).last(Party.TELLER, Purpose.VERWERKEN, None).outcome == "ingetrokken"  # type: ignore[union-attr]


def test_no_page_asked_anything_of_the_outside_world(chapters: Chapters) -> None:
    assert chapters.outside == []


def test_no_word_of_a_story_stands_in_the_log(chapters: Chapters) -> None:
    log = chapters.app.log_text()
    assert not [word for word in ("schoolreisje", "potje", "Samira", "Joris", "WhatsApp") if word in log]
