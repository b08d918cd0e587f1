from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from stories.errors import NotFound, SealBroken
from stories.products import FileKind, HouseFile
from stories.sealed import open_house_file
from stories.store import Store

NAME, CREDIT = "Openingsdeuntje Zonneweide", "Muziek: Jan Klaassen"
SOUND = bytes(range(256)) * 1_000


def a_file(kind: FileKind = FileKind.INTRO, file_id: str = "f1", **changes: object) -> HouseFile:
    duration = 0 if kind is FileKind.BEELD else 4_000
    return HouseFile(
        file_id, kind, NAME, CREDIT, sha256(SOUND).hexdigest(), duration, "u1", datetime(2026, 11, 26, tzinfo=UTC),
        **changes,  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_file_comes_back_as_it_was_and_in_any_part(store: Store) -> None:
    with store.write() as books:
        books.house_files.add(a_file(synthetic=True), SOUND)
    with store.read() as books:
        assert books.house_files.get("f1") == a_file(synthetic=True)
        assert books.house_files.size("f1") == len(SOUND)
        assert b"".join(books.house_files.stream("f1")) == SOUND
        assert b"".join(books.house_files.stream("f1", start=70_000, stop=140_001)) == SOUND[70_000:140_001]
    with open_house_file(store, "f1") as file:
        file.seek(-5, 2)
        assert file.read() == SOUND[-5:]


def test_no_word_or_sound_of_it_lies_open_on_the_disk(store: Store) -> None:
    with store.write() as books:
        books.house_files.add(a_file(), SOUND)
    folder = store.settings.data_dir
    lying = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert NAME.encode() not in lying and CREDIT.encode() not in lying and SOUND[:4096] not in lying


def test_what_was_put_away_is_remembered_but_cannot_be_heard(store: Store) -> None:
    with store.write() as books:
        books.house_files.add(a_file(), SOUND)
        books.house_files.add(a_file(FileKind.BEELD, "f2"), SOUND)
    for _ in range(2):
        with store.write() as books:
            books.house_files.put_away("f1")
    with store.read() as books:
        assert [file.id for file in books.house_files.all()] == ["f2"]
        assert books.house_files.all(FileKind.INTRO) == ()
        assert books.house_files.get("f1").credit == CREDIT
        with pytest.raises(NotFound):
            books.house_files.stream("f1")
    with pytest.raises(NotFound):
        open_house_file(store, "f1")
    media = store.settings.data_dir / "media"
    assert len(list(media.iterdir())) == 1


def test_sweeping_up_what_no_row_names_leaves_it_alone(store: Store) -> None:
    with store.write() as books:
        books.house_files.add(a_file(), SOUND)
    assert store.sweep(older_than=timedelta(0)) == 0
    with store.read() as books:
        assert b"".join(books.house_files.stream("f1")) == SOUND


def test_two_files_cannot_be_swapped(store: Store) -> None:
    with store.write() as books:
        books.house_files.add(a_file(), SOUND)
        books.house_files.add(a_file(file_id="f2"), SOUND)
    one, other = sorted((store.settings.data_dir / "media").iterdir())
    data = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(data)
    with store.read() as books, pytest.raises(SealBroken):
        list(books.house_files.stream("f1"))


def test_a_sound_lasts_and_a_picture_does_not() -> None:
    with pytest.raises(ValueError):
        HouseFile("f", FileKind.BEELD, "", "", "", 5, "u", datetime.now(UTC))
    with pytest.raises(ValueError):
        HouseFile("f", FileKind.MUZIEK, "", "", "", 0, "u", datetime.now(UTC))
