"""An editor and somebody of communications search, in a real Chromium; axe looks, also at a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe import serious
from browser_help import MARKS, PHONE, Chapters, chapters_in, settled
from searchable import told

from stories.model import StoryKind
from stories.people import Role
from stories.stages import State
from stories.words import say

pytestmark = MARKS

TEXT = (
    "Ik mocht niet mee op schoolreis, want er was geen geld. Mijn moeder zei dat ik ziek was. De juf van [school 1] "
    "vroeg er later naar. Ik zei niks. Thuis hadden we schulden, en iedere week kwam er een brief. "
) * 3


@pytest.fixture(scope="module")
def chapters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chapters]:
    with chapters_in(tmp_path_factory.mktemp("zoeken")) as found:
        found.app.user("Noor", Role.BEHEERDER)
        for number in range(22):
            words, spoken = f"Verhaal {number}. {TEXT}", StoryKind.AUDIO
            told(found.app.store, words, hours=number, region="Oost", kind=spoken, themes=("meedoen",))
        told(found.app.store, TEXT, state=State.TER_VRIJGAVE, themes=("meedoen", "stress", "gaat_fout"), hours=30)
        yield found


@pytest.mark.parametrize(("name", "role", "width"), [("Ed", Role.REDACTEUR, 1280), ("Coen", Role.COMMUNICATIE, PHONE)])
def test_words_are_found_with_the_keyboard_alone(chapters: Chapters, name: str, role: Role, width: int) -> None:
    page = chapters.page(name, role, width=width)
    page.goto(chapters.app.base_url + "/zoeken?opgave=meedoen")
    field = page.get_by_label(say("search.words"))
    field.fill('schuld "niet mee"')
    field.press("Enter")
    page.locator("mark", has_text="schulden").first.wait_for()
    count = 23 if role is Role.REDACTEUR else 22
    page.get_by_text(say("search.found", count=count)).wait_for()
    settled(page)
    assert not serious(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
    assert "schuld" not in page.url and "opgave=meedoen" in page.url
    if width != PHONE:
        chapters.picture(page, "23-zoeken")
