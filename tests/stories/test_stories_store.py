"""The store keeps what it is given, on SQLite and on PostgreSQL."""

from __future__ import annotations

import hashlib
import io
import itertools
import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from builders import (
    MOMENT,
    a_consent,
    a_piece,
    a_quote,
    a_recording,
    a_story,
    a_teller,
    a_transcript,
    a_version,
)
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text

from stories.errors import InputRefused, Moved, NotFound, NotReady, Refused, SealBroken, StageRefused
from stories.model import Approval, Export, Name, PieceState, RawText, Task, TellerRole, Theme
from stories.receipts import Hasher
from stories.settings import Settings
from stories.stages import NEXT_STATES, Stage, State
from stories.store import Books, Store, migrate
from stories.vault import CHUNK_BYTES, Kind
from stories.words import say

SHARED_STORE = hypothesis_settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NASTY = st.text(st.characters(exclude_categories=()), min_size=1, max_size=60)
"""Any text at all: NUL, half surrogates, right-to-left marks, emoji."""


def added(store: Store, **changes: object) -> str:
    story = a_story(**changes)  # type: ignore[arg-type]
    with store.write() as books:
        books.add_story(story)
    return story.id


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


# sealed items


def test_an_item_comes_back_whole_and_in_parts(store: Store) -> None:
    for kind, size in itertools.product((Kind.AUDIO, Kind.ORIGINAL_TEXT), (0, 1, CHUNK_BYTES, 2 * CHUNK_BYTES + 3)):
        story_id, data = added(store), bytes(i % 251 for i in range(size))
        with store.write() as books:
            books.keep(story_id, kind, io.BytesIO(data), version=2)
        with store.read() as books:
            assert books.fetch(story_id, kind, version=2) == data
            assert books.size(story_id, kind, version=2) == size
            assert not books.has(story_id, kind)
            later = books.stream(story_id, kind, version=2, start=size // 3, stop=size - 1)
        assert b"".join(later) == data[size // 3 : max(size - 1, 0)], "may be read after the transaction"


def test_keeping_twice_replaces_and_discarding_twice_is_fine(store: Store) -> None:
    story_id = added(store)
    media = store.settings.data_dir / "media"
    for data in (b"een", b"twee"):
        with store.write() as books:
            books.keep(story_id, Kind.AUDIO, data)
            books.keep(story_id, Kind.CHUNK, data, version=7)
    with store.read() as books:
        assert (books.fetch(story_id, Kind.AUDIO), books.fetch(story_id, Kind.CHUNK, version=7)) == (b"twee", b"twee")
    assert len(list(media.iterdir())) == 1
    for _ in range(2):
        with store.write() as books:
            books.discard(story_id, Kind.AUDIO)
    assert list(media.iterdir()) == []


def test_a_rolled_back_replacement_keeps_the_first(store: Store) -> None:
    story_id = added(store)
    with store.write() as books:
        books.keep(story_id, Kind.AUDIO, b"eerst")
    with pytest.raises(ZeroDivisionError), store.write() as books:
        books.keep(story_id, Kind.AUDIO, b"daarna")
        raise ZeroDivisionError
    with store.read() as books:
        assert books.fetch(story_id, Kind.AUDIO) == b"eerst"
    assert len(list((store.settings.data_dir / "media").iterdir())) == 1


class Broken(io.RawIOBase):
    """An upload whose visitor leaves half-way."""

    def __init__(self, left: int) -> None:
        self._left = left

    def read(self, size: int = -1) -> bytes:
        if self._left <= 0:
            raise InputRefused("store.not_text")
        self._left -= size
        return b"x" * size


def test_an_upload_that_breaks_off_leaves_nothing(store: Store) -> None:
    story_id = added(store)
    with pytest.raises(InputRefused), store.write() as books:
        books.keep(story_id, Kind.AUDIO, Broken(300_000))  # type: ignore[arg-type]
    with store.read() as books:
        assert not books.has(story_id, Kind.AUDIO)
    assert list((store.settings.data_dir / "media").iterdir()) == []


def test_media_that_was_cut_off_swapped_or_lost_is_told(store: Store) -> None:
    one, two = added(store), added(store)
    with store.write() as books:
        books.keep(one, Kind.AUDIO, b"1" * 100_000)
        books.keep(two, Kind.AUDIO, b"2" * 100_000)
    first, second = sorted((store.settings.data_dir / "media").iterdir())
    first_bytes, second_bytes = first.read_bytes(), second.read_bytes()

    def both_broken() -> None:
        for story_id in (one, two):
            with pytest.raises(SealBroken), store.read() as books:
                books.fetch(story_id, Kind.AUDIO)

    first.write_bytes(second_bytes)
    second.write_bytes(first_bytes)
    both_broken()
    first.write_bytes(first_bytes[:-50_000])
    second.write_bytes(second_bytes + b"x")
    both_broken()
    first.unlink()
    second.unlink()
    both_broken()


def test_the_stores_own_kinds_cannot_be_kept_from_outside(store: Store) -> None:
    story_id = added(store)
    with pytest.raises(ValueError, match="sealed by the store"), store.write() as books:
        books.keep(story_id, Kind.CLEAN_TEXT, b"x", version=1)


def test_orphans_of_crashed_uploads_are_swept(store: Store) -> None:
    story_id, media = added(store), store.settings.data_dir / "media"
    with store.write() as books:
        books.keep(story_id, Kind.AUDIO, b"geluid")
    for name in ("f" * 32, ".deel-" + "e" * 32):
        (media / name).write_bytes(b"half")
    (media / "leesmij.txt").write_text("van iemand anders")
    assert store.sweep() == 0, "they may be uploads of this moment"
    assert store.sweep(older_than=timedelta(0)) == 2
    assert len(list(media.iterdir())) == 2
    with store.read() as books:
        assert books.fetch(story_id, Kind.AUDIO) == b"geluid"


# any text


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


def test_approvals_come_in_the_order_they_were_given(store: Store) -> None:
    given_ = [Approval("p1", "a" * 64, by, MOMENT, "vrijgever") for by in ("u2", "u1")]
    with store.write() as books:
        for approval in given_:
            books.add_approval(approval)
        assert books.approvals("p1") == tuple(given_)
        assert books.approvals("p2") == ()


# pieces, exports, tasks


def quoted(store: Store, number: int = 1) -> tuple[list[str], list[object]]:
    """`number` stories with a version and a quote each."""
    story_ids, quotes = [], []
    with store.write() as books:
        for _ in range(number):
            story = a_story()
            books.add_story(story)
            version = books.add_version(a_version(story))
            quote = a_quote(version)
            books.add_quote(quote)
            story_ids.append(story.id)
            quotes.append(quote)
    return story_ids, quotes


def test_a_piece_follows_its_quotes(store: Store) -> None:
    (one, two), (first, second) = quoted(store, 2)
    piece = a_piece([first, second])  # type: ignore[list-item]
    with store.write() as books:
        books.add_piece(piece)
        assert books.pieces_using(one) == books.pieces_using(two) == (piece,)
        shorter = a_piece([second], id=piece.id, state=PieceState.TER_VRIJGAVE)  # type: ignore[list-item]
        saved = books.save_piece(shorter, expected=0)
        assert saved.row_version == 1
        assert books.piece(piece.id) == saved
        assert books.pieces_using(one) == ()
        assert books.pieces_using(two) == (saved,)
        with pytest.raises(Moved):
            books.save_piece(shorter, expected=0)


def test_a_quote_needs_its_version_and_a_piece_its_quotes(store: Store) -> None:
    story_id = added(store)
    quote = a_quote(a_version(story_id))
    with store.write() as books, pytest.raises(NotFound):
        books.add_quote(quote)
    with pytest.raises(NotFound), store.write() as books:
        books.add_piece(a_piece([quote]))
    with store.read() as books:
        assert books.pieces() == ()


def an_export(piece_id: str, bundle: bytes = b"PK", export_id: str = "e1") -> Export:
    sha256 = hashlib.sha256(bundle).hexdigest()
    return Export(export_id, piece_id, "d" * 64, sha256, "u1", MOMENT, {"title": "Iedereen mee", "files": []})


def test_a_bundle_comes_back_until_it_expires(store: Store) -> None:
    piece, bundle = a_piece(), b"PK" + bytes(100_000)
    export = an_export(piece.id, bundle)
    with store.write() as books:
        books.add_piece(piece)
        books.add_export(export, bundle)
        with pytest.raises(ValueError, match="hash of its bundle"):
            books.add_export(export, b"iets anders")
    with store.read() as books:
        assert books.exports(piece.id) == (export,)
        assert books.bundle("e1") == bundle
    with store.write() as books:
        assert books.expire_exports(piece.id) == 1
        assert books.expire_exports(piece.id) == 0
    with store.read() as books:
        assert [e.id for e in books.exports(piece.id)] == ["e1"]
        with pytest.raises(NotFound) as gone:
            books.bundle("e1")
    assert gone.value.code == "bundle_expired"
    assert list((store.settings.data_dir / "media").iterdir()) == []


def test_tasks_are_done_once(store: Store) -> None:
    story_id = added(store)
    tasks = [Task(f"t{i}", "take_down", story_id, "p1", "communicatie", date(2026, 4, 9 - i)) for i in range(2)]
    with store.write() as books:
        for task in tasks:
            books.add_task(task)
        assert books.tasks() == (tasks[1], tasks[0]), "first what is due first"
        books.finish_task("t0", MOMENT)
        books.finish_task("t0", MOMENT + timedelta(days=1))
        assert books.tasks() == (tasks[1],)
        assert [task.done_at for task in books.tasks(open_only=False)] == [None, MOMENT]
        with pytest.raises(NotFound):
            books.finish_task("t9", MOMENT)


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
