"""Who is who in one story: every spelling of a name, and which of them are one person or one thing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from anonymise import cues, lists
from anonymise.hits import OTHER, PERSON, STREET
from anonymise.text import plain, sound_alike, sounds, stems

Key = tuple[str, ...]
Thing = tuple[str, Key, int]
"""A person or thing: its type, the words that tell it apart, and a number where an editor parted it from who is called
so (0: nobody did)."""

_WORD = re.compile(r"[^\W_]+")
_OWNED = re.compile(r"['’‘´`]s?$")
_NAMED = frozenset(("plaats", "organisatie", "school", "overig_naam"))
_HEARD_ALIKE = 4, 5
"""Letters that both, and one, of two words must have before sounding alike makes them one name: `Sara` and `Zara`
may be two girls, `Mohamed` and `Mohammed` are written by ear."""


_MANY = 20
"""Full names with the same part in one story, from which nobody can say who is meant."""


class People:
    """The persons and things of a story. What they are depends on all names together, not on their order."""

    def __init__(self, spoken: Sequence[tuple[str, str]]) -> None:
        """`spoken` are (type, words as said), those of earlier versions first."""
        self._words = {w for kind, name in spoken if kind == PERSON for w in words_of(name)}
        self._same: dict[Key, Key] = {}
        heard: dict[Key, list[Key]] = defaultdict(list)
        for key in dict.fromkeys(self._key(PERSON, name) for kind, name in spoken if kind == PERSON):
            ways = _ways(key)
            near = (other for way in ways for other in heard[way])
            self._same[key] = next((other for other in near if _one_name(key, other)), key)
            if self._same[key] == key:
                for way in ways:
                    heard[way].append(key)
        whole = list(dict.fromkeys(self._same.values()))
        holding: dict[str, list[Key]] = defaultdict(list)
        for key in whole:
            signs = {sign for word in key for sign in ((word, word[0], *sounds(word)) if len(key) > 1 else word[0])}
            for sign in signs:
                holding[sign].append(key)
        self._whole = {key: self._longest(key, holding) for key in whole}

    def thing(self, kind: str, name: str, apart: int = 0) -> Thing:
        """The person or thing that these words are about; `apart` somebody else with such a name."""
        key = self._key(kind, name)
        if kind == OTHER and self._key(PERSON, name) in self._same:  # marked by hand, and a person elsewhere
            kind, key = PERSON, self._key(PERSON, name)
        if kind != PERSON or apart:
            return kind, key, apart
        same = self._same.get(key, key)
        return kind, self._whole.get(same, same), 0

    def parts(self, name: str, whole: Key) -> list[tuple[str, int]]:
        """The words of a mention of a person, each with the place in their whole name that it stands for."""
        found, place = [], 0
        for word in self._key(PERSON, name):
            place = next((i for i in range(place, len(whole)) if _one_word(word, whole[i])), place)
            found.append((word, min(place, len(whole) - 1)))
            place += 1
        return found

    def bare(self, name: str) -> str | None:
        """The plain name of which the last word is a genitive, plural or diminutive, else None."""
        word = next(reversed(words_of(name)), "")
        base = self._base(word)
        return base if base != word else None

    def _key(self, kind: str, name: str) -> Key:
        """What makes two spellings the same thing."""
        words = words_of(name)
        if not words:
            return (name,)  # marks only
        if kind == PERSON:
            parts = tuple(self._base(w) for w in words if w not in cues.PARTICLES and w not in cues.TITLES)
            return parts or tuple(words)
        if kind in _NAMED:
            return tuple(w for w in words if w not in ("de", "het", "t", "een")) or tuple(words)
        if kind == STREET:
            return tuple(w for w in words if not w[0].isdigit() and w not in ("nummer", "nr")) or tuple(words)
        return ("".join(words),)

    def _base(self, word: str) -> str:
        """A genitive or diminutive goes back to the name it was made of, if that name is known by itself."""
        names = lists.first()
        if word in names or word in lists.family():
            return word
        return next(
            (form for form in stems(word)[1:] if form in self._words or form in names or form in lists.family()), word
        )

    def _longest(self, key: Key, holding: Mapping[str, Sequence[Key]]) -> Key:
        """A first name alone is the full name's person when the story has only one such full name; so is
        `J. de Boer` the only `Jolanda de Boer`. `holding` are the names in which a word, its sound or its first letter
        stands."""
        near = dict.fromkeys(other for sign in (key[0], *sounds(key[0])) for other in holding.get(sign, ()))
        longer = [other for other in near if other != key and _part_of(key, other)]
        if len(longer) > _MANY:
            return key
        top = [one for one in longer if not any(one != other and _part_of(one, other) for other in longer)]
        return top[0] if len(top) == 1 else key


def words_of(name: str) -> list[str]:
    """The plain words of a name, without the ending of a genitive."""
    return _WORD.findall(_OWNED.sub("", plain(name.strip())))


def _ways(key: Key) -> list[Key]:
    """How a name may be written down by ear; of a long one only as it is."""
    if len(key) > 3:
        return [key]
    return sorted(product(*(sounds(word) if len(word) >= _HEARD_ALIKE[0] else (word,) for word in key)))


def _one_word(one: str, other: str) -> bool:
    """The same word, an initial of it, or a longer word written by ear."""
    if one == other or (len(one) == 1 and other.startswith(one)):
        return True
    short, long = sorted((len(one), len(other)))
    return short >= _HEARD_ALIKE[0] and long >= _HEARD_ALIKE[1] and sound_alike(one, other)


def _one_name(one: Key, other: Key) -> bool:
    return len(one) == len(other) and all(
        a == b or (len(a) > 1 < len(b) and _one_word(a, b)) for a, b in zip(one, other, strict=True)
    )


def _part_of(short: Key, long: Key) -> bool:
    """Every part of `short` is a part of `long`, as the same word or as its initial, in order."""
    if len(short) > len(long) or (len(short) == len(long) and not any(len(w) == 1 for w in short)):
        return False
    rest: Iterable[str] = iter(long)
    return all(any(_one_word(word, other) for other in rest) for word in short)
