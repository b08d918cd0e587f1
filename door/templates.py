"""The door's own pages: plain HTML from `door/html`, every value escaped, no script needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from stories.words import language, languages, say

HTML = Path(__file__).with_name("html")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
"""Stricter than the pages of Streamlit need: no inline anything."""

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(HTML), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def page(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of ours. `Referrer-Policy: same-origin`, because with `no-referrer` browsers post `Origin: null`."""
    html = _ENVIRONMENT.get_template(f"{template}.html").render(
        say=_say, **_aloud(), language=language(), languages=languages(), **values
    )
    return HTMLResponse(
        html,
        status,
        {
            "Cache-Control": "no-store",
            "Content-Security-Policy": POLICY,
            "Referrer-Policy": "same-origin",
            "X-Vertelpunt": "own page",  # tells the middleware that this is not Streamlit's page; it is taken off there
        },
    )


def _say(name: str, **values: object) -> str:
    return say(f"door.{name}", **values)


def _aloud() -> dict[str, Any]:
    """What reading aloud needs on a page."""
    return {"aloud": lambda name: say(f"tell.{name}"), "and": say("terms.and"), "voice": say("language.voice")}


def notice(name: str, status: int) -> HTMLResponse:
    """A page that says one thing, such as that something is not here."""
    return page("melding", status=status, name=name)
