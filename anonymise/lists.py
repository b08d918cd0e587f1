"""The word lists in data/: names, places, what is never masked, and spoken words. Read once, folded, frozen."""

from __future__ import annotations

import functools
from pathlib import Path

from anonymise.text import plain

DATA = Path(__file__).parent / "data"

_UNITS = (
    "nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen",
    "tien", "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien",
)  # fmt: skip
_TENS = {
    20: "twintig", 30: "dertig", 40: "veertig", 50: "vijftig", 60: "zestig",
    70: "zeventig", 80: "tachtig", 90: "negentig",
}  # fmt: skip


def _lines(name: str) -> list[str]:
    text = (DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def folded(words: str) -> frozenset[str]:
    """Words between white space, folded."""
    return frozenset(plain(word) for word in words.split())


def _words(name: str) -> frozenset[str]:
    return folded(" ".join(_lines(name)))


def _entries(lines: list[str]) -> frozenset[str]:
    return frozenset(plain(entry.strip()) for line in lines for entry in line.split(",") if entry.strip())


@functools.cache
def given() -> frozenset[str]:
    """First names that are no everyday words."""
    return (_words("given.txt") | _words("given_more.txt")) - _words("ordinary_given.txt")


@functools.cache
def family() -> frozenset[str]:
    """Family names that are no everyday words."""
    return (_words("family.txt") | _words("family_more.txt")) - ordinary_family() - _words("ordinary_given.txt")


@functools.cache
def ordinary_given() -> frozenset[str]:
    """First names and names of animals that are everyday words too (Roos, Bas, Storm, Vlek)."""
    return _words("ordinary_given.txt") | _words("pets.txt")


@functools.cache
def first() -> frozenset[str]:
    """Every first name, also those that are everyday words."""
    return given() | ordinary_given()


@functools.cache
def last() -> frozenset[str]:
    """Every family name, also those that are everyday words."""
    return family() | ordinary_family()


@functools.cache
def ordinary_family() -> frozenset[str]:
    """Family names that are everyday words too (Bakker, de Wit)."""
    return _words("ordinary_family.txt")


@functools.cache
def places() -> frozenset[str]:
    """Towns, villages, districts; entries of several words are joined by one space."""
    return _places(0) - ordinary_places()


@functools.cache
def ordinary_places() -> frozenset[str]:
    """Places that are everyday words too (Best, Hulst, Leek)."""
    return _places(2)


def _places(part: int) -> frozenset[str]:
    """What stands before (0) or after (2) the line "ordinary:" in the files of places."""
    texts = ((DATA / name).read_text(encoding="utf-8") for name in ("places.txt", "places_more.txt"))
    lines = [line for text in texts for line in text.partition("\nordinary:\n")[part].splitlines()]
    return _entries([line for line in lines if not line.startswith("#")])


@functools.cache
def schools() -> frozenset[str]:
    """What schools are often called, without the article."""
    return _words("schools.txt")


@functools.cache
def keep() -> frozenset[str]:
    """National bodies, brands, countries, languages, public figures: never masked by themselves."""
    return _entries(_lines("keep.txt"))


@functools.cache
def spoken() -> frozenset[str]:
    """Words of speech, dialect, street and chat that dictionaries leave out."""
    found = _words("spoken.txt")
    return found | {word.strip("'") for word in found}


@functools.cache
def phrases(kind: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Entries of several words of `keep`, `places` or both, by first word, longest first."""
    source = keep() if kind == "keep" else places() | ordinary_places()
    table: dict[str, list[tuple[str, ...]]] = {}
    for entry in source:
        parts = tuple(entry.replace("-", " - ").replace(".", " . ").replace("&", " & ").split())
        if len(parts) > 1:
            table.setdefault(parts[0], []).append(parts)
    return {first: tuple(sorted(rows, key=len, reverse=True)) for first, rows in table.items()}


@functools.cache
def numbers() -> dict[str, int]:
    """Number words 0-99 and tens of speech, folded, with their value: `drieentwintig` -> 23."""
    table = {word: value for value, word in enumerate(_UNITS)}
    table |= {"ein": 1, "ene": 1, "zeuven": 7, "twe": 2, "ellef": 11, "twalef": 12}
    for tens, word in _TENS.items():
        table[word] = tens
        for unit in range(1, 10):
            for link in ("en", "n"):
                table[_UNITS[unit] + link + word] = tens + unit
    return table


@functools.cache
def ordinals() -> dict[str, int]:
    """Ordinal words 1-31: `twaalfde` -> 12, `drieentwintigste` -> 23."""
    irregular = {"eerste": 1, "derde": 3, "achtste": 8}
    table = {word + "de": value for word, value in numbers().items() if 1 < value < 20 and value not in (3, 8)}
    table |= {word + "ste": value for word, value in numbers().items() if 20 <= value <= 99}
    return irregular | table


@functools.cache
def common_numbers() -> frozenset[str]:
    """Number words as they are said: to a hundred, with honderd and duizend behind or before them."""
    base = frozenset(numbers()) | frozenset(ordinals())
    big = {head + tail for head in ("honderd", "duizend", "eenhonderd") for tail in ("", *numbers())}
    small = {
        word + tail for word in numbers() for tail in ("honderd", "duizend", "en", "tig", "jarige", "jarig", "euro")
    }
    hundreds = {unit + "honderd" + tail for unit in _UNITS[2:] for tail in numbers()}
    return base | big | small | hundreds
