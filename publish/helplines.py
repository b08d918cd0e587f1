"""Helplines that go under a product, each with where its number was read and when a person last looked.

A number that is no longer right harms whoever dials it. So the gate says which ones nobody looked at for too long, and
which ones stand on no list: those may be a slip of the finger.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from stories.model import digest_of
from stories.words import say

STAYS_CHECKED = 365
"""Days, unless the house sets another number: then somebody looks at the organisation's own page again [P]."""

_OTHER_NUMBER = re.compile(r"\d{3}|\d(?:[ -]?\d){5}")  # no opening hours, no "12-18 jaar"


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

    @property
    def digest(self) -> str:
        """Of what somebody looks at: a check is of exactly this line."""
        return digest_of([self.code, self.line])

    def is_old(self, on: date, days: int = STAYS_CHECKED) -> bool:
        """Whether nobody looked at it for more than so many days."""
        return on - self.checked_on > timedelta(days=days)


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


def named_in(text: str, known: tuple[Helpline, ...]) -> tuple[tuple[Helpline, ...], bool]:
    """Which of the known helplines a text names by their number, however that is spaced; and whether there is another
    number in it."""
    found = []
    for line in known:
        digits = r"[ .-]?".join(re.sub(r"\D", "", line.number))
        text, count = re.subn(rf"(?<!\d){digits}(?!\d)", " ", text)
        found += [line] if count else []
    return tuple(found), bool(_OTHER_NUMBER.search(text))
