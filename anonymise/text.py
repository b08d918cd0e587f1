"""Reading text in spite of how it is written: accents, capitals, look-alike letters, invisible marks.

`shadow` gives a text of exactly the same length in which every character is folded to one plain character, so that
offsets found in the shadow are offsets in the original.
"""

from __future__ import annotations

import re
import unicodedata

SKIP = "\u1160"
"""Stands in a shadow for a character nobody sees (combining mark, zero-width, direction mark). It is a letter to
`re`, so that a word with marks strewn through it stays one word; `plain` takes it out."""

_LOOK_ALIKES = dict(
    zip(
        "АВЕКМНОРСТУХІЈЅԚԜҮабвгдезиікмнопрстухѕјһԛԝүёйАΒΕΖΗΙΚΜΝΟΡΤΥΧαβγειικνορτυχωϲɑɡıɩʏᴀᴄᴇᴏßøØđĐłŁæÆœŒþÞðÐħŧĸ",
        "ABEKMHOPCTYXIJSQWYabvgdezuikmhonpctyxsjhqwyeuABEZHIKMNOPTYXabyeiikvoptuxwcagiiyaceosoOdDlLaAoOpPdDhtk",
        strict=True,
    )
)
_MARKS = {
    **dict.fromkeys("’‘´`ʼʹ′‛＇", "'"),
    **dict.fromkeys("“”„‟«»″＂", '"'),
    **dict.fromkeys("–—‑‐‒―−－", "-"),
    "…": ".",
    "İ": "I",
}
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that are drawn as nothing."""
_WHITE = frozenset("\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85")
"""Control characters that part words; nobody sees the others."""


class _Folding(dict[int, str]):
    """Code point -> one plain character, worked out at first sight and kept (1.1 million at most)."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold(chr(code))
        return folded


def _fold(char: str) -> str:
    known = _MARKS.get(char) or _LOOK_ALIKES.get(char)
    if known:
        return known
    kind = unicodedata.category(char)
    if kind in ("Mn", "Me", "Cf") or char in _BLANK or (kind == "Cc" and char not in _WHITE):
        return SKIP
    if kind in ("Cs", "Cn", "Co") or (kind == "Cc" and char not in "\n\t\r"):
        return " "
    if kind == "Zs":
        return " "
    if kind in ("Zl", "Zp") or char == "\r":
        return "\n"
    base = [c for c in unicodedata.normalize("NFKD", char) if unicodedata.category(c) not in ("Mn", "Cf")]
    if len(base) == 1 and len(base[0].lower()) == 1:
        return _LOOK_ALIKES.get(base[0], base[0])
    return char


_FOLDING = _Folding({code: chr(code) for code in range(32, 127)})


def shadow(text: str) -> str:
    """The text with every character folded to one plain character; capitals stay. Same length, same offsets."""
    return text.translate(_FOLDING)


def plain(text: str) -> str:
    """Lower-case, folded, without invisible marks: the form in which words are compared. Length may change."""
    return shadow(text).lower().replace(SKIP, "")


def readable(text: str) -> str:
    """Lower-case with real accents (NFC) and without invisible marks: the form in which dictionaries are asked."""
    text = unicodedata.normalize("NFC", text.lower())
    return "".join(c for c in text if unicodedata.category(c) != "Cf") if not text.isascii() else text


_DIMINUTIVES = (
    ("aatje", "a"), ("ootje", "o"), ("uutje", "u"), ("eetje", "e"), ("ietje", "i"), ("iëtje", "ie"), ("etje", ""),
    ("tje", ""), ("pje", ""), ("kje", ""), ("je", ""), ("ske", ""), ("eke", ""), ("ke", ""),
)  # fmt: skip


def stems(word: str) -> tuple[str, ...]:
    """What a name may have been before a genitive or diminutive ending: `fatimaatje` -> `fatima`.

    `word` is plain (folded, lower-case). The word itself comes first. Stems are at least three letters.
    """
    found = [word]
    bare = word
    for tail in ("'s", "'"):
        if bare.endswith(tail) and len(bare) - len(tail) >= 2:
            bare = bare[: -len(tail)]
            found.append(bare)
    for form in (bare, bare[:-1] if bare.endswith("s") else ""):
        if len(form) < 3:
            continue
        if form != bare:
            found.append(form)
        for tail, vowel in _DIMINUTIVES:
            if form.endswith(tail) and len(form) - len(tail) + len(vowel) >= 3:
                stem = form[: -len(tail)] + vowel
                found.append(stem)
                if len(stem) > 3 and stem[-1] == stem[-2]:
                    found.append(stem[:-1])
    return tuple(dict.fromkeys(found))


_SOUNDS = (
    ("sch", "sg"), ("tsj", "tj"), ("sj", "$"), ("sh", "$"), ("kh", "g"), ("gh", "g"), ("ch", "g"), ("ck", "k"),
    ("ph", "f"), ("th", "t"), ("qu", "kw"), ("q", "k"), ("ij", "i"), ("ei", "i"), ("ey", "i"), ("ou", "au"),
    ("oe", "u"), ("ie", "i"), ("ee", "e"), ("y", "i"), ("c", "k"), ("z", "s"), ("v", "f"), ("x", "ks"), ("dt", "t"),
    ("d", "t"), ("j", "i"),
)  # fmt: skip
_READINGS = (("ch", ("ch", "sj", "h")), ("ou", ("ou", "oe")), ("dj", ("dj", "j")))
"""Spellings that are said in more than one way: Charita as Sjarita, Achmed as Ahmed, Youssef as Joesoef, Djamila as
Jamila."""


def sound(word: str) -> str:
    """How a plain word roughly sounds in Dutch: `Kasper`, `Casper` and `Caspar` need not look alike to be heard alike.

    An own, deliberately crude key: spelling variants of one sound fold together, doubled letters become one.
    """
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    word = re.sub(r"(.)\1+", r"\1", word)
    return word[:1] + word[1:].replace("h", "")


def sounds(word: str) -> frozenset[str]:
    """Every way in which a plain word may be said; `sound` is one of them."""
    ways = [word]
    for written, readings in _READINGS:
        if written in word:
            ways = [way.replace(written, reading) for way in ways for reading in readings]
    return frozenset(map(sound, ways))


def sound_alike(one: str, other: str) -> bool:
    return not sounds(one).isdisjoint(sounds(other))


def near(one: str, other: str) -> bool:
    """At most one letter inserted, dropped, changed, or two neighbours swapped (both plain)."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    if len(short) == len(long):
        rest_a, rest_b = short[start:], long[start:]
        return rest_a[1:] == rest_b[1:] or (rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:])
    return short[start:] == long[start + 1 :]
