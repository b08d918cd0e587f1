"""The bundled example stories: loaded through the same doors as real ones, marked as examples.

Only this module marks a story as an example, and only an example is ever given to the practice model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from capture.consent_form import Answers
from desk import receiving, rules, telling
from desk.parts import TELLER
from stories.consent import WITHOUT_FORM, ConsentEvent, Form, Notice, Outcome, Party, Purpose, Recognisability, Way
from stories.errors import NotReady
from stories.model import AgeBand, Story, StoryKind, Teller, TellerRole, new_id
from stories.people import Act, User
from stories.settings import Settings
from stories.store import Store
from stories.told import ThirdPerson

FOLDER = Path(__file__).resolve().parents[1] / "examples"
MODEL = FOLDER / "model"
"""The practice model: understands only the example recordings."""


@dataclass(frozen=True, slots=True)
class Example:
    """One entry of `examples/stories.yaml`, as far as the machine needs it."""

    id: str
    title: str
    kind: StoryKind
    teller: Teller
    region: str
    text: str  # the typed story; empty for a recording
    recording: Path | None
    names: tuple[str, ...]
    themes: tuple[str, ...]
    sayings: tuple[dict[str, Any], ...]
    withdrawn_after: str | None
    quotes: tuple[str, ...]


def read_examples() -> tuple[Example, ...]:
    """All example stories. Raises NotReady when the folder is not there."""
    source = FOLDER / "stories.yaml"
    if not source.is_file():
        raise NotReady("desk.no_examples")
    return tuple(_example(row) for row in yaml.safe_load(source.read_text(encoding="utf-8")))


def _example(row: dict[str, Any]) -> Example:
    kind = StoryKind(row["kind"])
    return Example(
        id=row["id"],
        title=row["title"],
        kind=kind,
        teller=Teller(TellerRole(row["role"]), AgeBand(row["age_band"])),
        region=row["region"],
        text=row["text"] if kind is StoryKind.TEXT else "",
        recording=FOLDER / "recordings" / row["recording"] if kind is StoryKind.AUDIO else None,
        names=tuple(row["names"]),
        themes=tuple(row["themes"]),
        sayings=tuple(row["consent"]),
        withdrawn_after=row["withdrawn_after"],
        quotes=tuple(row["quotes"]),
    )


def load(store: Store, settings: Settings, user: User) -> int:
    """The administrator's button: load every example story; returns how many."""
    user.require(Act.LOAD_EXAMPLES)
    count = sum(1 for _ in load_all(store, settings))
    with store.write() as books:
        books.audit(user.id, "examples_loaded", detail=f"stories={count}")
    return count


def load_all(store: Store, settings: Settings) -> Iterator[tuple[Example, Story, str]]:
    """Tell and hand in every example; yields (example, story, receipt code)."""
    for example in read_examples():
        yield example, *tell(store, settings, example)


def tell(store: Store, settings: Settings, example: Example) -> tuple[Story, str]:
    """Take one example through the real doors: consent, the telling, the intake sheet, handing in."""
    story = telling.begin(
        store, Answers(teller=example.teller), kind=example.kind, region=example.region, is_example=True
    )
    notice, _ = rules.shown_notice(store)
    events = tuple(_event(story.id, saying, notice) for saying in example.sayings)
    with store.write() as books:
        books.add_consent(*events)
    if example.recording is not None:
        receiving.receive(store, settings, story.id, example.recording)
    else:
        receiving.receive_text(store, story.id, example.text)
    telling.name_others(store, story.id, [ThirdPerson(name) for name in example.names])
    return story, telling.hand_in(store, story.id).teller


def _event(story_id: str, saying: dict[str, Any], notice: Notice) -> ConsentEvent:
    purpose = Purpose(saying["purpose"])
    return ConsentEvent(
        id=new_id("c"),
        story_id=story_id,
        at=datetime.now(UTC),
        party=Party(saying["party"]),
        purpose=purpose,
        outcome=Outcome(saying["outcome"]),
        notice=notice,
        way=Way.SCHERM,
        recorded_by=TELLER,
        form=None if purpose in WITHOUT_FORM else Form(saying["form"]),
        recognisability=Recognisability(saying["recognisability"]),
    )
