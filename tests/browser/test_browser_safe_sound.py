"""A safe recording in a real Chromium: asked for by the editor, made by the real worker, heard by somebody else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from browser_help import MARKS, RECORDINGS, Chapters, chapters_in, press, sync_api

from desk import queue, receiving, redactions, reviewing, telling
from stories.consent import Outcome
from stories.model import AgeBand, Story, StoryKind, Teller, TellerRole
from stories.people import Role
from stories.stages import Stage
from stories.words import say

pytestmark = MARKS
HIDDEN = "internet"
WORK_S = 240


@pytest.fixture(scope="module")
def chapters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chapters]:
    with chapters_in(tmp_path_factory.mktemp("safe_sound")) as opened:
        yield opened


def spoken(chapters: Chapters) -> Story:
    """A recording at the editors', written out by the worker, in which a word is hidden."""
    store, editor = chapters.app.store, chapters.app.user("Ed", Role.REDACTEUR)
    told = telling.begin(
        store, telling.answers(Teller(TellerRole.OUDER, AgeBand.ADULT), own=Outcome.JA), kind=StoryKind.AUDIO
    )
    receiving.receive(store, store.settings, told.id, RECORDINGS / "bushokje.flac")
    telling.hand_in(store, told.id)
    until = time.monotonic() + WORK_S
    while (story := queue.queue_row(store, editor, told.id).story).stage is not Stage.TAGGED:
        assert time.monotonic() < until, chapters.app.log_text()[-2000:]
        time.sleep(0.5)
    text = reviewing.review(store, editor, story.id).raw or ""
    start = text.index(HIDDEN)
    reviewing.decide_names(
        store, editor, story.id, [reviewing.added(start, start + len(HIDDEN))], expected=story.row_version
    )
    return story


def title(page: Any, key: str) -> Any:
    return page.get_by_text(say(f"safe_sound.title_{key}"))


def test_an_editor_has_it_made_and_a_second_person_hears_all_of_it(chapters: Chapters) -> None:
    story = spoken(chapters)
    address = f"{chapters.app.base_url}/nakijken?verhaal={story.id}"
    page = chapters.page("Ed", Role.REDACTEUR)
    page.goto(address)
    title(page, "missing").click()
    press(page, "veilig_maken")
    title(page, "ready").wait_for(timeout=WORK_S * 1000)
    page.get_by_text(say("safe_sound.not_you")).wait_for()
    second = chapters.page("Vera", Role.VRIJGEVER)
    second.goto(address)
    title(second, "ready").wait_for()
    chapters.picture(second, "safe-sound")
    confirm = second.locator(".st-key-veilig_gehoord button")
    sync_api.expect(confirm).to_be_disabled()
    audio = second.locator(".st-key-veilig_geluid audio")
    audio.evaluate("(audio) => { audio.muted = true; audio.playbackRate = 4; return audio.play(); }")
    sync_api.expect(confirm).to_be_enabled(timeout=120_000)
    press(second, "veilig_gehoord")
    title(second, "heard").wait_for()
    with chapters.app.store.read() as books:
        assert redactions.second_person_heard(books, story.id)
    assert not chapters.outside
