"""The transcript of the practice recording in a browser, as one editor sees and handles it."""

from __future__ import annotations

import json
import re
from typing import Any

from app_fixture import RunningApp
from browser_help import DESKTOP, settled
from transcript_app import practice

from stories.words import say

TEXTS = [line.text for line in practice().lines]
LINES = practice().lines


class Screen:
    """The transcript of the practice recording, as one editor sees it."""

    def __init__(self, app: RunningApp, browser: Any, width: int = DESKTOP, height: int = 900, **asked: str) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height})
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        self.page.goto(f"{app.base_url}/?{query}")
        self.row(len(TEXTS) - 1).wait_for(state="attached")
        settled(self.page)

    def row(self, number: int) -> Any:
        return self.page.locator(".row").nth(number)

    def word(self, row: int, word: int) -> Any:
        return self.row(row).locator(".word").nth(word)

    def button(self, key: str, *values: str) -> Any:
        return self.page.get_by_role("button", name=word(key, *values), exact=True)

    def keys(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)

    def stand(self, row: int) -> None:
        """Choose a line, not a word in it."""
        self.row(row).click(position={"x": 8, "y": 8})

    def type_in(self, row: int, text: str) -> None:
        """Open a line and replace what stands in it; the field stays open."""
        self.stand(row)
        self.keys("Enter")
        self.page.locator("textarea").fill(text)

    def place_s(self) -> float:
        """Where the sound is."""
        return float(self.page.locator(".place").input_value())

    def now(self) -> str:
        return str(self.page.locator(".word.now").inner_text())

    def focused(self) -> str:
        return str(self.page.evaluate(f"() => {INSIDE}.activeElement?.textContent ?? ''"))

    def got(self, count: int) -> list[dict[str, Any]]:
        """What arrived in Python, once there are at least so many."""
        self.page.get_by_text(f"gekregen {count - 1}:").wait_for()
        lines = self.page.get_by_text(re.compile(r"^gekregen \d+:")).all_inner_texts()
        return [json.loads(line.partition(": ")[2]) for line in lines]

    def changes(self, count: int) -> list[dict[str, Any]]:
        return [one for one in self.got(count) if one["action"] != "heard"]

    def close(self) -> None:
        assert self.errors == []
        self.context.close()


INSIDE = "document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot"


def word(key: str, *values: str) -> str:
    text = say(f"transcript.{key}") if not values else say(f"transcript.{key}").replace("{}", "%s") % values
    return text
