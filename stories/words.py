"""The one catalogue of everything a user reads. `say("capture.empty")` gives the sentence for a key.

Dutch is a folder, `catalogue/nl/`, with one YAML file per room of the house; a key is `<room>.<name>`. A key that is
not there is a programming error and raises: nobody should ever read a half sentence.

Another language is one file, such as `catalogue/en.yaml`: a mapping room -> {name: sentence}. It holds what tellers
read (`FOR_TELLERS`; a test compares); screens for staff are Dutch only, so any other key falls back to Dutch.

Which language is spoken is a context variable, so that two visitors at once never hear each other's: `speaking("en")`
around a piece of work, or `set_language` at the start of a run of a page, whose thread may have served another one.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import MappingProxyType

import yaml

DEFAULT_LANGUAGE = "nl"
CATALOGUE = Path(__file__).parent / "catalogue"

_LANGUAGE: ContextVar[str] = ContextVar("language", default=DEFAULT_LANGUAGE)

WHOLE_ROOMS_FOR_TELLERS = (
    "language", "tell", "follow", "proof", "terms", "consent", "capture", "stories",
)  # fmt: skip
"""Rooms of which a second language holds every key."""

PARTS_FOR_TELLERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "door": (
            "product", "motto_teller", "to_start", "stay", "wait", "seconds", "minutes", "receipt_", "upload_",
            "bad_request", "foreign", "not_here", "too_big", "broken", "no_script",
        ),
        "desk": (
            "nothing_told", "other_teller", "already_handed_in", "no_representative_needed", "story_", "being_worked",
            "nothing_picked", "excluded_lost", "nothing_to_undo", "grace_over", "not_typed", "not_a_channel",
            "decides_self", "representative_a", "dates_cannot_be", "product_",
        ),
        "store": ("busy", "unreachable", "disk_full", "read_only", "media_unreachable", "not_text", "refused_by_rule"),
        "helper": ("form_print_notice",),
        "publish": ("months",),
        "ui": ("menu_home", "menu_vertel", "menu_mijn_verhaal"),
    }
)  # fmt: skip
"""Of these rooms a second language holds the keys that begin with one of these."""


def is_for_tellers(room_name: str, name: str) -> bool:
    """Must every language have this key?"""
    return room_name in WHOLE_ROOMS_FOR_TELLERS or name.startswith(PARTS_FOR_TELLERS.get(room_name, ()))


def language() -> str:
    """The code of the language that is spoken in this context, such as "nl"."""
    return _LANGUAGE.get()


def set_language(code: str | None) -> None:
    """From here on, in this context, speak this language. What we do not speak (None, nonsense) is Dutch."""
    _LANGUAGE.set(known(code) or DEFAULT_LANGUAGE)


@contextmanager
def speaking(code: str | None) -> Iterator[None]:
    """Speak this language inside the block; what we do not speak is Dutch."""
    token = _LANGUAGE.set(known(code) or DEFAULT_LANGUAGE)
    try:
        yield
    finally:
        _LANGUAGE.reset(token)


def known(code: str | None) -> str | None:
    """`code` when it is a language of ours, else None: it may come from a URL or a cookie."""
    return code if code in languages() else None


@functools.cache
def languages() -> Mapping[str, str]:
    """Every language there is a catalogue for, each with its own name for itself; Dutch first."""
    codes = (DEFAULT_LANGUAGE, *sorted(path.stem for path in CATALOGUE.glob("*.yaml")))
    return MappingProxyType({code: room("language", code)["name"] for code in codes})


def room(name: str, code: str | None = None) -> Mapping[str, str]:
    """All sentences of one room, by name, in the language that is spoken or that of `code`."""
    return _room(name, code or language())


@functools.cache
def translations(code: str) -> Mapping[str, Mapping[str, str]]:
    """What the file of a second language holds: room -> {name: sentence}."""
    text = (CATALOGUE / f"{code}.yaml").read_text(encoding="utf-8")
    return {str(name): _sentences(rows) for name, rows in yaml.safe_load(text).items()}


@functools.cache
def _room(name: str, code: str) -> Mapping[str, str]:
    dutch = _sentences(yaml.safe_load((CATALOGUE / DEFAULT_LANGUAGE / f"{name}.yaml").read_text(encoding="utf-8")))
    return dutch if code == DEFAULT_LANGUAGE else {**dutch, **translations(code).get(name, {})}


def _sentences(rows: Mapping[object, object] | None) -> dict[str, str]:
    return {str(key): str(value).strip() for key, value in (rows or {}).items()}


def has(key: str) -> bool:
    """Is there a sentence for `key`? For words about data that an administrator may add to."""
    room_name, _, name = key.partition(".")
    return name in room(room_name)


def say(key: str, /, **values: object) -> str:
    """The sentence for `key`, with `{placeholders}` filled from `values` (ids, counts, dates: no story text).

    Raises KeyError when the key, or a placeholder's value, is missing.
    """
    room_name, _, name = key.partition(".")
    sentence = room(room_name)[name]
    return sentence.format(**values) if values else sentence
