"""Looking at the names of a child's story in a real Chromium: every decision with a mouse, a finger and a keyboard, its
sound, undo, before and after; and the second reader before release.

The chapters run in order and share one story with real sound (`names_place`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe import serious
from browser_help import DESKTOP, MARKS, PHONE, Chapters, chapters_in, press, settled, sync_api
from names_place import OneScreen, told

from desk import naming, reviewing
from stories.model import AgeBand, Teller, TellerRole
from stories.people import Role
from stories.stages import State
from stories.words import say

CHILD = Teller(TellerRole.KIND, AgeBand.UNDER_12)

pytestmark = MARKS
expect = sync_api.expect


@pytest.fixture(scope="module")
def chapters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chapters]:
    with chapters_in(tmp_path_factory.mktemp("names")) as opened:
        opened.kept["story"] = told(opened.app.store, CHILD).id
        yield opened


class Looking(OneScreen):
    """The screen, as one editor sees and handles it. What was done is waited for where it shows: in the version."""

    path, ready = "nakijken", ".naming .mark"

    def mark(self, words: str, number: int = 0) -> Any:
        return self.page.locator(".text .mark", has_text=re.compile(f"^{words}$")).nth(number)

    def word(self, words: str) -> Any:
        return self.page.locator(".text .word", has_text=re.compile(f"^{words}$")).first

    def button(self, key: str, within: str = ".panel") -> Any:
        return self.page.locator(within).get_by_role("button", name=say(f"names.{key}"), exact=True)

    def is_saved(self, before: int) -> None:
        """A version came after this one, and the screen shows it."""
        expect(self.page.locator(".naming .note")).not_to_have_text(say("names.saving"), timeout=30_000)
        settled(self.page)
        self.has_version_after(before)

    def do(self, act: Any) -> None:
        """Something that makes a new version."""
        before = self.story.version
        act()
        self.is_saved(before)

    def keys(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)

    def places(self) -> dict[str, str]:
        looking = naming.opened(self.chapters.app.store, self.chapters.app.user("Ed"), self.story.id)
        return {looking.raw[slice(*one.place.span)]: one.place.state for one in looking.shown}


@pytest.fixture
def look(chapters: Chapters) -> Looking:
    return Looking(chapters)


def test_a_mark_says_why_and_what_it_becomes(look: Looking) -> None:
    expect(look.page.locator(".left b")).to_have_text(say("names.left_one").replace("{}", "1"))
    look.mark("Nouri").click()
    panel = look.page.locator(".panel")
    expect(panel.locator(".chip")).to_have_text(say("names.state_red"))
    expect(panel.locator(".reason")).not_to_be_empty()
    expect(panel.locator(".becomes b")).to_have_text("[naam 1]")
    expect(look.button("mask")).to_have_attribute("aria-pressed", "true")


def test_the_sound_of_a_place_is_heard_and_stops_by_itself(look: Looking) -> None:
    look.mark("Spreeuwstraat").click()
    look.button("listen").click()
    expect(look.button("stop")).to_have_attribute("aria-pressed", "true")
    expect(look.button("listen")).to_have_attribute("aria-pressed", "false", timeout=10_000)
    expect(look.page.locator(".naming .note")).to_be_empty()


def test_what_may_stay_is_green_and_undone_it_is_hidden_again(look: Looking) -> None:
    look.mark("Deurne").click()
    look.do(look.button("keep").click)
    expect(look.mark("Deurne")).to_have_class(re.compile("kept"))
    assert "Deurne" in look.clean()
    look.do(look.button("undo", ".bar").click)
    expect(look.mark("Deurne")).to_have_class(re.compile("red"))
    assert "Deurne" not in look.clean()
    look.do(look.button("redo", ".bar").click)
    assert "Deurne" in look.clean()
    look.page.reload()
    look.mark("Deurne").wait_for()
    look.do(look.button("undo", ".bar").click)
    assert "Deurne" not in look.clean(), "it can be taken back after the page was opened anew"


def test_everywhere_is_everywhere(look: Looking) -> None:
    look.mark("Sef").click()
    look.page.get_by_text(say("names.everywhere").replace("{}", "3")).click()
    look.do(look.button("keep").click)
    assert look.clean().count("Sef") == 3
    look.do(look.button("undo", ".bar").click)
    assert "Sef" not in look.clean()


def test_words_are_added_by_dragging_without_the_full_stop(look: Looking) -> None:
    first, last = look.word("mijn"), look.word("leeg.")

    def drag() -> None:
        first.hover()
        look.page.mouse.down()
        last.hover()
        look.page.mouse.up()

    look.do(drag)
    expect(look.page.locator(".panel q")).to_have_text("mijn trommel leeg")
    assert look.places()["mijn trommel leeg"] == "red"
    expect(look.page.locator(".panel .reason")).to_have_text(say("names.added"))
    look.do(look.button("keep").click)
    assert "mijn trommel leeg" not in look.places(), "an addition that may stay is gone"


def test_a_type_and_another_word_are_chosen(look: Looking) -> None:
    look.mark("Snuffel").click()
    look.do(lambda: look.page.locator(".panel [data-name=type]").select_option("school"))
    expect(look.page.locator(".panel .becomes b")).to_have_text("[school 2]")
    look.page.locator(".panel input[type=text]").fill("[de hond]")
    look.do(look.button("replacement_save").click)
    expect(look.page.locator(".panel .becomes b")).to_have_text("[de hond]")
    assert "[de hond] ook honger" in look.clean()
    look.page.locator(".panel input[type=text]").fill("Deurne")
    look.button("replacement_save").click()
    expect(look.page.locator(".naming .note")).to_have_text(say("replacing.still_a_name"))
    assert "Deurne" not in look.clean()


def test_the_screen_has_ideas_for_another_word_and_a_way_for_the_whole_story(look: Looking) -> None:
    look.mark("Sef").click()
    look.button("suggest").click()
    ideas = look.page.locator(".panel .ideas button")
    idea = ideas.filter(has_text="broer").first
    idea.wait_for()
    look.do(idea.click)
    assert "broer" in look.page.locator(".panel .becomes b").inner_text()
    look.do(look.button("undo", ".bar").click)

    def choose(style: str) -> None:
        look.page.locator("[class*=st-key-stijl] label", has_text=say(f"replacing.style_{style}")).click()

    look.do(lambda: choose("rollen"))
    assert "[naam" not in look.clean() and "[school" in look.clean()
    look.do(lambda: choose("nummers"))
    assert "[naam 1]" in look.clean()


def test_before_and_after_are_two_views_of_one_text(look: Looking) -> None:
    look.button("after", ".bar").click()
    shown = look.page.locator(".naming .text").inner_text()
    assert shown == look.clean() and "Nouri" not in shown
    look.page.locator(".text .mark").first.click()
    expect(look.page.locator(".panel q")).to_have_text("Nouri")
    look.button("before", ".bar").click()
    assert "Nouri" in look.page.locator(".naming .text").inner_text()


def test_everything_can_be_done_by_keyboard(look: Looking) -> None:
    look.page.locator(".naming .views button").last.focus()
    look.keys("Tab")
    expect(look.page.locator(".mark:focus")).to_have_text("Nouri")
    look.keys("n")
    expect(look.page.locator(".mark:focus")).to_have_text("negen jaar")
    look.do(lambda: look.keys("b"))
    expect(look.page.locator(".left b")).to_have_text(say("names.left_none"))
    look.do(lambda: look.keys("z"))
    expect(look.page.locator(".mark:focus")).to_have_text("negen jaar")
    look.do(lambda: look.keys("v"))
    assert "negen jaar" not in look.clean()
    look.keys("ArrowRight", "ArrowRight")
    expect(look.page.locator(".mark:focus")).to_have_text("Sef")
    look.keys("Enter")
    expect(look.page.locator(".panel :focus")).to_have_text(say("names.mask"))
    look.keys("Escape", "t", "ArrowRight", "Enter")
    look.do(lambda: look.keys("ArrowRight", "Enter"))
    assert look.places()["zit op"] == "red"
    look.do(lambda: look.keys("z"))


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_it_fits_and_has_no_severe_faults(chapters: Chapters, width: int) -> None:
    look = Looking(chapters, width)
    look.mark("Anneke").click()
    assert look.page.evaluate("() => document.documentElement.scrollWidth") <= width
    rights = "nodes => nodes.map((node) => node.getBoundingClientRect().right)"
    assert max(look.page.locator(".naming *").evaluate_all(rights)) <= width
    assert serious(look.page) == []


def test_a_finger_picks_the_first_and_the_last_word(chapters: Chapters) -> None:
    look = Looking(chapters, PHONE)
    look.word("voedselbank").click()
    expect(look.page.locator(".naming .note")).to_have_text(say("names.pick_last"))
    look.do(look.word("voedselbank").click)
    assert look.places()["voedselbank"] == "red"
    look.do(look.button("undo", ".bar").click)


def test_the_time_that_was_spent_is_told_and_a_second_person_reads_before_release(chapters: Chapters) -> None:
    look = Looking(chapters)
    look.page.wait_for_timeout(1500)
    look.mark("Anneke").click()
    look.do(look.button("mask").click)
    reviewing.mark_heard(chapters.app.store, chapters.app.user("Ed"), look.story.id)
    look.page.reload()
    press(look.page, "aanbieden")
    look.page.get_by_text(say("ui.offered")).wait_for()
    second = chapters.page("Vera", Role.VRIJGEVER)
    second.goto(look.page.url)
    second.get_by_text(say("names.reading_title")).wait_for()
    expect(second.locator(".st-key-vrijgeven button")).to_be_disabled()
    press(second, "nagelezen")
    second.get_by_text(say("names.reading_is_done")).wait_for()
    press(second, "vrijgeven")
    second.get_by_text(say("ui.released")).first.wait_for()
    assert look.story.state is State.VRIJGEGEVEN
    admin = chapters.page("Noor", Role.BEHEERDER)
    admin.goto(chapters.app.base_url + "/beheer")
    admin.get_by_text(re.compile(r"Namen nakijken duurde \d+,\d minuten")).wait_for()


def test_nothing_of_the_story_stands_in_the_log(chapters: Chapters) -> None:
    log = chapters.app.log_text()
    assert not [word for word in ("Nouri", "Kwikstaart", "Spreeuwstraat", "trommel", "de hond") if word in log]
    assert chapters.outside == []
