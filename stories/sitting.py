"""The circumstances in which somebody said yes or no: one record per sitting, in codes only, never edited (R7).

What was said stands in consent events; a sitting says how it came about: who explained, in which language, with what
help, who may speak for the child. Every field is a code from a list, so that the record can survive erasure (R8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from stories.consent import Notice, Way
from stories.model import require


class Explained(StrEnum):
    """How the notice reached the teller."""

    ZELF_GELEZEN = "zelf_gelezen"
    VOORGELEZEN = "voorgelezen"  # by the app or by somebody
    UITGELEGD = "uitgelegd"  # in own words by the helper
    TOLK = "tolk"


class Interpreter(StrEnum):
    GEEN = "geen"
    TOLK = "tolk"
    FAMILIE = "familie"


class Place(StrEnum):
    THUIS = "thuis"
    SCHOOL = "school"
    ORGANISATIE = "organisatie"
    BUITEN = "buiten"
    TELEFOON = "telefoon"
    ANDERS = "anders"


class Helper(StrEnum):
    """Who helped the teller, besides an ervaringswerker with an account."""

    NIEMAND = "niemand"
    OUDER = "ouder"
    FAMILIE = "familie"
    SCHOOL = "school"
    HULPVERLENER = "hulpverlener"
    ERVARINGSWERKER = "ervaringswerker"
    ANDERS = "anders"


class Relation(StrEnum):
    """Who speaks for the child."""

    OUDER = "ouder"
    VOOGD = "voogd"
    PLEEGOUDER = "pleegouder"
    ANDERS = "anders"


class Authority(StrEnum):
    """Who holds authority over the child, as told: nobody checks papers."""

    ALLEEN = "alleen"
    SAMEN = "samen"
    VOOGD = "voogd"
    WEET_NIET = "weet_niet"


class OtherParent(StrEnum):
    """What is known of the other parent. BEZWAAR is also a consent event of that party, and blocks."""

    NIET = "niet"  # there is none with authority
    EENS = "eens"
    NIET_GEVRAAGD = "niet_gevraagd"
    BEZWAAR = "bezwaar"


class Asked(StrEnum):
    """How the child's own answer was asked."""

    SCHERM = "scherm"
    GESPREK = "gesprek"
    ALLEEN = "alleen"  # without the parent beside it
    NIET = "niet"


class Compensation(StrEnum):
    """A gift can endanger a benefit: what was given is recorded."""

    GEEN = "geen"
    CADEAUBON = "cadeaubon"
    GELD = "geld"
    REISKOSTEN = "reiskosten"
    ANDERS = "anders"


@dataclass(frozen=True, slots=True)
class Sitting:
    """One conversation about consent. `proof` is the number of the sealed scan or spoken clip, 0 when there is none.

    `preview` is the wish to see the final product first; it holds for the whole story and the newest sitting counts.
    """

    id: str
    story_id: str
    at: datetime
    recorded_by: str
    notice: Notice
    way: Way = Way.SCHERM
    language: str = "nl"
    explained: Explained = Explained.ZELF_GELEZEN
    copy_given: bool = False
    helper: Helper = Helper.NIEMAND
    interpreter: Interpreter = Interpreter.GEEN
    place: Place | None = None
    relation: Relation | None = None
    authority: Authority | None = None
    other_parent: OtherParent | None = None
    assent_asked: Asked | None = None
    assent_asked_by: str = ""  # user id, "verteller" or ""
    compensation: Compensation = Compensation.GEEN
    compensation_euro: int = 0
    preview: bool = False
    proof: int = 0

    def __post_init__(self) -> None:
        require(self.at.tzinfo is not None, "a sitting knows its time zone")
        require(0 <= self.compensation_euro <= 10_000, "a compensation is a small amount")
        require(self.proof >= 0, "proofs count from 1")
        require(self.language.isascii() and 2 <= len(self.language) <= 8, "a language is a code")

    def facts(self) -> dict[str, Any]:
        """The codes as JSON values: everything but the identity, the moment and the notice."""
        return {name: value for name, value in asdict(self).items() if name not in _OWN_COLUMNS}


def wants_preview(sittings: Sequence[Sitting]) -> bool:
    """Does the teller want to see a product before it goes out? The newest sitting counts; `sittings` oldest first."""
    return bool(sittings) and sittings[-1].preview


_OWN_COLUMNS = frozenset({"id", "story_id", "at", "recorded_by", "notice", "way"})

_CODES = {
    "explained": Explained,
    "helper": Helper,
    "interpreter": Interpreter,
    "place": Place,
    "relation": Relation,
    "authority": Authority,
    "other_parent": OtherParent,
    "assent_asked": Asked,
    "compensation": Compensation,
}


def codes(facts: dict[str, Any]) -> dict[str, Any]:
    """JSON values back to a Sitting's fields. Raises ValueError on an unknown code."""
    return {
        name: _CODES[name](value) if name in _CODES and value is not None else value for name, value in facts.items()
    }
