"""Places, streets, schools and firms in the words around a word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anonymise import cues, lexicon, lists, nearby
from anonymise.hits import ORGANISATION, PLACE, SCHOOL, STREET, Hit
from anonymise.view import Look, View

_HOUSE_NUMBER = re.compile(r",?(?: nummer| nr\.?)? (?:\d{1,4} ?(?:[a-z]|bis|hs|[1-4]-?hoog)?)(?![\w.,]*\d)(?!\w)")


def lives(view: View, place: int) -> Iterator[Hit]:
    preposition = nearby.at(view, place).plain
    ahead = place + 1
    if not view.joined(place) or ahead >= len(view.at):
        return
    word = nearby.at(view, ahead)
    is_place = word.plain in lists.ordinary_places()
    near = {nearby.at(view, p).plain for p in range(max(0, place - 5), place)}
    if is_place and nearby.spelled_as_name(word):
        strong = bool(near & cues.LIVES) and preposition not in ("bij", "van")
        common = lexicon.commonness(word.plain)
        sure = preposition == "uit" or (preposition in ("in", "te") and common < 30)
        if sure or (strong and common < 4 * nearby.TOO_COMMON):
            yield nearby.hit(view, ahead, ahead, PLACE, "lives")
    elif (
        word.look in (Look.UNKNOWN, Look.FAMILY)
        and preposition in ("in", "uit", "te", "naar")
        and nearby.spelled_as_name(word)
    ):
        yield nearby.hit(view, ahead, ahead, PLACE, "lives")


def street(view: View, place: int) -> Iterator[Hit]:
    word = nearby.at(view, place)
    sure = word.plain.endswith(cues.SURE_STREET_ENDS) and len(word.plain) > 6
    end = word.end
    number = _HOUSE_NUMBER.match(view.lower, end)
    in_street = (view.word(place - 1) or word).plain in ("de", "het", "aan", "op", "in")
    ordinary = word.plain in cues.ORDINARY_STREETS or (
        word.look is Look.ORDINARY and lexicon.is_known(word.plain, word.plain)
    )
    unknown = not ordinary and len(word.plain) > 6
    if (
        word.telling
        or (sure and unknown)
        or (number and (sure or unknown) and in_street)
        or (number and sure and not word.cased)
    ):
        first = place
        while first and view.joined(first - 1) and first > place - 4:
            prior = nearby.at(view, first - 1)
            part = (
                prior.plain in cues.STREET_FIRST
                and (prior.capital or not prior.cased)
                and prior.plain not in ("de", "den", "der", "van")
            )
            particle = prior.plain in ("van", "de", "den", "der") and (prior.telling or _names_before(view, first - 1))
            particle = particle or (
                prior.plain == "van" and (view.word(first - 2) or prior).plain in ("de", "het", "aan")
            )
            if not (part or particle or (prior.telling and prior.look is not Look.KEEP) or prior.look is Look.GIVEN):
                break
            first -= 1
        if word.look in (Look.GIVEN, Look.KEEP, Look.DOUBLE) or not (sure or number):
            return
        yield Hit(nearby.at(view, first).start, number.end() if number else end, STREET, "street")


def _names_before(view: View, place: int) -> bool:
    before = view.word(place - 1)
    return bool(
        before
        and view.joined(place - 1)
        and (before.look is Look.GIVEN or (before.plain in cues.STREET_FIRST and before.telling))
    )


def at_school(view: View, place: int) -> Iterator[Hit]:
    """`op (basisschool) de X`: listed school names near a school word; after `zit op`, any rare noun."""
    article, word = view.word(place + 1), view.word(place + 2)
    if not article or not word or article.plain not in ("de", "het", "'t", "t") or not view.joined(place + 1):
        return
    near = {nearby.at(view, p).plain for p in range(max(0, place - 20), min(len(view.at), place + 20))}
    before = {nearby.at(view, p).plain for p in range(max(0, place - 4), place)}
    listed = word.plain in lists.schools() and bool(
        near & cues.SCHOOL_NEAR or before & {"zit", "zat", "zitten", "zaten"}
    )
    sits = nearby.at(view, place).plain == "op" and bool(
        before & {"zit", "zat", "zitten", "zaten", "school", "les", "lesgeef"}
    )
    noun = word.look in (Look.ORDINARY, Look.DOUBLE) and nearby.rare(word) and not word.plain.endswith("en")
    plain_sit = sits and noun and word.plain not in cues.NOT_A_SCHOOL and not word.cased and len(word.plain) > 3
    plain_sit = plain_sit and not word.plain.endswith(
        ("school", "opvang", "les", "onderwijs", "klas", "plein", "bank", "stoel", "advies")
    )
    if (listed and nearby.spelled_as_name(word)) or plain_sit or (sits and word.look >= Look.UNKNOWN):
        yield nearby.hit(view, place + 1, place + 2, SCHOOL, "school")
        yield from _and_another(view, place + 2)


def _and_another(view: View, place: int) -> Iterator[Hit]:
    """`het Palet en de Wissel`: a second school beside the first."""
    link, article, word = view.word(place + 1), view.word(place + 2), view.word(place + 3)
    if not (link and article and word):
        return
    another = link.plain in ("en", "of") and article.plain in ("de", "het", "'t")
    if another and (word.telling or word.plain in lists.schools()):
        yield nearby.hit(view, place + 2, place + 3, SCHOOL, "school")


def school(view: View, place: int) -> Iterator[Hit]:
    word = nearby.at(view, place)
    before, after, second = view.word(place - 1), view.word(place + 1), view.word(place + 2)
    if word.plain.endswith(("college", "lyceum")) and word.look is not Look.ORDINARY and len(word.plain) > 8 and before:
        article = before.plain in ("het", "de") and nearby.spelled_as_name(before)
        yield nearby.hit(view, place - 1 if article else place, place, SCHOOL, "school")
    if word.plain in cues.SCHOOL_TAILS and before and view.joined(place - 1):
        named = before.telling or before.look in (Look.UNKNOWN, Look.FAMILY, Look.PLACE, Look.GIVEN)
        compound = (
            not word.cased
            and word.plain in ("college", "lyceum")
            and before.look >= Look.ORDINARY
            and len(before.plain) > 4
        )
        known = before.look is Look.KEEP and word.plain in ("college", "lyceum", "atheneum", "gymnasium")
        if (
            (named and before.look is not Look.KEEP)
            or (known and before.plain not in cues.DETERMINERS)
            or (compound and before.plain not in cues.DETERMINERS and nearby.rare(before))
        ):
            yield nearby.hit(view, place - 1, place, SCHOOL, "school")
    if not after or not view.joined(place):
        return
    if after.plain in ("de", "het", "'t", "t", "in") and second and view.joined(place + 1) and after.plain != "in":
        listed = (
            second.plain in lists.schools()
            or second.look >= Look.UNKNOWN
            or (second.look is Look.DOUBLE and not second.cased)
        )
        if (
            second.telling
            or (listed and nearby.spelled_as_name(second))
            or (not second.cased and nearby.rare(second) and not nearby.is_verb(second))
        ):
            first = place if word.telling or word.plain in ("lyceum", "college") else place + 1
            yield nearby.hit(view, first, nearby.end_of_name(view, place + 2), SCHOOL, "school")
            yield from _and_another(view, place + 2)
    elif (
        (
            after.telling
            or (after.look >= Look.UNKNOWN and not after.cased)
            or (after.plain in lists.schools() and not after.cased)
        )
        and after.look is not Look.KEEP
        and after.plain not in cues.DETERMINERS
    ):
        yield nearby.hit(
            view, place if word.telling else place + 1, nearby.end_of_name(view, place + 1), SCHOOL, "school"
        )


def organisation(view: View, place: int) -> Iterator[Hit]:
    head, first = nearby.at(view, place), place + 1
    if first >= len(view.at) or not view.joined(place):
        return
    word, last = nearby.at(view, first), first
    article = word.plain in ("de", "het", "'t", "t", "ten", "ter", "da", "el", "la", "van", "op", "in")
    if article and view.joined(first):
        last = max(nearby.skip_particles(view, first), first + 1)
        word = nearby.at(view, last)
        described = word.plain.endswith("e") and word.look <= Look.DOUBLE and word.plain != "de"
        if not word.cased and described and view.joined(last) and nearby.rare(nearby.at(view, last + 1)):
            last += 1
            word = nearby.at(view, last)
    link = nearby.at(view, first).plain
    loose = (link in ("in", "op") and word.look is Look.PLACE) or (link in ("in", "van") and word.look is Look.GIVEN)
    if word.look is Look.KEEP or loose or _kept_around(view, first):
        return  # `camping in appelscha` and `de winkel van hanneke` name no firm
    before = view.word(place - 1)
    determined = before is not None and before.plain in cues.DETERMINERS
    lowered = not word.cased and nearby.at(view, first).plain not in ("van", "op", "in")
    rare = (
        lowered
        and not determined
        and word.look <= Look.FOREIGN
        and nearby.rare(word)
        and not nearby.is_verb(word)
        and word.plain.isalpha()
    )
    listed = word.plain in lists.schools() and article
    surname = word.look >= Look.UNKNOWN or word.plain in lists.ordinary_family() or last > first + 1
    surname = not word.cased and ((last > first and surname) or nearby.at(view, first).plain in ("'t", "t"))
    if (
        word.telling
        or surname
        or (word.look >= Look.UNKNOWN and lowered)
        or (lowered and (rare or listed) and word.plain not in cues.DOES)
    ):
        last = nearby.end_of_name(view, last)
        last = _with_tail(view, last)
        yield Hit(head.start, nearby.at(view, last).end, ORGANISATION, "organisation")


def _kept_around(view: View, place: int) -> bool:
    """`Stichting Jarige Job`: what follows is a national body."""
    return any(word.look is Look.KEEP for p in (place, place + 1) if (word := view.word(p)) and view.joined(p - 1))


def _with_tail(view: View, last: int) -> int:
    """`Helder & Zn`, `X en zonen`: what belongs to a firm's name."""
    following = view.tokens[view.at[last] + 1 : view.at[last] + 8]
    if "&" in [token.shape for token in following[:2]] and last + 1 < len(view.at):
        return last + 1
    nxt, second = view.word(last + 1), view.word(last + 2)
    return last + 2 if nxt and second and nxt.plain == "en" and second.plain in ("zn", "zonen", "zoon", "zo") else last


def organisation_tail(view: View, place: int) -> Iterator[Hit]:
    before, second = view.word(place - 1), view.word(place - 2)
    if not before or not second or not view.joined(place - 1):
        return
    introduced = second.plain in ("van", "bij", "voor", "naar", "door")
    named = before.look in (Look.UNKNOWN, Look.FAMILY, Look.PLACE) or (before.look is Look.DOUBLE and not before.cased)
    if (before.telling and before.look is not Look.KEEP) or (
        introduced and named and before.plain not in cues.DETERMINERS
    ):
        yield nearby.hit(view, place - 1, place, ORGANISATION, "organisation")
