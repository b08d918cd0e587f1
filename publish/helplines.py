"""Helplines that go under a product, each with where its number was read and when a person of ours last looked.

A number that is no longer right harms whoever dials it, so an old check is said (`is_old`), and every first draft asks
its maker to look once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from stories.words import say

STAYS_CHECKED = timedelta(days=365)
"""After this, somebody looks at the organisation's own page again [P]."""


@dataclass(frozen=True, slots=True)
class Helpline:
    """`code` names its sentence in the catalogue (`mail.helpline_<code>`); `source` is where its number stood."""

    code: str
    number: str
    source: str
    checked_on: date

    @property
    def line(self) -> str:
        """As it stands in a product: "Kindertelefoon: 0800-0432 (gratis). Voor kinderen die willen praten."."""
        return say(f"mail.helpline_{self.code}", number=self.number)

    def is_old(self, on: date) -> bool:
        """Whether nobody looked at it for too long."""
        return on - self.checked_on > STAYS_CHECKED


_LOOKED = date(2026, 11, 26)

HELPLINES: tuple[Helpline, ...] = (
    Helpline("kindertelefoon", "0800-0432", "vriendenkindertelefoon.nl, De Kindertelefoon", _LOOKED),
    Helpline("geldfit", "0800-8115", "ikwoonleefzorg.nl, 7 vragen aan de hulplijn", _LOOKED),
    Helpline("113", "113", "upday.com over 113 Zelfmoordpreventie, 3 oktober 2025", _LOOKED),
)
"""Whom a reader can call. Sources are stored copies of these pages, not the organisations' own lines."""


def of(code: str) -> Helpline:
    """One by its code. Raises KeyError."""
    return {line.code: line for line in HELPLINES}[code]
