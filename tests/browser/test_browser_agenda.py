"""Somebody of communications fills the agenda: an empty period with one press, a piece on a day, what ends first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from axe import serious
from browser_help import DESKTOP, MARKS, PHONE, Chapters, button, chapters_in, expect, pick, press, settled, tap
from insights_fixture import tell

from desk import publishing
from stories.clock import today
from stories.consent import Purpose
from stories.model import new_id
from stories.people import Role
from stories.store import Store
from stories.words import say

pytestmark = MARKS

PIECE = "Iedereen mee"


@pytest.fixture(scope="module")
def chapters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chapters]:
    with chapters_in(tmp_path_factory.mktemp("agenda")) as found:
        found.app.user("Noor", Role.BEHEERDER)
        editor, store = found.app.user("Ed", Role.REDACTEUR), found.app.store
        lasting, ending = tell(store, 2, purposes=(Purpose.NIEUWSBRIEF, Purpose.SOCIAL))
        _ends_soon(store, ending)
        with store.read() as books:
            quotes = [quote.id for quote in books.quotes() if quote.story_id in (lasting, ending)]
        publishing.compose(store, editor, quotes, title=PIECE, publish_on=today() + timedelta(days=45))
        yield found


def _ends_soon(store: Store, story_id: str) -> None:
    """Its yes is over in three weeks."""
    with store.write() as books:
        books.add_consent(
            *(
                replace(one, id=new_id("c"), at=one.at + timedelta(hours=1), valid_until=today() + timedelta(days=21))
                for one in books.consent(story_id).events
            )
        )


def at(chapters: Chapters, width: int) -> Any:
    page = chapters.page("Coen", Role.COMMUNICATIE, width=width)
    page.goto(f"{chapters.app.base_url}/agenda")
    page.get_by_text(say("calendar.ends"), exact=True).wait_for()
    return page


def fine(page: Any, width: int) -> None:
    settled(page)
    assert not serious(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing sticks out"


def test_an_empty_period_is_filled_and_gets_a_piece_whose_quotes_may_be_used_that_day(chapters: Chapters) -> None:
    page = at(chapters, DESKTOP)
    press(page, "gat_nieuwsbrief")
    page.get_by_text(say("calendar.made")).wait_for()
    tap(page, page.locator(".vp-agenda a").first)
    page.get_by_text(say("calendar.fits_what")).wait_for()
    expect(page.locator("blockquote"), "both may be used on a day before one of them ends").to_have_count(2)
    fine(page, DESKTOP)
    page.locator("summary", has_text=say("calendar.edit")).click()
    pick(page, say("calendar.field_piece"), PIECE)
    button(page, say("calendar.save"))
    page.get_by_role("link", name=f"{say('calendar.piece_open')}: {PIECE}").wait_for()
    page.get_by_role("link", name=say("calendar.back")).click()
    page.get_by_text(say("calendar.ends"), exact=True).wait_for()
    ends = page.locator("li", has_text=say("calendar.end_expired"))
    assert PIECE in ends.inner_text() and say("calendar.end_before") in ends.inner_text()
    chapters.picture(page, "25-agenda")


def test_on_a_phone_an_own_day_is_planned_on_which_one_quote_may_not_be_used_any_more(chapters: Chapters) -> None:
    page = at(chapters, PHONE)
    fine(page, PHONE)
    page.locator("summary", has_text=say("calendar.new")).click()
    page.get_by_label(say("calendar.field_title")).fill("Voorjaarsnummer")
    page.get_by_role("group", name=say("calendar.field_day")).get_by_role("spinbutton").first.click()
    page.keyboard.type((today() + timedelta(days=30)).strftime("%d%m%Y"))
    button(page, say("calendar.new_make"))
    page.get_by_text(say("calendar.made")).wait_for()
    tap(page, page.get_by_role("link", name="Voorjaarsnummer").first)
    page.get_by_text(say("calendar.fits_what")).wait_for()
    expect(page.locator("blockquote")).to_have_count(1)
    fine(page, PHONE)
