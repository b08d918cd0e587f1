"""Stories, their consent and their versions come back as they went in, on SQLite and on PostgreSQL."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta, timezone

import pytest
from builders import MOMENT, a_consent, a_piece, a_quote, a_recording, a_story, a_teller, a_transcript, a_version, added
from sqlalchemy import text

from stories.errors import Moved, NotFound, SealBroken, StageRefused
from stories.model import Name, RawText, TellerRole, Theme
from stories.stages import NEXT_STATES, Stage, State
from stories.store import Store
from stories.vault import Kind

# stories


def test_a_story_with_everything_comes_back_as_it_went_in(store: Store) -> None:
    story, transcript = a_story(), a_transcript()
    version = a_version(story)
    quote = a_quote(version)
    piece = a_piece([quote])
    events = a_consent(story)
    with store.write() as books:
        assert books.add_story(story) == story
        books.keep_text(story.id, RawText("Wij hadden weinig. \ud83d"))
        books.keep_transcript(story.id, transcript)
        books.keep_recording(story.id, a_recording(b"flac"), io.BytesIO(b"flac"))
        books.keep_names(story.id, [Name("Nathalie", "naam", "[naam 1]")])
        books.keep_intake_names(story.id, ["Joris"])
        books.add_consent(*events)
        books.add_version(version)
        books.add_quote(quote)
        books.add_piece(piece)
    with store.read() as books:
        assert books.story(story.id) == story.moved(version=1)
        assert books.text(story.id) == RawText("Wij hadden weinig. \ud83d")
        assert books.transcript(story.id) == transcript
        assert books.recording(story.id) == a_recording(b"flac")
        assert books.fetch(story.id, Kind.AUDIO) == b"flac"
        assert books.names(story.id) == (Name("Nathalie", "naam", "[naam 1]"),)
        assert books.intake_names(story.id) == ("Joris",)
        assert books.consent(story.id).events == events
        assert books.version(story.id) == version
        assert books.version(story.id).digest == version.digest
        assert books.quotes(ids=[quote.id]) == books.quotes(story_id=story.id) == (quote,)
        assert books.piece(piece.id) == piece
        assert books.pieces() == books.pieces_using(story.id) == (piece,)


def test_what_is_not_there_is_not_found(store: Store) -> None:
    story_id = added(store)
    with store.read() as books:
        for ask in (
            lambda: books.story("s0"),
            lambda: books.consent("s0"),
            lambda: books.text(story_id),
            lambda: books.transcript(story_id),
            lambda: books.recording(story_id),
            lambda: books.size(story_id, Kind.AUDIO),
            lambda: books.stream(story_id, Kind.AUDIO),
            lambda: books.version(story_id),
            lambda: books.version(story_id, 3),
            lambda: books.piece("p0"),
            lambda: books.bundle("e0"),
            lambda: books.names("s0"),
            lambda: books.stories(after="s0"),
        ):
            with pytest.raises(NotFound):
                ask()
        assert books.names(story_id) == books.intake_names(story_id) == ()
        assert not books.has(story_id, Kind.AUDIO)
        assert books.quotes(ids=["q0"]) == books.quotes(ids=[]) == ()


def test_saving_needs_the_row_version_that_was_read(store: Store) -> None:
    story_id = added(store)
    with store.write() as books:
        story = books.story(story_id)
        saved = books.save(story.moved(stage=Stage.TRANSCRIBED, region="Twente"), expected=story.row_version)
        assert saved.row_version == story.row_version + 1
        assert books.story(story_id) == saved
        with pytest.raises(Moved) as stale:
            books.save(story.moved(region="Drenthe"), expected=story.row_version)
    assert stale.value.key == "stories.moved"


def test_saving_never_passes_by_the_stages_and_states(store: Store) -> None:
    story_id = added(store, state=State.INGETROKKEN)
    with store.write() as books:
        story = books.story(story_id)
        for wrong in (
            story.moved(stage=Stage.TAGGED),
            story.moved(state=State.VRIJGEGEVEN),
            story.moved(state=State.GEWIST),  # only erase() gets there
        ):
            with pytest.raises(StageRefused):
                books.save(wrong, expected=story.row_version)
        assert books.story(story_id) == story


def test_stories_come_newest_first_page_by_page(store: Store) -> None:
    with store.write() as books:
        for i in range(7):  # four moments, so that some stories share one
            story = a_story(
                story_id=f"s{i}",
                created_at=MOMENT + timedelta(minutes=i // 2),
                stage=Stage.TAGGED if i % 2 else Stage.CAPTURED,
            )
            books.add_story(story)
    with store.read() as books:
        assert [s.id for s in books.stories()] == ["s6", "s5", "s4", "s3", "s2", "s1", "s0"]
        first = books.stories(limit=3)
        second = books.stories(limit=3, after=first[-1].id)
        third = books.stories(limit=3, after=second[-1].id)
        assert [s.id for s in (*first, *second, *third)] == ["s6", "s5", "s4", "s3", "s2", "s1", "s0"]
        assert [s.id for s in books.stories(stages=[Stage.TAGGED])] == ["s5", "s3", "s1"]
        assert books.stories(states=[State.QUARANTAINE]) == ()
        assert len(books.stories(states=[State.INGEDIEND], stages=[Stage.CAPTURED, Stage.TAGGED])) == 7


# consent


def test_consent_events_keep_their_order_and_their_clock(store: Store) -> None:
    story = a_story(teller=a_teller(TellerRole.KIND, turns_16_on=date(2027, 1, 1)))
    amsterdam_after_midnight = datetime(2026, 3, 3, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    events = a_consent(story, at=amsterdam_after_midnight)
    with store.write() as books:
        books.add_story(story)
        books.add_consent(*events)
    with store.read() as books:
        consent = books.consent(story.id)
    assert consent.events == events
    assert consent.teller == story.teller
    assert {event.at.date() for event in consent.events} == {date(2026, 3, 3)}, "not the day it was in UTC"


def test_consent_for_a_story_that_is_not_there_is_refused(store: Store) -> None:
    with pytest.raises(NotFound), store.write() as books:
        books.add_consent(*a_consent(a_story()))


# versions and approvals


def test_versions_count_up_and_never_change(store: Store) -> None:
    story = a_story()
    first, second = a_version(story), a_version(story, "Iets anders.", number=2, labels=((0, 4),))
    with store.write() as books:
        books.add_story(story)
        books.add_version(first)
        for wrong in (first, a_version(story, number=3)):
            with pytest.raises(Moved):
                books.add_version(wrong)
        books.add_version(second)
    with store.read() as books:
        assert books.story(story.id).version == 2
        assert books.version(story.id) == second
        assert books.version(story.id, 1) == first


def test_a_version_whose_sealed_text_was_replaced_is_not_believed(store: Store) -> None:
    story = a_story()
    with store.write() as books:
        books.add_story(story)
        books.add_version(a_version(story))
        books.add_version(a_version(story, "Andere woorden.", number=2))
    with store.connect(write=True) as connection:  # version 2's own words, put in the place of version 1's
        connection.execute(
            text(
                "UPDATE sealed SET sealed = (SELECT s.sealed FROM sealed s WHERE s.version = 2"
                " AND s.kind = 'clean_text') WHERE version = 1 AND kind = 'clean_text'"
            )
        )
    with pytest.raises(SealBroken), store.read() as books:
        books.version(story.id, 1)


def test_other_confirmed_themes_are_another_digest(store: Store) -> None:
    story = a_story()
    version = a_version(story)
    with store.write() as books:
        books.add_story(story)
        books.add_version(version)
        books.save_themes(story.id, 1, [Theme("stress", "redactie", ("ruzie",), confirmed=True)])
        assert books.version(story.id).themes == (Theme("stress", "redactie", ("ruzie",), confirmed=True),)
        assert books.version(story.id).digest != version.digest
        with pytest.raises(NotFound):
            books.save_themes(story.id, 2, [])


def test_every_pair_of_states_is_saved_only_when_the_table_says_so(sqlite_store: Store) -> None:
    for old in set(State) - {State.GEWIST}:
        for new in State:
            story = a_story(state=old)
            allowed = new is old or (new in NEXT_STATES[old] and new is not State.GEWIST)
            with sqlite_store.write() as books:
                books.add_story(story)
                try:
                    books.save(story.moved(state=new), expected=0)
                except StageRefused:
                    assert not allowed, (old, new)
                else:
                    assert allowed, (old, new)
