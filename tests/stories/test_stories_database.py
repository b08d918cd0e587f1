"""What the database itself keeps: any text, transactions, what is append-only, moments, and errors without values."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from builders import MOMENT, a_consent, a_piece, a_quote, a_recording, a_story, a_transcript, a_version, added
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text

from stories.errors import InputRefused, NotFound, NotReady, Refused
from stories.model import Approval, Name, RawText, Theme
from stories.receipts import Hasher
from stories.settings import Settings
from stories.store import Books, Store, migrate
from stories.vault import Kind
from stories.words import say

SHARED_STORE = hypothesis_settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NASTY = st.text(st.characters(exclude_categories=()), min_size=1, max_size=60)
"""Any text at all: NUL, half surrogates, right-to-left marks, emoji."""


def test_a_failed_transaction_leaves_nothing_behind(store: Store) -> None:
    story = a_story()
    with pytest.raises(ZeroDivisionError), store.write() as books:
        books.add_story(story)
        books.keep_recording(story.id, a_recording(), io.BytesIO(b"flac"))
        raise ZeroDivisionError
    with store.read() as books, pytest.raises(NotFound):
        books.story(story.id)
    assert list((store.settings.data_dir / "media").iterdir()) == []


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(RuntimeError), store.read() as books:
        books.add_story(a_story())


def test_the_same_id_twice_is_refused_with_a_sentence(store: Store) -> None:
    story = a_story()
    with pytest.raises(Refused), store.write() as books:
        books.add_story(story)
        books.add_story(story)


@SHARED_STORE
@given(words=NASTY)
def test_sealed_text_comes_back_exactly_whatever_it_is(store: Store, words: str) -> None:
    story = a_story()
    version = a_version(story, words + " .", themes=(Theme("meedoen", "machine", (words,)),))
    quote = a_quote(version, words + " .")
    piece = a_piece([quote], title=words, preheader=words)
    with store.write() as books:
        books.add_story(story)
        books.keep_text(story.id, RawText(words))
        books.keep_names(story.id, [Name(words, words, words)])
        books.keep_intake_names(story.id, [words])
        books.keep_transcript(story.id, a_transcript([words]))
        books.add_version(version)
        books.add_quote(quote)
        books.add_piece(piece)
    with store.read() as books:
        assert books.text(story.id).text == words
        assert books.names(story.id) == (Name(words, words, words),)
        assert books.intake_names(story.id) == (words,)
        assert books.transcript(story.id) == a_transcript([words])
        assert books.version(story.id) == version
        assert books.quotes(ids=[quote.id]) == (quote,)
        assert books.piece(piece.id) == piece


@SHARED_STORE
@given(words=NASTY)
def test_clear_columns_take_text_exactly_or_refuse_it(store: Store, words: str) -> None:
    story = a_story(region=words)
    try:
        with store.write() as books:
            books.add_story(story)
    except InputRefused as refusal:
        assert refusal.code == "not_text"
        assert "\x00" in words or any("\ud800" <= c <= "\udfff" for c in words)
    else:
        with store.read() as books:
            assert books.story(story.id).region == words


@SHARED_STORE
@given(words=NASTY)
def test_looking_for_any_text_finds_nothing_and_breaks_nothing(store: Store, words: str) -> None:
    for ask in (
        Books.story,
        Books.piece,
        Books.user_by_name,
        Books.holder_of_receipt,
    ):
        with pytest.raises((NotFound, InputRefused)), store.read() as books:
            ask(books, words)
    with store.read() as books:
        assert books.session_user(words, MOMENT) is None


def test_the_database_itself_refuses_to_change_what_is_append_only(store: Store) -> None:
    story = a_story()
    with store.write() as books:
        books.add_story(story)
        books.add_consent(*a_consent(story))
        books.add_version(a_version(story))
        books.add_approval(Approval(story.id, "0" * 64, "u1", MOMENT, "vrijgever"))
        books.audit("u1", "open", story_id=story.id)
    for table in ("consent_event", "story_version", "approval", "audit"):
        column = {"story_version": "number"}.get(table, "seq")
        for change in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with pytest.raises(Refused), store.connect(write=True) as connection:
                connection.execute(text(change))
                pytest.fail(f"the trigger let it through: {change}")


def test_insert_or_replace_does_not_slip_past_the_trigger(sqlite_store: Store) -> None:
    with sqlite_store.write() as books:
        books.audit("u1", "open")
    with pytest.raises(Refused), sqlite_store.connect(write=True) as connection:
        connection.execute(text("INSERT OR REPLACE INTO audit SELECT * FROM audit"))


def test_the_vocabulary_starts_with_ours_and_keeps_its_versions(store: Store) -> None:
    with store.write() as books:
        number, opgaven = books.vocabulary()
        assert number == 1
        assert {"id", "naam", "nr", "bevestigd", "bron", "betekenis", "woorden"} == set(opgaven[0])
        assert {"meedoen", "stress", "eigen_geldzorgen"} <= {o["id"] for o in opgaven}
        assert books.save_vocabulary([*opgaven, {"id": "nieuw", "woorden": ["\ud83d", "\x00"]}], by="u1") == 2
        assert books.vocabulary()[1][-1] == {"id": "nieuw", "woorden": ["\ud83d", "\x00"]}


def test_a_moment_without_a_time_zone_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="time zone"), store.write() as books:
        books.add_story(a_story(created_at=datetime(2026, 1, 1)))


def test_moments_come_back_as_the_same_moment(store: Store) -> None:
    moment = datetime(2026, 7, 1, 23, 59, 59, 123456, tzinfo=timezone(timedelta(hours=2)))
    story_id = added(store, created_at=moment)
    with store.read() as books:
        assert books.story(story_id).created_at == moment
        assert books.story(story_id).created_at.tzinfo == UTC


def test_no_error_of_the_database_shows_a_value(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises((Refused, NotReady)) as refusal, store.connect(write=True) as connection:
        connection.execute(text("INSERT INTO story_key VALUES (:id, :key)"), {"id": "Nathalie", "key": b"Nathalie"})
    assert "Nathalie" not in str(refusal.value) + caplog.text
    assert refusal.value.__suppress_context__


def test_only_the_owner_can_read_database_and_media(settings: Settings, cheap_hasher: Hasher) -> None:
    migrate(settings)
    store = Store.open(settings, hasher=cheap_hasher)
    story = a_story()
    with store.write() as books:
        books.add_story(story)
        books.keep(story.id, Kind.AUDIO, b"geluid")
    paths = [settings.data_dir, *settings.data_dir.rglob("*")]
    assert {path.name for path in paths} >= {"data", "media", "vertelpunt.db", "vertelpunt.db-wal"}
    assert [path for path in paths if path.stat().st_mode & 0o077] == []
    store.close()


def test_every_sentence_that_the_ground_floor_raises_is_in_the_catalogue() -> None:
    folder = Path(__file__).resolve().parents[2] / "stories"
    used = {
        key
        for path in folder.glob("*.py")
        for key in re.findall(r'"((?:store|vault|stories)\.[a-z_]+)"', path.read_text(encoding="utf-8"))
        if not (folder / f"{key.partition('.')[2]}.py").exists()
    }
    assert len(used) > 20
    for key in sorted(used - {"vertelpunt.store"}):
        assert say(key, old="", new="")
