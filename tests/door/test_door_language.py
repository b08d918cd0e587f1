from __future__ import annotations

import json
import re

import pytest
from app_fixture import PASSWORD, RunningApp, Visitor, nonsense

from desk import telling
from stories import tickets
from stories.consent import Outcome
from stories.model import AgeBand, StoryKind, Teller, TellerRole
from stories.people import Role


@pytest.fixture(autouse=True)
def somebody(app: RunningApp) -> None:
    app.user("Bo", Role.REDACTEUR)


def test_a_teller_chooses_a_language_and_the_door_speaks_it_from_then_on(visitor: Visitor) -> None:
    page = visitor.get("/mijn-verhaal/code").text
    assert '<html lang="nl">' in page and "Open mijn verhaal" in page
    chosen = visitor.get(re.search(r'href="(/taal/en[^"]*)"', page).group(1))  # type: ignore[union-attr]
    assert chosen.status == 303 and chosen.headers["Location"] == "/mijn-verhaal/code"
    page = visitor.get("/mijn-verhaal/code").text
    assert '<html lang="en">' in page and "Open my story" in page and "Open mijn verhaal" not in page
    assert '<html lang="en">' in visitor.get("/").text
    assert "not there" in visitor.get("/nergens").text
    visitor.get("/taal/nl")
    assert "Open mijn verhaal" in visitor.get("/mijn-verhaal/code").text


def test_what_the_door_refuses_it_says_in_the_language_of_the_visitor(app: RunningApp, visitor: Visitor) -> None:
    visitor.cookies["taal"] = "en"
    answer = visitor.post("/mijn-verhaal/code", {"code": "1234 1234 1234 1234"})
    assert answer.status == 401 and "This code is not right" in answer.text
    story = telling.begin(
        app.store, telling.answers(Teller(TellerRole.OUDER, AgeBand.ADULT), own=Outcome.JA), kind=StoryKind.AUDIO
    )
    headers = {
        "Content-Type": "application/octet-stream",
        "Origin": app.base_url,
        "X-Vertelpunt-Bewijs": tickets.issue(app.settings, tickets.UPLOAD, story.id, 60),
    }
    answer = visitor.send("POST", "/opname", body=nonsense(5000), headers=headers)  # looked at in a thread
    assert json.loads(answer.body)["message"].startswith("We do not know this file.")


def test_staff_are_spoken_to_in_dutch_whatever_the_cookie_says(visitor: Visitor) -> None:
    visitor.cookies["taal"] = "en"
    page = visitor.get("/inloggen").text
    assert '<html lang="nl">' in page and "Wachtwoord" in page
    assert "horen niet bij elkaar" in visitor.post("/inloggen", {"naam": "Bo", "wachtwoord": PASSWORD + "!"}).text


@pytest.mark.parametrize("sent", ["xx", "../en", "e" * 4000, "en; path=/", "<b>"])
def test_a_language_that_we_do_not_speak_is_dutch(visitor: Visitor, sent: str) -> None:
    visitor.cookies["taal"] = sent
    page = visitor.get("/mijn-verhaal/code").text
    assert '<html lang="nl">' in page or sent.startswith("en;")
    assert "<b>" not in page


@pytest.mark.parametrize("path", ["/taal/xx", "/taal/", "/taal", "/taal/en/x"])
def test_there_is_no_page_for_another_language(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status == 404


@pytest.mark.parametrize("onward", ["https://elders.nl", "//elders.nl", "/\\elders.nl", "/x?y", "javascript:x", ""])
def test_choosing_a_language_never_leads_outside(visitor: Visitor, onward: str) -> None:
    answer = visitor.get(f"/taal/en?verder={onward}")
    assert answer.status == 303 and answer.headers["Location"] == "/"


def test_the_language_cookie_is_plain_and_gone_when_the_browser_closes(visitor: Visitor) -> None:
    cookie = visitor.get("/taal/en").headers["Set-Cookie"].lower()
    assert cookie.startswith("taal=en;") and "samesite=lax" in cookie and "httponly" in cookie
    assert "max-age" not in cookie and "expires" not in cookie


def test_a_language_cannot_be_posted(visitor: Visitor) -> None:
    assert visitor.post("/taal/en").status == 404
