"""The teller's last word on a finished product: akkoord, anders or stop, on exactly what they saw."""

from __future__ import annotations

from dataclasses import replace

import pytest
from following_house import NEWSLETTER, QUOTED, House

from desk import choosing, correcting, exporting, lastwords, publishing, withdrawing
from stories.consent import Outcome, Party
from stories.errors import GateRefused, InputRefused, Moved, NotFound, Refused
from stories.lastword import LastWord
from stories.model import Piece, PieceState, Story
from stories.people import CodeHolder, Role, User
from stories.store import Store


@pytest.fixture
def house(sqlite_store: Store) -> House:
    return House.open(sqlite_store)


def answer(house: House, story: Story, piece: Piece, word: LastWord, note: str = "") -> None:
    lastwords.answer_product(house.store, story.id, piece.id, word, note, digest=piece.digest)


def product(house: House, story: Story) -> lastwords.Product:
    (found,) = lastwords.products(house.store, story.id)
    return found


def edited(house: House, piece: Piece, title: str = "Anders") -> Piece:
    return publishing.edit(
        house.store, house.editor, piece.id, title=title, preheader=piece.preheader, publish_on=piece.publish_on,
        blocks=piece.blocks, expected=house.piece_now(piece).row_version,
    )  # fmt: skip


def test_a_draft_is_known_to_be_made_and_seen_only_when_it_is_finished(house: House) -> None:
    story = house.released()
    piece = house.piece(story)
    known = product(house, story)
    assert (known.state, known.title, known.can_see, known.can_answer) == (PieceState.CONCEPT, "", False, False)
    with pytest.raises(Refused):
        lastwords.see_product(house.store, story.id, piece.id)
    offered = publishing.offer(house.store, house.editor, piece.id, expected=piece.row_version)
    known = product(house, story)
    assert (known.title, known.can_see, known.can_answer, known.digest) == ("Ziek gemeld", True, True, offered.digest)
    assert QUOTED in lastwords.see_product(house.store, story.id, piece.id)


@pytest.mark.parametrize("make", ["offered_piece", "released_piece"])
def test_akkoord_is_bound_to_exactly_what_was_seen(house: House, make: str) -> None:
    story = house.released()
    piece = getattr(house, make)(story)
    answer(house, story, piece, LastWord.AKKOORD)
    assert product(house, story).said is LastWord.AKKOORD
    assert house.piece_now(piece) == piece, "nothing changes but the word"
    again = edited(house, piece)
    assert product(house, story).said is None, "an edit asks again"
    publishing.offer(house.store, house.editor, again.id, expected=again.row_version)
    with pytest.raises(Moved) as refusal:
        answer(house, story, piece, LastWord.AKKOORD)
    assert refusal.value.code == "product_changed"


def test_anders_takes_it_back_to_the_editors_with_the_words_of_the_teller(house: House) -> None:
    story = house.released()
    piece = house.released_piece(story)
    made = exporting.export(house.store, house.officer, piece.id)
    answer(house, story, piece, LastWord.ANDERS, "  Zet er niet bij dat hij ziek was.  ")
    assert house.piece_now(piece).state is PieceState.CONCEPT
    with pytest.raises((Refused, NotFound)):
        exporting.download(house.store, house.officer, made.id)
    with house.store.read() as books:
        (task,) = books.tasks()
        assert (task.kind, task.subject, task.owner) == ("product_changes", piece.id, "redactie")
        assert "ziek" not in repr(books.audit_trail())
    (said,) = lastwords.said_of(house.store, house.editor, piece.id)
    assert said.word is LastWord.ANDERS
    assert [note.text for note in said.notes] == ["Zet er niet bij dat hij ziek was."]
    assert product(house, story).said is LastWord.ANDERS


def test_a_note_is_for_editors_alone(house: House) -> None:
    story = house.released()
    piece = house.offered_piece(story)
    answer(house, story, piece, LastWord.ANDERS, "Samira wil dit niet.")
    for user in (house.releaser, house.officer):
        (said,) = lastwords.said_of(house.store, user, piece.id)
        assert said.word is LastWord.ANDERS and said.notes == ()
    both = User("u9", "alles", frozenset({Role.REDACTEUR, Role.COMMUNICATIE}))
    assert lastwords.said_of(house.store, both, piece.id)[0].notes


def test_the_task_is_done_when_the_piece_was_changed(house: House) -> None:
    story = house.released()
    piece = house.offered_piece(story)
    answer(house, story, piece, LastWord.ANDERS)
    edited(house, piece, title=piece.title)
    with house.store.read() as books:
        assert len(books.tasks()) == 1, "saved as it was is not changed"
    edited(house, piece)
    with house.store.read() as books:
        assert books.tasks() == ()


