"""What somebody wants to see of the queue: plain codes that can stand in an address and be shared.

An address is typed, kept and sent around, so it may hold anything: what is unknown is left out, never an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from stories.books_queue import Heading
from stories.model import TellerRole

MOST_PAGES = 100_000
"""A page number above this is no page number."""

LONGEST = 64
"""Characters of a code."""

Code = TypeVar("Code", bound=StrEnum)


class Whose(StrEnum):
    """Whose work it is."""

    MINE = "mij"
    NOBODYS = "vrij"


@dataclass(frozen=True, slots=True)
class Filters:
    """None: does not matter. `region` is a mark (`Books.region_mark`), `tag` an id of the vocabulary, `late`: past
    the last day."""

    heading: Heading | None = None
    role: TellerRole | None = None
    region: str | None = None
    tag: str | None = None
    whose: Whose | None = None
    late: bool = False

    @classmethod
    def from_codes(cls, codes: Mapping[str, str]) -> Filters:
        """Of an address such as `?kop=vrijgeven&rol=kind&van=mij&laat=1`."""
        return cls(
            heading=_known(Heading, codes.get("kop")),
            role=_known(TellerRole, codes.get("rol")),
            region=_short(codes.get("regio")),
            tag=_short(codes.get("opgave")),
            whose=_known(Whose, codes.get("van")),
            late=codes.get("laat") == "1",
        )

    @property
    def codes(self) -> dict[str, str]:
        """The inverse of `from_codes`: nothing for what does not matter."""
        given = {
            "kop": self.heading, "rol": self.role, "regio": self.region, "opgave": self.tag, "van": self.whose,
            "laat": "1" if self.late else None,
        }  # fmt: skip
        return {name: str(value) for name, value in given.items() if value is not None}


NAMES = ("kop", "rol", "regio", "opgave", "van", "laat")
"""Of `Filters.codes`, as they stand in an address."""


def page_number(code: str | None) -> int:
    """Counted from 1; 1 for what is no page number."""
    number = int(code) if code and code.isascii() and code.isdigit() and len(code) <= LONGEST else 1
    return number if 1 <= number <= MOST_PAGES else 1


def _known(kind: type[Code], code: str | None) -> Code | None:
    return kind(code) if code in set(kind) else None


def _short(code: str | None) -> str | None:
    return code if code and len(code) <= LONGEST else None
