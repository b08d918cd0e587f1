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
    "Press Enter to submit form": "Druk op Enter",
    "Press Ctrl+Enter to submit form": "Druk op Ctrl+Enter",
    "Running...": "Bezig...",
    "Connecting": "Verbinden",
    "Connection error": "Geen verbinding",
    "Close": "Sluiten",
    "Open": "Openen",
    "Show password text": "Wachtwoord tonen",
    "Hide password text": "Wachtwoord verbergen",
    "View fullscreen": "Groot tonen",
    "Select date": "Kies een datum",
    "Choose date": "Kies een datum",
    "Main menu": "Menu",
    "more": "nog $1",  # of "3 more", in a menu that is too wide
    "Open sidebar": "Menu openen",
    "Close sidebar": "Menu sluiten",
    "Expand sidebar": "Menu openen",
    "Sidebar": "Menu",
    "Collapse sidebar": "Menu sluiten",
    "Page not found": "Deze pagina is er niet",
    "The page that you have requested does not seem to exist. Running the app's main page.": (
        "Deze pagina bestaat niet, of is niet voor jou. Je bent nu bij Begin."
    ),
}


def dutch(*, visitor: str | None = None, remembered: str = DEFAULT_LANGUAGE) -> None:
    """Put once on every page. `visitor` is the language this visitor chose: when it is another one than was
    `remembered` (the cookie), it is remembered for their next page. None on pages where nobody chooses."""
    words = WORDS if language() == DEFAULT_LANGUAGE else {}
    given = {"words": words, "language": language(), "visitor": visitor, "remembered": remembered}
    _DUTCH(key="dutch", data=given)
