"""More than twenty stories leave with four eyes: an ask, a second person's yes to exactly this, and a week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from role_place import NEXT_WEEK, PASSWORD, Place

from desk import bigexport, exporting, publishing
from desk.bigexport import MANY, OPEN_FOR
from stories.errors import Moved, Refused
from stories.model import Piece
from stories.people import Role, User

NOW = datetime.now(UTC)


@pytest.fixture
def piece(place: Place, monkeypatch: pytest.MonkeyPatch) -> Piece:
    """A released piece of two stories, in a house where two are many."""
    monkeypatch.setattr(bigexport, "MANY", 1)
    editor, releaser = place.staff[Role.REDACTEUR], place.staff[Role.VRIJGEVER]
    quotes = [place.quote(), place.quote()]
    made = publishing.compose(place.store, editor, quotes, title="Twee verhalen", publish_on=NEXT_WEEK)
    made = publishing.offer(place.store, editor, made.id, expected=made.row_version)
    return publishing.release(place.store, releaser, made.id, expected=made.row_version)


def second_officer(place: Place) -> User:
    with place.store.write() as books:
        return books.add_user("tweede", PASSWORD, [Role.COMMUNICATIE])


def test_twenty_leave_with_one_person_and_one_more_does_not(place: Place) -> None:
    officer = place.staff[Role.COMMUNICATIE]
    with place.store.read() as books:
        bigexport.require_second(books, officer.id, "p1", "d", MANY)
        with pytest.raises(Refused) as no:
            bigexport.require_second(books, officer.id, "p1", "d", MANY + 1)
    assert str(MANY + 1) in no.value.message and MANY == 20


def test_a_big_piece_is_exported_and_downloaded_only_after_a_second_persons_yes(place: Place, piece: Piece) -> None:
    officer, releaser = place.staff[Role.COMMUNICATIE], place.staff[Role.VRIJGEVER]
    with pytest.raises(Refused):
        exporting.export(place.store, officer, piece.id)
    bigexport.ask(place.store, officer, piece.id, digest=piece.digest)
    with pytest.raises(Refused):
        exporting.export(place.store, officer, piece.id)
    with pytest.raises(Refused) as own:
        bigexport.agree(place.store, officer, piece.id, digest=piece.digest)
    assert own.value.key == "desk.four_eyes"
    seen = bigexport.of_piece(place.store, releaser, piece.id)
    assert seen is not None and seen.may_agree and seen.stories == 2
    bigexport.agree(place.store, releaser, piece.id, digest=piece.digest)
    made = exporting.export(place.store, officer, piece.id)
    assert exporting.download(place.store, officer, made.id)
    other = second_officer(place)
    with pytest.raises(Refused):
        exporting.download(place.store, other, made.id)  # the yes was for whoever asked
    with place.store.read() as books:
        lines = {line["action"] for line in books.audit_trail()}
    assert {"big_export_asked", "big_export_agreed"} <= lines


def test_a_yes_is_for_a_week_for_this_text_and_after_the_ask(place: Place, piece: Piece) -> None:
    officer, releaser = place.staff[Role.COMMUNICATIE], place.staff[Role.VRIJGEVER]
    with pytest.raises(Refused):
        bigexport.agree(place.store, releaser, piece.id, digest=piece.digest)  # nobody asked
    with pytest.raises(Moved):
        bigexport.ask(place.store, officer, piece.id, digest="0" * 64)
    bigexport.ask(place.store, officer, piece.id, digest=piece.digest, now=NOW)
    with pytest.raises(Refused):
        bigexport.agree(place.store, releaser, piece.id, digest=piece.digest, now=NOW + OPEN_FOR)  # asked too long ago
    bigexport.agree(place.store, releaser, piece.id, digest=piece.digest, now=NOW)
    with place.store.read() as books:
        bigexport.require_second(books, officer.id, piece.id, piece.digest, 2, NOW + OPEN_FOR - timedelta(seconds=1))
        for digest, at in ((piece.digest, NOW + OPEN_FOR), ("0" * 64, NOW)):
            with pytest.raises(Refused):
                bigexport.require_second(books, officer.id, piece.id, digest, 2, at)
