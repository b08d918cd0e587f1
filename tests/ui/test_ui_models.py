"""The page about speech models, as an administrator uses it; the work itself is done as the worker does it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from ui_help import House, PlainRun, Screen

from desk import examples, fetching
from stories import jobs
from stories.people import Role
from stories.words import say
from transcription import records, shelf
from transcription.models import EXAMPLE_MARK


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "faster-whisper-small"
    shutil.copytree(examples.MODEL, folder, ignore=shutil.ignore_patterns(EXAMPLE_MARK))
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


@pytest.fixture
def screen(house: House) -> Screen:
    return house.screen(Role.BEHEERDER).open("spraakmodellen")


def taken(screen: Screen, folder: Path | str, name: str = "", sha256: str = "") -> Screen:
    fields = {label: screen.app.text_input[at] for at, label in enumerate(("folder", "name", "sha256"))}
    fields["folder"].set_value(str(folder))
    fields["name"].set_value(name)
    fields["sha256"].set_value(sha256)
    return screen.press(say("models.take"))


def worked(house: House, name: str) -> None:
    """What the worker does with the row that the page made."""
    fetching.work(house.store, house.store.settings, fetching.SUBJECT + name, PlainRun())
    jobs.cancel(house.store, fetching.SUBJECT + name)


def test_every_known_model_is_there_with_size_licence_and_purpose(screen: Screen) -> None:
    assert screen.title == say("models.title")
    for word in ("large-v2", "turbo", "small", "ongeveer 3,1 GB", "Licentie: MIT.", say("models.not_here_final")):
        assert word in screen.text
    assert say("models.purpose_faster") in screen.text and say("models.purpose_not_for_stories") in screen.text


def test_fetching_makes_work_and_can_be_stopped(house: House, screen: Screen) -> None:
    screen.press("haal_small")
    assert say("models.asked") in screen.text and say("models.waits") in screen.text
    assert screen.has("stop_small") and not screen.has("haal_small")
    screen.press("stop_small")
    assert screen.has("haal_small") and say("models.stopped") in screen.text


def test_a_folder_is_taken_over_and_stands_there_checked(house: House, screen: Screen, stick: Path) -> None:
    taken(screen, stick, sha256=records.hashed(stick / "model.bin"))
    assert say("models.taken", model="small") in screen.text and not screen.errors
    worked(house, "small")
    screen.open("spraakmodellen")
    assert say("models.checked_sum") in screen.text and say("models.in_use_draft") in screen.text
    assert say("models.sha256", sha256=records.hashed(stick / "model.bin")) in screen.text
    assert not screen.has("weg_small"), "a model in use has no button to remove it"


def test_a_model_that_nobody_uses_can_be_removed(house: House, screen: Screen, stick: Path) -> None:
    taken(screen, stick, "eigen-2.0")
    worked(house, "eigen-2.0")
    screen.open("spraakmodellen")
    assert say("models.purpose_own") in screen.text
    screen.press("weg_eigen-2_0")
    assert say("models.removed") in screen.text and not shelf.names(house.store.settings)


def test_what_is_wrong_with_a_folder_is_said_and_what_was_typed_stays(screen: Screen) -> None:
    taken(screen, examples.MODEL, "x")
    assert screen.errors == [say("transcription.example_model_refused")]
    assert screen.app.text_input[0].value == str(examples.MODEL)


def test_why_work_stopped_is_told_also_when_half_of_it_is_known(house: House, screen: Screen) -> None:
    from ui.models import _why

    for key in ("transcription.model_missing", "models.disk_full", "models.sum_wrong", "jobs.failed"):
        assert "{" not in _why(key, "small")
    assert _why("transcription.model_incomplete", "small") == say("models.failed")
    assert _why(None, "small") == _why("models.bestaat_niet", "small") == say("models.failed")


def test_the_house_says_which_model_is_missing_and_leads_to_the_page(house: House) -> None:
    screen = house.screen(Role.BEHEERDER).open("beheer")
    assert say("models.not_here_final") in screen.text and say("models.not_here_draft") in screen.text
    assert "/spraakmodellen" in screen.raw_html


@pytest.mark.parametrize("role", [None, *(role for role in Role if role is not Role.BEHEERDER)])
def test_the_page_is_for_administrators(house: House, role: Role | None) -> None:
    assert house.screen(role).open("spraakmodellen").title != say("models.title")
