"""A phone that a stranger holds, and what it asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app_fixture import RunningApp

SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
]  # fmt: skip
OWN_WORDS = "Bij ons is het vaak koud, want de verwarming is duur."


@dataclass
class Phone:
    """A browser as wide as a phone (`browser_help.PHONE`)."""

    app: RunningApp
    page: Any
    requests: list[str] = field(default_factory=list)

    @property
    def outside(self) -> list[str]:
        own = (self.app.base_url, self.app.base_url.replace("http", "ws"), "blob:", "data:")
        return [url for url in self.requests if not url.startswith(own)]

    def open(self, path: str) -> None:
        self.page.goto(self.app.base_url + path)

    def open_own_story(self, code: str) -> None:
        self.open("/mijn-verhaal/code")
        self.page.locator("#code").fill(code)
        self.page.locator("form button").first.click()
