"""A text in which marks can be pressed and a range of words can be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from ui.components import load

_WORDS = load("words")


@dataclass(frozen=True, slots=True)
class Mark:
    """A coloured span. `kind` is red, amber, kept, label or quote; `title` explains it in Dutch."""

    start: int
    end: int
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Touched:
    """What the person did in this run: pressed a mark, or picked a range of words. Character offsets."""

    pressed: tuple[int, int] | None = None
    picked: tuple[int, int] | None = None


def words(text: str, marks: Sequence[Mark] = (), *, pick: bool = False, key: str) -> Touched:
    """Show `text`; returns what was touched in this run, if anything."""
    result = _WORDS(
        key=key,
        data={"text": text, "marks": [asdict(mark) for mark in marks], "pick": pick},
        on_pressed_change=lambda: None,
        on_picked_change=lambda: None,
    )
    return Touched(_range(result.pressed), _range(result.picked))


def _range(value: object) -> tuple[int, int] | None:
    """A range of at least one character, else None: a browser can send anything."""
    if not isinstance(value, Mapping):
        return None
    start, end = value.get("start"), value.get("end")
    return (start, end) if isinstance(start, int) and isinstance(end, int) and 0 <= start < end else None
