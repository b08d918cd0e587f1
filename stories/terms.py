"""How long what is kept: one value with a default for each term, in days unless the name says otherwise.

Administrators change terms as new versions of a rule (`stories.rulebook`), with four eyes. There is no statutory
term: these are our own proposals, shown to tellers in the notice and on the receipt.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import Any

from stories.model import require

MONTH = timedelta(days=730) / 24
"""Twenty-four of them are the 730 days of `stories.consent.STORY_TERM`."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Every term the daily job carries out."""

    raw_audio_days: int = 90  # after release, unless a voice may be used
    story_months: int = 24  # then consent is asked again
    unconsented_days: int = 30  # begun or handed in without every yes that is needed: erased
    warning_days: int = 7  # the helper is warned so long before
    ask_again_days: int = 30  # before the end of a consent the asking begins; so long after it the story is erased
    proof_years: int = 5  # proof of consent after erasure

    def __post_init__(self) -> None:
        for field in fields(self):
            require(1 <= getattr(self, field.name) <= 3650, "a term is at least one and at most 3650")
        require(self.warning_days < self.unconsented_days, "a warning comes before the end")

    @property
    def story(self) -> timedelta:
        return timedelta(days=round(self.story_months * MONTH.total_seconds() / 86_400))

    def to_json(self) -> dict[str, int]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Terms:
        """The inverse of `to_json`; a term that is not named has its default. Raises ValueError or TypeError."""
        return cls(**{name: int(value) for name, value in data.items()})
