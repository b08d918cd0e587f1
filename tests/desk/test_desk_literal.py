"""A paraphrase becomes literal once somebody heard these very words, and not where it was agreed to as a paraphrase."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from builders import MOMENT
from cleared_sound import SENTENCE, quote, released

from desk import clips, listening, literal, publishing, quoting
from stories.clock import today
from stories.errors import NotFound, Refused
from stories.model import NOT_SURE, Approval, Piece, Quote, QuoteKind, Story, StoryVersion, Voice
from stories.people import Role, User
from stories.stages import State
from stories.store import Store
from stories.use import OFFERED, RELEASED

ED = User("u-red", "Ed", frozenset({Role.REDACTEUR}))


@pytest.fixture
def story(sqlite_store: Store) -> Story:
    return released(sqlite_store)


@pytest.fixture
def one(sqlite_store: Store, story: Story) -> Quote:
    return quote(sqlite_store, story, kind=QuoteKind.PARAFRASE)


def kept(store: Store, one: Quote) -> QuoteKind:
    with store.read() as books:
        return books.quotes(ids=[one.id])[0].kind


def refused(store: Store, one: Quote) -> str:
    with pytest.raises(Refused) as no:
        literal.make(store, ED, one.id)
    assert literal.why_not(store, ED, one.id) == no.value.message
    assert kept(store, one) is QuoteKind.PARAFRASE
    return no.value.key


def unheard(store: Store, story: Story) -> None:
    """Nobody listened after all."""
    with store.write() as books:
        listening._keep(books, story.id, listening.Listened())


def another_text(store: Store, story: Story, change: Callable[[str], str]) -> None:
    """The released text is another one, of the same transcript."""
    with store.write() as books:
        old = books.version(story.id)
        clean = replace(old.clean, text=change(old.clean.text))
        version = StoryVersion(story.id, old.number + 1, clean, old.made_by, MOMENT, old.themes)
        books.add_version(version)
        for role, who in ((OFFERED, "u-red"), (RELEASED, "u-vrij")):
            books.add_approval(Approval(story.id, version.digest, who, MOMENT, role))


def test_words_that_were_heard_since_become_literal_and_that_is_written_down(
    sqlite_store: Store, story: Story, one: Quote
) -> None:
    unheard(sqlite_store, story)
    assert refused(sqlite_store, one) == "literal.not_listened"
    with sqlite_store.write() as books:
        listening.add_all(books, story.id, books.transcript(story.id))
    assert literal.why_not(sqlite_store, ED, one.id) == ""
    made = literal.make(sqlite_store, ED, one.id)
    assert made == replace(one, kind=QuoteKind.CITAAT) and kept(sqlite_store, one) is QuoteKind.CITAAT
    assert literal.make(sqlite_store, ED, one.id) == made
    with sqlite_store.read() as books:
        lines = [line for line in books.audit_trail(limit=50) if line["action"] == "quote_literal"]
    assert [(line["subject"], line["actor"]) for line in lines] == [(one.id, ED.id)], "once, also when pressed twice"


def test_a_clip_can_be_made_of_it_then(sqlite_store: Store, one: Quote) -> None:
    assert clips.seen(sqlite_store, ED, one.id).missing_code == "not_listened"
    literal.make(sqlite_store, ED, one.id)
    clips.ask(sqlite_store, ED, one.id, Voice.PIEP, clips.PIEP)


def test_other_words_than_were_listened_to_stay_a_paraphrase(sqlite_store: Store, story: Story, one: Quote) -> None:
    with sqlite_store.write() as books:
        said = books.transcript(story.id)
        first = replace(said.segments[0], text="Anders", words=())
        books.keep_transcript(story.id, replace(said, segments=(first, *said.segments[1:])))
    assert refused(sqlite_store, one) == "literal.not_listened"
    another_text(sqlite_store, story, lambda text: text + " En toen.")
    assert refused(sqlite_store, one) == "compose.quote_old"


def test_words_that_nobody_is_sure_of_stay_a_paraphrase(sqlite_store: Store, story: Story) -> None:
    another_text(sqlite_store, story, lambda text: text.replace("geen internet", f"{NOT_SURE} internet"))
    doubted = quote(sqlite_store, story, SENTENCE.replace("geen", NOT_SURE), kind=QuoteKind.PARAFRASE)
    assert refused(sqlite_store, doubted) == "literal.not_listened"


def test_a_story_that_was_stopped_has_no_literal_quotes(sqlite_store: Store, story: Story, one: Quote) -> None:
    with sqlite_store.write() as books:
        now = books.story(story.id)
        books.save(now.moved(state=State.INGETROKKEN), expected=now.row_version)
    assert refused(sqlite_store, one) == "desk.not_released"
    with pytest.raises(NotFound):
        literal.make(sqlite_store, ED, "q0")


def test_a_concept_gets_quotation_marks_and_a_piece_that_was_offered_keeps_what_was_read(
    sqlite_store: Store, story: Story, one: Quote
) -> None:
    def a_piece(quoted: Quote) -> Piece:
        return publishing.compose(sqlite_store, ED, [quoted.id], title="T", publish_on=today())

    concept = a_piece(one)
    literal.make(sqlite_store, ED, one.id)
    assert f"“{SENTENCE}”" in publishing.piece_view(sqlite_store, ED, concept.id)[1]
    other = quote(sqlite_store, story, kind=QuoteKind.PARAFRASE)
    offered = a_piece(other)
    with sqlite_store.write() as books:
        books.add_approval(Approval(offered.id, offered.digest, ED.id, MOMENT, OFFERED))
    assert refused(sqlite_store, other) == "literal.in_a_piece"


def test_the_list_of_quotes_says_so(sqlite_store: Store, one: Quote) -> None:
    literal.make(sqlite_store, ED, one.id)
    (row,) = quoting.quotes(sqlite_store, ED).rows
    assert row.quote.kind is QuoteKind.CITAAT
