"""The card with a receipt code: what Python hands to the page. How it prints is for a real browser (tests/browser)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import segno
from streamlit.testing.v1 import AppTest
from ui_help import _COMPONENTS, House

from stories.people import Holder
from stories.settings import Settings
from stories.words import say, speaking

CODE = "1234 5678 9012 3456"
ROOT = Path(__file__).resolve().parents[2]


def _script(settings: object, holder: object, young: bool, language: str) -> None:
    from stories.words import set_language
    from ui.cards import code_card

    set_language(language)
    code_card(settings, "1234 5678 9012 3456", holder, young=young)  # type: ignore[arg-type]


def drawn(settings: Settings, holder: Holder = Holder.VERTELLER, *, young: bool = False, language: str = "nl") -> dict:  # type: ignore[type-arg]
    import json

    app = AppTest.from_function(_script, args=(settings, holder, young, language), default_timeout=60)
    app._bidi_component_manager = _COMPONENTS
    app.run()
    assert not app.exception, app.exception
    (card,) = app.get("bidi_component")
    return dict(json.loads(card.proto.json or card.proto.mixed.json))


@pytest.fixture
def public(house: House) -> Settings:
    return house.store.settings.model_copy(update={"public_url": "https://verhalen.voorbeeld.nl"})


def test_a_card_has_the_code_in_halves_where_to_give_it_and_how_to_stop(public: Settings) -> None:
    shown = drawn(public)
    assert shown["code"] == ["1234 5678", "9012 3456"]
    assert shown["address"] == "verhalen.voorbeeld.nl/mijn-verhaal"
    assert say("proof.card_stop") in shown["words"]["lines"]


def test_the_qr_code_is_a_picture_and_the_code_itself_is_in_no_address(public: Settings) -> None:
    shown = drawn(public)
    link = segno.make("https://verhalen.voorbeeld.nl/mijn-verhaal/code#1234567890123456", error="m")
    assert shown["qr"] == link.svg_data_uri(scale=5, dark="#1f2a37", light="#ffffff", border=2)
    assert shown["qr"].startswith("data:image/svg+xml")
    without = {name: value for name, value in shown.items() if name not in ("code", "qr")}
    assert not re.search(r"\d{4}", str(without))


def test_without_a_public_address_there_is_no_qr_code_that_leads_nowhere(house: House) -> None:
    assert drawn(house.store.settings)["qr"] is None


@pytest.mark.parametrize("language", ["nl", "en"])
def test_each_holder_gets_a_card_in_their_own_words(public: Settings, language: str) -> None:
    own, child, parent = (
        drawn(public, language=language)["words"],
        drawn(public, young=True, language=language)["words"],
        drawn(public, Holder.VERTEGENWOORDIGER, young=True, language=language)["words"],
    )
    with speaking(language):
        assert own["title"] == say("proof.card_title")
        assert child["title"] == say("proof.card_title_young")
        assert parent["title"] == say("proof.card_title_parent")
        assert say("proof.card_what_parent") in parent["lines"] and say("proof.card_stop") in parent["lines"]
    if language == "nl":
        assert not re.search(r"\b(u|uw)\b", " ".join([child["title"], *child["lines"]]), re.IGNORECASE)
        assert not re.search(r"\b(je|jouw)\b", " ".join([own["title"], *own["lines"]]), re.IGNORECASE)


def test_the_card_puts_words_on_the_page_as_text() -> None:
    script = (ROOT / "ui" / "components" / "card.js").read_text(encoding="utf-8")
    assert "textContent" in script and not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|eval\(", script)


def test_the_proof_is_one_press_away_from_the_story(house: House) -> None:
    assert "href='/mijn-verhaal/bewijs'" in house.screen(teller=house.told().id).open("mijn-verhaal").raw_html
