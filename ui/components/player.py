"""An audio player on our own access-checked route: the browser never gets story sound from anywhere else."""

from __future__ import annotations

from ui.components import load

_PLAYER = load("player")


def player(url: str, label: str, *, key: str, watch: bool = False) -> bool:
    """Play what is at `url`. With `watch`: whether the browser says, in this run, that all of it was played by now."""
    if not watch:
        _PLAYER(key=key, data={"src": url, "label": label})
        return False
    result = _PLAYER(key=key, data={"src": url, "label": label, "watch": True}, on_whole_change=lambda: None)
    return bool(result.whole == url)
