"""Geluid en beeld van ons, as communicatie and a vrijgever see it; sending itself is the business of the door."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from ui_help import House, Screen

from desk import house_files
from stories import clock, tickets
from stories.model import Block, BlockKind, Piece, PieceKind, digest_of
from stories.people import Role, User
from stories.products import FileKind, HouseFile
from stories.words import say
from tests.publish.episodes import tone


def put(house: House, kind: FileKind = FileKind.INTRO, **words: object) -> HouseFile:
    user = User("u-maker", "maker", frozenset({Role.COMMUNICATIE}))
    return house_files.add(
        house.store, house.store.settings, user, kind, BytesIO(tone(2_000)), **words  # type: ignore[arg-type]
    )  # fmt: skip


def fields(file: HouseFile) -> tuple[str, ...]:
    """The keys of name, credit line and save of a file as it is shown now."""
    now = digest_of([file.name, file.credit, file.synthetic])[:8]
    return tuple(f"{name}_{file.id}_{now}" for name in ("naam", "van", "bewaar"))


def shown(house: House, role: Role = Role.COMMUNICATIE) -> Screen:
    return house.screen(role).open("huisgeluid")


def test_an_empty_shelf_says_what_to_do(house: House) -> None:
    screen = shown(house)
    assert screen.title == say("house_files.title") and say("house_files.empty") in screen.text


def test_a_ticket_is_for_the_chosen_kind_and_this_person(house: House) -> None:
    screen = shown(house)
    screen.app.segmented_control(key="huis_soort").set_value(FileKind.MUZIEK).run()
    assert say("house_files.about_muziek") in screen.text
    (ticket,) = screen.data("zenden_huis_muziek")["tickets"]
    about = tickets.redeem(house.store.settings, tickets.UPLOAD, ticket)
    assert about is not None and about.startswith("huis~muziek~")


def test_a_file_is_heard_named_and_put_away(house: House) -> None:
    file = put(house)
    screen = shown(house)
    assert "Intro zonder naam" in screen.text and say("house_files.credit_none") in screen.text
    assert screen.data(f"luister_{file.id}")["src"] == f"/geluid/{file.id}/huis"
    name, credit, save = fields(file)
    screen.app.text_input(key=name).set_value("Ons <b>deuntje</b>")
    screen.app.text_input(key=credit).set_value("Muziek: Vertelpunt")
    screen.press(save)
    assert "Ons <b>deuntje</b>" in screen.text and "Muziek: Vertelpunt" in screen.text
    screen.press(f"opruimen_{file.id}")
    assert say("house_files.put_away_done") in screen.text and "deuntje" not in screen.text


def test_a_name_that_somebody_else_changed_is_not_written_over(house: House) -> None:
    file = put(house, name="Oud")
    screen = shown(house)
    with house.store.write() as books:
        books.house_files.describe(replace(file, name="Nieuw"))
    name, _, save = fields(file)
    screen.app.text_input(key=name).set_value("Van mij")
    screen.press(save)
    with house.store.read() as books:
        assert books.house_files.get(file.id).name == "Nieuw"
    assert "Nieuw" in screen.text and not screen.has(save)


def test_who_releases_hears_it_and_changes_nothing(house: House) -> None:
    file = put(house, name="Ons deuntje")
    screen = shown(house, Role.VRIJGEVER)
    assert "Ons deuntje" in screen.text
    assert not screen.has(fields(file)[2]) and not screen.has(f"opruimen_{file.id}")
    assert say("house_files.add_title") not in screen.text


def test_in_a_podcast_music_is_chosen_from_what_there_is(house: House) -> None:
    file, user = put(house, name="Ons deuntje"), User("u-maker", "maker", frozenset({Role.COMMUNICATIE}))
    put(house, FileKind.PRESENTATIE)
    blocks = (Block(BlockKind.MUSIC, "Begin"), Block(BlockKind.NARRATION, "Welkom."), Block(BlockKind.HEADING, "Kop"))
    piece = Piece("p1", PieceKind.PODCAST, "Titel", clock.today(), blocks, user.id)
    with house.store.write() as books:
        books.add_piece(piece)
    screen = house.screen(Role.COMMUNICATIE).open("stukken", stuk=piece.id)
    chooser, narration = (box for box in screen.app.selectbox if str(box.key).endswith("_bestand"))
    assert [chooser.label, narration.label] == [say("house_files.compose_music"), say("house_files.compose_narration")]
    chooser.set_value(file.id)
    screen.press("stuk_bewaren")
    with house.store.read() as books:
        assert [block.file_id for block in books.piece("p1").blocks] == [file.id, None, None]
