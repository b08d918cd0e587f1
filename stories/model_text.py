"""What the teller said or wrote, and what may be read of it.

RawText and CleanText are different types on purpose: handing a transcript to publishing is a type error, not a leak.
Offsets are Python character offsets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from stories.values import digest_of, require


@dataclass(frozen=True, slots=True)
class RawText:
    """What the teller really said or wrote. Sealed at rest; never leaves the house."""

    text: str

    @property
    def digest(self) -> str:
        return digest_of(self.text)


class Certainty(StrEnum):
    """RED is masked. AMBER is shown to the editor, who decides."""

    RED = "red"
    AMBER = "amber"


@dataclass(frozen=True, slots=True)
class Finding:
    """A span of raw text that may point at somebody. `reason` is plain Dutch and holds no story text."""

    start: int
    end: int
    type: str
    reason: str
    certainty: Certainty

    def __post_init__(self) -> None:
        require(0 <= self.start < self.end, "a finding covers at least one character")


@dataclass(frozen=True, slots=True)
class Theme:
    """A tag: an opgave, a level or a lens of the vocabulary. `words` are the clean-text words that led to it, `by` is
    the user who confirmed it (empty before that was kept)."""

    id: str
    source: str  # "machine" | "verteller" | "redactie"
    words: tuple[str, ...] = ()
    confirmed: bool = False
    by: str = ""

    def __post_init__(self) -> None:
        require(self.source in ("machine", "verteller", "redactie"), "a tag has a known source")
        require(self.confirmed or not self.by, "who confirmed belongs to what is confirmed")


@dataclass(frozen=True, slots=True)
class Name:
    """One row of a story's sealed name table: what was said, its type, and the label that replaces it.

    `style` says how the label was chosen: one of `anonymise.Style`, or `eigen` when an editor typed it. `who` and
    `apart` are not empty where an editor said who it is (`anonymise.Decision`).
    """

    original: str
    type: str
    label: str
    style: str = "nummers"
    who: str = ""
    apart: int = 0


@dataclass(frozen=True, slots=True)
class CleanText:
    """Text in which everything red has been replaced. Only `anonymise.clean` and the store make one.

    `source_digest` names the raw text it was made from; `labels` are the (start, end) spans of replacements, `renamed`
    those of them that are another name for somebody.
    """

    text: str
    source_digest: str
    labels: tuple[tuple[int, int], ...] = ()
    renamed: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        for start, end in self.labels:
            require(0 <= start < end <= len(self.text), "a label lies inside the text")
        require(set(self.renamed) <= set(self.labels), "another name is a label")

    @property
    def digest(self) -> str:
        return digest_of({"text": self.text, "source": self.source_digest})

    def renames(self, start: int = 0, end: int | None = None) -> bool:
        """Does another name stand in these characters, so that a reader must be told that names were changed?"""
        end = len(self.text) if end is None else end
        return any(low < end and start < high for low, high in self.renamed)


@dataclass(frozen=True, slots=True)
class StoryVersion:
    """One immutable version of a story's anonymised text. An approval belongs to exactly one `digest`."""

    story_id: str
    number: int
    clean: CleanText
    made_by: str
    made_at: datetime
    themes: tuple[Theme, ...] = ()

    def __post_init__(self) -> None:
        require(self.number >= 1, "versions count from 1")

    @property
    def digest(self) -> str:
        """What a person approves: the story, the text, and the confirmed themes."""
        themes = sorted(theme.id for theme in self.themes if theme.confirmed)
        return digest_of([self.story_id, self.clean.digest, themes])
