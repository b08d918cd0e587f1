"""Erased is erased: searched for in every file, and again after a restored backup."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import MOMENT, a_consent, a_piece, a_quote, a_recording, a_story, a_teller, a_transcript, a_version
from sqlalchemy import text

from stories.consent import Consent
from stories.erasure import ledger_path, read_ledger
from stories.errors import NotFound, NotReady, SealBroken, StageRefused
from stories.media import Media
from stories.model import Approval, Block, BlockKind, Export, Name, Piece, PieceState, RawText, Story, TellerRole
from stories.receipts import Hasher
from stories.stages import Stage, State
from stories.store import Store, migrate
from stories.vault import Kind

WORD = "Zwanenburgerdwarsweg"
SENTENCE = f"Wij woonden aan de {WORD} en daar was het koud."


def told(store: Store, *, state: State = State.INGETROKKEN, quoted_with: tuple[Story, ...] = ()) -> tuple[Story, Piece]:
    """A story with WORD in everything it has, used in a piece with an export."""
    story = a_story(stage=Stage.TAGGED, state=state, region="Haarlemmermeer", taken_by="u7")
    version = a_version(story, SENTENCE)
    quote = a_quote(version, SENTENCE)
    quotes = [quote]
    with store.write() as books:
        books.add_story(story)
        books.add_consent(*a_consent(story))
        books.keep_text(story.id, RawText(SENTENCE))
        books.keep_transcript(story.id, a_transcript([SENTENCE]))
        books.keep_names(story.id, [Name(WORD, "straat", "[straat 1]")])
        books.keep_intake_names(story.id, [WORD])
        sound = SENTENCE.encode() * 3000
        books.keep_recording(story.id, a_recording(sound), io.BytesIO(sound))
        books.keep(story.id, Kind.REDACTED_AUDIO, sound)
        for number in range(5):
            books.keep(story.id, Kind.CHUNK, sound[: 9000 * number], version=number)
        books.add_version(version)
        books.add_approval(Approval(story.id, version.digest, "u1", MOMENT, "vrijgever"))
        books.add_quote(quote)
        for other in quoted_with:
            quotes.extend(books.quotes(story_id=other.id))
        piece = a_piece(quotes, title=f"Aan de {WORD}", preheader=WORD)
        piece = replace(piece, blocks=(*piece.blocks, Block(BlockKind.VISUAL, "Foto.", alt=WORD)))
        books.add_piece(piece)
        bundle = SENTENCE.encode() * 100
        sha256 = hashlib.sha256(bundle).hexdigest()
        export = Export("e-" + story.id, piece.id, piece.digest, sha256, "u1", MOMENT, {"title": WORD})
        books.add_export(export, bundle)
    return story, piece


def files_with(folder: Path, needle: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and needle in path.read_bytes()]


def wrapped_key(store: Store, story_id: str) -> bytes:
    with store.connect(write=False) as connection:
        return bytes(connection.scalar(text("SELECT wrapped FROM story_key WHERE story_id = :id"), {"id": story_id}))


def erase(store: Store, story_id: str) -> None:
    with store.write() as books:
        books.erase(story_id, why="withdrawn_all")


def test_no_word_and_no_key_of_an_erased_story_is_in_any_file(sqlite_store: Store) -> None:
    store, data = sqlite_store, sqlite_store.settings.data_dir
    story, _ = told(store)
    key = wrapped_key(store, story.id)
    with store.connect(write=False) as connection:
        bodies = [
            bytes(row[0]) for row in connection.execute(text("SELECT sealed FROM sealed WHERE sealed IS NOT NULL"))
        ]
    assert files_with(data, key), "the search finds what is there"
    assert files_with(data, WORD.encode()) == [], "even before: everything is sealed"
    erase(store, story.id)
    assert files_with(data, key) == []
    assert [name for body in bodies for name in files_with(data, body[-200:])] == []
    assert files_with(data, WORD.encode()) == []
    assert (data / "vertelpunt.db-wal").stat().st_size == 0
    assert list((data / "media").iterdir()) == []


@pytest.mark.postgres
@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_on_postgresql_the_key_is_gone_from_the_files_of_the_tables(postgres: Any, store: Store) -> None:
    """Not from its write-ahead log and backups: those forget when they are rotated; the ledger covers a restore."""
    if postgres.folder is None:
        pytest.skip("the server of VERTELPUNT_TEST_POSTGRES_URL does not show its files")
    story, _ = told(store)
    key = wrapped_key(store, story.id)
    with store.connect(write=True) as connection:
        oid = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
    files = postgres.folder / "base" / str(oid)
    postgres.checkpoint()
    assert files_with(files, key), "the search finds what is there"
    erase(store, story.id)
    postgres.checkpoint()
    assert files_with(files, key) == []
    assert files_with(files, WORD.encode()) == []


def test_the_search_would_find_a_word_kept_in_clear(sqlite_store: Store) -> None:
    """The mutant of the test above: a region is a clear column."""
    told(sqlite_store)
    assert files_with(sqlite_store.settings.data_dir, b"Haarlemmermeer")


def test_after_erasure_only_the_minimal_proof_is_left(store: Store) -> None:
    story, piece = told(store)
    with store.write() as books:
        events = books.consent(story.id).events
        digest = books.version(story.id).digest
        code = books.new_receipt(story.id)
    erase(store, story.id)
    with store.read() as books:
        left = books.story(story.id)
        assert (left.state, left.region, left.taken_by) == (State.GEWIST, "", None)
        assert books.consent(story.id) == Consent(story.teller, events)
        assert [a.digest for a in books.approvals(story.id)] == [digest]
        assert books.holder_of_receipt(code).story_id == left.id, "the teller can see that it is done"
        assert books.quotes(story_id=story.id) == ()
        assert books.names(story.id) == books.intake_names(story.id) == ()
        for kind in Kind:
            assert not books.has(story.id, kind)
        for ask in (books.text, books.transcript, books.version, books.recording):
            with pytest.raises(NotFound):
                ask(story.id)
        with pytest.raises(NotFound):
            books.bundle("e-" + story.id)
        assert [(e.sha256 != "", e.manifest) for e in books.exports(piece.id)] == [(True, {})]
        assert [(row["action"], row["detail"]) for row in books.audit_trail()] == [("erase", "withdrawn_all")]
        assert books.audit_is_whole()
    with pytest.raises(SealBroken) as gone, store.write() as books:
        books.keep(story.id, Kind.ORIGINAL_TEXT, b"terug")
    assert gone.value.code == "key_gone"


def test_no_word_is_left_in_a_piece_that_quoted_it_and_the_piece_is_locked(store: Store) -> None:
    story, piece = told(store)
    erase(store, story.id)
    with store.read() as books:
        left = books.piece(piece.id)
        assert books.pieces_using(story.id) == (left,)
    assert left.state is PieceState.GEBLOKKEERD
    assert left.row_version == piece.row_version + 1
    assert WORD not in repr(left)
    words = {block.kind: block.text for block in left.blocks}
    assert words[BlockKind.QUOTE] == words[BlockKind.NARRATION] == "(gewist)"
    assert words[BlockKind.HELPLINE] == "Hulp nodig? Bel de Kindertelefoon."


def test_in_a_piece_with_other_stories_the_others_stay(store: Store) -> None:
    other, _ = told(store, state=State.VRIJGEGEVEN)
    story, piece = told(store, quoted_with=(other,))
    erase(store, story.id)
    with store.write() as books:
        left = books.piece(piece.id)
        assert [b.text for b in left.blocks if b.kind is BlockKind.QUOTE] == ["(gewist)", SENTENCE]
        assert left.title == "(gewist)"
        edited = books.save_piece(replace(left, title="Opnieuw"), expected=left.row_version)
        assert {p.id for p in books.pieces_using(story.id)} == {edited.id}, "still known to have used it"
        without = tuple(b for b in edited.blocks if b.text != "(gewist)")
        books.save_piece(replace(edited, blocks=without), expected=edited.row_version)
        assert books.pieces_using(story.id) == ()
        assert books.fetch(other.id, Kind.ORIGINAL_TEXT).decode() == SENTENCE


@pytest.mark.parametrize("state", [s for s in State if s not in (State.INGETROKKEN, State.GEWIST)])
def test_only_a_withdrawn_story_can_be_erased(sqlite_store: Store, state: State) -> None:
    story = a_story(state=state)
    with sqlite_store.write() as books:
        books.add_story(story)
        books.keep_text(story.id, RawText(SENTENCE))
    with pytest.raises(StageRefused):
        erase(sqlite_store, story.id)
    with sqlite_store.read() as books:
        assert books.text(story.id).text == SENTENCE
    assert read_ledger(sqlite_store.settings.master_key) == {}


def test_erasing_twice_is_fine(store: Store) -> None:
    story, _ = told(store)
    for _ in range(2):
        erase(store, story.id)
    assert len(ledger_path(store.settings.master_key).read_text().splitlines()) == 1


def test_the_ledger_lies_outside_the_data_folder_and_holds_no_content(sqlite_store: Store) -> None:
    store = sqlite_store  # the ledger is a file
    story, _ = told(store)
    erase(store, story.id)
    path = ledger_path(store.settings.master_key)
    assert not path.is_relative_to(store.settings.data_dir)
    assert path.stat().st_mode & 0o077 == 0
    (line,) = path.read_text().splitlines()
    entry = json.loads(line)
    assert (entry["story"], entry["why"], set(entry)) == (story.id, "withdrawn_all", {"story", "when", "why"})


def test_a_restored_backup_does_not_bring_an_erased_story_back(
    sqlite_store: Store, tmp_path: Path, cheap_hasher: Hasher
) -> None:
    settings = sqlite_store.settings
    story, _ = told(sqlite_store, state=State.VRIJGEGEVEN)
    sqlite_store.close()
    shutil.copytree(settings.data_dir, tmp_path / "backup")  # made while the story was still released
    store = Store.open(settings, hasher=cheap_hasher)
    with store.write() as books:
        row = books.story(story.id)
        books.save(row.moved(state=State.INGETROKKEN), expected=row.row_version)
        books.erase(story.id, why="withdrawn_all")
    store.close()
    shutil.rmtree(settings.data_dir)
    shutil.copytree(tmp_path / "backup", settings.data_dir)
    migrate(settings)
    store = Store.open(settings, hasher=cheap_hasher)
    with store.read() as books:
        assert books.story(story.id).state is State.GEWIST
        with pytest.raises(NotFound):
            books.text(story.id)
        assert books.audit_trail()[0]["action"] == "erase"
    assert list((settings.data_dir / "media").iterdir()) == []
    assert len(ledger_path(settings.master_key).read_text().splitlines()) == 1
    store.close()


def test_when_the_ledger_cannot_be_written_nothing_is_erased(store: Store) -> None:
    story, _ = told(store)
    ledger_path(store.settings.master_key).mkdir()
    with pytest.raises(NotReady) as refusal:
        erase(store, story.id)
    assert refusal.value.code == "ledger_unwritable"
    with store.read() as books:
        assert books.text(story.id).text == SENTENCE


def test_half_a_line_of_a_crash_is_passed_over_but_a_damaged_ledger_is_told(sqlite_store: Store) -> None:
    store = sqlite_store  # the ledger is a file
    story, _ = told(store)
    path = ledger_path(store.settings.master_key)
    path.write_text('{"story":"s-half')
    assert read_ledger(store.settings.master_key) == {}
    erase(store, story.id)
    assert read_ledger(store.settings.master_key) == {story.id: "withdrawn_all"}
    path.write_text("kapot\n" + path.read_text())
    with pytest.raises(NotReady) as refusal:
        migrate(store.settings)
    assert refusal.value.code == "ledger_damaged"


def test_a_media_folder_that_is_away_does_not_stop_an_erasure(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    story, _ = told(store)

    def away(self: Media, name: str) -> None:
        raise NotReady("store.media_unreachable")

    with monkeypatch.context() as patch:
        patch.setattr(Media, "remove", away)
        erase(store, story.id)
    with store.read() as books:
        assert books.story(story.id).state is State.GEWIST
    assert store.sweep(older_than=timedelta(0)) == 3, "two recordings and a bundle, unreadable already"


def test_another_story_is_not_touched(store: Store) -> None:
    keeps, _ = told(store, state=State.IN_REDACTIE)
    goes, _ = told(store)
    erase(store, goes.id)
    with store.read() as books:
        assert books.text(keeps.id).text == SENTENCE
        assert books.version(keeps.id).clean.text == SENTENCE
        assert books.fetch(keeps.id, Kind.AUDIO) == SENTENCE.encode() * 3000
        assert books.bundle("e-" + keeps.id) == SENTENCE.encode() * 100


def test_the_date_a_child_turns_16_goes_too(store: Store) -> None:
    story = a_story(state=State.INGETROKKEN, teller=a_teller(TellerRole.KIND, turns_16_on=date(2027, 5, 6)))
    with store.write() as books:
        books.add_story(story)
        books.erase(story.id, why="withdrawn_all")
        assert books.story(story.id).teller.turns_16_on is None
