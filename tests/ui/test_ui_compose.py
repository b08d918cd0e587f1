"""A newsletter made on the screens: words chosen, offered, released by a second person, taken along by a third."""

from __future__ import annotations

import re
import zipfile
from datetime import date, timedelta
from io import BytesIO

from compose_screen import field, open_piece, state, the_only_piece
from streamlit.testing.v1 import AppTest
from ui_help import QUOTED, TIMEOUT_S, House, Screen

from desk import basket, exporting, publishing, reviewing, withdrawing
from stories import clock
from stories.consent import Form, Party, Purpose
from stories.model import BlockKind, PieceKind, PieceState, Voice
from stories.people import Role
from stories.words import say

NEXT_WEEK = clock.today() + timedelta(days=7)


def test_three_people_bring_a_quote_into_a_bundle(house: House) -> None:
    story = house.released()
    with house.store.read() as books:
        start = books.version(story.id).clean.text.index(QUOTED)
    basket.cut(house.store, house.staff[Role.REDACTEUR], story.id, start, start + len(QUOTED))
    editor = house.screen(Role.REDACTEUR).open("citaten", mandje="1")
    editor.app.selectbox(key="mand_soort").set_value(PieceKind.NIEUWSBRIEF)
    editor.run().press("mand_maak")
    piece = the_only_piece(house)
    assert piece.publish_on == NEXT_WEEK
    assert say("ui.piece_ready") in open_piece(house, piece).text
    editor = open_piece(house, piece).press("stuk_aanbieden")
    assert say("ui.piece_offered") in editor.text and not editor.has("stuk_vrijgeven")

    releaser = open_piece(house, piece, Role.VRIJGEVER).press("stuk_vrijgeven")
    assert say("ui.piece_released") in releaser.text and not releaser.has("stuk_bundel")

    officer = open_piece(house, piece, Role.COMMUNICATIE).press("stuk_bundel")
    assert say("ui.piece_exported") in officer.text
    (export_id,) = re.findall(r"href='/bundel/([^']+)'", officer.raw_html)
    data, _ = exporting.download(house.store, house.staff[Role.COMMUNICATIE], export_id)
    with zipfile.ZipFile(BytesIO(data)) as bundle:
        assert any(QUOTED in bundle.read(name).decode("utf-8", "ignore") for name in bundle.namelist())
    officer.app.selectbox(key="publicatie_waar").set_value("mail")
    officer.press("publicatie_noteren")
    assert say("register.noted") in officer.text
    assert state(house, piece) is PieceState.GEPUBLICEERD


def test_who_made_a_piece_is_told_in_dutch_that_somebody_else_must_release(house: House) -> None:
    story = house.released()
    both = house.somebody(Role.COMMUNICATIE, Role.VRIJGEVER)
    with house.store.read() as books:
        start = books.version(story.id).clean.text.index(QUOTED)
    quote = publishing.cut_quote(house.store, both, story.id, start, start + len(QUOTED))
    piece = publishing.compose(house.store, both, [quote.id], title="Ziek gemeld", publish_on=NEXT_WEEK)
    screen = Screen(house.store, both).open("stukken", stuk=piece.id)
    screen.press("stuk_aanbieden").press("stuk_vrijgeven")
    assert screen.errors == [say("desk.four_eyes")]
    assert state(house, piece) is PieceState.TER_VRIJGAVE


# what the gate says


def test_a_name_typed_into_a_piece_blocks_the_offer_and_is_explained(house: House) -> None:
    piece = house.piece(house.released())
    screen = open_piece(house, piece)
    field(screen, piece, BlockKind.NARRATION).set_value("Samira vertelt over haar zoon.")
    screen.press("stuk_bewaren")
    found = publishing.findings(house.store, house.staff[Role.REDACTEUR], piece.id)
    blocking = [finding.sentence for finding in found if finding.blocks]
    assert blocking and all(sentence in screen.text for sentence in blocking)
    assert not screen.enabled("stuk_aanbieden")
    assert say("ui.piece_ready") not in screen.text


