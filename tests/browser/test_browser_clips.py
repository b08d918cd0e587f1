"""A clip in a real Chromium: cut and disguised by the real worker, spoken again into a phone, played to its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe import serious
from browser_help import DESKTOP, MARKS, PHONE, Chapters, chapters_in, press, settled, sync_api, tap
from cleared_sound import PART, quote, released

from desk import cliprules
from desk.cliprules import ClipState
from stories.model import Quote
from stories.people import Role
from stories.products import Clip
from stories.words import say

pytestmark = MARKS
WORK_MS = 120_000


@pytest.fixture(scope="module")
def chapters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chapters]:
    with chapters_in(tmp_path_factory.mktemp("clips")) as opened:
        yield opened


@pytest.fixture(scope="module")
def one(chapters: Chapters) -> Quote:
    return quote(chapters.app.store, released(chapters.app.store), PART)


def opened(chapters: Chapters, one: Quote, name: str, role: Role, width: int = DESKTOP) -> Any:
    page = chapters.page(name, role, width=width)
    page.goto(f"{chapters.app.base_url}/fragmenten?citaat={one.id}")
    page.get_by_role("heading", name=say("clips.quote_title")).wait_for()
    settled(page)
    return page


def made(chapters: Chapters, one: Quote, recipe: str) -> Clip:
    with chapters.app.store.read() as books:
        return next(clip for clip in books.clips.of_quotes([one.id]) if clip.recipe == recipe)


def play(page: Any, clip: Clip, *, since: float = 0) -> None:
    """Play it until it stops, from `since` seconds on."""
    page.locator(f".st-key-fragment_{clip.id} audio").evaluate(
        "async (audio, since) => { audio.muted = true;"
        " if (!audio.readyState) {"  # before its length is known a seek may be forgotten, and all of it is played
        " const known = new Promise((ok) => audio.addEventListener('loadedmetadata', ok, { once: true }));"
        " audio.load(); await known; }"
        " audio.currentTime = since; await audio.play();"
        " await new Promise((ended) => audio.addEventListener('ended', ended, { once: true })); }",
        since,
    )


def test_it_is_made_and_two_people_play_it_to_its_end(chapters: Chapters, one: Quote) -> None:
    page = opened(chapters, one, "Ed", Role.REDACTEUR)
    press(page, "maak_fluister-1")
    page.locator("[class*='st-key-fragment_'] audio").wait_for(timeout=WORK_MS)
    clip = made(chapters, one, "fluister-1")
    confirm = page.locator(f".st-key-gehoord_{clip.id} button")
    play(page, clip, since=1)
    page.wait_for_timeout(500)
    sync_api.expect(confirm).to_be_disabled()
    play(page, clip)
    sync_api.expect(confirm).to_be_enabled()
    chapters.picture(page, "clips-quote")
    press(page, f"gehoord_{clip.id}")
    page.get_by_text(say("clips.heard_once", names="Ed")).wait_for()
    second = chapters.page("Vera", Role.VRIJGEVER, width=PHONE)
    second.goto(f"{chapters.app.base_url}/fragmenten")
    second.get_by_text(PART).wait_for()
    chapters.picture(second, "clips-waiting-phone")
    play(second, clip)
    press(second, f"gehoord_{clip.id}")
    second.get_by_text(say("clips.waiting_none")).wait_for()
    with chapters.app.store.read() as books:
        assert cliprules.state_of(books, clip) is ClipState.KLAAR


def test_the_words_are_spoken_again_into_a_phone(chapters: Chapters, one: Quote) -> None:
    page = opened(chapters, one, "Cora", Role.COMMUNICATIE, width=PHONE)
    tap(page, page.get_by_text(say("clips.again_speak")))
    record = page.get_by_role("button", name=re.compile("opnemen$"))
    record.first.click()
    page.get_by_text(say("tell.giver_recording")).wait_for()
    page.wait_for_timeout(2_500)
    record.first.click()
    page.get_by_role("button", name=say("tell.giver_send")).click()
    page.get_by_text(say("clips.again_saved")).wait_for()
    clip = made(chapters, one, "mens")
    assert 1_500 < clip.duration_ms < 10_000
    play(page, clip)
    sync_api.expect(page.locator(f".st-key-gehoord_{clip.id} button")).to_be_enabled()
    assert not chapters.outside


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_nothing_on_the_page_of_a_quote_keeps_anybody_out(chapters: Chapters, one: Quote, width: int) -> None:
    page = opened(chapters, one, "Ed", Role.REDACTEUR, width)
    chapters.picture(page, f"clips-quote-{width}")
    assert not serious(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
