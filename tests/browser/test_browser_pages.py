"""Every page of staff, at a desk and on a phone: axe finds nothing serious, nothing sticks out, no word is English."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from axe import serious
from browser_help import DESKTOP, MARKS, PHONE, Chapters, chapters_in, settled
from insights_fixture import tell

from desk import examples
from desk.presence import Deel
from stories.people import Role
from stories.stages import Stage
from ui.shell import PAGES

pytestmark = MARKS

OWN = {"nakijken", "luisteren"}
"""Pages that are about one story: asked for with their parts."""

ENGLISH = re.compile(
    r"\b(Choose|Select|Search|Upload|Browse|Press|Enter to|Loading|Running|Stop|Rerun|Settings|Close|more)\b"
)
"""Words of Streamlit's own widgets, where somebody would see or hear them."""


@pytest.fixture(scope="module")
def chapters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chapters]:
    with chapters_in(tmp_path_factory.mktemp("pages")) as found:
        store = found.app.store
        found.app.user("Noor", Role.BEHEERDER)
        tell(store, 40)
        for _ in examples.load_all(store, found.app.settings):
            pass
        found.kept["verhaal"] = _worked(found)
        yield found


def _worked(chapters: Chapters) -> str:
    """An example that the machine is done with and an editor is not."""
    until = time.monotonic() + 240
    while time.monotonic() < until:
        with chapters.app.store.read() as books:
            for story in books.stories(stages=[Stage.TAGGED], limit=100):
                if story.is_example:
                    return story.id
        time.sleep(0.5)
    raise AssertionError("the machine worked no example out")


def paths(story_id: str) -> list[str]:
    plain = [page.path for page in PAGES if page.path not in OWN]
    return [*plain, *(f"nakijken?verhaal={story_id}&deel={deel}" for deel in Deel), f"luisteren?verhaal={story_id}"]


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_nothing_on_a_page_keeps_anybody_out(chapters: Chapters, width: int) -> None:
    page = chapters.page("Alles", *Role, width=width)
    wrong: list[str] = []
    for path in paths(chapters.kept["verhaal"]):
        page.goto(f"{chapters.app.base_url}/{path}")
        page.locator("h1").first.wait_for()
        settled(page)
        where = path.replace(chapters.kept["verhaal"], "...")
        wrong += [f"{where}: {line}" for line in serious(page)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        wrong += [f"{where}: {wide} px wide"] if wide > width else []
        wrong += [f"{where}: English: {word}" for word in _english(page)]
        if width == DESKTOP and path == "inzichten":
            chapters.picture(page, "24-inzichten")
    assert not wrong, "\n".join(wrong)


def _english(page: Any) -> list[str]:
    said = page.evaluate(
        "[document.body.innerText, ...[...document.querySelectorAll('[aria-label], [placeholder], [title]')].flatMap("
        "(one) => [one.ariaLabel, one.placeholder, one.title])].filter(Boolean).join('\\n')"
    )
    return sorted(set(ENGLISH.findall(said)))
