"""The grammar around a replaced name: of whom it is, small forms, a family as a whole, capitals."""

from __future__ import annotations

import re

_TAIL = re.compile(r"['’‘´`]s(?![^\W_])|['’](?=\s|$)")
_QUOTING = re.compile(r"(?<![^\s(:])['‘](?![tsnrm]\b)(?:(?![^\W_]['’](?:\s|$))[^\n])*$")
"""A quotation mark that was opened on this line and is still open."""
_SHORT = re.compile(r"^[^aeiouy]*[aeiou][lmr]$")
_NO_S = ("s", "x", "z")


def genitive(name: str) -> str:
    """`Sami's`, `Hans'`, `Annes`; of a label `[naam 1]'s`."""
    last = name[-1].lower()
    if last in _NO_S:
        return name + "'"
    return name + ("'s" if last in "aiouy" or not last.isalpha() else "s")


def diminutive(name: str) -> str:
    """`Sientje` of Sien, `Samiraatje` of Samira, `Willempje` of Willem. Names only: not a rule for every word."""
    low, last = name.lower(), name[-1].lower()
    if last in "aou":
        return name + last + "tje"
    if last == "i":
        return name + "etje"
    if last == "y":
        return name + "'tje"
    if _SHORT.match(low):
        return name + last + "etje"
    if last == "m":
        return name + "pje"
    return name + ("tje" if last in "enlrwj" and not low.endswith("ng") else "etje" if low.endswith("ng") else "je")


def tail(text: str, start: int, end: int, limit: int) -> int:
    """Characters after text[start:end] that say "of": `'s`, or the mark of `Hans'`. Not beyond `limit`."""
    match = _TAIL.match(text, end)
    if not match or match.end() > limit:
        return 0
    if len(match[0]) == 1 and (text[end - 1].lower() not in _NO_S or _QUOTING.search(text, max(0, start - 200), start)):
        return 0
    return len(match[0])


def opens_sentence(text: str, at: int) -> bool:
    """Does a sentence begin at this character?"""
    before = text[:at].rstrip(" \t\"'“”„‘’(-–—")
    return not before or before[-1] in ".!?…\n" or "\n" in text[len(before) : at]


def capital(words: str) -> str:
    """With a capital on its first letter, also behind a bracket."""
    place = next((i for i, char in enumerate(words) if char.isalnum()), 0)
    return words[:place] + words[place : place + 1].upper() + words[place + 1 :]
