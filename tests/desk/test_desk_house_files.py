from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin
from role_place import Place

from desk import house_files, jingles, proofs
from stories.audio import CANONICAL_RATE, samples
from stories.errors import InputRefused, Moved, NotAllowed, NotFound, Refused
from stories.model import Block, BlockKind, Piece, PieceKind, PieceState, new_id
from stories.people import Role, User
from stories.products import FileKind, HouseFile
from stories.sealed import open_house_file
from stories.store import Store
from tests.publish.episodes import RECORDINGS, tone


@pytest.fixture
def place(sqlite_store: Store) -> Place:
    return Place.open(sqlite_store)


def added(place: Place, kind: FileKind = FileKind.BEELD, data: bytes | None = None, **words: object) -> HouseFile:
    """A file of the house; a picture unless it is about sound, which takes a process to convert."""
    user = place.staff[Role.COMMUNICATIE]
    usual = photo() if kind is FileKind.BEELD else tone(2_000)
    upload = BytesIO(usual if data is None else data)
    return house_files.add(place.store, place.store.settings, user, kind, upload, **words)  # type: ignore[arg-type]


def used_in(place: Place, file: HouseFile, state: PieceState) -> Piece:
    blocks = (Block(BlockKind.MUSIC, "Muziek", file_id=file.id),)
    piece = Piece(new_id("p"), PieceKind.PODCAST, "T", date(2026, 12, 1), blocks, "u1", state=state)
    with place.store.write() as books:
        return books.add_piece(piece)


def test_a_recording_becomes_a_sound_of_the_house_without_its_tags(place: Place) -> None:
    data = (RECORDINGS / "broodtrommel.m4a").read_bytes()
    file = added(place, FileKind.PRESENTATIE, data, name="  Welkom\n", credit="Presentatie: Ed")
    assert (file.name, file.credit, file.kind) == ("Welkom", "Presentatie: Ed", FileKind.PRESENTATIE)
    with open_house_file(place.store, file.id) as sound:
        heard = sound.read()
    assert heard[:4] == b"fLaC" and sha256(heard).hexdigest() == file.digest
    length = sum(len(block) for block in samples(BytesIO(heard), rate=CANONICAL_RATE))
    assert length * 1000 // CANONICAL_RATE == file.duration_ms


def photo(size: tuple[int, int] = (60, 40), kind: str = "JPEG", **more: object) -> bytes:
    data = BytesIO()
    picture = Image.new("RGB", size, "white")
    picture.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    picture.save(data, kind, **more)
    return data.getvalue()


def test_of_a_photo_nothing_stays_but_what_is_seen_and_it_stands_upright(place: Place) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter
    exif[0x010F] = "Kamera van Piet"
    exif[0x8825] = {1: "N", 2: (52.0, 15.0, 0.0)}  # where
    file = added(place, FileKind.BEELD, photo(exif=exif, comment=b"Piet"))
    with open_house_file(place.store, file.id) as picture:
        data = picture.read()
    assert b"Piet" not in data and file.duration_ms == 0
    with Image.open(BytesIO(data)) as kept:
        assert kept.format == "PNG" and kept.size == (40, 60) and not kept.info and not kept.getexif()
        red, green, blue = kept.getpixel((35, 5))  # type: ignore[misc]  # the red corner turned to the right
        assert red > 200 and green < 60 and blue < 60


def test_a_picture_keeps_no_text_of_a_png_and_is_made_smaller(place: Place) -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "Piet van het Plein")
    file = added(place, FileKind.BEELD, photo((3_000, 300), "PNG", pnginfo=text))
    with open_house_file(place.store, file.id) as picture:
        data = picture.read()
    assert b"Piet" not in data
    with Image.open(BytesIO(data)) as kept:
        assert kept.size == (2_400, 240)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 nee", b"<svg xmlns='x'/>", photo()[:200], b"GIF89a" + bytes(60)])
def test_what_is_no_picture_is_refused_in_dutch(place: Place, data: bytes) -> None:
    with pytest.raises(InputRefused) as refused:
        added(place, FileKind.BEELD, data)
    assert refused.value.code == "picture_unknown" and "JPG" in refused.value.message


def test_a_picture_that_claims_to_be_huge_is_refused_before_it_is_drawn(place: Place) -> None:
    bomb = BytesIO()
    Image.new("1", (8_000, 8_000)).save(bomb, "PNG")  # 50 kB
    with pytest.raises(InputRefused) as refused:
        added(place, FileKind.BEELD, bomb.getvalue())
    assert refused.value.code == "picture_too_big"


@pytest.mark.parametrize("data", [b"", b"ffconcat version 1.0\nfile '/etc/passwd'", b"MZ" + bytes(5_000)])
def test_what_is_no_sound_is_refused_as_a_story_would_be(place: Place, data: bytes) -> None:
    with pytest.raises(InputRefused):
        added(place, FileKind.MUZIEK, data)


def test_a_sound_that_lasts_too_long_for_its_kind_is_refused(place: Place) -> None:
    with pytest.raises(InputRefused) as refused:
        added(place, FileKind.INTRO, tone(121_000, 100, 0.1))
    assert refused.value.code == "too_long" and "2 minuten" in refused.value.message
    assert added(place, FileKind.OUTRO, tone(121_000, 100, 0.1)).duration_ms == 121_000


