"""What a finder reports: a place in the text, what it may be, and which rule said so."""

from __future__ import annotations

from dataclasses import dataclass

from stories.model import Certainty

RULES: dict[str, Certainty] = {
    "email": Certainty.RED,
    "phone": Certainty.RED,
    "iban": Certainty.RED,
    "bsn": Certainty.RED,
    "postcode": Certainty.RED,
    "plate": Certainty.RED,
    "handle": Certainty.RED,
    "url": Certainty.RED,
    "date": Certainty.RED,
    "number": Certainty.AMBER,
    "age": Certainty.AMBER,
    "quasi": Certainty.AMBER,
    "holiday": Certainty.AMBER,
    "sheet": Certainty.RED,
    "sheet_word": Certainty.AMBER,
    "given": Certainty.RED,
    "family": Certainty.RED,
    "place": Certainty.RED,
    "unknown": Certainty.RED,
    "unknown_lower": Certainty.AMBER,
    "foreign": Certainty.AMBER,
    "capital": Certainty.RED,
    "double": Certainty.AMBER,
    "rare": Certainty.AMBER,
    "letters": Certainty.RED,
    "initials": Certainty.AMBER,
    "spelled": Certainty.RED,
    "title": Certainty.RED,
    "relation": Certainty.RED,
    "introduced": Certainty.RED,
    "speaks": Certainty.RED,
    "owner": Certainty.RED,
    "speaker": Certainty.RED,
    "beside": Certainty.RED,
    "surname": Certainty.RED,
    "lives": Certainty.RED,
    "street": Certainty.RED,
    "school": Certainty.RED,
    "organisation": Certainty.RED,
    "again": Certainty.RED,
    "again_word": Certainty.AMBER,
    "voter": Certainty.RED,
    "voter_word": Certainty.AMBER,
}
"""Every rule and how certain it is. RED is masked, AMBER is shown to the editor. The sentence that explains a
rule stands in the catalogue as `reason_<rule>`."""

_ORDER = (
    "email",
    "iban",
    "phone",
    "bsn",
    "plate",
    "postcode",
    "handle",
    "url",
    "date",
    "street",
    "school",
    "organisation",
    "lives",
    "place",
    "sheet",
    "title",
    "relation",
    "introduced",
    "speaks",
    "owner",
    "speaker",
    "beside",
    "surname",
    "given",
    "family",
    "spelled",
    "again",
    "voter",
    "capital",
    "unknown",
    "letters",
)
ORDER = {rule: rank for rank, rule in enumerate(_ORDER)}
"""Which rule may name the type when several speak about one place: the one that knows most comes first."""

PERSON, PLACE, STREET, SCHOOL, ORGANISATION, OTHER = (
    "persoon",
    "plaats",
    "straat",
    "school",
    "organisatie",
    "overig_naam",
)
DIRECT = frozenset(
    (
        PERSON,
        PLACE,
        STREET,
        SCHOOL,
        ORGANISATION,
        OTHER,
        "telefoon",
        "email",
        "iban",
        "bsn",
        "postcode",
        "datum",
        "handle",
        "kenteken",
    )
)
AGE = "leeftijd"
INDIRECT = frozenset((AGE, "quasi"))
TYPES = DIRECT | INDIRECT
"""The kinds of findings. Direct ones point at somebody by themselves; indirect ones only together."""


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """Evidence: characters [start, end) may be a `type`, says `rule` (a key of RULES)."""

    start: int
    end: int
    type: str
    rule: str