def test_a_product_that_was_not_changed_is_not_offered_again_and_every_wish_is_kept(house: House) -> None:
    story = house.released()
    for wish in ("Liever niet zo.", "Nog steeds niet."):
        piece = house.piece_now(product_piece(house, story))
        piece = publishing.offer(house.store, house.editor, piece.id, expected=piece.row_version)
        answer(house, story, piece, LastWord.ANDERS, wish)
        with pytest.raises(GateRefused):
            publishing.offer(house.store, house.editor, piece.id, expected=house.piece_now(piece).row_version)
        edited(house, piece, title=wish)
    with house.store.read() as books:
        assert [(note.number, note.text) for note in books.notes(story.id)] == [
            (1, "Liever niet zo."),
            (2, "Nog steeds niet."),
        ]
        assert books.tasks() == (), "each was done when the piece was changed"


def product_piece(house: House, story: Story) -> Piece:
    with house.store.read() as books:
        found = books.pieces_using(story.id)
    return found[0] if found else house.piece(story)


def test_a_note_of_the_length_of_a_book_is_refused_and_nothing_is_kept(house: House) -> None:
    story = house.released()
    piece = house.offered_piece(story)
    with pytest.raises(InputRefused):
        answer(house, story, piece, LastWord.ANDERS, "anders " * 400)
    assert house.piece_now(piece) == piece and product(house, story).said is None


@pytest.mark.parametrize("make", ["piece", "offered_piece", "released_piece"])
def test_stop_locks_what_did_not_go_out(house: House, make: str) -> None:
    story = house.released()
    piece = getattr(house, make)(story)
    answer(house, story, piece, LastWord.STOP)
    assert house.piece_now(piece).state is PieceState.GEBLOKKEERD
    known = product(house, story)
    assert (known.title, known.can_see, known.can_answer, known.can_stop) == ("", False, False, False)
    with pytest.raises(Refused):
        edited(house, piece)
    with house.store.read() as books:
        assert books.consent(story.id).last(Party.TELLER, *NEWSLETTER).outcome is Outcome.JA  # type: ignore[union-attr]


def test_stop_of_what_went_out_is_a_task_to_take_it_down(house: House) -> None:
    story = house.released()
    piece = house.published_piece(story)
    known = product(house, story)
    assert known.can_see and known.can_stop and not known.can_answer
    answer(house, story, piece, LastWord.STOP)
    with house.store.read() as books:
        ((task,), (place,)) = books.tasks(), books.publications.of_pieces([piece.id])
    assert (task.kind, task.subject, task.owner) == ("take_down", place.id, "communicatie")
    assert not product(house, story).can_stop, "asked once"


def test_a_stop_counts_whatever_was_seen(house: House) -> None:
    story = house.released()
    piece = house.offered_piece(story)
    edited(house, piece)
    answer(house, story, piece, LastWord.STOP)
    assert house.piece_now(piece).state is PieceState.GEBLOKKEERD


def test_whoever_is_not_in_a_product_neither_sees_nor_answers_it(house: House) -> None:
    story, other = house.released(), house.released()
    piece = house.offered_piece(story)
    assert lastwords.products(house.store, other.id) == ()
    with pytest.raises(NotFound):
        lastwords.see_product(house.store, other.id, piece.id)
    for word in LastWord:
        with pytest.raises(NotFound):
            answer(house, other, piece, word)
    assert house.piece_now(piece) == piece


def test_a_product_is_not_shown_while_another_teller_in_it_takes_something_back(house: House) -> None:
    story, other = house.released(), house.released()
    piece = house.offered_piece(story, other)
    assert product(house, story).can_see
    correcting.correct_text(house.store, other.id, "Een heel ander verhaal dan het eerst was.")
    assert not product(house, story).can_see and not product(house, story).can_answer
    with pytest.raises(Refused):
        lastwords.see_product(house.store, story.id, piece.id)
    with pytest.raises(Refused):
        answer(house, story, piece, LastWord.AKKOORD)
    withdrawing.withdraw(house.store, other.id, Party.TELLER)
    known = product(house, story)
    assert (known.state, known.title) == (PieceState.GEBLOKKEERD, "")


def test_each_teller_has_a_word_of_their_own(house: House) -> None:
    story, other = house.released(), house.released()
    piece = house.offered_piece(story, other)
    answer(house, story, piece, LastWord.AKKOORD)
    said = {one.story_id: one.word for one in lastwords.said_of(house.store, house.editor, piece.id)}
    assert said == {story.id: LastWord.AKKOORD, other.id: None}
    assert product(house, other).said is None


def test_a_no_to_the_newsletter_hides_the_product(house: House) -> None:
    story = house.released()
    house.offered_piece(story)
    choosing.decide(house.store, CodeHolder(story.id), *NEWSLETTER, False)
    assert not product(house, story).can_see


def test_a_helper_writes_down_the_word_and_the_audit_says_who(house: House) -> None:
    story = house.released()
    piece = house.offered_piece(story)
    lastwords.answer_product(
        house.store, story.id, piece.id, LastWord.AKKOORD, digest=piece.digest, recorded_by=house.editor.id
    )
    with house.store.read() as books:
        line = next(line for line in books.audit_trail() if line["action"] == "product_answered")
        (approval,) = [a for a in books.approvals(piece.id) if a.role == LastWord.AKKOORD]
    assert (line["actor"], line["detail"]) == (house.editor.id, "verteller_akkoord")
    assert approval.by == story.id
    assert replace(approval, by="x") != approval
