"""An audio player on our own access-checked route: the browser never gets story sound from anywhere else."""

from __future__ import annotations

from ui.components import load

_PLAYER = load("player")


def player(url: str, label: str, *, key: str) -> bool:
    """Show the player; True in the run in which the recording was heard to its end."""
    result = _PLAYER(key=key, data={"src": url, "label": label}, on_ended_change=lambda: None)
    return bool(result.ended)
