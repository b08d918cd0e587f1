"""Inzichten: the page, its choices in the URL, and what each role finds on it."""

from __future__ import annotations

import pytest
from insights_fixture import REGIONS, tell
from ui_help import House

from stories.model import TellerRole
from stories.people import Role


@pytest.fixture
def told(house: House) -> House:
    tell(house.store, 8, opgave="werkgever", lens="gaat_fout", role=TellerRole.OUDER, region="Oost")
    tell(house.store, 3, opgave="werkgever", lens="zou_helpen", role=TellerRole.KIND, region=REGIONS[2])
    return house


def test_counts_are_bands_and_a_few_children_are_no_number(told: House) -> None:
    screen = told.screen(Role.COMMUNICATIE).open("inzichten", beeld="rollen", opgave="werkgever")
    assert screen.title == "Inzichten"
    assert "Vertellers in deze keuze: 10 tot 14" in screen.text
    assert "5 tot 9" in screen.text and "minder dan 5" in screen.text
    assert "data:image/svg+xml;base64," in screen.raw_html and "<table" in screen.raw_html
    assert "van kinderen, jongeren en ervaringswerkers" in screen.text


def test_a_choice_becomes_a_code_in_the_url(told: House) -> None:
    screen = told.screen(Role.REDACTEUR).open("inzichten")
    screen.app.selectbox(key="keuze_rol").select("kind")
    screen.run()
    assert screen.app.query_params["rol"] in ("kind", ["kind"])
    assert "Vertellers in deze keuze: minder dan 5" in screen.text
    screen.app.selectbox(key="keuze_rol").select("")
    screen.run()
    assert "rol" not in screen.app.query_params


def test_quotes_stand_behind_a_cell_and_only_who_may_read_opens_the_story(told: House) -> None:
    cell = {"opgave": "werkgever", "lens": "gaat_fout"}
    editor = told.screen(Role.REDACTEUR).open("inzichten", **cell)
    assert editor.raw_html.count("<blockquote") == 3 and "/nakijken?verhaal=" in editor.raw_html
    officer = told.screen(Role.COMMUNICATIE).open("inzichten", **cell)
    assert officer.raw_html.count("<blockquote") == 3 and "/nakijken?verhaal=" not in officer.raw_html
    small = told.screen(Role.REDACTEUR).open("inzichten", rol="kind", **cell)
    assert "<blockquote" not in small.raw_html and "tonen we geen citaten" in small.text


def test_files_are_offered_to_who_may_and_only_for_what_leaves_the_house(told: House) -> None:
    circle = {"doel": "kenniskring", "opgave": "werkgever"}
    assert "/inzicht/" not in told.screen(Role.REDACTEUR).open("inzichten").raw_html
    editor = told.screen(Role.REDACTEUR).open("inzichten", **circle)
    assert all(f"/inzicht/{form}?doel=kenniskring" in editor.raw_html for form in ("csv", "xlsx", "docx", "svg", "png"))
    assert "/inzicht/docx" not in told.screen(Role.REDACTEUR).open("inzichten", doel="onderzoek").raw_html
    assert "/inzicht/" not in told.screen(Role.VRIJGEVER).open("inzichten", **circle).raw_html


def test_an_empty_house_shows_what_is_missing(house: House) -> None:
    nowhere = {"opgave": "bestaat_niet", "regio": "0123456789abcdef", "jaar": "1999"}
    screen = house.screen(Role.VRIJGEVER).open("inzichten", **nowhere)
    assert "Vertellers in deze keuze: minder dan 5" in screen.text
    assert "Nog geen of heel weinig verhalen over Meedoen." in screen.text
