"""One running app with a teller's story in it, and a phone to look at it with. The folder is on the path, so that tests
can import `browser_help` and `phone`, which stand beside them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from app_fixture import RunningApp, running_app

from desk import receiving, telling
from stories.consent import Form, Outcome, Purpose
from stories.model import AgeBand, StoryKind, Teller, TellerRole
from stories.people import Role

sys.path.insert(0, str(Path(__file__).parent))
from browser_help import CHROMIUM, COUNT_SENT, PHONE, sync_api
from phone import OWN_WORDS, SWITCHES, Phone


@pytest.fixture(scope="module")
def teller_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with running_app(tmp_path_factory.mktemp("browser")) as app:
        app.user("Bo", Role.REDACTEUR)  # somebody works here, or the front page asks for a first administrator
        yield app


@pytest.fixture(scope="module")
def own_code(teller_app: RunningApp) -> str:
    """The code of a story of a parent, in the newsletter if it is released."""
    answers = telling.answers(
        Teller(TellerRole.OUDER, AgeBand.ADULT), own=Outcome.JA, channels=[(Purpose.NIEUWSBRIEF, Form.TEKST)]
    )
    story = telling.begin(teller_app.store, answers, kind=StoryKind.TEXT)
    receiving.receive_text(teller_app.store, story.id, OWN_WORDS)
    return telling.hand_in(teller_app.store, story.id).teller


@pytest.fixture(scope="module")
def parents_code(teller_app: RunningApp) -> str:
    """The code of the parent of a child whose story waits for it."""
    answers = telling.answers(Teller(TellerRole.KIND, AgeBand.UNDER_12), assent=Outcome.JA)
    story = telling.begin(teller_app.store, answers, kind=StoryKind.TEXT)
    receiving.receive_text(teller_app.store, story.id, OWN_WORDS)
    code = telling.hand_in(teller_app.store, story.id).representative
    assert code is not None
    return code


@pytest.fixture(scope="module")
def chromium() -> Iterator[sync_api.Browser]:
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def phone(teller_app: RunningApp, chromium: sync_api.Browser) -> Iterator[Phone]:
    context = chromium.new_context(viewport={"width": PHONE, "height": 844}, permissions=["microphone"])
    context.add_init_script(COUNT_SENT)
    page = context.new_page()
    page.set_default_timeout(30_000)
    looked_at = Phone(teller_app, page)
    page.on("request", lambda request: looked_at.requests.append(request.url))
    yield looked_at
    context.close()
