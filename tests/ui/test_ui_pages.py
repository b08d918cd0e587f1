"""Every page of the table, for everybody, over a house that is full: no page breaks, and none is for the wrong eyes."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import a_consent, a_piece, a_quote, a_story, a_teller, a_version
from ui_help import House, Screen

from desk import queue, withdrawing
from stories import jobs
from stories.consent import Party, Purpose
from stories.model import PieceState, StoryKind, TellerRole
from stories.people import Role
from stories.receipts import Hasher
from stories.settings import Settings
from stories.stages import Stage, State
from stories.store import Store
from stories.words import room, say
from ui.shell import PAGES, Page, pages_for

ROOT = Path(__file__).resolve().parents[2]
VISITORS = [None, *Role]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Settings, cheap_hasher: Hasher) -> Iterator[House]:
    """A story of every role in every stage and state that can be, with jobs, waiting reasons, versions and pieces.

    Filled once: the tests that use it only look.
    """
    folder = tmp_path_factory.mktemp("vol")
    places = {"data_dir": folder / "data", "master_key_file": folder / "sleutel" / "master.key"}
    shutil.copytree(migrated_sqlite.data_dir, places["data_dir"])
    shutil.copytree(migrated_sqlite.master_key.parent, places["master_key_file"].parent)
    store = Store.open(migrated_sqlite.model_copy(update=places), hasher=cheap_hasher)
    yield filled(House.open(store))
    store.close()


def filled(house: House) -> House:
    with house.store.write() as books:
        for number, state in enumerate(s for s in State if s is not State.GEWIST):
            for kind in StoryKind:
                stage = Stage.TAGGED if state not in (State.CONCEPT, State.INGEDIEND) else Stage.CAPTURED
                role = list(TellerRole)[number % len(TellerRole)]
                story = books.add_story(a_story(stage=stage, state=state, kind=kind, teller=a_teller(role)))
                books.add_consent(*a_consent(story))
                if stage is Stage.TAGGED:
                    version = books.add_version(a_version(story))
                    quote = a_quote(version)
                    books.add_quote(quote)
                    books.add_piece(a_piece([quote], state=list(PieceState)[number % len(PieceState)]))
        for stage in Stage:
            for why in ("consent.vertegenwoordiger_not_asked", "transcription.model_missing", None):
                books.add_story(a_story(stage=stage, waiting_for=why, is_example=why is None))
        known = books.stories(limit=100)
    for story in known[::3]:
        jobs.enqueue(house.store, "process", story.id, size=1000)
    return house


def whole(screen: Screen, page: Page, where: str) -> None:
    assert not screen.app.exception
    assert not screen.errors, (where, screen.errors)
    assert screen.title or page.path in ("luisteren", "nakijken"), where
    assert "dutch" in screen.components, f"{where}: the built-in English words are not replaced"


@pytest.mark.parametrize("role", VISITORS)
def test_a_page_is_drawn_for_who_may_see_it_and_for_nobody_else(full: House, role: Role | None) -> None:
    for page in PAGES:
        screen = full.screen(role).open(page.path)
        if page in pages_for(full.staff[role] if role else None):
            whole(screen, page, f"{page.path} for {role}")
        else:
            assert screen.title == say("tell.home_title"), "whoever may not see a page gets the front page"


def test_only_public_pages_are_for_a_stranger() -> None:
    assert {page.path for page in pages_for(None)} == {"", "vertel", "mijn-verhaal"}


def test_every_story_opens_at_the_editors_or_says_why_not(full: House) -> None:
    with full.store.read() as books:
        stories = books.stories(limit=100)
    refusals = {say(f"desk.story_{state}") for state in State if f"story_{state}" in room("desk")}
    seen = {story.state: story for story in stories if story.state is not State.IN_REDACTIE}
    for role in (Role.REDACTEUR, Role.VRIJGEVER):
        screen = full.screen(role)
        for story in seen.values():
            screen.open("nakijken", verhaal=story.id)
            assert screen.title or set(screen.errors) <= refusals | {say("stories.not_found")}


@pytest.mark.parametrize("role", [Role.REDACTEUR, Role.VRIJGEVER, Role.COMMUNICATIE])
def test_every_piece_opens_for_who_works_with_pieces(full: House, role: Role) -> None:
    screen = full.screen(role)
    with full.store.read() as books:
        pieces = {piece.state: piece for piece in books.pieces()}
    assert set(pieces) == set(PieceState)
    for piece in pieces.values():
        screen.open("stukken", stuk=piece.id)
        assert screen.title == piece.title and not screen.errors


@pytest.mark.parametrize(("path", "name"), [("nakijken", "verhaal"), ("stukken", "stuk")])
def test_a_made_up_id_in_the_address_is_answered_in_dutch(house: House, path: str, name: str) -> None:
    screen = house.screen(Role.REDACTEUR)
    for foreign in ("v0", "../../x", "<script>", "%00", "x" * 5000, "é"):
        screen.open(path, **{name: foreign})
        assert screen.errors == [say("stories.not_found")]


def test_the_queue_shows_every_heading_with_its_stories(full: House) -> None:
    shown = full.screen(Role.REDACTEUR).open("verhalen").text
    seen = queue.queue(full.store, full.staff[Role.REDACTEUR])
    for heading in {row.heading for row in seen.rows}:
        assert f"{say(f'queue.heading_{heading}')} ({seen.counts[heading].stories})" in shown
    assert say("consent.vertegenwoordiger_not_asked") in shown and say("ui.waits_for_model") in shown


def test_the_queue_never_shows_a_word_of_a_story(house: House) -> None:
    story = house.worked()
    shown = house.screen(Role.REDACTEUR).open("verhalen").text
    assert say(f"terms.story_of_{story.teller.role}") in shown
    assert "Samira" not in shown and "schoolreisje" not in shown


def test_what_was_withdrawn_is_not_shown_to_anybody(house: House) -> None:
    story = house.released()
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    screen = house.screen(Role.REDACTEUR).open("stukken")
    assert not screen.has(f"tekst_{story.id}")


# the house


def test_the_administrator_adds_somebody_who_then_stands_in_the_list(house: House) -> None:
    screen = house.screen(Role.BEHEERDER).open("beheer")
    screen.app.text_input[0].set_value("Anouk de Wit")
    screen.app.text_input[1].set_value("paard spijker wolk kachel")
    screen.app.multiselect[0].set_value([Role.REDACTEUR])
    screen.press(say("ui.person_add"))
    assert say("ui.person_added") in screen.text
    assert f"Anouk de Wit: {say('terms.role_redacteur')}" in screen.text


GOOD = "paard spijker wolk kachel"


def test_what_is_wrong_with_a_new_account_is_said_in_dutch(house: House) -> None:
    for name, password, roles, why in (
        ("Anouk", "kort!", [Role.REDACTEUR], say("door.password_short", shortest=12)),
        ("", GOOD, [Role.REDACTEUR], say("door.name_empty", longest=60)),
        ("Anouk", GOOD, [], say("door.roles_empty")),
        ("redacteur", GOOD, [Role.REDACTEUR], say("door.name_taken")),
    ):
        screen = house.screen(Role.BEHEERDER).open("beheer")
        screen.app.text_input[0].set_value(name)
        screen.app.text_input[1].set_value(password)
        screen.app.multiselect[0].set_value(roles)
        screen.press(say("ui.person_add"))
        assert screen.errors == [why]
        assert password not in screen.text


def test_the_house_shows_no_story(house: House) -> None:
    house.worked()
    screen = house.screen(Role.BEHEERDER).open("beheer")
    assert say("ui.worker_gone") in screen.text and say("ui.audit_whole") in screen.text
    assert "schoolreisje" not in screen.text and "Samira" not in screen.text


def test_the_audit_of_an_erased_story_can_be_read(house: House) -> None:
    story = house.told()
    withdrawing.withdraw(house.store, story.id, Party.TELLER)
    with house.store.write() as books:
        books.erase(story.id, why="withdrawn")
    screen = house.screen(Role.BEHEERDER).open("beheer")
    assert not screen.errors and f"De computer {say('audit.erase')}." in screen.text


# words


def test_every_key_that_the_screens_use_stands_in_the_catalogue() -> None:
    missing = set()
    for path in sorted((ROOT / "ui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if not named or node.func.id not in ("say", "say_to"):  # type: ignore[union-attr]
                continue
            key = node.args[-1] if node.func.id == "say_to" else node.args[0]  # type: ignore[union-attr]
            if isinstance(key, ast.Constant):
                name, _, rest = str(key.value).partition(".")
                wanted = {rest, f"{rest}_young"} if node.func.id == "say_to" else {rest}  # type: ignore[union-attr]
                missing |= {f"{name}.{key}" for key in wanted - set(room(name))}
    assert not missing


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("state", State), ("purpose", Purpose), ("piece", PieceState),
        ("role", Role), ("story_of", TellerRole), ("kind", StoryKind), ("party", Party),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_every_value_that_a_screen_can_meet_has_a_dutch_word(prefix: str, values: type) -> None:
    assert {f"{prefix}_{value}" for value in values} <= set(room("ui")) | set(room("terms"))  # type: ignore[attr-defined]
