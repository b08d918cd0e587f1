"""Streamlit's one HTML page, in our language: what a screen reader, a translator and a reader without script get.

Streamlit serves a fixed index.html and offers no setting for it. Only texts are replaced; when a new version of
Streamlit has other texts, the page stays as it is and the contract test says so.
"""

from __future__ import annotations

import html
import re

from stories.words import language, say

ICON = '<link rel="icon" href="/vorm/vertelpunt.svg" type="image/svg+xml">'


def in_our_language(page: bytes) -> bytes:
    """The page with our language mark, title and texts; any other HTML comes back as it was."""
    text = page.decode("utf-8", "surrogateescape")
    if '<div id="root">' not in text:
        return page
    for pattern, replacement in _changes():
        text = pattern.sub(replacement, text)  # none of our texts holds a backslash
    return text.encode("utf-8", "surrogateescape")


def _changes() -> tuple[tuple[re.Pattern[str], str], ...]:
    no_script = html.escape(say("door.no_script"))
    return (
        (re.compile(r'<html lang="en">'), f'<html lang="{language()}">'),
        (re.compile(r"<title>Streamlit</title>"), f"<title>{html.escape(say('door.product'))}</title>"),
        (re.compile(r"<noscript>.*?</noscript>", re.S), f"<noscript><p>{no_script}</p></noscript>"),
        # the agent API is closed; an inline script is refused by our CSP anyway (search engines are not welcome here)
        (re.compile(r'<link rel="service-desc"[^>]*>'), ""),
        (re.compile(r"<script>\s*window\.prerenderReady = false\s*</script>"), ""),
        (re.compile(r'<link rel="shortcut icon"[^>]*>'), ICON),
    )
