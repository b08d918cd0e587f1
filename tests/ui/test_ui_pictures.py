"""Pictures beside words: every one is ours, plain, and drawn from one set of colours."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from streamlit.testing.v1 import AppTest

from stories.consent import Purpose, Recognisability
from stories.model import TellerRole
from ui.pictures import NAMES, address, picture, pictures

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "door" / "vorm" / "prent"
COLOURS = {"#1f2a37", "#0f5c63", "#f2b544", "#d98e04", "#faf6ef", "#a4262c", "none"}
SHAPES = {"svg", "g", "circle", "ellipse", "rect", "path"}


def test_every_name_is_a_drawing_and_every_drawing_has_a_name() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == NAMES
    assert address("kind") == "/vorm/prent/kind.svg"


def test_whatever_a_teller_chooses_from_has_its_picture() -> None:
    assert {str(role) for role in TellerRole} <= NAMES
    assert {str(purpose) for purpose in Purpose if purpose is not Purpose.VERWERKEN} <= NAMES
    assert {str(value) for value in Recognisability} <= NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_drawing_is_small_plain_and_in_our_colours(name: str) -> None:
    """No word, script, style, or address of anything else; it is drawn on 64 by 64."""
    text = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    assert root.get("viewBox") == "0 0 64 64" and len(text) < 5000
    for node in root.iter():
        assert node.tag.removeprefix("{http://www.w3.org/2000/svg}") in SHAPES
        assert not (node.text or "").strip() and not (node.tail or "").strip()
        assert {node.get("fill", "none"), node.get("stroke", "none")} <= COLOURS
        assert not [value for value in node.attrib.values() if re.search(r"url|:|//", value)]


def _script() -> None:
    import streamlit as st

    from ui.pictures import pictures

    pictures({"groot_kind": "kind", "kanaal_nieuwsbrief-tekst": "nieuwsbrief"})
    st.button("Ik ben een kind", key="groot_kind")


def test_a_picture_stands_before_the_label_of_its_widget() -> None:
    (style,) = [node.value for node in AppTest.from_function(_script).run().html]
    assert re.search(r"\.st-key-groot_kind :is\(button,label\)::before\{[^}]*url\(/vorm/prent/kind\.svg\)", style)
    assert "url(/vorm/prent/nieuwsbrief.svg)" in style


@pytest.mark.parametrize("key", ["a b", "a{}", "a,b", "</style>", "", "é", "a" * 81])
def test_a_key_that_is_not_a_plain_name_never_becomes_style(key: str) -> None:
    with pytest.raises(ValueError, match="plain name"):
        pictures({key: "kind"})


@pytest.mark.parametrize("name", ["nergens", "../door", "kind.svg", ""])
def test_only_our_own_pictures_are_shown(name: str) -> None:
    with pytest.raises(ValueError, match="no such picture"):
        pictures({"groot_kind": name})
    with pytest.raises(ValueError, match="no such picture"):
        picture(name)
