"""The button "Lees voor": on every page of a teller, in the language of the page, and on none of the staff's."""

from __future__ import annotations

import pytest
from ui_help import House

from stories.people import Role
from stories.words import say
from ui.shell import PAGES


@pytest.mark.parametrize("path", [page.path for page in PAGES if page.public])
def test_every_page_of_a_teller_can_be_read_aloud_in_its_language(house: House, path: str) -> None:
    screen = house.screen().open(path)
    assert screen.data("voorlezen") == {
        "words": {name: say(f"tell.reader_{name}") for name in ("start", "stop", "no_voice")} | {"and": "en"},
        "language": "nl",
        "voice": "nl-NL",
    }
    assert screen.press("taal_en").data("voorlezen")["voice"] == "en-GB"


def test_screens_for_staff_are_not_read_aloud(house: House) -> None:
    screen = house.screen(Role.BEHEERDER).open("beheer")
    assert "voorlezen" not in screen.components
    assert "voorlezen" in screen.open("").components, "but a teller's page is, also when staff look at it"
