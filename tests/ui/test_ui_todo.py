"""What waits for somebody of a role stands above their work, and goes when they say it is done."""

from __future__ import annotations

from dataclasses import replace

from ui_help import House

from desk import withdrawing
from stories import clock
from stories.consent import Party
from stories.model import PieceState, Task, new_id
from stories.people import Role
from stories.words import say


def test_a_stopped_teller_becomes_a_task_of_the_communications_team(house: House) -> None:
    piece = house.released_piece(house.released())
    with house.store.write() as books:
        stored = books.piece(piece.id)
        books.save_piece(replace(stored, state=PieceState.GEPUBLICEERD), expected=stored.row_version)
        (story_id,) = {quote.story_id for quote in books.quotes(ids=piece.quote_ids)}
    withdrawing.withdraw(house.store, story_id, Party.TELLER)
    screen = house.screen(Role.COMMUNICATIE).open("stukken")
    assert say("ui.todo_title", count=1) in screen.text
    (task,) = [button.key for button in screen.app.button if button.key and button.key.startswith("taak_")]
    screen.press(task)
    assert say("ui.todo_title", count=1) not in screen.text
    with house.store.read() as books:
        assert not [one for one in books.tasks() if one.kind == "take_down"]


def test_a_task_of_another_role_is_not_shown(house: House) -> None:
    story = house.told()
    with house.store.write() as books:
        books.add_task(Task(new_id("t"), "product_changes", story.id, "p1", "redactie", clock.today()))
    assert "taak_" not in str([b.key for b in house.screen(Role.COMMUNICATIE).open("stukken").app.button])
    assert "taak_" in str([b.key for b in house.screen(Role.REDACTEUR).open("stukken").app.button])
