"""An audio player on our own access-checked route: the browser never gets story sound from anywhere else."""

from __future__ import annotations

from ui.components import load

_PLAYER = load("player")


def player(url: str, label: str, *, key: str) -> None:
    _PLAYER(key=key, data={"src": url, "label": label})
