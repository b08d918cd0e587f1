"""People in the words around a word: titles, relations, naming, speaking, rows of names, speakers of a chat.

In lower-case speech, names that are everyday words (Roos, Bas) are found only here.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator

from anonymise import cues, lexicon, lists, nearby
from anonymise.hits import OTHER, PERSON, Hit
from anonymise.view import Look, View, Word

_SPEAKER = re.compile(
    r"^(?:\[[^\]\n]{1,40}\] ?|\d[\d/.:, -]{5,24}(?:- )?)?([^\s:\[\]][^\n:\[\]]{0,40}?):(?=\s)", re.MULTILINE
)


_SELDOM = 15.0
"""Occurrences per million words under which a word after `meneer de` is sooner a name than a thing."""


def after_title(view: View, place: int) -> Iterator[Hit]:
    first = place + 1
    if first >= len(view.at) or not (
        view.joined(place) or nearby.at(view, place).plain in ("mr", "dr", "drs", "dhr", "mw", "mevr")
    ):
        return
    last = nearby.skip_particles(view, first)
    word = nearby.at(view, last)
    if last > first:
        if nearby.is_name(word) or word.telling or _surname_follows(view, first, last):
            yield nearby.hit(view, first, nearby.end_of_name(view, last), PERSON, "title")
        return
    before = view.word(place - 1)
    alone = before is None or before.plain not in cues.DETERMINERS
    ordinary = (
        alone and word.look is Look.ORDINARY and word.plain.isalpha() and len(word.plain) > 2 and nearby.rare(word)
    )
    if (
        nearby.is_name(word)
        or word.telling
        or (ordinary and not word.cased and word.plain not in cues.DOES and not nearby.is_verb(word))
    ):
        yield nearby.hit(view, first, nearby.end_of_name(view, first), PERSON, "title")


def _surname_follows(view: View, first: int, last: int) -> bool:
    """Do the small words from `first` make a family name of the everyday word at `last`? `ter horst` and `van der
    heiden` always, `de geus` and `van dis` when the word is seldom said, `van de winkel` never."""
    word, small = nearby.at(view, last), [nearby.at(view, p).plain for p in range(first, last)]
    if not nearby.spelled_as_name(word) or not word.plain.isalpha() or len(word.plain) < 3 or word.look is Look.KEEP:
        return False
    if small[-1] in ("ten", "ter", "der", "den"):
        return not small[:-1] or small[:-1] == ["van"]
    return small in (["van"], ["de"]) and nearby.rare(word) and lexicon.commonness(word.plain) < _SELDOM


def after_relation(view: View, place: int) -> Iterator[Hit]:
    for first in (place + 1, place + 2):
        if not view.joined(first - 1):
            gap = (
                first == place + 1 and view.tokens[view.at[place] + 1].shape == ","
                if place + 1 < len(view.at)
                else False
            )
            if not gap:
                return
        word = nearby.at(view, first) if first < len(view.at) else None
        if word is None:
            return
        last = nearby.skip_particles(view, first) if nearby.at(view, place).plain in cues.ROLES else first
        if last > first and (nearby.is_name(nearby.at(view, last)) or _surname_follows(view, first, last)):
            yield nearby.hit(view, first, nearby.end_of_name(view, last), PERSON, "relation")
            return
        if nearby.is_name(word):
            kind = OTHER if nearby.at(view, place).plain in cues.PETS else PERSON
            if word.look is not Look.PLACE or first == place + 1:
                yield nearby.hit(view, first, nearby.end_of_name(view, first), kind, "relation")
            return
        if word.plain not in ("heet", "dus", "is", "was", "eh"):
            return


def first_name(view: View, place: int) -> Iterator[Hit]:
    """`jolanda de boer`, `rooie wim`: what belongs to a first name in speech without capitals."""
    before, word = view.word(place - 1), nearby.at(view, place)
    if before and view.joined(place - 1) and before.plain in cues.NICKNAMES and nearby.spelled_as_name(before):
        second = view.word(place - 2)
        if second is None or second.plain not in cues.DETERMINERS:
            yield nearby.hit(view, place - 1, place, PERSON, "surname")
    if word.cased or not view.joined(place):
        return
    last = nearby.skip_particles(view, place + 1)
    family = nearby.at(view, last)
    small = [nearby.at(view, p).plain for p in range(place + 1, last)]
    listed = family.plain in lists.ordinary_family() and family.plain not in cues.DOES
    particles = set(small) <= {"van", "de", "der", "den", "ten", "ter", "el"}
    sure = small and small[-1] in ("ten", "ter", "der", "den") and _surname_follows(view, place + 1, last)
    if sure or (listed and particles and (small or lexicon.commonness(family.plain) < nearby.TOO_COMMON / 2)):
        yield nearby.hit(view, place, last, PERSON, "surname")


def introduced(view: View, place: int) -> Iterator[Hit]:
    ahead = place + 1
    while ahead < len(view.at) and ahead <= place + 4 and nearby.at(view, ahead).plain in cues.FILLERS:
        ahead += 1
    if ahead >= len(view.at):
        return
    last = nearby.skip_particles(view, ahead)
    word = nearby.at(view, last)
    the = last == ahead + 1 and nearby.at(view, ahead).plain in ("de", "het") and word.look is Look.DOUBLE
    known = nearby.is_name(word) and word.look is not Look.FOREIGN and not (the and not word.telling)
    verb = nearby.at(view, place).plain
    fresh = (
        last == ahead
        and verb in ("heet", "heette", "heten", "is", "genaamd")
        and word.look in (Look.ORDINARY, Look.FOREIGN)
        and nearby.spelled_as_name(word)
        and word.plain.isalpha()
        and len(word.plain) > 2
        and lexicon.commonness(word.plain) < nearby.TOO_COMMON
        and word.plain not in cues.DOES | cues.DETERMINERS | cues.TITLES | cues.RELATIONS
    )
    if known or fresh or (word.telling and word.look is not Look.KEEP):
        yield nearby.hit(
            view, ahead if known else last, nearby.end_of_name(view, last), _owner_kind(view, place), "introduced"
        )


def _owner_kind(view: View, place: int) -> str:
    """`mijn hond heet X` names no person."""
    near = {nearby.at(view, p).plain for p in range(max(0, place - 4), place)}
    return OTHER if near & cues.PETS else PERSON


def i_am(view: View, place: int) -> Iterator[Hit]:
    ahead = place + 1
    while ahead < len(view.at) and nearby.at(view, ahead).plain in ("dus", "eh", "uh", "nou", "gewoon"):
        ahead += 1
    word = view.word(ahead)
    if word and (nearby.is_name(word) and word.look is not Look.PLACE) and word.look is not Look.FOREIGN:
        yield nearby.hit(view, ahead, nearby.end_of_name(view, ahead), PERSON, "introduced")


def double(view: View, place: int, word: Word, before: Word | None, after: Word | None) -> Iterator[Hit]:
    """An everyday word that is a first name too: what stands beside it decides."""
    first_name = any(form in lists.first() for form in (word.plain, word.plain.rstrip("s")))
    if not first_name or lexicon.commonness(word.plain) > nearby.TOO_COMMON:
        return
    bare = before is None or before.plain not in cues.DETERMINERS or (before.plain in ("dat", "die", "wat"))
    adjective = (
        before is not None and before.plain.endswith("e") and before.look is Look.ORDINARY and len(before.plain) > 4
    )
    follows = after.plain if after and view.joined(place) else ""
    precedes = before.plain if before and view.joined(place - 1) else ""
    if follows in ("z'n", "d'r", "zn") or (follows in cues.OWNERS and bare and not word.opens):
        yield nearby.hit(view, place, place, PERSON, "owner")
    elif bare and not adjective and (follows in cues.DOES or precedes in cues.SAYS):
        yield nearby.hit(view, place, place, PERSON, "speaks")
    elif bare and after and view.joined(place) and after.look is Look.FAMILY:
        yield nearby.hit(view, place, nearby.end_of_name(view, place), PERSON, "surname")
    elif bare and not adjective and _beside_name(view, place):
        yield nearby.hit(view, place, place, PERSON, "beside")


def _beside_name(view: View, place: int) -> bool:
    """`bas en Jantje`, `Lotte, roos en Kim`: one of a row of names."""
    for step in (1, -1):
        link, other = view.word(place + step), view.word(place + 2 * step)
        if link and other and link.plain in ("en", "of") and other.look is Look.GIVEN:
            return True
    return False


def speakers(view: View) -> Iterator[Hit]:
    """Names before a colon at the beginning of a line: a chat or a script."""
    for match in _SPEAKER.finditer(view.lower):
        label, start = match[1].strip(), match.start(1)
        parts = label.split()
        if not parts or len(parts) > 3 or not any(c.isalpha() for c in label):
            continue
        inside = (
            [t for t in (view.tokens[i] for i in view.at) if match.start(1) <= t.start < match.end(1)]
            if len(view.at) < 400
            else _within(view, match.start(1), match.end(1))
        )
        if any(c in label for c in "_@") or (any(c.isdigit() for c in label) and len(parts) == 1 and "." in label):
            yield Hit(start, start + len(label), "handle", "handle")
        elif inside and inside[0].plain not in cues.NOT_SPEAKERS and any(nearby.is_name(t) for t in inside):
            yield Hit(start, start + len(label), PERSON, "speaker")


def _within(view: View, start: int, end: int) -> list[Word]:
    """The words between two offsets, found by halving."""
    low = bisect.bisect_left(view.at, start, key=lambda i: view.tokens[i].start)
    high = bisect.bisect_left(view.at, end, key=lambda i: view.tokens[i].start)
    return [view.tokens[i] for i in view.at[low:high]]