def test_withdrawal_locks_the_piece_and_the_screen_says_so(house: House) -> None:
    story = house.released()
    piece = house.piece(story)
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    screen = open_piece(house, piece)
    assert say("ui.piece_geblokkeerd") in screen.text and say("ui.piece_locked") in screen.text
    assert not screen.app.button, "nothing can be done with it"
    found = publishing.findings(house.store, house.staff[Role.REDACTEUR], piece.id)
    assert found and all(finding.sentence in screen.text for finding in found)


def test_a_yes_taken_back_while_the_tab_is_open_stops_the_export(house: House) -> None:
    story = house.released()
    piece = house.released_piece(story)
    officer = open_piece(house, piece, Role.COMMUNICATIE)
    withdrawing.withdraw(house.store, story.id, Party.TELLER, purpose=Purpose.NIEUWSBRIEF)
    officer.press("stuk_bundel")
    assert say("ui.piece_geblokkeerd") in officer.text
    with house.store.read() as books:
        assert not books.exports(piece.id)


def test_a_story_paused_while_the_tab_is_open_stops_the_offer_with_the_reasons(house: House) -> None:
    story = house.released()
    piece = house.piece(story)
    editor = house.staff[Role.REDACTEUR]
    screen = open_piece(house, piece)
    reviewing.pause(house.store, editor, story.id, expected=house.now(story.id).row_version)
    screen.press("stuk_aanbieden")
    blocking = [f.sentence for f in publishing.findings(house.store, editor, piece.id) if f.blocks]
    assert blocking and all(sentence in screen.text for sentence in blocking)
    assert state(house, piece) is PieceState.CONCEPT


def test_a_refusal_of_the_gate_shows_all_its_reasons_as_text() -> None:
    def refuse() -> None:
        from types import SimpleNamespace

        from stories.errors import GateRefused
        from ui.parts import told_plainly

        with told_plainly():
            found = (SimpleNamespace(sentence="Eerst dit."), SimpleNamespace(sentence="En <b>dat</b>."))
            raise GateRefused("publish.refused", findings=found, count=2)

    app = AppTest.from_function(refuse).run(timeout=TIMEOUT_S)
    assert [error.value for error in app.error] == [say("publish.refused", count=2)]
    assert [re.sub(r"<p .*?>|</p>", "", node.value) for node in app.html] == [
        "Eerst dit.",
        "En &lt;b&gt;dat&lt;/b&gt;.",
    ]


# editing


def test_an_edit_of_a_released_piece_takes_it_back_to_concept(house: House) -> None:
    piece = house.released_piece(house.released())
    screen = open_piece(house, piece)
    field(screen, piece, BlockKind.NARRATION).set_value("Dit is een andere inleiding.")
    screen.press("stuk_bewaren")
    assert state(house, piece) is PieceState.CONCEPT
    assert "Dit is een andere inleiding." in [area.value for area in screen.app.text_area]


def test_a_quote_may_be_shortened_but_not_changed(house: House) -> None:
    piece = house.piece(house.released())
    screen = open_piece(house, piece)
    field(screen, piece, BlockKind.QUOTE).set_value("Hij zei dat hij heel erg ziek was.")
    assert not screen.press("stuk_bewaren").enabled("stuk_aanbieden")
    field(screen, piece, BlockKind.QUOTE).set_value("Hij zei dat hij (...) was.")
    assert screen.press("stuk_bewaren").enabled("stuk_aanbieden")


def test_a_tab_that_shows_an_older_piece_does_not_release_the_newer_one(house: House) -> None:
    editor = house.staff[Role.REDACTEUR]
    piece = house.piece(house.released())
    piece = publishing.offer(house.store, editor, piece.id, expected=piece.row_version)
    stale = open_piece(house, piece, Role.VRIJGEVER)
    changed = publishing.edit(
        house.store, editor, piece.id, title="Heel anders", preheader="", publish_on=NEXT_WEEK,
        blocks=piece.blocks, expected=piece.row_version,
    )  # fmt: skip
    publishing.offer(house.store, editor, piece.id, expected=changed.row_version)
    stale.press("stuk_vrijgeven")
    assert stale.errors and state(house, piece) is PieceState.TER_VRIJGAVE
    assert stale.title == "Heel anders"


