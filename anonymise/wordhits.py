"""Word by word: names and places from the lists, unknown words, capitals, the intake sheet, and names found again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from anonymise import cues, lexicon, lists
from anonymise.hits import ORGANISATION, OTHER, PERSON, PLACE, RULES, SCHOOL, STREET, Hit
from anonymise.samename import Match, NameIndex
from anonymise.text import SKIP, stems
from anonymise.view import Look, View, Word, look_of
from stories.model import Certainty

_SPELLED = re.compile(r"(?<!\w)[a-z](?:[ .-]{1,2}[a-z]){3,}(?!\w)")
_PIECES = re.compile(r"(?<!\w)[^\W\d_]{1,20}+(?:(?:-\n|[^\w\s.,;:!?'\"()/-]{1,4}+)[^\W\d_]{1,20}+){1,20}(?!\w)")
"""A word with a line's end or signs in it: `kar-<line end>el`, `sa*mi*ra`."""
_TOO_COMMON = 250.0
"""Occurrences per million from which a capital after a letter and a full stop begins a sentence, not a name."""
_BUILDINGS = (
    "kerk",
    "moskee",
    "kapel",
    "klooster",
    "kasteel",
    "toren",
    "theater",
    "hal",
    "bad",
    "zwembad",
    "huis",
    "centrum",
    "school",
    "college",
)


def by_lists(view: View) -> Iterator[Hit]:
    """Names and places from the lists, words Dutch does not have, capitals that no sentence start explains."""
    for place, i in enumerate(view.at):
        word = view.tokens[i]
        hit = _rule(view, place, word)
        if hit:
            kind, rule = hit
            end = _initial(view, place) if rule == "letters" else None
            yield Hit(word.start, end or word.end, kind, rule)
    for match in _SPELLED.finditer(view.lower):
        yield Hit(match.start(), match.end(), PERSON, "spelled")
    for match in _PIECES.finditer(view.lower):
        whole = "".join(c for c in match[0] if c.isalpha() and c != SKIP)
        if whole and look_of(whole, whole) in (Look.GIVEN, Look.FAMILY, Look.PLACE):
            yield Hit(match.start(), match.end(), PERSON, "spelled")


def _rule(view: View, place: int, word: Word) -> tuple[str, str] | None:
    if word.look is Look.GIVEN:
        return PERSON, "given"
    if word.look is Look.PLACE:
        return PLACE, "place"
    shouted = word.capital and len(word.plain) > 1 and word.shape.isupper()
    if word.look is Look.FAMILY:
        return PERSON, "family"
    if word.look is Look.KEEP:
        return None
    if _is_initial(word) and (word.capital or not word.cased) and _initial(view, place):
        return PERSON, "letters"
    if word.look is Look.UNKNOWN:
        short = shouted and len(word.plain) <= 5
        rule = "initials" if short else "unknown" if word.capital or not word.cased else "unknown_lower"
        return _kind(view, place, word), rule
    if not word.telling or shouted or _kept_form(word):
        if word.look is Look.DOUBLE and word.capital and word.opens and word.plain in lists.ordinary_given():
            return (PERSON, "double")
        return None
    return None if len(word.plain) == 1 else (_kind(view, place, word), "capital")


def _is_initial(word: Word) -> bool:
    return (len(word.plain) == 1 and word.plain.isalpha()) or word.plain in ("th", "ch", "chr", "ph", "joh", "wm")


def _initial(view: View, place: int) -> int | None:
    """`J. de Boer`: one letter, a full stop, and then a name, whose end is the answer."""
    after = view.tokens[view.at[place] + 1 : view.at[place] + 2]
    if not after or after[0].shape != ".":
        return None
    ahead = place + 1
    while (word := view.word(ahead)) and ahead < place + 5:
        surname = word.look >= Look.UNKNOWN or word.plain in lists.ordinary_family()
        named = word.telling and lexicon.commonness(word.plain) < _TOO_COMMON
        if len(word.plain) > 1 and (named or (surname and not word.cased)):
            return word.end
        if word.plain not in cues.PARTICLES and not _is_initial(word):
            return None
        ahead += 1
    return None


def _kept_form(word: Word) -> bool:
    """An inflection of something that is not masked: `Nikes`, `Nederlandse`, `Turkse`."""
    if any(form in lists.keep() for form in stems(word.plain)):
        return True
    return word.look is Look.ORDINARY and (
        word.plain.endswith(
            ("landse", "lands", "lander", "landers", "aanse", "aans", "isch", "ische", "ees", "ese", "enaar", "enaren")
        )
        or word.plain in cues.NEVER_NAMES
        or word.plain in cues.TITLES | cues.RELATIONS
    )


def _kind(view: View, place: int, word: Word) -> str:
    """The likeliest type of a word of which only is known that it is a name."""
    before, second = view.word(place - 1), view.word(place - 2)
    first = before.plain if before and view.joined(place - 1) else ""
    if word.plain.endswith(_BUILDINGS) and len(word.plain) > 7:
        return ORGANISATION
    if first in ("in", "uit", "te", "naar"):
        return PLACE
    if first in ("de", "het") and second and second.plain in ("in", "uit", "naar", "bij", "van", "op"):
        return PLACE if second.plain == "in" else ORGANISATION
    return PERSON


def by_sheet(view: View, known_names: Sequence[str]) -> Iterator[Hit]:
    """Names the teller wrote down beforehand, however they are spelled in the text."""
    return _named(view, [view.tokens[i].plain for i in view.at], known_names, PERSON, "sheet")


def again(view: View, found: Iterable[Hit]) -> Iterator[Hit]:
    """Names found somewhere are names everywhere: other spellings, genitives and diminutives of what will be masked."""
    by_type: dict[str, set[str]] = {}
    for hit in found:
        if RULES[hit.rule] is Certainty.RED and hit.type in _SPREADING:
            by_type.setdefault(hit.type, set()).add(view.shadow[hit.start : hit.end])
    words = [view.tokens[i].plain for i in view.at]
    for kind in _SPREADING:
        if kind in by_type:
            yield from _named(view, words, sorted(by_type[kind]), kind, "again")


_SPREADING = (PERSON, PLACE, OTHER, SCHOOL, STREET, ORGANISATION)
"""Types whose words may return elsewhere in another form. Numbers are found by their pattern each time."""


def _named(view: View, words: Sequence[str], names: Sequence[str], kind: str, rule: str) -> Iterator[Hit]:
    """Where one of `names` stands among `words` (plain, those of `view.at`): by `rule`, or by `<rule>_word` where it
    seems to be the everyday word. Each form of a word is compared once."""
    index = NameIndex(names)
    like = {word for word in set(words) if word in index.phrases or index.spelled(word) is not Match.NONE}
    for place, plain in enumerate(words):
        if plain not in like:
            continue
        word = view.tokens[view.at[place]]
        count = index.phrase(view, place)
        if count:
            yield Hit(word.start, view.tokens[view.at[place + count - 1]].end, kind, rule)
        verdict = index.match(view, place)
        if verdict is not Match.NONE:
            yield Hit(word.start, word.end, kind, f"{rule}_word" if verdict is Match.EVERYDAY else rule)
