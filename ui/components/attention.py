"""Where the keyboard goes after a page was drawn anew, and what a screen reader says of it."""

from __future__ import annotations

from collections.abc import Sequence

from ui.components import load

_ATTENTION = load("attention")


def attention(to: Sequence[str] = (), said: str = "") -> None:
    """Put last on a page, in every run of it. The first of these keys that has a field or a button that can be used
    gets the focus; without keys nothing moves."""
    _ATTENTION(key="aandacht", data={"to": list(to), "said": said})
