"""The place where a trained recogniser plugs in: one more voter, never a veto.

Our own model (own.py) ships and always votes. When spaCy's `nl_core_news_lg` (or `_md`, `_sm`) is installed, it votes
too. The default needs no download.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import spacy

from anonymise.own import FOLDER, OwnVoter
from stories.settings import Settings

PACKAGES = ("nl_core_news_lg", "nl_core_news_md", "nl_core_news_sm")
_TYPES = {
    "PERSON": "persoon", "PER": "persoon", "GPE": "plaats", "LOC": "plaats", "FAC": "organisatie", "ORG": "organisatie",
    "persoon": "persoon", "plaats": "plaats", "straat": "straat", "school": "school", "organisatie": "organisatie",
    "overig_naam": "overig_naam",
}  # fmt: skip
"""Labels of Dutch models (OntoNotes and CoNLL style) and of our own, to our types. Other labels are ignored."""
_CHUNK = 50_000
"""Characters handed to a model at once, so that memory stays bounded."""


class Voter(Protocol):
    """Reads a text and says where it sees a name: (start, end, type) in characters of that text."""

    def __call__(self, text: str, /) -> Iterator[tuple[int, int, str]]: ...


class SpacyVoter:
    """A spaCy model with an entity recogniser, by package name or folder."""

    def __init__(self, model: str | Path) -> None:
        self._nlp: Any = spacy.load(
            model, exclude=["parser", "lemmatizer", "attribute_ruler", "tagger", "morphologizer"]
        )
        self._lock = threading.Lock()

    def __call__(self, text: str, /) -> Iterator[tuple[int, int, str]]:
        found: list[tuple[int, int, str]] = []
        start = 0
        while start < len(text):
            end = start + _CHUNK
            if end < len(text):
                end = max(text.rfind("\n", start, end), text.rfind(" ", start, end), start) + 1
                end = end if end > start + 1 else start + _CHUNK
            with self._lock, self._nlp.memory_zone():
                doc = self._nlp(text[start:end])
                found += [
                    (start + e.start_char, start + e.end_char, _TYPES[e.label_]) for e in doc.ents if e.label_ in _TYPES
                ]
            start = end
        return iter(found)


def folder_in_use(settings: Settings) -> Path:
    """The installation's own recogniser once somebody accepted one, else the one that ships."""
    return settings.own_recogniser if settings.own_recogniser.exists() else FOLDER


@functools.cache
def installed_voters() -> tuple[Voter | OwnVoter, ...]:
    """Our own model and the first installed Dutch spaCy package. Raises NotReady when our own is not whole."""
    packages = [name for name in PACKAGES if spacy.util.is_package(name)][:1]
    return (OwnVoter(folder_in_use(Settings())), *(SpacyVoter(name) for name in packages))