def test_of_two_editors_the_slower_one_is_told_and_keeps_what_was_typed(house: House) -> None:
    piece = house.piece(house.released())
    slow, fast = open_piece(house, piece), open_piece(house, piece)
    field(fast, piece, BlockKind.NARRATION).set_value("Van de snelle.")
    fast.press("stuk_bewaren")
    field(slow, piece, BlockKind.NARRATION).set_value("Van de trage.")
    slow.press("stuk_bewaren")
    assert slow.errors
    assert field(slow, piece, BlockKind.NARRATION).value == "Van de trage."
    with house.store.read() as books:
        assert "Van de snelle." in [block.text for block in books.piece(piece.id).blocks]


def test_who_does_not_compose_sees_no_fields(house: House) -> None:
    piece = house.piece(house.released())
    screen = open_piece(house, piece, Role.VRIJGEVER)
    assert not screen.app.text_area and say("ui.piece_locked") in screen.text


def test_the_preview_is_the_letter_itself_and_its_markup_stays_inside(house: House) -> None:
    piece = house.piece(house.released())
    screen = open_piece(house, piece)
    screen.app.text_input[0].set_value("<script>alert(1)</script> & zo")
    screen.press("stuk_bewaren")
    assert "<script" not in screen.raw_html
    (frame,) = screen.app.get("iframe")
    assert "<script" not in frame.proto.srcdoc and "ziek" in frame.proto.srcdoc


def test_the_date_on_the_screen_is_dutch(house: House) -> None:
    piece = house.piece(house.released())
    shown = open_piece(house, piece).text
    when: date = piece.publish_on
    assert f"{when.day} " in shown and str(when.year) in shown
    assert not re.search(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun|May|Oct)\b", shown)


# the list


def test_the_list_is_narrowed_by_kind_and_state_and_says_what_blocks(house: House) -> None:
    story = house.released()
    piece = house.piece(story)
    editor = house.staff[Role.REDACTEUR]
    publishing.edit(
        house.store, editor, piece.id, title="Over Samira", preheader="", publish_on=NEXT_WEEK, blocks=piece.blocks,
        expected=piece.row_version,
    )  # fmt: skip
    screen = house.screen(Role.REDACTEUR).open("stukken")
    assert "Over Samira" in screen.text and say("publish.leak_in_title") in screen.text
    screen.app.selectbox(key="stukken_soort").set_value("podcast")
    assert "Over Samira" not in screen.run().text and say("compose.pieces_none") in screen.text
    assert "Over Samira" in screen.open("stukken", staat="concept").text
    assert "Over Samira" in screen.open("stukken", staat="<script>", soort="x", p="-1").text


def test_a_piece_for_another_channel_is_made_of_it_with_what_is_allowed_there(house: House) -> None:
    piece = house.piece(
        house.released(channels=[(Purpose.NIEUWSBRIEF, Form.TEKST), (Purpose.PODCAST, Form.NAGESPROKEN)])
    )
    screen = open_piece(house, piece)
    screen.app.selectbox(key="afleiden_soort").set_value(PieceKind.POST)
    screen.run().press("afleiden_maken")
    assert screen.errors and say("consent.no_answer") in screen.errors[0]
    screen.app.selectbox(key="afleiden_soort").set_value(PieceKind.PODCAST)
    screen.run().press("afleiden_maken")
    with house.store.read() as books:
        made = next(one for one in books.pieces() if one.derived_from == piece.id)
    assert made.kind is PieceKind.PODCAST and [b.voice for b in made.blocks if b.quote_id] == [Voice.NAGESPROKEN]
    assert open_piece(house, made).title == made.title
