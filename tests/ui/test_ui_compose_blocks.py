"""Blocks of a piece in the composer: moved, taken out and put back, put in, heard, and what the gate says of each."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from cleared_sound import spoken_again
from compose_screen import blocks, field, fields, open_piece
from ui_help import QUOTED, House, Screen

from desk import basket, clips, house_files, withdrawing
from stories import clock
from stories.consent import Form, Party, Purpose
from stories.model import Block, BlockKind, PieceKind, Voice
from stories.people import Role
from stories.products import FileKind
from stories.words import say
from tests.publish.episodes import tone

NEXT_WEEK = clock.today() + timedelta(days=7)


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
