"""Mijn verhaal, the products: seen as they will look, and a last word on exactly what was seen."""

from __future__ import annotations

from mailed import mailed
from ui_help import QUOTED, House, Screen

from desk import lastwords, publishing
from stories.lastword import LastWord
from stories.model import Piece, PieceState, Story
from stories.people import Role
from stories.words import say


def mine(house: House, story: Story) -> Screen:
    return house.screen(teller=story.id).open("mijn-verhaal")


def now(house: House, piece: Piece) -> Piece:
    with house.store.read() as books:
        return books.piece(piece.id)


def said(house: House, story: Story) -> LastWord | None:
    (product,) = lastwords.products(house.store, story.id)
    return product.said


def offered(house: House, story: Story) -> Piece:
    piece = house.piece(story)
    editor = house.staff[Role.REDACTEUR]
    return publishing.offer(house.store, editor, piece.id, expected=piece.row_version)


def iframes(screen: Screen) -> list[str]:
    return [node.proto.srcdoc for node in screen.app.get("iframe")]


def test_a_story_that_is_used_nowhere_says_so(house: House) -> None:
    assert say("follow.products_none") in mine(house, house.worked()).press("groot_stukken").text


def test_a_draft_is_named_without_its_words(house: House) -> None:
    story = house.released()
    piece = house.piece(story)
    screen = mine(house, story).press("groot_stukken")
    assert piece.title not in screen.text and say("follow.product_untitled_nieuwsbrief") in screen.text
    screen.press(f"groot_{piece.id}")
    assert say("follow.product_hidden_concept") in screen.text and not iframes(screen)
    assert not screen.has("groot_verteller_akkoord") and screen.has("groot_verteller_stop")


def test_home_asks_about_a_finished_product_until_there_is_a_word(house: House) -> None:
    story = house.released()
    offered(house, story)
    screen = mine(house, story)
    assert say("follow.product_waits") in screen.text
    screen.press("groot_stuk")
    (shown,) = iframes(screen)
    assert QUOTED in shown
    screen.press("groot_verteller_akkoord")
    assert say("follow.answered_verteller_akkoord") in screen.text
    assert said(house, story) is LastWord.AKKOORD
    assert not mine(house, story).has("groot_stuk")


def test_anders_brings_the_wish_to_the_editor_and_to_nobody_else(house: House) -> None:
    story = house.released()
    piece = offered(house, story)
    screen = mine(house, story).press("groot_stuk")
    (note,) = screen.app.text_area
    note.set_value("Zeg er niet bij dat het *mijn* zoon was.")
    screen.press("groot_verteller_anders")
    assert now(house, piece).state is PieceState.CONCEPT
    editor = house.screen(Role.REDACTEUR).open("stukken", stuk=piece.id)
    assert "Zeg er niet bij dat het *mijn* zoon was." in editor.text
    for role in (Role.VRIJGEVER, Role.COMMUNICATIE):
        page = house.screen(role).open("stukken", stuk=piece.id)
        assert "Zeg er niet bij" not in page.text
        assert say("follow.said_verteller_anders") in page.text


def test_stop_is_one_press_and_the_piece_is_locked(house: House) -> None:
    story = house.released()
    piece = house.released_piece(story)
    screen = mine(house, story).press("groot_stuk").press("groot_verteller_stop")
    assert now(house, piece).state is PieceState.GEBLOKKEERD
    assert say("follow.product_hidden_geblokkeerd") in screen.text and not screen.has("groot_verteller_stop")
    assert piece.title not in screen.text


def test_an_answer_to_what_was_changed_meanwhile_is_not_taken(house: House) -> None:
    story = house.released()
    piece = offered(house, story)
    screen = mine(house, story).press("groot_stuk")
    editor = house.staff[Role.REDACTEUR]
    changed = publishing.edit(
        house.store, editor, piece.id, title="Heel anders", preheader="", publish_on=piece.publish_on,
        blocks=piece.blocks, expected=piece.row_version,
    )  # fmt: skip
    publishing.offer(house.store, editor, piece.id, expected=changed.row_version)
    screen.press("groot_verteller_akkoord")
    assert screen.errors == [say("desk.product_changed")]
    assert said(house, story) is None
    screen.press("groot_verteller_akkoord")
    assert said(house, story) is LastWord.AKKOORD, "after seeing the new one"


def test_what_went_out_can_be_seen_and_taken_down(house: House) -> None:
    story = house.released()
    piece = house.released_piece(story)
    mailed(house.store, house.staff[Role.COMMUNICATIE], piece)
    screen = mine(house, story).press("groot_stukken").press(f"groot_{piece.id}")
    assert QUOTED in iframes(screen)[0] and not screen.has("groot_verteller_akkoord")
    assert screen.app.button(key="groot_verteller_stop").label == say("follow.take_down")
    screen.press("groot_verteller_stop")
    with house.store.read() as books:
        assert [task.kind for task in books.tasks()] == ["take_down"]


def test_a_product_of_others_is_not_there(house: House) -> None:
    story, other = house.released(), house.released()
    piece = offered(house, other)
    screen = mine(house, story).press("groot_stukken")
    assert not screen.has(f"groot_{piece.id}")
