"""A text in which labels are shown as such and a range of words can be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from stories.model import CleanText
from stories.words import say
from ui.components import load

_WORDS = load("words")


@dataclass(frozen=True, slots=True)
class Mark:
    """A label of an anonymised text; `title` explains it in Dutch."""

    start: int
    end: int
    title: str


def label_marks(clean: CleanText) -> tuple[Mark, ...]:
    """The labels of an anonymised text, such as [naam 1]."""
    return tuple(Mark(start, end, say("ui.mark_label")) for start, end in clean.labels)


@dataclass(frozen=True, slots=True)
class Touched:
    """What the person did in this run: picked a range of words, or nothing. Character offsets."""

    picked: tuple[int, int] | None = None


def words(
    text: str,
    marks: Sequence[Mark] = (),
    *,
    tints: Sequence[tuple[int, int]] = (),
    pick: bool = False,
    key: str,
) -> Touched:
    """Show `text`, with the ranges of `tints` coloured; returns what was touched in this run, if anything."""
    result = _WORDS(
        key=key,
        data={
            "text": text,
            "marks": [asdict(mark) for mark in marks],
            "tints": [{"start": start, "end": end} for start, end in tints],
            "pick": pick,
        },
        on_picked_change=lambda: None,
    )
    return Touched(_range(result.picked))


def _range(value: object) -> tuple[int, int] | None:
    """A range of at least one character, else None: a browser can send anything."""
    if not isinstance(value, Mapping):
        return None
    start, end = value.get("start"), value.get("end")
    return (start, end) if isinstance(start, int) and isinstance(end, int) and 0 <= start < end else None
