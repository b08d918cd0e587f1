"""From words in two stories to a concept, in a real Chromium: quotes into the basket, put in another order, a piece
with its look beside it, blocks moved with the keyboard, and what is wrong said where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe import serious
from browser_help import DESKTOP, MARKS, PHONE, Chapters, button, chapters_in, expect, press, settled, tap
from plainrun import PlainRun

import pipeline
from desk import receiving, reviewing, telling
from stories.consent import Form, Outcome, Purpose
from stories.model import AgeBand, Story, StoryKind, Teller, TellerRole
from stories.people import Role
from stories.words import say

pytestmark = MARKS

FIRST = "Mijn zoon mocht niet mee op schoolreisje. Hij zei dat hij ziek was. Daarna hielp de school."
OTHER = "Wij aten pannenkoeken aan het eind van de maand. Mijn moeder zei dat het feest was."


@pytest.fixture(scope="module")
def chapters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chapters]:
    with chapters_in(tmp_path_factory.mktemp("compose")) as opened:
        for name, text in (("eerste", FIRST), ("andere", OTHER)):
            opened.kept[name] = _released(opened, text).id
        yield opened


def _released(chapters: Chapters, text: str) -> Story:
    store = chapters.app.store
    editor, releaser = chapters.app.user("Ed", Role.REDACTEUR), chapters.app.user("Vera", Role.VRIJGEVER)
    channels = [(Purpose.NIEUWSBRIEF, Form.TEKST), (Purpose.PODCAST, Form.NAGESPROKEN)]
    yes = telling.answers(Teller(TellerRole.OUDER, AgeBand.ADULT), own=Outcome.JA, channels=channels)
    story = telling.begin(store, yes, kind=StoryKind.TEXT)
    receiving.receive_text(store, story.id, text)
    telling.hand_in(store, story.id)
    pipeline.process(store, chapters.app.settings, story.id, PlainRun())
    reviewing.mark_heard(store, editor, story.id)
    with store.read() as books:
        story = books.story(story.id)
    story = reviewing.offer_for_release(store, editor, story.id, expected=story.row_version)
    return reviewing.release(store, releaser, story.id, expected=story.row_version)


def test_chapter_1_words_of_two_stories_go_into_the_basket_and_stay_there(chapters: Chapters) -> None:
    page = chapters.page("Ed", Role.REDACTEUR)
    for name, first, last in (("eerste", "Hij", "was."), ("andere", "Mijn", "feest")):
        page.goto(f"{chapters.app.base_url}/citaten?verhaal={chapters.kept[name]}")
        page.locator(".word").first.wait_for()
        settled(page)  # drawn anew between two words, the first is forgotten
        page.locator(".word", has_text=re.compile(f"^{first}$")).first.click()
        page.locator(".word", has_text=re.compile(f"^{re.escape(last)}$")).first.click()
        page.get_by_text(say("compose.cut_done")).wait_for()
    page.reload()
    page.get_by_role("link", name=say("compose.view_basket", count=2)).click()
    page.get_by_text("Mijn moeder zei dat het feest").wait_for()
    tap(page, page.locator("[class*=st-key-mand_op_] button:enabled").first)
    shown = page.locator(".vp-quote").all_inner_texts()
    assert "feest" in shown[0] and "ziek" in shown[1]
    chapters.kept["basket"] = page.url


def test_chapter_2_a_concept_is_made_of_it_and_its_blocks_are_moved_with_the_keyboard(chapters: Chapters) -> None:
    page = chapters.page("Ed", Role.REDACTEUR)
    page.goto(chapters.kept["basket"])
    button(page, re.compile("^Maak een nieuwsbrief"))
    page.get_by_text(say("compose.drafted")).first.wait_for()
    chapters.kept["piece"] = page.url
    before = _kinds(page)
    quote = before.index("Citaat")
    up = page.locator(f".st-key-blok_up_{quote} button")
    up.focus()
    page.keyboard.press("Enter")
    page.locator(f".st-key-blokkop_{quote - 1}", has_text="Citaat").wait_for()
    settled(page)
    now = _kinds(page)
    assert now == [*before[: quote - 1], "Citaat", before[quote - 1], *before[quote + 1 :]]
    _focused(page, f".st-key-blok_up_{quote - 1}")
    assert page.locator("[role=status]", has_text=f"staat nu op plaats {quote} van").count() == 1
    letter = page.frame_locator("iframe").first
    letter.get_by_text("Mijn moeder zei dat het feest").first.wait_for()


def test_a_block_that_was_taken_out_comes_back_with_the_keyboard_alone(chapters: Chapters) -> None:
    for width in (DESKTOP, PHONE):
        page = chapters.page("Ed", Role.REDACTEUR, width=width)
        page.goto(chapters.kept["piece"])
        page.locator(".st-key-blokkop_0").wait_for()
        settled(page)
        before = _kinds(page)
        page.locator(".st-key-blok_out_1 button").focus()
        page.keyboard.press("Enter")
        _focused(page, ".st-key-blok_terug")
        assert _kinds(page) == [before[0], *before[2:]]
        page.keyboard.press("Enter")
        _focused(page, ".st-key-kaart_blok_1")
        settled(page)
        assert _kinds(page) == before
        page.locator(".st-key-blok_down_0 button").focus()
        page.keyboard.press("Enter")
        _focused(page, ".st-key-blok_down_1")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        _focused(page, ".st-key-blok_down_0")  # at the top there is no further up
        settled(page)
        assert _kinds(page) == before


def test_chapter_3_own_words_come_in_between_and_what_is_wrong_is_said_where_it_stands(chapters: Chapters) -> None:
    page = chapters.page("Ed", Role.REDACTEUR)
    page.goto(chapters.kept["piece"])
    page.locator("[class*=st-key-blokkop_]", has_text="Citaat").first.wait_for()
    settled(page)
    quote = _kinds(page).index("Citaat")
    press(page, f"blok_more_{quote}", "erbij_narration")
    field = page.locator(f".st-key-kaart_blok_{quote + 1} textarea")
    field.fill("Zij zei ook nog iets anders.")
    page.locator(f".st-key-kaart_blok_{quote} textarea").fill("Mijn moeder zei dat het altijd feest was.")
    press(page, "stuk_bewaren")
    wrong = say("publish.quote_changed", block=quote + 1, teller="een ouder")
    page.locator(f".st-key-kaart_blok_{quote}").get_by_text(wrong).wait_for()
    expect(page.get_by_text(wrong), "at the block, and in the list at the top").to_have_count(2)
    expect(page.locator(".st-key-stuk_aanbieden button")).to_be_disabled()
    page.frame_locator("iframe").first.get_by_text("Zij zei ook nog iets anders.").wait_for()
    chapters.picture(page, "26-stuk-bewerken")


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_the_screens_of_quotes_and_pieces_keep_nobody_out(chapters: Chapters, width: int) -> None:
    page = chapters.page("Ed", Role.REDACTEUR, width=width)
    wrong = []
    for path in (f"/citaten?verhaal={chapters.kept['eerste']}", "/citaten?mandje=1", chapters.kept["piece"] + "&na=1"):
        page.goto(path if path.startswith("http") else chapters.app.base_url + path)
        page.locator("h1").first.wait_for()
        settled(page)
        wrong += [f"{path[-30:]}: {line}" for line in serious(page)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        wrong += [f"{path[-30:]}: {wide} px wide"] if wide > width else []
    assert not wrong, "\n".join(wrong)


def test_no_browser_asked_anything_of_the_outside_world(chapters: Chapters) -> None:
    assert chapters.outside == []


def _focused(page: Any, place: str) -> None:
    """Wait until the keyboard is in there."""
    page.wait_for_function("place => document.activeElement?.closest(place)", arg=place)
    assert page.evaluate("document.activeElement.matches(':is(button, textarea, input):not([disabled])')")
    box = page.evaluate("(({ top, bottom }) => [top, bottom])(document.activeElement.getBoundingClientRect())")
    assert box[0] >= 0 and box[1] <= page.viewport_size["height"], "and it is in sight"


def _kinds(page: Any) -> list[str]:
    """What kind of block stands where."""
    heads = page.locator("[class*=st-key-blokkop_] .vp-badges b").all_inner_texts()
    return [head.partition(". ")[2] for head in heads]
