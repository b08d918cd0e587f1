"""The page of conversations, as an ervaringswerker presses."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from ui_help import Screen

sys.path.insert(0, str(Path(__file__).parents[1] / "desk"))
from helper_place import Place

from stories.model import Story


def screen(place: Place, user: object = None) -> Screen:
    return Screen(place.store, user or place.helper)  # type: ignore[arg-type]


def at(place: Place, story: Story, part: str = "") -> Screen:
    """At one case, and at one part of it."""
    shown = screen(place).open("gesprekken", geval=story.id)
    return pick(shown, f"deel_{story.id}", part) if part else shown


def pick(shown: Screen, key: str, value: object) -> Screen:
    shown.app.segmented_control(key=key).set_value(value)
    return shown.run()


def choose(shown: Screen, key: str, value: object) -> None:
    shown.app.selectbox(key=key).set_value(value)


def labels(shown: Screen) -> list[str]:
    """Every question on the screen, as it is read."""
    kinds = ("toggle", "checkbox", "selectbox", "text_input", "date_input", "number_input", "segmented_control")
    return [re.sub(r"\\(.)", r"\1", node.label) for kind in kinds for node in getattr(shown.app, kind)]


def codes_on(shown: Screen) -> set[str]:
    every = [*labels(shown), *re.findall(r"<h2>(.*?)</h2>", shown.raw_html)]
    return {found.group() for text in every if (found := re.match(r"[A-F]\d+[a-e]?(?= ·)", text))}
