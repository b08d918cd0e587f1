"""Choosing one small file: its bytes come over the page's own connection, and nothing is written to a disk."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from ui.components import load

_PICKER = load("picker")


@dataclass(frozen=True, slots=True)
class Picked:
    """The end of the file's name (it may tell what the file is), and what is in it."""

    name_end: str
    data: bytes


def picker(label: str, *, accept: str, most: int, too_big: str, key: str) -> Picked | None:
    """Show the button; the file in the run in which it was chosen. More than `most` bytes is refused in the browser,
    and again here."""
    words = {"label": label, "accept": accept, "most": most, "too_big": too_big}
    value = _PICKER(key=key, data=words, on_picked_change=lambda: None).picked
    if not isinstance(value, Mapping):
        return None
    name, data = value.get("name"), value.get("data")
    if not isinstance(name, str) or not isinstance(data, str) or len(data) > 2 * most:
        return None
    try:
        plain = base64.b64decode(data, validate=True)
    except binascii.Error:
        return None
    return Picked(name[-12:], plain) if len(plain) <= most else None
