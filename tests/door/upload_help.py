"""Sending by parts, as the recorder does it, and a look at what lies on the disk meanwhile."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app_fixture import RunningApp, Visitor
from builders import a_consent, a_story

from stories import tickets
from stories.model import StoryKind
from stories.settings import Settings
from stories.stages import Stage, State
from stories.store import Store

MB = 1_000_000


def a_concept(store: Store) -> str:
    """A story that may be told: consent is there, nothing is told yet. Begun now: old concepts are cleared away."""
    story = a_story(kind=StoryKind.AUDIO, state=State.CONCEPT, stage=Stage.CAPTURED, created_at=datetime.now(UTC))
    with store.write() as books:
        books.add_story(story)
        books.add_consent(*a_consent(story))
    return story.id


def a_ticket(settings: Settings, story_id: str) -> str:
    return tickets.issue(settings, tickets.UPLOAD, story_id, 600)


@dataclass
class Sender:
    """One who sends by parts. Every call answers (status, JSON)."""

    app: RunningApp
    story_id: str = ""
    ticket: str = ""
    upload: str = ""
    visitor: Visitor = field(init=False)

    def __post_init__(self) -> None:
        self.visitor = Visitor(self.app)
        self.story_id = self.story_id or a_concept(self.app.store)
        self.ticket = self.ticket or a_ticket(self.app.settings, self.story_id)

    def begin(self, size: object) -> tuple[int, dict[str, Any]]:
        status, said = self.send("begin", **{"X-Vertelpunt-Grootte": str(size)})
        self.upload = said.get("upload", self.upload)
        return status, said

    def part(self, at: object, body: Any) -> tuple[int, dict[str, Any]]:
        return self.send("deel", body, **{"X-Vertelpunt-Vanaf": str(at)})

    def where(self) -> tuple[int, dict[str, Any]]:
        return self.send("waar")

    def away(self) -> tuple[int, dict[str, Any]]:
        return self.send("weg")

    def send(self, door: str, body: Any = b"", **headers: str) -> tuple[int, dict[str, Any]]:
        answer = self.visitor.send("POST", f"/opname/{door}", body=body, headers=self.headers() | headers)
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.status, json.loads(answer.body)

    def headers(self) -> dict[str, str]:
        return {
            "Origin": self.app.base_url,
            "Content-Type": "application/octet-stream",
            "X-Vertelpunt-Bewijs": self.ticket,
            "X-Vertelpunt-Upload": self.upload,
        }


def nameless(app: RunningApp) -> Iterator[Path]:
    """The files without a name that the app holds open for uploads: on Linux they can be read here."""
    incoming = str(app.settings.data_dir / "incoming")
    for path in Path(f"/proc/{app.process.pid}/fd").iterdir():
        with suppress(OSError):
            if str(path.readlink()).startswith(incoming):
                yield path


def lying(app: RunningApp) -> int:
    """How many files of uploads there are, with and without a name."""
    return len(list(nameless(app))) + len(list((app.settings.data_dir / "incoming").iterdir()))


def nothing_left(app: RunningApp) -> bool:
    until = time.monotonic() + 5
    while time.monotonic() < until and lying(app):
        time.sleep(0.05)
    return not lying(app)
