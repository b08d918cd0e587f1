"""The framework's own English words, in Dutch."""

from __future__ import annotations

from ui.components import load

_DUTCH = load("dutch")

WORDS = {
    "Choose options": "Kies",
    "Choose an option": "Kies",
    "No results": "Niets gevonden",
    "Select all": "Alles kiezen",
    "Clear all": "Alles wissen",
    "Clear value": "Wissen",
    "Press Enter to apply": "Druk op Enter",
    "Press Ctrl+Enter to apply": "Druk op Ctrl+Enter",
    "Press ⌘+Enter to apply": "Druk op ⌘+Enter",
    "Running...": "Bezig...",
    "Connecting": "Verbinden",
    "Connection error": "Geen verbinding",
    "Close": "Sluiten",
    "Open": "Openen",
    "Show password text": "Wachtwoord tonen",
    "Hide password text": "Wachtwoord verbergen",
    "View fullscreen": "Groot tonen",
    "Select date": "Kies een datum",
    "Main menu": "Menu",
    "Open sidebar": "Menu openen",
    "Close sidebar": "Menu sluiten",
}


def dutch() -> None:
    """Put once on every page."""
    _DUTCH(key="dutch", data={"words": WORDS})
