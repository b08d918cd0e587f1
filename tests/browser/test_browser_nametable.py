"""An editor and a releaser open a name table together, in a real Chromium. axe looks at the page in each state."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe import serious
from browser_help import MARKS, PHONE, Chapters, button, chapters_in

sys.path.insert(0, str(Path(__file__).parents[1] / "desk"))
from role_place import Place
from test_desk_names import worked

from stories.people import Role
from stories.words import say

pytestmark = MARKS


@pytest.fixture(scope="module")
def chapters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chapters]:
    with chapters_in(tmp_path_factory.mktemp("nametable")) as found:
        yield found


def at(chapters: Chapters, name: str, role: Role, **size: int) -> Any:
    page = chapters.page(name, role, **size)
    page.goto(chapters.app.base_url + "/wie-is-wie")
    page.locator(".vp-title").first.wait_for()
    return page


def seen(page: Any, name: str) -> None:
    assert not serious(page)
    if folder := os.environ.get("VP_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_two_colleagues_open_a_name_table_together(chapters: Chapters) -> None:
    app = chapters.app
    app.user("Noor", Role.BEHEERDER)
    staff = {Role.REDACTEUR: app.user("Ed", Role.REDACTEUR), Role.VRIJGEVER: app.user("Vera", Role.VRIJGEVER)}
    worked(Place(app.store, staff))
    editor = at(chapters, "Ed", Role.REDACTEUR)
    for question, answer in ((0, None), (1, say("nametable.reason_verteller_belt"))):
        editor.get_by_role("combobox").nth(question).click()
        option = editor.get_by_role("option")
        (option.get_by_text(answer) if answer else option.first).click()
    button(editor, say("nametable.ask"))
    editor.get_by_text(say("nametable.asked")).wait_for()
    seen(editor, "gevraagd")
    releaser = at(chapters, "Vera", Role.VRIJGEVER, width=PHONE)
    seen(releaser, "akkoord")
    button(releaser, say("nametable.agree"))
    releaser.get_by_text(say("nametable.agreed")).wait_for()
    assert "Sami" not in releaser.inner_text("body")
    editor.reload()
    button(editor, say("nametable.open"))
    editor.get_by_text("Sami", exact=True).wait_for()
    seen(editor, "open")
    assert "Sami" not in chapters.app.log_text() and chapters.outside == []
