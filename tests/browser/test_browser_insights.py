"""An editor looks for what stories say together, reads what stands behind a number, and takes an A4 along; with axe."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from axe import serious
from browser_help import MARKS, PHONE, Chapters, chapters_in, expect
from insights_fixture import tell

from stories.people import Role
from stories.words import say

pytestmark = MARKS


@pytest.fixture(scope="module")
def chapters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chapters]:
    with chapters_in(tmp_path_factory.mktemp("insights")) as found:
        yield found


def at(chapters: Chapters, query: str, **size: int) -> Any:
    page = chapters.page("Ed", Role.REDACTEUR, **size)
    page.goto(f"{chapters.app.base_url}/inzichten{query}")
    page.locator(".vp-table").wait_for()
    return page


def seen(page: Any, name: str) -> None:
    assert not serious(page)
    if folder := os.environ.get("VP_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_from_a_number_to_the_words_behind_it_and_out_of_the_door(chapters: Chapters) -> None:
    chapters.app.user("Noor", Role.BEHEERDER)
    tell(chapters.app.store, 60)
    page = at(chapters, "?doel=kenniskring&beeld=balans")
    picture = page.locator(".vp-chart")
    assert picture.evaluate("one => one.complete && one.naturalWidth") == 900, "the policy lets our drawing through"
    seen(page, "inzichten")
    cell = page.locator(".vp-table a").first
    cell.focus()
    page.keyboard.press("Enter")
    page.locator("blockquote").first.wait_for()
    assert "opgave=" in page.url and "lens=" in page.url
    expect(page.locator("blockquote")).to_have_count(3)
    seen(page, "inzichten-citaten")
    with page.expect_download() as loading:
        page.get_by_text(say("insights.export_docx")).click()
    read = docx.Document(io.BytesIO(Path(loading.value.path()).read_bytes()))
    assert read.paragraphs[0].text.startswith("Inzichten: ")
    phone = at(chapters, "?opgave=meedoen", width=PHONE)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE
    seen(phone, "inzichten-telefoon")
