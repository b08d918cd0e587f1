"""Words that say something about somebody's health, origin, belief or sexuality (GDPR art. 9): they need their own yes.

A list of Dutch words, not a judgement: diagnoses and medicines, peoples and ways to say where somebody comes from,
religions and what belongs to them, orientation and sexual life. Everyday words (ziek, moe, hoofdpijn, zwanger) are
left out on purpose. An editor may overrule the list in both directions (`desk.reviewing.mark_special`).
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from anonymise.lists import DATA
from anonymise.text import SKIP, plain, shadow

_WORD = re.compile(rf"[^\W_]+(?:['{SKIP}-]+[^\W_]+)*")
_LABEL = re.compile(r"\[[^\[\]\n]{1,40} \d+\]")  # what the anonymiser put in the place of a name
_ENDINGS = ("", "e", "en", "s", "'s", "je", "jes", "tje", "tjes")
_FROM = ("uit", "uit het", "geboren in")
"""Before a country these say where somebody comes from."""


@dataclass(frozen=True, slots=True)
class _Signs:
    """The list, ready for looking up: of which kind a word, a beginning, an ending or a phrase is a sign ("": of none).

    Words and phrases stand in it with their inflections; `openings` are the first words of phrases.
    """

    words: dict[str, str] = field(default_factory=dict)
    beginnings: dict[str, str] = field(default_factory=dict)
    endings: dict[str, str] = field(default_factory=dict)
    phrases: dict[tuple[str, ...], str] = field(default_factory=dict)
    openings: set[str] = field(default_factory=set)


def special_signs(text: str) -> tuple[str, ...]:
    """The kinds of special data that `text` holds words of, in the order of `data/special.yaml`; () when none.

    Whole words with simple inflections, however they are written (capitals, accents, a line break inside a phrase).
    Labels such as `[naam 1]` are not read.
    """
    signs = _signs()
    said = [match[0].replace(SKIP, "") for match in _WORD.finditer(_LABEL.sub(" . ", shadow(text)).lower())]
    found = set(_phrases(signs, said)) | {_kind(signs, word) for word in _apart(said)}
    return tuple(kind for kind in special_kinds() if kind in found)


@functools.cache
def special_kinds() -> tuple[str, ...]:
    """gezondheid, afkomst, geloof, seksualiteit."""
    return tuple(_loaded()["soorten"])


def _phrases(signs: _Signs, said: list[str]) -> list[str]:
    """The kinds of the phrases in `said`, longest first; their words are taken out, so that they count once."""
    found = []
    for place, word in enumerate(said):
        if word in signs.openings:
            for size in (4, 3, 2):
                phrase = tuple(said[place : place + size])
                if phrase in signs.phrases:
                    found.append(signs.phrases[phrase])
                    said[place : place + size] = [""] * len(phrase)
                    break
    return found


def _apart(said: list[str]) -> set[str]:
    """Each word once, and each part of a word with hyphens: `adhd-medicatie`, `rooms-katholiek`."""
    return {part for word in set(said) for part in ((word, *word.split("-")) if "-" in word else (word,))}


def _kind(signs: _Signs, word: str) -> str:
    if word in signs.words:
        return signs.words[word]
    if word.startswith(tuple(signs.beginnings)):
        return next(kind for beginning, kind in signs.beginnings.items() if word.startswith(beginning))
    if word.endswith(tuple(signs.endings)):
        return next(kind for ending, kind in signs.endings.items() if word.endswith(ending))
    return ""


@functools.cache
def _loaded() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DATA / "special.yaml").read_text(encoding="utf-8"))
    return loaded


@functools.cache
def _signs() -> _Signs:
    """Of `data/special.yaml`; what stands under `geen_teken` comes last and wins."""
    data = _loaded()
    rows = [(entry, kind) for kind, text in data["soorten"].items() for entry in _entries(text)]
    rows += [(f"{before} {land}", "afkomst") for land in _entries(data["landen"]) for before in _FROM]
    rows += [(entry, "") for entry in _entries(data["geen_teken"])]
    signs = _Signs()
    for entry, kind in rows:
        if entry.endswith("*"):
            signs.beginnings[entry[:-1]] = kind
        elif entry.startswith("*"):
            signs.endings[entry[1:]] = kind
        else:
            *before, last = entry.split()
            for form in _inflected(last):
                if before:
                    signs.phrases[*before, form] = kind
                else:
                    signs.words[form] = kind
            signs.openings.update(before[:1])
    return signs


def _inflected(word: str) -> list[str]:
    return [word + ending for ending in (*_ENDINGS, *(["n"] if word.endswith("e") else []))]


def _entries(text: str) -> list[str]:
    return [plain(entry.strip()) for entry in text.split(",") if entry.strip()]
