"""Sjablonen on the screens: tried out on made-up quotes, saved as a new version, and an old one taken again."""

from __future__ import annotations

from ui_help import House, Screen

from desk import templates
from stories.model import PieceKind
from stories.people import Role
from stories.words import say

BODY = "titel: Onze aflevering\nvoorbeeldregel: Kort\nblokken:\n  - tekst: Welkom bij <b>ons</b>\n  - citaten\n"


def opened(house: House) -> Screen:
    return house.screen(Role.BEHEERDER).open("sjablonen", soort="podcast")


def typed(screen: Screen, body: str) -> Screen:
    screen.app.text_area[0].set_value(body)
    return screen


def now(house: House) -> str:
    return templates.of(house.store, house.staff[Role.BEHEERDER], PieceKind.PODCAST).now.body


def test_a_template_is_tried_out_and_nothing_is_kept(house: House) -> None:
    screen, was = opened(house), now(house)
    typed(screen, BODY).press("sjabloon_proberen")
    assert "Onze aflevering" in screen.text and say("template.example_quote_1") in screen.text
    assert "<b>ons</b>" in screen.text and "<b>ons</b>" not in screen.raw_html, "its words are text"
    typed(screen, "blokken: [onzin").press("sjabloon_proberen")
    assert len(screen.errors) == 1 and screen.errors[0].startswith("Regel")
    assert now(house) == was and screen.app.text_area[0].value == "blokken: [onzin"


def test_saving_makes_a_version_and_an_older_one_can_be_taken_again(house: House) -> None:
    screen, was = opened(house), now(house)
    typed(screen, BODY).press("sjabloon_bewaren")
    assert now(house) == BODY == screen.app.text_area[0].value
    screen.press("weer_1")
    assert now(house) == was and screen.app.text_area[0].value == was
    typed(screen, "onzin").press("sjabloon_bewaren")
    assert screen.errors and now(house) == was


def test_of_two_administrators_the_slower_one_is_told(house: House) -> None:
    slow, fast = opened(house), opened(house)
    typed(fast, BODY).press("sjabloon_bewaren")
    typed(slow, BODY.replace("Kort", "Lang")).press("sjabloon_bewaren")
    assert slow.errors and now(house) == BODY and "Lang" in slow.app.text_area[0].value


def test_every_kind_has_a_template_and_nonsense_in_the_address_gives_the_first(house: House) -> None:
    screen = opened(house)
    for kind in PieceKind:
        screen.app.selectbox(key="sjabloon_soort").set_value(kind)
        screen.run()
        assert screen.app.query_params["soort"] == str(kind)
        assert screen.app.text_area[0].value == templates.of(house.store, house.staff[Role.BEHEERDER], kind).now.body
    assert screen.open("sjablonen", soort="<script>").title == say("compose.templates_title")
