"""The page that searches: what it shows to whom, and what stands in the address."""

from __future__ import annotations

import pytest
from searchable import told
from ui_help import House, Screen

from stories.people import Role
from stories.stages import State
from stories.words import say

FOUND = "Er was <b>geen</b> geld voor de schoolreis. [klik](http://voorbeeld.nl)"


def ask(screen: Screen, words: str, **facets: str) -> Screen:
    screen.app.text_input(key="zoek_woorden").set_value(words)
    for name, code in facets.items():
        screen.app.selectbox(key=f"zoek_{name}").set_value(code)
    return screen.press(say("search.go"))


def mark(house: House, region: str) -> str:
    with house.store.read() as books:
        return books.region_mark(region)


@pytest.fixture
def searched(house: House) -> House:
    told(house.store, FOUND, themes=("meedoen",))
    told(house.store, "Wij wonen fijn.", region="West")
    told(house.store, "Nog niet vrij, ook over geld.", state=State.TER_VRIJGAVE)
    return house


def test_an_editor_finds_a_story_with_the_words_marked_and_opens_it(searched: House) -> None:
    screen = ask(searched.screen(Role.REDACTEUR).open("zoeken"), "schoolreisjes geld")
    assert say("search.found_one") in screen.text
    assert "<mark>geld</mark>" in screen.raw_html and "<mark>schoolreis</mark>" in screen.raw_html
    assert "&lt;b&gt;geen&lt;/b&gt;" in screen.raw_html, "a text is shown as text"
    assert "/nakijken?verhaal=" in screen.raw_html and say("terms.purpose_podcast") in screen.text


def test_facets_stand_in_the_address_and_words_do_not(searched: House) -> None:
    screen = ask(searched.screen(Role.REDACTEUR).open("zoeken"), "geld", opgave="meedoen", kanaal="podcast")
    assert screen.app.query_params == {"opgave": "meedoen", "kanaal": "podcast"}
    assert say("search.found_one") in screen.text
    ask(screen, "", opgave=None, kanaal=None)  # type: ignore[arg-type]
    assert screen.app.query_params == {} and say("search.found", count=3) in screen.text


def test_a_link_with_facets_opens_with_them(searched: House) -> None:
    screen = searched.screen(Role.VRIJGEVER).open("zoeken", regio=mark(searched, "West"))
    assert say("search.found_one") in screen.text and "fijn" in screen.text
    for nonsense in ("bestaat niet", "<script>", "x" * 5000, "%00"):
        screen = searched.screen(Role.VRIJGEVER).open("zoeken", regio=nonsense, opgave=nonsense, bladzijde=nonsense)
        assert say("search.found", count=3) in screen.text and not screen.errors


def test_communications_see_what_is_released_and_no_way_into_the_story(searched: House) -> None:
    screen = ask(searched.screen(Role.COMMUNICATIE).open("zoeken"), "geld")
    assert say("search.found_one") in screen.text and "Nog niet vrij" not in screen.text
    assert "/nakijken" not in screen.raw_html and "/citaten?verhaal=" in screen.raw_html
    assert say("search.whole") in screen.text


def test_nothing_found_says_what_to_try(searched: House) -> None:
    screen = ask(searched.screen(Role.REDACTEUR).open("zoeken"), 'olifant "; DROP %_* NEAR(')
    assert say("search.found_none") in screen.text
    ask(screen, "olifant", regio=mark(searched, "West"))
    assert say("search.found_none_facets") in screen.text
    ask(screen, "olifant geld", regio=None)  # type: ignore[arg-type]
    assert say("search.any_of") in screen.text and say("search.found", count=2) in screen.text


def test_pages_follow_each_other(house: House) -> None:
    for number in range(21):
        told(house.store, f"Verhaal {number} over school.")
    screen = ask(house.screen(Role.REDACTEUR).open("zoeken"), "school")
    assert say("search.page", page=1, pages=2) in screen.text and not screen.has("blad_before")
    screen.press("blad_after")
    assert say("search.page", page=2, pages=2) in screen.text and screen.raw_html.count("<mark>") == 1
    assert screen.app.text_input(key="zoek_woorden").value == "school", "the words stay while somebody leafs"
