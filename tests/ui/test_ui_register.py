"""Gepubliceerd: where a piece stands is written down on its own page; what must go stands above all else."""

from __future__ import annotations

from datetime import timedelta

from insights_fixture import tell
from mailed import mailed
from ui_help import House, Screen

from desk import insight_files, publishing, retention, withdrawing
from desk.insights import Selection
from desk.register import Publication, sheets, take_down
from stories.consent import Party, Purpose
from stories.model import Piece, Story
from stories.people import Role
from stories.words import say

CIRCLE = Selection(Purpose.KENNISKRING, opgave="werkgever")


def out(house: House) -> tuple[Story, Piece, Publication]:
    story = house.released()
    piece = house.released_piece(story)
    return story, piece, mailed(house.store, house.staff[Role.COMMUNICATIE], piece)


def register(house: House) -> Screen:
    return house.screen(Role.COMMUNICATIE).open("gepubliceerd")


def piece_page(house: House, piece: Piece) -> Screen:
    return house.screen(Role.COMMUNICATIE).open("stukken", stuk=piece.id)


def test_what_stands_nowhere_says_so(house: House) -> None:
    assert say("register.stands_none") in register(house).text


def test_what_was_written_down_on_the_page_of_a_piece_stands_in_the_register(house: House) -> None:
    piece = house.released_piece(house.released())
    screen = piece_page(house, piece)
    screen.app.selectbox(key="publicatie_waar").set_value("website")
    screen.app.text_input(key="publicatie_adres").set_value("https://vertelpunt.example/12")
    screen.press("publicatie_noteren")
    assert say("register.noted") in screen.text and "https://vertelpunt.example/12" in screen.text
    page = register(house)
    assert piece.title in page.text and say("register.channel_website") in page.text
    assert "href='https://vertelpunt.example/12'" in page.raw_html


def test_a_form_without_a_place_says_what_is_missing(house: House) -> None:
    screen = piece_page(house, house.released_piece(house.released())).press("publicatie_noteren")
    assert screen.errors == [say("register.channel_unknown")]


def test_what_must_go_says_before_when_and_what_cannot_be_undone(house: House) -> None:
    story, piece, one = out(house)
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    page = register(house)
    assert say("register.must_go", count=1) in page.text and say("register.undo_mail") in page.text
    assert "/gepubliceerd" in house.screen(Role.COMMUNICATIE).open("stukken").raw_html
    page.press(f"weg_{one.id}")
    assert say("register.gone_noted") in page.text and say("register.gone", count=1) in page.text
    assert say("register.badge_gone") in piece_page(house, piece).text


def test_a_locked_piece_that_is_out_already_can_be_written_down(house: House) -> None:
    story = house.released()
    piece = house.released_piece(story)
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    screen = piece_page(house, piece)
    assert say("register.note_out_lead") in screen.text
    screen.app.selectbox(key="publicatie_waar").set_value("mail")
    screen.press("publicatie_noteren")
    assert say("register.noted_out") in screen.text and say("register.is_gone") in str(screen.app.button)
    assert piece.title not in register(house).text, "somebody took their words back"


def test_others_than_the_communications_team_write_nothing_down(house: House) -> None:
    _, piece, _ = out(house)
    for role in (Role.REDACTEUR, Role.VRIJGEVER):
        screen = house.screen(role).open("stukken", stuk=piece.id)
        assert not screen.has("publicatie_noteren") and say("register.piece_title") not in screen.text


def test_the_teller_reads_where_it_stands_and_that_it_is_taken_down(house: House) -> None:
    story, _, _ = out(house)
    mine = house.screen(teller=story.id).open("mijn-verhaal").press("groot_stukken")
    assert say("register.channel_mail") in mine.text
    withdrawing.withdraw(house.store, story.id, Party.TELLER, purpose=publishing.Purpose.NIEUWSBRIEF)
    mine = house.screen(teller=story.id).open("mijn-verhaal").press("groot_stukken")
    assert "weggehaald" in mine.text and say("register.told_mail") in mine.text


def test_whoever_stopped_with_everything_reads_it_too_also_after_erasure(house: House) -> None:
    story, _, one = out(house)
    erased_after = withdrawing.withdraw(house.store, story.id, Party.TELLER).erased_after
    assert say("register.told_mail") in house.screen(teller=story.id).open("mijn-verhaal").text
    assert erased_after is not None
    retention.tidy(house.store, now=erased_after + timedelta(hours=1))
    assert "weggehaald, vóór" in house.screen(teller=story.id).open("mijn-verhaal").text
    take_down(house.store, house.staff[Role.COMMUNICATIE], one.id)
    assert "Weggehaald op" in house.screen(teller=story.id).open("mijn-verhaal").text


def test_an_a4_with_words_of_who_stopped_is_asked_back_and_the_teller_reads_so(house: House) -> None:
    tell(house.store, 6, opgave="werkgever", lens="gaat_fout")
    insight_files.export(house.store, house.staff[Role.REDACTEUR], CIRCLE, "docx")
    (sheet,) = sheets(house.store, house.staff[Role.COMMUNICATIE])
    page = register(house)
    assert say("handouts.lead") in page.text and say("register.must_go", count=1) not in page.text
    with house.store.read() as books:
        quoted = books.audit_trail(action="quote_in_insights")[0]["story_id"]
    withdrawing.withdraw(house.store, quoted, Party.TELLER)
    page = register(house)
    assert say("register.must_go", count=1) in page.text and say("handouts.undo", by=sheet.by) in page.text
    page.press(f"weg_{sheet.id}")
    assert say("handouts.gone_noted") in page.text and "gevraagd om weg te doen" in page.text
    mine = house.screen(teller=quoted).open("mijn-verhaal")
    assert say("handouts.told_title") in mine.text and say("handouts.told_undo") in mine.text
