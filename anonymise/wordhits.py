"""Word by word: names and places from the lists, unknown words, capitals, names from the intake sheet, and found again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from anonymise import cues, lexicon, lists
from anonymise.hits import DIRECT, ORGANISATION, OTHER, PERSON, PLACE, RULES, Hit
from anonymise.text import near, plain, sound, stems
from anonymise.view import Look, View, Word
from stories.model import Certainty

_SPELLED = re.compile(r"(?<!\w)[a-z](?:[ .-]{1,2}[a-z]){3,}(?!\w)")
_BUILDINGS = ("kerk", "moskee", "kapel", "klooster", "kasteel", "toren", "theater", "hal", "bad", "zwembad", "huis", "centrum", "school", "college")
_VERY_COMMON = 250.0
"""Occurrences per million above which an everyday word is shown rather than masked, even when it is on the sheet."""


def by_lists(view: View) -> Iterator[Hit]:
    """Names and places from the lists, words Dutch does not have, capitals that no sentence start explains."""
    for place, i in enumerate(view.at):
        word = view.tokens[i]
        hit = _rule(view, place, word)
        if hit:
            kind, rule = hit
            yield Hit(word.start, word.end, kind, rule)
    for match in _SPELLED.finditer(view.lower):
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
    kind = _kind(view, place, word)
    if word.look is Look.UNKNOWN:
        if shouted and len(word.plain) <= 5:
            return (kind, "initials")
        return (kind, "unknown") if word.capital or not word.cased else (kind, "unknown_lower")
    if not word.telling or shouted or _kept_form(word):
        if word.look is Look.DOUBLE and word.capital and word.opens and word.plain in lists.ordinary_given():
            return (PERSON, "double")
        return None
    if len(word.plain) == 1:
        return (PERSON, "letters") if _initial(view, place) else None
    return (kind, "capital")


def _initial(view: View, place: int) -> bool:
    """`J. de Boer`: one letter, a full stop, and then a name."""
    after = view.tokens[view.at[place] + 1 : view.at[place] + 2]
    if not after or after[0].shape != ".":
        return False
    ahead = place + 1
    while (word := view.word(ahead)) and ahead < place + 5:
        if word.telling and len(word.plain) > 1:
            return True
        if word.plain not in cues.PARTICLES and len(word.plain) > 1:
            return False
        ahead += 1
    return False


def _kept_form(word: Word) -> bool:
    """An inflection of something that is not masked: `Nikes`, `Nederlandse`, `Turkse`."""
    if any(form in lists.keep() for form in stems(word.plain)):
        return True
    return word.look is Look.ORDINARY and (
        word.plain.endswith(("landse", "lands", "lander", "landers", "aanse", "aans", "isch", "ische", "ees", "ese", "enaar", "enaren"))
        or word.plain in _DAYS
        or word.plain in cues.TITLES | cues.RELATIONS
    )


_DAYS = frozenset(
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag januari februari maart april mei juni juli augustus september oktober"
    " november december kerstmis pasen u uw god ik jij wij zij ja nee oke doei hoi dag lieve beste geachte groep havo mavo vwo vmbo mbo hbo"
    " noord zuid oost west lente zomer herfst winter sint beste groet groetjes".split()
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
    whole, parts = _sheet(known_names)
    if not parts:
        return
    sounds = {sound(part) for part in parts if len(part) >= 4}
    verdicts: dict[str, str] = {}  # per call: what the sheet says about a word
    for place, i in enumerate(view.at):
        word = view.tokens[i]
        for names in whole.get(word.plain, ()):
            if [w.plain for p in range(place, place + len(names)) if (w := view.word(p))] == list(names):
                yield Hit(word.start, view.tokens[view.at[place + len(names) - 1]].end, PERSON, "sheet")
        if word.plain not in verdicts:
            verdicts[word.plain] = _on_sheet(word, parts, sounds)
        verdict = verdicts[word.plain]
        if verdict == "same":
            everyday = word.look <= Look.DOUBLE
            lower_word = everyday and (lexicon.commonness(word.plain) > _VERY_COMMON or (word.cased and not word.capital))
            yield Hit(word.start, word.end, PERSON, "sheet_word" if lower_word else "sheet")
        elif verdict == "near":
            everyday = word.look <= Look.DOUBLE and not word.telling
            if not everyday or lexicon.commonness(word.plain) < 5:
                yield Hit(word.start, word.end, PERSON, "sheet_word" if everyday else "sheet")


def _sheet(known_names: Sequence[str]) -> tuple[dict[str, list[tuple[str, ...]]], frozenset[str]]:
    """The sheet as whole names by first word, and as loose parts without particles."""
    whole: dict[str, list[tuple[str, ...]]] = {}
    parts: set[str] = set()
    for name in known_names:
        words = tuple(re.findall(r"[^\W_]+", plain(name)))
        if len(words) > 1:
            whole.setdefault(words[0], []).append(words)
        meant = [w for w in words if w not in cues.PARTICLES and len(w) > 1]
        parts.update(meant or words)
    return whole, frozenset(parts)


def _on_sheet(word: Word, parts: frozenset[str], sounds: set[str]) -> str:
    forms = stems(word.plain)
    if any(form in parts for form in forms):
        return "same"
    if len(word.plain) < 4:
        return ""
    close = len(word.plain) >= 5 and any(len(part) >= 5 and near(word.plain, part) for part in parts)
    return "near" if close or any(sound(form) in sounds for form in forms[:3] if len(form) >= 4) else ""


def again(view: View, found: Iterable[Hit]) -> Iterator[Hit]:
    """Names found somewhere are names everywhere: other spellings, genitives and diminutives of what will be masked."""
    kinds: dict[str, str] = {}
    for hit in found:
        if RULES[hit.rule] is not Certainty.RED or hit.type not in DIRECT or hit.rule == "unknown_lower":
            continue
        if hit.type in ("persoon", "plaats", "school", "organisatie", "overig_naam", "straat"):
            for word in re.findall(r"[^\W_]+", plain(view.shadow[hit.start : hit.end])):
                if len(word) > 2 and not word.isdecimal() and word not in _LOOSE and (hit.type in _TOKENWISE or not _everyday(word)):
                    kinds.setdefault(word, hit.type)
    names = frozenset(kinds)
    for place, i in enumerate(view.at):
        word = view.tokens[i]
        source = next((form for form in stems(word.plain) if form in names), None)
        if source is None:
            continue
        if word.look > Look.DOUBLE or not _everyday(word.plain):
            yield Hit(word.start, word.end, kinds[source], "again")
        elif not word.cased:
            before = view.word(place - 1)
            bare = before is None or before.plain not in cues.DETERMINERS
            rare = lexicon.commonness(word.plain) < _VERY_COMMON / 2
            yield Hit(word.start, word.end, kinds[source], "again" if bare and rare else "again_word")
        elif word.capital:
            yield Hit(word.start, word.end, kinds[source], "again")


_TOKENWISE = frozenset((PERSON, PLACE, OTHER))
_LOOSE = (
    cues.PARTICLES | cues.TITLES | cues.RELATIONS | cues.ORGANISATIONS | cues.SCHOOL_WORDS | cues.SCHOOL_TAILS | cues.ORGANISATION_TAILS
    | cues.STREET_FIRST | frozenset(cues.STREET_ENDS) | frozenset("het een noord zuid oost west kleine grote".split())
)  # fmt: skip
"""Words inside names that are no names themselves."""


def _everyday(word: str) -> bool:
    return lexicon.is_known(word, word)
