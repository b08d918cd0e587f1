"""The register of publications: what stands where, and a task for every place once somebody stops."""

from __future__ import annotations

from datetime import timedelta

import pytest
from following_house import House
from mailed import mailed

from desk import exporting, lastwords, register, retention, todo, withdrawing
from stories import clock
from stories.consent import Party
from stories.errors import GateRefused, InputRefused, Moved, Refused
from stories.lastword import LastWord
from stories.model import Piece, PieceState, Story
from stories.store import Store

ADDRESS = "https://vertelpunt.example/nieuws/12"


@pytest.fixture
def house(sqlite_store: Store) -> House:
    return House.open(sqlite_store)


def website(house: House, piece: Piece) -> register.Publication:
    now = house.piece_now(piece)
    return register.publish(
        house.store, house.officer, piece.id, channel="website", on=clock.today(), url=ADDRESS,
        expected=now.row_version,
    )  # fmt: skip


def two_places(house: House) -> tuple[Story, Piece]:
    """A newsletter that was mailed and stands on the website too."""
    story = house.released()
    piece = house.released_piece(story)
    mailed(house.store, house.officer, piece)
    website(house, piece)
    return story, piece


def due(house: House) -> list[str]:
    return [one.channel for one in register.listed(house.store, house.officer) if one.due]


def test_a_piece_may_stand_in_several_places_and_saying_so_twice_changes_nothing(house: House) -> None:
    _, piece = two_places(house)
    assert website(house, piece).url == ADDRESS
    found = register.of_piece(house.store, house.officer, piece.id)
    assert [(one.channel, one.url, one.published_on) for one in found] == [
        ("mail", "", clock.today()), ("website", ADDRESS, clock.today())
    ]  # fmt: skip
    assert house.piece_now(piece).state is PieceState.GEPUBLICEERD


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"channel": "duif"}, "channel_unknown"),
        ({"on": clock.today() + timedelta(days=2)}, "in_future"),
        ({"url": "javascript:alert(1)"}, "bad_link"),
        ({"url": "mailto:a@b.example"}, "bad_link"),
        ({"url": "https://vertelpunt.example/samira-uit-deventer"}, "leak_in_link"),
    ],
)
def test_what_cannot_be_is_refused(house: House, wrong: dict[str, object], code: str) -> None:
    piece = house.released_piece(house.released())
    given: dict[str, object] = {"channel": "website", "on": clock.today(), "url": ADDRESS} | wrong
    with pytest.raises((InputRefused, GateRefused)) as refused:
        register.publish(house.store, house.officer, piece.id, expected=piece.row_version, **given)  # type: ignore[arg-type]
    assert refused.value.code == code
    assert register.listed(house.store, house.officer) == ()
    assert "samira" not in refused.value.message.lower()


def test_a_stale_tab_publishes_nothing(house: House) -> None:
    piece = house.released_piece(house.released())
    mailed(house.store, house.officer, piece)
    with pytest.raises(Moved):
        register.publish(
            house.store, house.officer, piece.id, channel="website", on=clock.today(), expected=piece.row_version
        )


def test_the_gate_is_asked_when_a_piece_is_marked_as_published(house: House) -> None:
    story = house.released()
    piece = house.released_piece(story)
    lastwords.answer_product(house.store, story.id, piece.id, LastWord.STOP, digest=piece.digest)
    now = house.piece_now(piece)
    with pytest.raises(Refused):
        mailed(house.store, house.officer, now)
    assert not register.may_be_out(house.store, house.officer, piece.id)


def test_whoever_stops_makes_a_task_for_every_place_and_each_is_done_apart(house: House) -> None:
    story, piece = two_places(house)
    assert withdrawing.withdraw(house.store, story.id, Party.TELLER).take_downs == 2
    assert withdrawing.withdraw(house.store, story.id, Party.TELLER).take_downs == 0, "saying it twice makes no more"
    assert sorted(due(house)) == ["mail", "website"]
    for task in todo.waiting(house.store, house.officer):
        assert (task.owner, task.due) == ("communicatie", clock.today() + timedelta(days=withdrawing.TAKE_DOWN_DAYS))
    one = next(o for o in register.of_piece(house.store, house.officer, piece.id) if o.channel == "website")
    register.take_down(house.store, house.officer, one.id)
    assert due(house) == ["mail"]
    (gone,) = (o for o in register.of_piece(house.store, house.officer, piece.id) if o.down_at)
    assert (gone.channel, gone.url, gone.down_by) == ("website", "", house.officer.name), "its address is erased"


