"""What the words around a word say: which finder is asked at which word."""

from __future__ import annotations

from collections.abc import Iterator

from anonymise import context_people as people
from anonymise import context_things as things
from anonymise import cues, nearby
from anonymise.hits import ORGANISATION, Hit
from anonymise.view import Look, View

_CUES: frozenset[str] = frozenset[str]().union(
    cues.TITLES, cues.RELATIONS, cues.INTRODUCING, cues.TO_PLACE, cues.SCHOOL_WORDS, cues.SCHOOL_TAILS,
    cues.ORGANISATIONS, cues.WINDS, cues.ORGANISATION_TAILS,
    ("is", "naam", "ben", "bin", "op", "van", "naar", "bij"),
)  # fmt: skip
_CUE_ENDS = (*cues.STREET_ENDS, *cues.ORGANISATION_ENDS, "college", "lyceum")


def hits(view: View) -> Iterator[Hit]:
    """Every place where the words around a word say that it is a name."""
    silent: dict[str, bool] = {}  # words that no finder is asked at, whatever stands around them
    for place in range(len(view.at)):
        word = view.tokens[view.at[place]]
        if word.plain not in silent:
            silent[word.plain] = word.plain not in _CUES and not word.plain.endswith(_CUE_ENDS)
        if silent[word.plain] and word.look is not Look.GIVEN and word.look is not Look.DOUBLE:
            continue
        before, after = view.word(place - 1), view.word(place + 1)
        if word.plain in cues.TITLES:
            yield from people.after_title(view, place)
        if word.plain in cues.RELATIONS:
            yield from people.after_relation(view, place)
        if word.plain in cues.INTRODUCING or (
            before and (before.plain, word.plain) in (("naam", "is"), ("mijn", "naam"))
        ):
            yield from people.introduced(view, place)
        if word.plain in ("ben", "bin") and before and before.plain in ("ik", "ich"):
            yield from people.i_am(view, place)
        if word.look is Look.GIVEN:
            yield from people.first_name(view, place)
        if word.look is Look.DOUBLE and nearby.spelled_as_name(word):
            yield from people.double(view, place, word, before, after)
        if word.plain in cues.TO_PLACE:
            yield from things.lives(view, place)
        if word.plain.endswith(cues.STREET_ENDS):
            yield from things.street(view, place)
        if word.plain in ("op", "van", "naar", "bij"):
            yield from things.at_school(view, place)
        if (
            word.plain in cues.SCHOOL_WORDS
            or word.plain.endswith(("college", "lyceum"))
            or word.plain in cues.SCHOOL_TAILS
        ):
            yield from things.school(view, place)
        if word.plain in cues.ORGANISATIONS or (word.plain.endswith(cues.ORGANISATION_ENDS) and len(word.plain) > 8):
            yield from things.organisation(view, place)
        if word.plain in cues.WINDS and before and before.look is Look.UNKNOWN and view.joined(place - 1):
            yield nearby.hit(view, place - 1, place, ORGANISATION, "organisation")
        if word.plain in cues.ORGANISATION_TAILS:
            yield from things.organisation_tail(view, place)
    yield from people.speakers(view)
