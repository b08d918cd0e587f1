"""A newsletter made on the screens: words chosen, offered, released by a second person, taken along by a third."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

from cleared_sound import spoken_again
from streamlit.testing.v1 import AppTest
from ui_help import QUOTED, TIMEOUT_S, House, Screen

from desk import basket, clips, exporting, house_files, publishing, reviewing, withdrawing
from stories.consent import Form, Party, Purpose
from stories.model import Block, BlockKind, Piece, PieceKind, PieceState, Voice
from stories.people import Role
from stories.products import FileKind
from stories.words import say
from tests.publish.episodes import tone

NEXT_WEEK = datetime.now(UTC).date() + timedelta(days=7)


def the_only_piece(house: House) -> Piece:
    with house.store.read() as books:
        (piece,) = books.pieces()
    return piece


def open_piece(house: House, piece: Piece, role: Role = Role.REDACTEUR) -> Screen:
    return house.screen(role).open("stukken", stuk=piece.id)


def state(house: House, piece: Piece) -> PieceState:
    with house.store.read() as books:
        return books.piece(piece.id).state


def field(screen: Screen, piece: Piece, kind: BlockKind) -> Any:
    """The field with the words of the first block of this kind."""
    number = next(number for number, block in enumerate(piece.blocks) if block.kind is kind)
    return fields(screen)[number]


def fields(screen: Screen) -> dict[int, Any]:
    """The fields with words, by the number of their block."""
    found = [
        (re.fullmatch(r"blok_.*_(\d+)", str(one.key)), one) for one in [*screen.app.text_area, *screen.app.text_input]
    ]
    return {int(named[1]): one for named, one in found if named}


def blocks(house: House, piece: Piece) -> tuple[Block, ...]:
    with house.store.read() as books:
        return books.piece(piece.id).blocks


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


# blocks


def test_blocks_are_moved_removed_and_put_in_and_what_was_typed_is_saved_with_it(house: House) -> None:
    piece = house.piece(house.released())
    screen = open_piece(house, piece)
    field(screen, piece, BlockKind.NARRATION).set_value("Getypt, en niet bewaard.")
    screen.press("blok_down_0")
    now = blocks(house, piece)
    assert now[1] == piece.blocks[0] and now[0].text == "Getypt, en niet bewaard."
    assert [one.value for _, one in sorted(fields(screen).items())] == [block.text for block in now]
    screen.press("blok_out_0")
    assert blocks(house, piece) == now[1:]
    screen.press("blok_more_0")
    assert not [key for key in ("erbij_quote", "erbij_clip") if screen.has(key)], "words of a teller have a source"
    screen.press("erbij_narration")
    added = blocks(house, piece)
    assert added == (now[1], Block(BlockKind.NARRATION, ""), *now[2:]) and not screen.has("erbij_narration")
    fields(screen)[1].set_value("Tussen de citaten.")
    screen.press("stuk_bewaren")
    assert blocks(house, piece)[1].text == "Tussen de citaten."


def said(screen: Screen) -> str:
    """What a screen reader hears after a press, and where the keyboard goes."""
    given = screen.data("aandacht")
    return f"{given['said']} {' '.join(given['to'])}"


def test_what_was_taken_out_is_put_back_one_by_one_where_it_stood(house: House) -> None:
    piece = house.piece(house.released())
    quote = next(number for number, block in enumerate(piece.blocks) if block.quote_id)
    screen = open_piece(house, piece).press(f"blok_out_{quote}").press("blok_out_0")
    assert len(blocks(house, piece)) == len(piece.blocks) - 2
    warned = say("publish.quote_lost", block=quote - 1)
    assert warned in screen.text, "the words around it may be about somebody who is gone"
    screen.press("blok_terug").press("blok_terug")
    assert blocks(house, piece) == piece.blocks, "with the marks of the template, and nothing is lost"
    assert not screen.has("blok_terug") and say("publish.quote_lost", block=quote) not in screen.text


def test_what_was_typed_before_it_was_taken_out_comes_back_too(house: House) -> None:
    piece = house.piece(house.released())
    screen = open_piece(house, piece)
    number = next(number for number, block in enumerate(piece.blocks) if block.kind is BlockKind.NARRATION)
    fields(screen)[number].set_value("Net getypt.")
    screen.press(f"blok_out_{number}").press("blok_terug")
    assert (blocks(house, piece)[number].text, blocks(house, piece)[number].drafted) == ("Net getypt.", False)
    screen.press(f"blok_out_{number}").press("stuk_bewaren")
    assert not screen.has("blok_terug"), "saved is done"


def test_words_that_may_not_be_used_any_more_are_not_put_back(house: House) -> None:
    story = house.released()
    piece = house.piece(story)
    quote = next(number for number, block in enumerate(piece.blocks) if block.quote_id)
    screen = open_piece(house, piece).press(f"blok_out_{quote}")
    assert screen.has("blok_terug") and QUOTED not in screen.text
    withdrawing.withdraw(house.store, story.id, Party.TELLER, purpose=Purpose.NIEUWSBRIEF)
    assert not screen.run().has("blok_terug")


def test_a_piece_without_blocks_asks_what_comes(house: House) -> None:
    piece = house.piece(house.released())
    screen = open_piece(house, piece)
    for _ in piece.blocks:
        screen.press("blok_out_0")
    assert blocks(house, piece) == () and screen.has("blok_terug") and screen.has("erbij_narration")
    screen.press("stuk_bewaren").press("erbij_narration")
    assert blocks(house, piece) == (Block(BlockKind.NARRATION, ""),)


def test_the_keyboard_follows_the_block_and_it_is_said_where_it_went(house: House) -> None:
    piece = house.piece(house.released())
    kinds = [say(f"compose.block_{block.kind}") for block in piece.blocks]
    screen = open_piece(house, piece)
    assert said(screen) == " "
    last = len(kinds)
    screen.press("blok_down_0")
    assert said(screen) == say("undo.moved", kind=kinds[0], to=2, count=last) + " blok_down_1 blok_up_1"
    screen.press("blok_up_1")
    assert said(screen) == say("undo.moved", kind=kinds[0], to=1, count=last) + " blok_up_0 blok_down_0"
    assert said(screen.run()) == " ", "said once"
    assert said(screen.press("blok_out_0")) == say("undo.out", kind=kinds[0]) + " blok_terug"
    assert said(screen.press("blok_terug")) == say("undo.is_back", kind=kinds[0], to=1) + " kaart_blok_0"
    assert said(screen.press("blok_more_1")) == say("compose.insert_what") + " kaart_erbij"
    added = say("compose.block_narration")
    assert said(screen.press("erbij_narration")) == say("undo.is_in", kind=added, to=3) + " kaart_blok_2"


def test_a_quote_of_the_basket_comes_in_where_it_was_asked(house: House) -> None:
    story = house.released()
    piece = house.piece(story)
    quote = basket.cut(house.store, house.staff[Role.REDACTEUR], story.id, 0, 40)
    screen = open_piece(house, piece).press("blok_more_0").press(f"erbij_{quote.id}")
    assert blocks(house, piece)[1].quote_id == quote.id
    screen.press("blok_more_1").press("erbij_niet")
    assert not screen.has("erbij_niet") and len(blocks(house, piece)) == len(piece.blocks) + 1


def test_a_colleague_who_moved_blocks_meanwhile_is_not_overwritten(house: House) -> None:
    piece = house.piece(house.released())
    slow, fast = open_piece(house, piece), open_piece(house, piece)
    fast.press("blok_down_0")
    field(slow, piece, BlockKind.NARRATION).set_value("Van de trage.")
    slow.press("blok_out_0")
    assert slow.errors
    now = blocks(house, piece)
    assert len(now) == len(piece.blocks) and now[1] == piece.blocks[0]
    assert [one.value for _, one in sorted(fields(slow).items())] == [block.text for block in now], (
        "no words stand in another block"
    )


def test_a_quote_is_heard_only_in_the_forms_that_its_teller_allows(house: House) -> None:
    story = house.released(channels=[(Purpose.PODCAST, Form.NAGESPROKEN), (Purpose.PODCAST, Form.TEKST)])
    basket.cut(house.store, house.staff[Role.REDACTEUR], story.id, 0, 40)
    piece = basket.make(
        house.store, house.staff[Role.REDACTEUR], PieceKind.PODCAST, title="Aflevering", publish_on=NEXT_WEEK
    )
    screen = open_piece(house, piece)
    (form,) = [one for one in screen.app.selectbox if str(one.key).endswith("_vorm")]
    assert form.value is Form.NAGESPROKEN
    assert set(form.options) == {say("compose.form_tekst"), say("compose.form_nagesproken")}
    form.set_value(Form.TEKST)
    screen.press("stuk_bewaren")
    (told,) = [block for block in blocks(house, piece) if block.quote_id]
    assert (told.kind, told.voice) == (BlockKind.QUOTE, None)
    (form,) = [one for one in screen.app.selectbox if str(one.key).endswith("_vorm")]
    form.set_value(Form.NAGESPROKEN)
    screen.press("stuk_bewaren")
    (told,) = [block for block in blocks(house, piece) if block.quote_id]
    assert (told.kind, told.voice) == (BlockKind.CLIP, Voice.NAGESPROKEN)


def test_the_sound_of_a_quote_is_chosen_and_one_that_two_people_heard_is_proposed(house: House) -> None:
    editor = house.staff[Role.REDACTEUR]
    story = house.released(channels=[(Purpose.PODCAST, Form.NAGESPROKEN)])
    quote = basket.cut(house.store, editor, story.id, 0, 40)
    piece = basket.make(house.store, editor, PieceKind.PODCAST, title="Aflevering", publish_on=NEXT_WEEK)
    screen = open_piece(house, piece)
    assert say("compose.sound_missing") in screen.text and f"/fragmenten?citaat={quote.id}" in screen.raw_html
    clip = spoken_again(house.store, quote)

    def chosen() -> str | None:
        return next(block.clip_id for block in blocks(house, piece) if block.quote_id)

    screen = open_piece(house, piece).press("stuk_bewaren")
    assert chosen() is None, "nobody heard it yet"
    for role in (Role.REDACTEUR, Role.VRIJGEVER):
        clips.heard(house.store, house.staff[role], clip.id, digest=clip.digest)
    screen = open_piece(house, piece).press("stuk_bewaren")
    assert chosen() == clip.id
    (sound,) = [one for one in screen.app.selectbox if "_geluid_" in str(one.key)]
    sound.set_value("")
    screen.press("stuk_bewaren")
    assert chosen() is None


def test_music_and_whoever_reads_the_narration_are_files_of_the_house(house: House) -> None:
    editor = house.staff[Role.REDACTEUR]
    story = house.released(channels=[(Purpose.PODCAST, Form.NAGESPROKEN)])
    basket.cut(house.store, editor, story.id, 0, 40)
    intro, presenter = (
        house_files.add(house.store, house.store.settings, editor, kind, BytesIO(tone(length)))
        for kind, length in ((FileKind.INTRO, 1_000), (FileKind.PRESENTATIE, 1_500))
    )
    piece = basket.make(house.store, editor, PieceKind.PODCAST, title="Aflevering", publish_on=NEXT_WEEK)
    screen = open_piece(house, piece)
    music, reads = (
        next(n for n, block in enumerate(piece.blocks) if block.kind is kind)
        for kind in (BlockKind.MUSIC, BlockKind.NARRATION)
    )
    for number, file in ((music, intro), (reads, presenter)):
        (field,) = [one for one in screen.app.selectbox if str(one.key).endswith(f"_{number}_bestand")]
        assert field.options[0] == say("house_files.compose_none")
        assert [file.name in one for one in field.options[1:]] == [True], "only what belongs in such a block"
        field.set_value(file.id)
    screen.press("stuk_bewaren")
    now = blocks(house, piece)
    assert (now[music].file_id, now[reads].file_id) == (intro.id, presenter.id)


def test_a_sentence_of_the_template_is_marked_until_it_is_changed(house: House) -> None:
    piece = house.piece(house.released())
    screen = open_piece(house, piece)
    marks = screen.text.count(say("compose.drafted"))
    assert marks == sum(block.drafted for block in piece.blocks) > 0
    field(screen, piece, BlockKind.NARRATION).set_value("Onze eigen tekst.")
    assert screen.press("stuk_bewaren").text.count(say("compose.drafted")) == marks - 1


def test_what_the_gate_says_of_a_block_stands_at_the_block_and_at_the_top(house: House) -> None:
    piece = house.piece(house.released())
    screen = open_piece(house, piece)
    field(screen, piece, BlockKind.NARRATION).set_value("Samira vertelt over haar zoon.")
    screen.press("stuk_bewaren")
    number = next(n for n, block in enumerate(piece.blocks) if block.kind is BlockKind.NARRATION)
    assert screen.text.count(say("publish.leak_in_block", block=number + 1)) == 2


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
