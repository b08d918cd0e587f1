"""Names decided beside the sound, on the page Luisteren, in a real Chromium: a press, a drag, a finger and a keyboard.

The chapters run in order and share one story with real sound (`names_place`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe import serious
from browser_help import DESKTOP, MARKS, PHONE, Chapters, chapters_in, sync_api
from names_place import SENTENCES, OneScreen, told

from desk import naming, transcripts
from stories.model import AgeBand, Teller, TellerRole
from stories.words import say

pytestmark = MARKS
expect = sync_api.expect


@pytest.fixture(scope="module")
def chapters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chapters]:
    with chapters_in(tmp_path_factory.mktemp("heard")) as opened:
        story = told(opened.app.store, Teller(TellerRole.KIND, AgeBand.UNDER_12), (*SENTENCES, *MORE))
        opened.kept["story"] = story.id
        yield opened


MORE = tuple(f"Wij gingen fietsen en toen hadden we nog brood, dat was dag {number}." for number in range(1, 25))


class Heard(OneScreen):
    """The transcript of the story, as one editor sees and handles it."""

    path, ready = "luisteren", ".row .word"

    def word(self, words: str, number: int = 0) -> Any:
        return self.page.locator(".row .word", has_text=re.compile(rf"^{words}\W*$")).nth(number)

    def names(self, key: str) -> Any:
        return self.page.locator(".names").get_by_role("button", name=say(f"names.{key}"), exact=True)

    def do(self, act: Any) -> None:
        """Something that makes a new version."""
        before = self.story.version
        act()
        self.has_version_after(before)

    def states(self) -> dict[str, str]:
        looking = naming.opened(self.chapters.app.store, self.chapters.app.user("Ed"), self.story.id)
        return {looking.raw[slice(*one.place.span)]: one.place.state for one in looking.shown}


@pytest.fixture
def heard(chapters: Chapters) -> Heard:
    return Heard(chapters)


def test_a_marked_word_opens_the_panel_and_a_decision_keeps_the_place_and_the_sound(heard: Heard) -> None:
    page, counter = heard.page, heard.page.locator(".bar .amber")
    expect(counter).to_have_text(say("names.left_here_one"))
    heard.word("Deurne").click()
    expect(page.locator(".names .reason")).not_to_be_empty()
    page.get_by_role("button", name=say("transcript.play"), exact=True).click()
    top = heard.word("Deurne").bounding_box()["y"]
    heard.do(heard.names("keep").click)
    expect(heard.word("Deurne")).to_have_class(re.compile("kept"))
    assert "Deurne" in heard.clean()
    assert abs(heard.word("Deurne").bounding_box()["y"] - top) < 2
    expect(page.get_by_role("button", name=say("transcript.pause"), exact=True)).to_be_visible()
    heard.do(heard.names("decision_undo").click)
    assert "Deurne" not in heard.clean()


def test_by_keyboard_everything_about_a_name_is_decided_and_the_focus_stays(heard: Heard) -> None:
    page = heard.page
    counter = page.locator(".bar .amber")
    counter.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".names q")).to_have_text("negen jaar")
    expect(page.locator(".word:focus")).to_have_text("negen")
    page.keyboard.press("Enter")
    expect(page.locator(".names :focus")).to_have_text(say("names.mask"))
    heard.do(lambda: page.keyboard.press("b"))
    expect(counter).to_have_text(say("names.left_none"))
    expect(page.locator(".names :focus")).to_have_count(1)
    heard.do(lambda: page.keyboard.press("z"))
    expect(counter).to_have_text(say("names.left_here_one"))
    page.keyboard.press("Escape")
    expect(page.locator(".names")).to_be_hidden()
    expect(page.locator(".word:focus")).to_have_text("negen")


def test_words_are_dragged_over_and_hidden(heard: Heard) -> None:
    heard.word("mijn").scroll_into_view_if_needed()
    heard.word("mijn").hover()
    heard.page.mouse.down()
    heard.word("leeg").hover()
    heard.page.mouse.up()
    expect(heard.page.locator(".names q")).to_have_text("mijn trommel leeg")
    heard.do(heard.names("hide").click)
    assert heard.states()["mijn trommel leeg"] == "red", "and the full stop stays"
    parts = heard.page.locator(".names details", has_text=say("names.smaller"))
    parts.locator("summary").click()
    heard.do(parts.get_by_role("button", name="trommel").click)
    assert "trommel" in heard.clean()
    assert (heard.states()["mijn"], heard.states()["leeg"]) == ("red", "red")
    heard.do(heard.names("decision_undo").click)
    heard.do(heard.names("decision_undo").click)


def test_two_people_with_one_name_are_parted_and_stay_so(heard: Heard) -> None:
    heard.word("Sef", 1).click()
    who = heard.page.locator(".names select").last
    heard.do(lambda: who.select_option("-1"))
    expect(heard.page.locator(".names .becomes b")).not_to_have_text("[naam 2]")
    expect(who.locator("option", has_text="Sef")).to_have_count(2)
    assert heard.clean().count("[naam 2]") == 2, "the other two are who they were"
    heard.do(heard.names("decision_undo").click)
    assert heard.clean().count("[naam 2]") == 3


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_finger_decides_a_name_and_hides_a_word(chapters: Chapters, width: int) -> None:
    heard = Heard(chapters, width)
    heard.word("Anneke").click()
    expect(heard.page.locator(".names q")).to_have_text("Anneke")
    word, panel = heard.word("Anneke").bounding_box(), heard.page.locator(".names").bounding_box()
    assert width > PHONE or word["y"] + word["height"] <= panel["y"], "the word is not behind its panel"
    heard.do(heard.names("keep").click)
    assert "Anneke" in heard.clean()
    assert heard.page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert serious(heard.page) == []
    heard.do(heard.names("decision_undo").click)
    heard.word("voedselbank").click()
    expect(heard.page.locator(".names")).to_be_hidden()
    heard.page.get_by_role("button", name=say("names.hide_word_of").replace("{}", "voedselbank")).click()
    heard.page.locator(".names").get_by_role("button", name=say("names.more_before")).click()
    expect(heard.page.locator(".names q")).to_have_text("de voedselbank")
    heard.do(heard.names("hide").click)
    assert heard.states()["de voedselbank"] == "red"
    heard.do(heard.names("decision_undo").click)


def test_while_the_machine_has_not_looked_again_the_panel_says_so(heard: Heard) -> None:
    store, story = heard.chapters.app.store, heard.story
    words = "Aan het eind was hij leeg."
    transcripts.retype(store, heard.chapters.app.user("Ed"), story.id, 3, words, expected=story.row_version)
    heard.page.reload()
    heard.word("fietsen").click()
    heard.page.get_by_role("button", name=say("names.hide_word_of").replace("{}", "fietsen")).click()
    expect(heard.page.locator(".names .waits")).to_have_text(say("names.waits"))
    expect(heard.names("hide_one")).to_have_count(0)


def test_nothing_of_the_story_stands_in_the_log(chapters: Chapters) -> None:
    log = chapters.app.log_text()
    assert not [word for word in ("Nouri", "Kwikstaart", "Deurne", "trommel") if word in log]
    assert chapters.outside == []
