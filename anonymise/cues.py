"""Words that say something about the word beside them. The words stand in data/cues.yaml, lower-case and folded."""

from __future__ import annotations

from typing import Final

import yaml

from anonymise.lists import DATA

_WORDS: dict[str, str] = yaml.safe_load((DATA / "cues.yaml").read_text(encoding="utf-8"))


def _set(name: str) -> frozenset[str]:
    return frozenset(_WORDS[name].split())


def _endings(name: str) -> tuple[str, ...]:
    return tuple(_WORDS[name].split())


TITLES: Final[frozenset[str]] = _set("titles")
"""What stands right before a name."""

RELATIONS: Final[frozenset[str]] = _set("relations")
"""Who a name may follow: `mijn zoon X`, `mijn begeleider X`."""

ROLES: Final[frozenset[str]] = _set("roles")
"""Who is called by a family name, particles and all: `mentor van houten`."""

NICKNAMES: Final[frozenset[str]] = _set("nicknames")
"""What may belong to a first name after it: `rooie wim`."""

INTRODUCING: Final[frozenset[str]] = _set("introducing")
"""Verbs of naming: `ik heet X`, `hij heet X`, `ze noemen hem X`."""

FILLERS: Final[frozenset[str]] = _set("fillers")
"""What may stand between `ik heet` and the name."""

DETERMINERS: Final[frozenset[str]] = _set("determiners")
"""Before an everyday word these make it an everyday word: `een roos`, `mooie roos`."""

SAYS: Final[frozenset[str]] = _set("says")
"""`zei X` and `X zei`."""

DOES: Final[frozenset[str]] = SAYS | _set("does")
"""Third-person verbs of everyday telling; after a bare everyday word they make it a subject, and likely a name."""

OWNERS: Final[frozenset[str]] = _set("owners")
"""`X z'n fiets`."""

PARTICLES: Final[frozenset[str]] = _set("particles")
"""Small words inside names: `van der`, `El`, `Bergen op Zoom`."""

LIVES: Final[frozenset[str]] = _set("lives")
"""Words that say that a place may follow with in, uit, naar or te."""

TO_PLACE: Final[frozenset[str]] = _set("to_place")
"""Prepositions before a place."""

STREET_ENDS: Final[tuple[str, ...]] = _endings("street_ends")
"""Last parts of street names."""

SURE_STREET_ENDS: Final[tuple[str, ...]] = _endings("sure_street_ends")
"""Endings that say street by themselves when the whole word is no everyday word."""

STREET_FIRST: Final[frozenset[str]] = _set("street_first")
"""First parts of street names: `Prins Bernhardlaan`."""

ORDINARY_STREETS: Final[frozenset[str]] = _set("ordinary_streets")
"""Everyday words with a street's ending. Hoofdweg is a real street too: with a number or a capital it is masked."""

SCHOOL_WORDS: Final[frozenset[str]] = _set("school_words")
"""Words after which the name of a school may follow."""

SCHOOL_TAILS: Final[frozenset[str]] = _set("school_tails")
"""Words that end the name of a school: `drieklank college`."""

SCHOOL_NEAR: Final[frozenset[str]] = SCHOOL_WORDS | _set("school_near")
"""Words that tell of school in the sentence around."""

ORGANISATIONS: Final[frozenset[str]] = _set("organisations")
"""Words after which the name of a club, firm or house may follow."""

ORGANISATION_ENDS: Final[tuple[str, ...]] = _endings("organisation_ends")
"""Endings of words after which the name of a firm or club may follow."""

ORGANISATION_TAILS: Final[frozenset[str]] = _set("organisation_tails")
"""Words that end the name of a firm: `brink schoonmaak`."""

WINDS: Final[frozenset[str]] = _set("winds")
"""What ends the name of a branch: `flexagro noord`."""

NOT_A_SCHOOL: Final[frozenset[str]] = _set("not_a_school")
"""What one may sit on or go to with `zit op de/het` that is no school's name."""

NOT_SPEAKERS: Final[frozenset[str]] = _set("not_speakers")
"""Words before a colon at the start of a line that are no person."""

PETS: Final[frozenset[str]] = _set("pets")
"""Animals and toys: what they are called is no person."""

SHORT_WORDS: Final[frozenset[str]] = _set("short_words")
"""Words of two letters: after four digits in lower-case speech these make no postcode."""

NEGATIONS: Final[frozenset[str]] = _set("negations")
"""Words that deny."""

SMALL: Final[frozenset[str]] = _set("small")
"""Words of a phrase that may be missing or differ in what a teller says."""

BURDENS: Final[frozenset[str]] = _set("burdens")
"""What it is good not to have: `geen honger` says nothing about hunger, but `geen fiets` does about bicycles."""

NEVER_NAMES: Final[frozenset[str]] = _set("never_names")
"""Words that carry a capital without being names: days, months, forms of address, types of school."""
