"""What the words around a word say: titles, relations, naming, living, streets, schools, firms.

In lower-case speech, names that are everyday words (Roos, Bas, Best) are found only here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from anonymise import cues, lexicon, lists
from anonymise.hits import ORGANISATION, OTHER, PERSON, PLACE, SCHOOL, STREET, Hit
from anonymise.view import Look, View, Word

_SPEAKER = re.compile(
    r"^(?:\[[^\]\n]{1,40}\] ?|\d[\d/.:, -]{5,24}(?:- )?)?([^\s:\[\]][^\n:\[\]]{0,40}?):(?=\s)", re.MULTILINE
)
_PETS = frozenset(
    "hond hondje poes poesje kat katje kater konijn konijntje hamster hamstertje cavia parkiet pony paard knuffel knuffeltje beer pop popje".split()
)
_HOUSE_NUMBER = re.compile(r",?(?: nummer| nr\.?)? (?:\d{1,4} ?(?:[a-z]|bis|hs|[1-4]-?hoog)?)(?![\w.,]*\d)(?!\w)")
_TOO_COMMON = 250.0
"""Occurrences per million (wordfreq) above which an everyday word is hardly ever meant as a name."""


def hits(view: View) -> Iterator[Hit]:
    """Every place where the words around a word say that it is a name."""
    for place in range(len(view.at)):
        word = view.tokens[view.at[place]]
        before, after = view.word(place - 1), view.word(place + 1)
        if word.plain in cues.TITLES:
            yield from _after_title(view, place)
        if word.plain in cues.RELATIONS:
            yield from _after_relation(view, place)
        if word.plain in cues.INTRODUCING or (before and (before.plain, word.plain) in (("naam", "is"), ("mijn", "naam"))):
            yield from _introduced(view, place)
        if word.plain in ("ben", "bin") and before and before.plain in ("ik", "ich"):
            yield from _i_am(view, place)
        if word.look is Look.GIVEN:
            yield from _first_name(view, place)
        if word.look is Look.DOUBLE and _spelled_as_name(word):
            yield from _double(view, place, word, before, after)
        if word.plain in cues.TO_PLACE:
            yield from _lives(view, place)
        if word.plain.endswith(cues.STREET_ENDS):
            yield from _street(view, place)
        if word.plain in ("op", "van", "naar", "bij"):
            yield from _at_school(view, place)
        if word.plain in cues.SCHOOL_WORDS or word.plain.endswith(("college", "lyceum")) or word.plain in cues.SCHOOL_TAILS:
            yield from _school(view, place)
        if word.plain in cues.ORGANISATIONS or (word.plain.endswith(cues.ORGANISATION_ENDS) and len(word.plain) > 8):
            yield from _organisation(view, place)
        if word.plain in cues.ORGANISATION_TAILS:
            yield from _organisation_tail(view, place)
    yield from _speakers(view)


def _hit(view: View, first: int, last: int, kind: str, rule: str) -> Hit:
    return Hit(view.tokens[view.at[first]].start, view.tokens[view.at[last]].end, kind, rule)


def _spelled_as_name(word: Word) -> bool:
    """In a line with capitals a name has one; in a line without, anything goes."""
    return word.capital or not word.cased


def _rare(word: Word) -> bool:
    """An everyday word in its dictionary form that is not among the most common: it may be meant as a name."""
    common = lexicon.commonness(word.plain)
    return word.look is Look.DOUBLE or (common < _TOO_COMMON / 4 and lexicon.lemma(word.plain).lower() == word.plain)


def _is_name(word: Word) -> bool:
    """A name as the lists know it, or an everyday word that is a name too and is written like one."""
    if word.look is Look.DOUBLE:
        return _spelled_as_name(word) and lexicon.commonness(word.plain) < _TOO_COMMON
    return word.look >= Look.UNKNOWN and (word.look is not Look.UNKNOWN or _spelled_as_name(word))


def _end_of_name(view: View, place: int) -> int:
    """The last word of a name that begins at `place`: particles and further names go with it."""
    last = place
    while view.joined(last):
        ahead = last + 1
        while view.joined(ahead) and _at(view, ahead).plain in cues.PARTICLES and ahead - last < 4:
            ahead += 1
        word = _at(view, ahead)
        surname = word.look in (Look.FAMILY, Look.GIVEN) or (word.look is Look.DOUBLE and ahead > last + 1)
        if not (surname or (word.telling and word.look is not Look.KEEP)) or not _spelled_as_name(word):
            return last
        last = ahead
    return last


def _at(view: View, place: int) -> Word:
    return view.tokens[view.at[place]]


def _skip_particles(view: View, place: int) -> int:
    """`mevrouw van der X`: the place of X; `place` itself when no name follows the particles."""
    ahead = place
    while view.joined(ahead) and _at(view, ahead).plain in cues.PARTICLES and ahead - place < 3:
        ahead += 1
    return ahead


def _after_title(view: View, place: int) -> Iterator[Hit]:
    first = place + 1
    if first >= len(view.at) or not (view.joined(place) or _at(view, place).plain in ("mr", "dr", "drs", "dhr", "mw", "mevr")):
        return
    last = _skip_particles(view, first)
    word = _at(view, last)
    if last > first:
        if _is_name(word) or word.telling:
            yield _hit(view, first, _end_of_name(view, last), PERSON, "title")
        return
    before = view.word(place - 1)
    alone = before is None or before.plain not in cues.DETERMINERS
    ordinary = alone and word.look is Look.ORDINARY and word.plain.isalpha() and len(word.plain) > 2 and _rare(word)
    if _is_name(word) or word.telling or (ordinary and not word.cased and word.plain not in cues.DOES and not _is_verb(word)):
        yield _hit(view, first, _end_of_name(view, first), PERSON, "title")


def _is_verb(word: Word) -> bool:
    """An infinitive or plural of a verb: -en with a lemma of its own. Crude, but `juf lachen` is no name."""
    return word.plain.endswith("en") or lexicon.lemma(word.plain).endswith("en")


def _after_relation(view: View, place: int) -> Iterator[Hit]:
    for first in (place + 1, place + 2):
        if not view.joined(first - 1):
            gap = first == place + 1 and view.tokens[view.at[place] + 1].shape == "," if place + 1 < len(view.at) else False
            if not gap:
                return
        word = _at(view, first) if first < len(view.at) else None
        if word is None:
            return
        last = _skip_particles(view, first) if _at(view, place).plain in cues.ROLES else first
        if last > first and _is_name(_at(view, last)):
            yield _hit(view, first, _end_of_name(view, last), PERSON, "relation")
            return
        if _is_name(word):
            kind = OTHER if _at(view, place).plain in _PETS else PERSON
            if word.look is not Look.PLACE or first == place + 1:
                yield _hit(view, first, _end_of_name(view, first), kind, "relation")
            return
        if word.plain not in ("heet", "dus", "is", "was", "eh"):
            return


def _first_name(view: View, place: int) -> Iterator[Hit]:
    """`jolanda de boer`, `rooie wim`: what belongs to a first name in speech without capitals."""
    before, word = view.word(place - 1), _at(view, place)
    if before and view.joined(place - 1) and before.plain in cues.NICKNAMES and _spelled_as_name(before):
        second = view.word(place - 2)
        if second is None or second.plain not in cues.DETERMINERS:
            yield _hit(view, place - 1, place, PERSON, "surname")
    if word.cased or not view.joined(place):
        return
    last = _skip_particles(view, place + 1)
    family = _at(view, last)
    small = [_at(view, p).plain for p in range(place + 1, last)]
    if family.plain in lists.ordinary_family() and (set(small) <= {"van", "de", "der", "den", "ten", "ter", "el"}):
        if (small or lexicon.commonness(family.plain) < _TOO_COMMON / 2) and family.plain not in cues.DOES:
            yield _hit(view, place, last, PERSON, "surname")


def _introduced(view: View, place: int) -> Iterator[Hit]:
    ahead = place + 1
    while ahead < len(view.at) and ahead <= place + 4 and _at(view, ahead).plain in cues.FILLERS:
        ahead += 1
    if ahead >= len(view.at):
        return
    last = _skip_particles(view, ahead)
    word = _at(view, last)
    known = _is_name(word) and word.look is not Look.FOREIGN
    verb = _at(view, place).plain
    fresh = (
        last == ahead
        and verb in ("heet", "heette", "heten", "is", "genaamd")
        and word.look in (Look.ORDINARY, Look.FOREIGN)
        and _spelled_as_name(word)
        and word.plain.isalpha()
        and len(word.plain) > 2
        and lexicon.commonness(word.plain) < _TOO_COMMON
        and word.plain not in cues.DOES | cues.DETERMINERS | cues.TITLES | cues.RELATIONS
    )
    if known or fresh or (word.telling and word.look is not Look.KEEP):
        yield _hit(view, ahead if known else last, _end_of_name(view, last), _owner_kind(view, place), "introduced")


def _owner_kind(view: View, place: int) -> str:
    """`mijn hond heet X` names no person."""
    near = {_at(view, p).plain for p in range(max(0, place - 4), place)}
    return OTHER if near & _PETS else PERSON


def _i_am(view: View, place: int) -> Iterator[Hit]:
    ahead = place + 1
    while ahead < len(view.at) and _at(view, ahead).plain in ("dus", "eh", "uh", "nou", "gewoon"):
        ahead += 1
    word = view.word(ahead)
    if word and (_is_name(word) and word.look is not Look.PLACE) and word.look is not Look.FOREIGN:
        yield _hit(view, ahead, _end_of_name(view, ahead), PERSON, "introduced")


def _double(view: View, place: int, word: Word, before: Word | None, after: Word | None) -> Iterator[Hit]:
    """An everyday word that is a first name too: what stands beside it decides."""
    first_name = any(form in lists.ordinary_given() | lists.given() for form in (word.plain, word.plain.rstrip("s")))
    if not first_name or lexicon.commonness(word.plain) > _TOO_COMMON:
        return
    bare = before is None or before.plain not in cues.DETERMINERS or (before.plain in ("dat", "die", "wat"))
    adjective = before is not None and before.plain.endswith("e") and before.look is Look.ORDINARY and len(before.plain) > 4
    follows = after.plain if after and view.joined(place) else ""
    precedes = before.plain if before and view.joined(place - 1) else ""
    if follows in ("z'n", "d'r", "zn") or (follows in cues.OWNERS and bare and not word.opens):
        yield _hit(view, place, place, PERSON, "owner")
    elif bare and not adjective and (follows in cues.DOES or precedes in cues.SAYS):
        yield _hit(view, place, place, PERSON, "speaks")
    elif bare and after and view.joined(place) and after.look is Look.FAMILY:
        yield _hit(view, place, _end_of_name(view, place), PERSON, "surname")
    elif bare and not adjective and _beside_name(view, place):
        yield _hit(view, place, place, PERSON, "beside")


def _beside_name(view: View, place: int) -> bool:
    """`bas en Jantje`, `Lotte, roos en Kim`: one of a row of names."""
    for step in (1, -1):
        link, other = view.word(place + step), view.word(place + 2 * step)
        if link and other and link.plain in ("en", "of") and other.look is Look.GIVEN:
            return True
    return False


def _lives(view: View, place: int) -> Iterator[Hit]:
    preposition = _at(view, place).plain
    ahead = place + 1
    if not view.joined(place) or ahead >= len(view.at):
        return
    word = _at(view, ahead)
    is_place = word.plain in lists.ordinary_places()
    near = {_at(view, p).plain for p in range(max(0, place - 5), place)}
    if is_place and _spelled_as_name(word):
        strong = bool(near & cues.LIVES) and preposition not in ("bij", "van")
        common = lexicon.commonness(word.plain)
        sure = preposition == "uit" or (preposition in ("in", "te") and common < 30)
        if sure or (strong and common < 4 * _TOO_COMMON):
            yield _hit(view, ahead, ahead, PLACE, "lives")
    elif word.look in (Look.UNKNOWN, Look.FAMILY) and preposition in ("in", "uit", "te", "naar") and _spelled_as_name(word):
        yield _hit(view, ahead, ahead, PLACE, "lives")


def _street(view: View, place: int) -> Iterator[Hit]:
    word = _at(view, place)
    sure = word.plain.endswith(cues.SURE_STREET_ENDS) and len(word.plain) > 6
    end = word.end
    number = _HOUSE_NUMBER.match(view.lower, end)
    in_street = (view.word(place - 1) or word).plain in ("de", "het", "aan", "op", "in")
    ordinary = word.plain in cues.ORDINARY_STREETS or (word.look is Look.ORDINARY and lexicon.is_known(word.plain, word.plain))
    unknown = not ordinary and len(word.plain) > 6
    if word.telling or (sure and unknown) or (number and (sure or unknown) and in_street) or (number and sure and not word.cased):
        first = place
        while first and view.joined(first - 1) and first > place - 4:
            prior = _at(view, first - 1)
            part = prior.plain in cues.STREET_FIRST and (prior.capital or not prior.cased) and prior.plain not in ("de", "den", "der", "van")
            particle = prior.plain in ("van", "de", "den", "der") and (prior.telling or _names_before(view, first - 1))
            particle = particle or (prior.plain == "van" and (view.word(first - 2) or prior).plain in ("de", "het", "aan"))
            if not (part or particle or (prior.telling and prior.look is not Look.KEEP) or prior.look is Look.GIVEN):
                break
            first -= 1
        if word.look in (Look.GIVEN, Look.KEEP, Look.DOUBLE) or not (sure or number):
            return
        yield Hit(_at(view, first).start, number.end() if number else end, STREET, "street")


def _names_before(view: View, place: int) -> bool:
    before = view.word(place - 1)
    return bool(before and view.joined(place - 1) and (before.look is Look.GIVEN or before.plain in cues.STREET_FIRST and before.telling))


def _at_school(view: View, place: int) -> Iterator[Hit]:
    """`op (basisschool) de X`: listed school names near a school word; after `zit op`, any rare noun."""
    article, word = view.word(place + 1), view.word(place + 2)
    if not article or not word or article.plain not in ("de", "het", "'t", "t") or not view.joined(place + 1):
        return
    near = {_at(view, p).plain for p in range(max(0, place - 20), min(len(view.at), place + 20))}
    before = {_at(view, p).plain for p in range(max(0, place - 4), place)}
    listed = word.plain in lists.schools() and bool(near & cues.SCHOOL_NEAR or before & {"zit", "zat", "zitten", "zaten"})
    sits = _at(view, place).plain == "op" and bool(before & {"zit", "zat", "zitten", "zaten", "school", "les", "lesgeef"})
    noun = word.look in (Look.ORDINARY, Look.DOUBLE) and _rare(word) and not word.plain.endswith("en")
    plain_sit = sits and noun and word.plain not in cues.NOT_A_SCHOOL and not word.cased and len(word.plain) > 3
    plain_sit = plain_sit and not word.plain.endswith(("school", "opvang", "les", "onderwijs", "klas", "plein", "bank", "stoel", "advies"))
    if (listed and _spelled_as_name(word)) or plain_sit or (sits and word.look >= Look.UNKNOWN):
        yield _hit(view, place + 1, place + 2, SCHOOL, "school")
        yield from _and_another(view, place + 2)


def _and_another(view: View, place: int) -> Iterator[Hit]:
    """`het Palet en de Wissel`: a second school beside the first."""
    link, article, word = view.word(place + 1), view.word(place + 2), view.word(place + 3)
    if link and article and word and link.plain in ("en", "of") and article.plain in ("de", "het", "'t"):
        if word.telling or word.plain in lists.schools():
            yield _hit(view, place + 2, place + 3, SCHOOL, "school")


def _school(view: View, place: int) -> Iterator[Hit]:
    word = _at(view, place)
    before, after, second = view.word(place - 1), view.word(place + 1), view.word(place + 2)
    if word.plain.endswith(("college", "lyceum")) and word.look is not Look.ORDINARY and len(word.plain) > 8 and before:
        article = before.plain in ("het", "de") and _spelled_as_name(before)
        yield _hit(view, place - 1 if article else place, place, SCHOOL, "school")
    if word.plain in cues.SCHOOL_TAILS and before and view.joined(place - 1):
        named = before.telling or before.look in (Look.UNKNOWN, Look.FAMILY, Look.PLACE, Look.GIVEN)
        compound = not word.cased and word.plain in ("college", "lyceum") and before.look >= Look.ORDINARY and len(before.plain) > 4
        if (named and before.look is not Look.KEEP) or (compound and before.plain not in cues.DETERMINERS and _rare(before)):
            yield _hit(view, place - 1, place, SCHOOL, "school")
    if not after or not view.joined(place):
        return
    if after.plain in ("de", "het", "'t", "t", "in") and second and view.joined(place + 1) and after.plain != "in":
        listed = second.plain in lists.schools() or second.look >= Look.UNKNOWN or (second.look is Look.DOUBLE and not second.cased)
        if second.telling or (listed and _spelled_as_name(second)) or (not second.cased and _rare(second) and not _is_verb(second)):
            first = place if word.telling or word.plain in ("lyceum", "college") else place + 1
            yield _hit(view, first, _end_of_name(view, place + 2), SCHOOL, "school")
            yield from _and_another(view, place + 2)
    elif after.telling or (after.look >= Look.UNKNOWN and not after.cased) or (after.plain in lists.schools() and not after.cased):
        if after.look is not Look.KEEP and after.plain not in cues.DETERMINERS:
            yield _hit(view, place if word.telling else place + 1, _end_of_name(view, place + 1), SCHOOL, "school")


def _organisation(view: View, place: int) -> Iterator[Hit]:
    head, first = _at(view, place), place + 1
    if first >= len(view.at) or not view.joined(place):
        return
    word, last = _at(view, first), first
    article = word.plain in ("de", "het", "'t", "t", "ten", "ter", "da", "el", "la", "van", "op", "in")
    if article and view.joined(first):
        last = max(_skip_particles(view, first), first + 1)
        word = _at(view, last)
        described = word.plain.endswith("e") and word.look <= Look.DOUBLE and word.plain != "de"
        if not word.cased and described and view.joined(last) and _rare(_at(view, last + 1)):
            last += 1
            word = _at(view, last)
    if word.look is Look.KEEP or _kept_around(view, first):
        return
    before = view.word(place - 1)
    determined = before is not None and before.plain in cues.DETERMINERS
    lowered = not word.cased and _at(view, first).plain not in ("van", "op", "in")
    rare = lowered and not determined and word.look <= Look.FOREIGN and _rare(word) and not _is_verb(word) and word.plain.isalpha()
    listed = word.plain in lists.schools() and article
    surname = not word.cased and last > first and (word.look >= Look.UNKNOWN or word.plain in lists.ordinary_family())
    if word.telling or surname or (word.look >= Look.UNKNOWN and lowered) or (lowered and (rare or listed) and word.plain not in cues.DOES):
        last = _end_of_name(view, last)
        last = _with_tail(view, last)
        yield Hit(head.start, _at(view, last).end, ORGANISATION, "organisation")


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


def _organisation_tail(view: View, place: int) -> Iterator[Hit]:
    before, second = view.word(place - 1), view.word(place - 2)
    if not before or not second or not view.joined(place - 1):
        return
    introduced = second.plain in ("van", "bij", "voor", "naar", "door")
    named = before.look in (Look.UNKNOWN, Look.FAMILY, Look.PLACE) or (before.look is Look.DOUBLE and not before.cased)
    if before.telling and before.look is not Look.KEEP or (introduced and named and before.plain not in cues.DETERMINERS):
        yield _hit(view, place - 1, place, ORGANISATION, "organisation")


def _speakers(view: View) -> Iterator[Hit]:
    """Names before a colon at the beginning of a line: a chat or a script."""
    for match in _SPEAKER.finditer(view.lower):
        label, start = match[1].strip(), match.start(1)
        parts = label.split()
        if not parts or len(parts) > 3 or not any(c.isalpha() for c in label):
            continue
        inside = [t for t in (view.tokens[i] for i in view.at) if match.start(1) <= t.start < match.end(1)] if len(view.at) < 400 else _within(view, match.start(1), match.end(1))
        if any(c in label for c in "_@") or (any(c.isdigit() for c in label) and len(parts) == 1 and "." in label):
            yield Hit(start, start + len(label), "handle", "handle")
        elif inside and inside[0].plain not in cues.NOT_SPEAKERS and any(_is_name(t) for t in inside):
            yield Hit(start, start + len(label), PERSON, "speaker")


def _within(view: View, start: int, end: int) -> list[Word]:
    """The words between two offsets, found by halving."""
    import bisect

    low = bisect.bisect_left(view.at, start, key=lambda i: view.tokens[i].start)
    high = bisect.bisect_left(view.at, end, key=lambda i: view.tokens[i].start)
    return [view.tokens[i] for i in view.at[low:high]]