def test_a_task_that_is_ticked_off_is_a_take_down_too(house: House) -> None:
    story, _ = two_places(house)
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    for task in todo.waiting(house.store, house.officer):
        todo.done(house.store, house.officer, task.id)
    assert due(house) == []
    assert all(one.down_at for one in register.listed(house.store, house.officer))


def test_two_tellers_who_stop_end_with_one_take_down(house: House) -> None:
    first, second = house.released(), house.released()
    piece = house.released_piece(first, second)
    mailed(house.store, house.officer, piece)
    for story in (first, second):
        withdrawing.withdraw(house.store, story.id, Party.TELLER)
    assert len(todo.waiting(house.store, house.officer)) == 2
    (one,) = register.listed(house.store, house.officer)
    register.take_down(house.store, house.officer, one.id)
    assert todo.waiting(house.store, house.officer) == ()


def test_what_was_taken_down_before_somebody_stopped_is_no_task(house: House) -> None:
    story, piece = two_places(house)
    for one in register.of_piece(house.store, house.officer, piece.id):
        register.take_down(house.store, house.officer, one.id)
    assert withdrawing.withdraw(house.store, story.id, Party.TELLER).take_downs == 0


def test_what_went_out_and_may_not_is_written_down_with_a_task(house: House) -> None:
    """Mailed on Monday, stopped on Tuesday, written down on Wednesday."""
    story = house.released()
    piece = house.released_piece(story)
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    register.note_out(house.store, house.officer, piece.id, channel="mail", on=clock.today())
    assert due(house) == ["mail"]
    (task,) = todo.waiting(house.store, house.officer)
    assert task.story_id == story.id
    assert house.piece_now(piece).state is PieceState.GEBLOKKEERD


def test_what_may_be_published_is_published_and_not_merely_noted(house: House) -> None:
    piece = house.released_piece(house.released())
    with pytest.raises(Refused):
        register.note_out(house.store, house.officer, piece.id, channel="mail", on=clock.today())


def test_its_teller_sees_where_it_stands_and_that_it_went(house: House) -> None:
    story, piece = two_places(house)
    (product,) = lastwords.products(house.store, story.id)
    assert [(place.channel, place.since, place.due) for place in product.out] == [
        ("mail", clock.today(), None), ("website", clock.today(), None)
    ]  # fmt: skip
    lastwords.answer_product(house.store, story.id, piece.id, LastWord.STOP, digest=piece.digest)
    (product,) = lastwords.products(house.store, story.id)
    assert all(place.due for place in product.out)
    for one in register.of_piece(house.store, house.officer, piece.id):
        register.take_down(house.store, house.officer, one.id)
    (product,) = lastwords.products(house.store, story.id)
    assert [(place.due, place.down_on) for place in product.out] == [(None, clock.today())] * 2


def test_an_erased_story_leaves_the_line_and_the_address_for_as_long_as_it_must_be_taken_down(house: House) -> None:
    story, piece = two_places(house)
    erased_after = withdrawing.withdraw(house.store, story.id, Party.TELLER).erased_after
    assert erased_after is not None
    assert retention.tidy(house.store, now=erased_after + timedelta(hours=1)).erased == (story.id,)
    found = register.of_piece(house.store, house.officer, piece.id)
    assert [(one.title, one.url, bool(one.due)) for one in found] == [("", "", True), ("", ADDRESS, True)]
    for one in found:
        register.take_down(house.store, house.officer, one.id)
    assert [one.url for one in register.of_piece(house.store, house.officer, piece.id)] == ["", ""]


def test_an_address_lies_sealed(house: House) -> None:
    _, piece = two_places(house)
    folder = house.store.settings.data_dir
    assert not [path for path in folder.rglob("*") if path.is_file() and ADDRESS.encode() in path.read_bytes()]
    with house.store.read() as books:
        assert not [line for line in books.audit_trail() if "https" in line["detail"]]
    assert exporting.export(house.store, house.officer, piece.id), "what is published can still be taken along"
