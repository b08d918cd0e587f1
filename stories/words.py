"""The one catalogue of everything a user reads. `say("capture.empty")` gives the sentence for a key.

A catalogue is a folder `catalogue/<language>/` with one YAML file per room of the house; a key is
`<room>.<name>`. Another language is another folder. A key that is not there is a programming error and raises:
nobody should ever read a half sentence.
"""

from __future__ import annotations

import functools
from pathlib import Path

import yaml

DEFAULT_LANGUAGE = "nl"
CATALOGUE = Path(__file__).parent / "catalogue"


@functools.cache
def room(name: str, language: str = DEFAULT_LANGUAGE) -> dict[str, str]:
    """All sentences of one room of the catalogue, by name."""
    text = (CATALOGUE / language / f"{name}.yaml").read_text(encoding="utf-8")
    return {str(key): str(value).strip() for key, value in (yaml.safe_load(text) or {}).items()}


def say(key: str, /, **values: object) -> str:
    """The Dutch sentence for `key`, with `{placeholders}` filled from `values` (ids, counts, dates: no story text).

    Raises KeyError when the key, or a placeholder's value, is missing.
    """
    return say_in(DEFAULT_LANGUAGE, key, **values)


def say_in(language: str, key: str, /, **values: object) -> str:
    """As `say`, in another language that has a catalogue folder."""
    room_name, _, name = key.partition(".")
    sentence = room(room_name, language)[name]
    return sentence.format(**values) if values else sentence
