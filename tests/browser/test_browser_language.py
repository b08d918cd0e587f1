"""A language that a teller chose on one page is spoken on the next, ours or Streamlit's, and can be undone."""

from __future__ import annotations

from browser_help import MARKS, button
from phone import Phone

from stories.words import say, speaking

pytestmark = MARKS


def lang(phone: Phone) -> str:
    return str(phone.page.evaluate("document.documentElement.lang"))


def until_remembered(phone: Phone, code: str) -> None:
    """The page has the door set its cookie, a moment after the press."""
    for _ in range(100):
        cookies = {cookie["name"]: cookie["value"] for cookie in phone.page.context.cookies()}
        if cookies.get("taal") == code:
            return
        phone.page.wait_for_timeout(100)
    raise AssertionError("the choice was not remembered")


def test_a_language_is_spoken_on_every_next_page_until_another_is_chosen(phone: Phone) -> None:
    with speaking("en"):
        title, code_title, who = say("tell.home_title"), say("door.receipt_intro"), say("tell.who")
    phone.open("/")
    button(phone.page, "English")
    phone.page.get_by_role("heading", name=title).wait_for()
    assert lang(phone) == "en"
    until_remembered(phone, "en")
    phone.open("/mijn-verhaal/code")
    phone.page.get_by_text(code_title).wait_for()
    phone.open("/vertel")
    phone.page.get_by_role("heading", name=who).wait_for()
    button(phone.page, "Nederlands")
    phone.page.get_by_role("heading", name=say("tell.who")).wait_for()
    until_remembered(phone, "nl")
    phone.open("/mijn-verhaal/code")
    phone.page.get_by_text(say("door.receipt_intro")).wait_for()


def test_choosing_and_changing_back_on_one_page_is_remembered_too(phone: Phone) -> None:
    phone.open("/vertel")
    button(phone.page, "English")
    until_remembered(phone, "en")
    button(phone.page, "Nederlands")
    until_remembered(phone, "nl")


def test_the_doors_own_pages_have_the_same_choice(phone: Phone) -> None:
    phone.open("/mijn-verhaal/code")
    phone.page.get_by_role("link", name="English").click()
    with speaking("en"):
        phone.page.get_by_text(say("door.receipt_intro")).wait_for()
    assert lang(phone) == "en"
    phone.page.get_by_role("link", name="Nederlands").click()
    phone.page.get_by_text(say("door.receipt_intro")).wait_for()
    assert phone.outside == []