def test_the_same_sound_twice_is_one_file(place: Place) -> None:
    intro = added(place, FileKind.INTRO, name="Een")
    assert intro == added(place, FileKind.INTRO, name="Twee")
    assert added(place, FileKind.OUTRO).id != intro.id
    with place.store.read() as books:
        assert len(books.house_files.all()) == 2


def test_an_upload_with_a_ticket_lands_on_the_shelf(place: Place) -> None:
    user = place.staff[Role.REDACTEUR]
    about = house_files.errand(user, FileKind.OUTRO)
    received = proofs.take(place.store, place.store.settings, about, BytesIO(tone(2_000)))
    assert (received.what, received.duration_ms) == ("audio", 2_000)
    (file,) = house_files.shelf(place.store, user).files
    assert (file.kind, file.made_by, file.name) == (FileKind.OUTRO, user.id, "Slot zonder naam")


def test_a_ticket_of_who_may_no_longer_do_this_is_worth_nothing(place: Place) -> None:
    user = place.staff[Role.COMMUNICATIE]
    about = house_files.errand(user, FileKind.INTRO)
    with place.store.write() as books:
        books.set_active(user.id, False)
    with pytest.raises(NotAllowed):
        proofs.take(place.store, place.store.settings, about, BytesIO(tone(2_000)))
    with pytest.raises(NotAllowed):
        house_files.errand(place.staff[Role.VRIJGEVER], FileKind.INTRO)


def test_a_name_and_credit_can_be_changed_and_a_stale_tab_changes_nothing(place: Place) -> None:
    file, user = added(place), place.staff[Role.COMMUNICATIE]
    now = house_files.describe(place.store, user, file, name="Intro 2026", credit="Muziek: L. Band", synthetic=True)
    assert house_files.shelf(place.store, user).files == (now,) and now.synthetic
    with pytest.raises(Moved):
        house_files.describe(place.store, user, file, name="Anders", credit="", synthetic=False)
    with pytest.raises(InputRefused):
        house_files.describe(place.store, user, now, name="\u200b ", credit="", synthetic=False)
    with pytest.raises(InputRefused):
        house_files.describe(place.store, user, now, name="x" * 121, credit="", synthetic=False)


@pytest.mark.parametrize("state", list(PieceState))
def test_what_a_piece_needs_is_not_put_away_or_told_otherwise(place: Place, state: PieceState) -> None:
    file, user = added(place), place.staff[Role.COMMUNICATIE]
    used_in(place, file, state)
    needed = state not in (PieceState.GEPUBLICEERD, PieceState.GEBLOKKEERD)
    assert (file.id in house_files.shelf(place.store, user).used) is needed
    if state in (PieceState.TER_VRIJGAVE, PieceState.VRIJGEGEVEN):
        with pytest.raises(Refused):
            house_files.describe(place.store, user, file, name="Anders", credit="", synthetic=False)
    else:
        file = house_files.describe(place.store, user, file, name="Anders", credit="", synthetic=False)
    if needed:
        with pytest.raises(Refused) as refused:
            house_files.put_away(place.store, user, file.id)
        assert refused.value.code == "in_use"
    else:
        house_files.put_away(place.store, user, file.id)
        with pytest.raises(NotFound):
            house_files.size(place.store, user, file.id)


def test_a_full_shelf_says_so(place: Place) -> None:
    one = added(place)
    with place.store.write() as books:
        for number in range(house_files.MOST - 1):
            books.house_files.add(replace(one, id=f"h{number}", digest=f"{number:064d}"), b"x")
    with pytest.raises(Refused) as refused:
        added(place, data=photo((9, 9)))
    assert refused.value.code == "enough"


def test_the_audit_tells_who_did_what_and_no_name(place: Place) -> None:
    file = added(place, name="Zonneweide", credit="Muziek: Jan")
    user: User = place.staff[Role.COMMUNICATIE]
    house_files.describe(place.store, user, file, name="Maneweide", credit="", synthetic=False)
    house_files.put_away(place.store, user, file.id)
    with place.store.read() as books:
        lines = books.audit_trail(limit=3)
    assert [line["action"] for line in lines[::-1]] == [
        "house_file_added", "house_file_described", "house_file_put_away",
    ]  # fmt: skip
    assert "weide" not in str(lines) and datetime.now(UTC) >= lines[0]["at"]


def test_nothing_of_an_upload_lies_open_afterwards(place: Place) -> None:
    added(place, FileKind.INTRO)
    folder = place.store.settings.data_dir
    assert not [path for path in folder.rglob("*") if path.is_file() and path.read_bytes()[:4] == b"fLaC"]
    assert not list((folder / "incoming").iterdir())


def test_the_examples_have_music_of_our_own_and_a_second_time_adds_nothing(place: Place) -> None:
    user = place.staff[Role.COMMUNICATIE]
    files = jingles.load(place.store, place.store.settings, user)
    assert [file.kind for file in files] == [FileKind.INTRO, FileKind.MUZIEK, FileKind.OUTRO]
    assert all(4_000 < file.duration_ms < 15_000 and file.credit for file in files)
    assert jingles.load(place.store, place.store.settings, user) == files
    music, words = Block(BlockKind.MUSIC, "Muziek"), Block(BlockKind.HEADING, "Kop")
    chosen = jingles.into((music, words, music, music), files)
    assert [block.file_id for block in chosen] == [files[0].id, None, files[1].id, files[2].id]
