"""A newsletter made on the screens: words chosen, offered, released by a second person, taken along by a third."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

from streamlit.testing.v1 import AppTest
from ui_help import QUOTED, TIMEOUT_S, House, Screen

from desk import publishing, reviewing, withdrawing
from stories.consent import Party, Purpose
from stories.model import BlockKind, Piece, PieceState, Story
from stories.people import Role
from stories.words import say

NEXT_WEEK = datetime.now(UTC).date() + timedelta(days=7)


def the_only_piece(house: House) -> Piece:
    with house.store.read() as books:
        (piece,) = books.pieces()
    return piece


def open_piece(house: House, piece: Piece, role: Role = Role.REDACTEUR) -> Screen:
    return house.screen(role).open("stukken", stuk=piece.id)


def pick(screen: Screen, story: Story, words: str) -> Screen:
    key = f"tekst_{story.id}"
    start = screen.data(key)["text"].index(words)
    return screen.touch(key, "picked", {"start": start, "end": start + len(words)})


def state(house: House, piece: Piece) -> PieceState:
    with house.store.read() as books:
        return books.piece(piece.id).state


def field_of(piece: Piece, kind: BlockKind) -> str:
    return f"blok_{next(number for number, block in enumerate(piece.blocks) if block.kind is kind)}"


def test_three_people_bring_a_quote_into_a_bundle(house: House) -> None:
    story = house.released()
    editor = pick(house.screen(Role.REDACTEUR).open("stukken"), story, QUOTED)
    (basket,) = editor.app.checkbox
    assert not basket.value and "Hij zei dat hij ziek was" in basket.label
    shown = editor.data(f"tekst_{story.id}")
    assert [shown["text"][tint["start"] : tint["end"]] for tint in shown["tints"]] == [QUOTED], "what was cut is marked"
    basket.check()
    editor.run()
    editor.press(next(b.label for b in editor.app.button if b.label.startswith("Maak een nieuwsbrief")))
    piece = the_only_piece(house)
    assert editor.title == piece.title == say("ui.piece_title_default")
    assert piece.publish_on == NEXT_WEEK
    assert say("ui.piece_ready") in editor.text
    editor.press("stuk_aanbieden")
    assert say("ui.piece_offered") in editor.text and not editor.has("stuk_vrijgeven")

    releaser = open_piece(house, piece, Role.VRIJGEVER).press("stuk_vrijgeven")
    assert say("ui.piece_released") in releaser.text and not releaser.has("stuk_bundel")

    officer = open_piece(house, piece, Role.COMMUNICATIE).press("stuk_bundel")
    assert say("ui.piece_exported") in officer.text
    (export_id,) = re.findall(r"href='/bundel/([^']+)'", officer.raw_html)
    data, _ = publishing.download(house.store, house.staff[Role.COMMUNICATIE], export_id)
    with zipfile.ZipFile(BytesIO(data)) as bundle:
        assert any(QUOTED in bundle.read(name).decode("utf-8", "ignore") for name in bundle.namelist())
    officer.press("stuk_gepubliceerd")
    assert say("ui.piece_published_done") in officer.text
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


def test_a_piece_without_quotes_is_not_made(house: House) -> None:
    house.released()
    screen = house.screen(Role.REDACTEUR).open("stukken")
    screen.press(next(b.label for b in screen.app.button if b.label.startswith("Maak een nieuwsbrief")))
    assert screen.errors
    with house.store.read() as books:
        assert not books.pieces()


def test_a_story_that_may_not_be_used_says_why_and_offers_no_words(house: House) -> None:
    story = house.released(channels=((Purpose.INTERN_LEREN, None),))
    screen = house.screen(Role.REDACTEUR).open("stukken")
    assert not screen.has(f"tekst_{story.id}")
    (warning,) = screen.app.warning
    assert warning.value.endswith(".")


# what the gate says


def test_a_name_typed_into_a_piece_blocks_the_offer_and_is_explained(house: House) -> None:
    piece = house.piece(house.released())
    screen = open_piece(house, piece)
    screen.app.text_area(key=field_of(piece, BlockKind.NARRATION)).set_value("Samira vertelt over haar zoon.")
    screen.press(say("ui.piece_save"))
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
    screen.app.text_area(key=field_of(piece, BlockKind.NARRATION)).set_value("Dit is een andere inleiding.")
    screen.press(say("ui.piece_save"))
    assert state(house, piece) is PieceState.CONCEPT
    assert "Dit is een andere inleiding." in [area.value for area in screen.app.text_area]


def test_a_quote_may_be_shortened_but_not_changed(house: House) -> None:
    piece = house.piece(house.released())
    field = field_of(piece, BlockKind.QUOTE)
    screen = open_piece(house, piece)
    screen.app.text_area(key=field).set_value("Hij zei dat hij heel erg ziek was.")
    assert not screen.press(say("ui.piece_save")).enabled("stuk_aanbieden")
    screen.app.text_area(key=field).set_value("Hij zei dat hij (...) was.")
    assert screen.press(say("ui.piece_save")).enabled("stuk_aanbieden")


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
    field = field_of(piece, BlockKind.NARRATION)
    slow, fast = open_piece(house, piece), open_piece(house, piece)
    fast.app.text_area(key=field).set_value("Van de snelle.")
    fast.press(say("ui.piece_save"))
    slow.app.text_area(key=field).set_value("Van de trage.")
    slow.press(say("ui.piece_save"))
    assert slow.errors
    assert slow.app.text_area(key=field).value == "Van de trage."
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
    screen.press(say("ui.piece_save"))
    assert "<script" not in screen.raw_html
    (frame,) = screen.app.get("iframe")
    assert "<script" not in frame.proto.srcdoc and "ziek" in frame.proto.srcdoc


def test_the_date_on_the_screen_is_dutch(house: House) -> None:
    piece = house.piece(house.released())
    shown = open_piece(house, piece).text
    when: date = piece.publish_on
    assert f"{when.day} " in shown and str(when.year) in shown
    assert not re.search(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun|May|Oct)\b", shown)
