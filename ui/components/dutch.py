"""The language of the page, as browsers and screen readers are told; and the framework's own English words in it."""

from __future__ import annotations

from stories.words import DEFAULT_LANGUAGE, language
from ui.components import load

_DUTCH = load("dutch")

WORDS = {
    "Skip to main content": "Naar de inhoud",
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


def dutch(*, keep: bool = False) -> None:
    """Put once on every page. With `keep`, the language is remembered for the visitor's next page (a cookie)."""
    words = WORDS if language() == DEFAULT_LANGUAGE else {}
    _DUTCH(key="dutch", data={"words": words, "language": language(), "keep": keep})
