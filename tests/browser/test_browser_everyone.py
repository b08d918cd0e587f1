"""Every screen of a teller, on a phone: it keeps nobody out, is not too wide, and all of it can be read aloud."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from axe import serious
from browser_help import MARKS, PHONE
from phone import OWN_WORDS, Phone
from walk import CHILD, DOOR, PARENT, Stop, own_story, parents_story

pytestmark = MARKS

FILLED_IN = r"\d"
"""A text with a number or a date in it may lack a clip: the browser speaks it."""

UNSPOKEN = """async (pattern) => {
  const page = await import("/vorm/voorlezen.js");
  const index = await (await fetch(`/stem/${document.documentElement.lang}/index.json`)).json();
  const filled = new RegExp(pattern, "u");
  return page.collect().map((unit) => unit.text).filter((text) => !page.clipsFor(text, index) && !filled.test(text));
}"""


def look(phone: Phone, stops: Sequence[Stop], *, own_words: Sequence[str] = ()) -> list[str]:
    """Everything that is wrong on the way, as readable lines."""
    wrong: list[str] = []
    for stop in stops:
        stop.reach(phone)
        page = phone.page
        wrong += [f"{stop.name}: {line}" for line in serious(page)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        wrong += [f"{stop.name}: {wide} px wide"] if wide > PHONE else []
        wrong += [
            f"{stop.name}: no clip: {text}" for text in page.evaluate(UNSPOKEN, FILLED_IN) if text not in own_words
        ]
    return wrong


@pytest.mark.parametrize("stops", [DOOR, PARENT, CHILD], ids=["door", "parent", "child"])
def test_nothing_keeps_a_teller_out_and_everything_can_be_read_aloud(phone: Phone, stops: Sequence[Stop]) -> None:
    assert "\n".join(look(phone, stops)) == ""
    assert phone.outside == []


def test_my_own_story_is_open_to_everybody_who_has_the_code(phone: Phone, own_code: str) -> None:
    assert "\n".join(look(phone, own_story(own_code), own_words=[OWN_WORDS])) == ""


def test_a_parents_screens_are_open_to_everybody_who_has_the_code(phone: Phone, parents_code: str) -> None:
    assert "\n".join(look(phone, parents_story(parents_code))) == ""


def test_the_check_sees_what_it_looks_for(phone: Phone) -> None:
    """A check that never says no proves nothing."""
    phone.open("/mijn-verhaal/code")
    phone.page.evaluate("document.querySelector('label').remove()")
    phone.page.evaluate("document.querySelector('h1').style.color = '#f5f5f5'")
    found = serious(phone.page)
    assert any("label" in line for line in found) and any("color-contrast" in line for line in found)
    phone.page.evaluate("document.querySelector('.card p').textContent = 'Een zin zonder stem.'")
    assert phone.page.evaluate(UNSPOKEN, FILLED_IN) == ["Een zin zonder stem."]
