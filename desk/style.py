"""How names are replaced in a story, sealed with it: the style, and the seed that decides which other names."""

from __future__ import annotations

import json
import secrets

from anonymise import Style
from stories.store import Books
from stories.vault import Kind


def style_of(books: Books, story_id: str) -> Style:
    """The style that an editor chose; numbers until somebody did."""
    return Style(_kept(books, story_id).get("style", Style.NUMBERS))


def seed_of(books: Books, story_id: str) -> str:
    """What other names are chosen by; empty until a style was chosen, and then the text itself decides."""
    return _kept(books, story_id).get("seed", "")


def keep_style(books: Books, story_id: str, style: Style) -> None:
    """The seed stays as it was: going back and forth gives the same names."""
    seed = seed_of(books, story_id) or secrets.token_hex(16)
    data = json.dumps({"style": str(style), "seed": seed}).encode("ascii")
    books.keep(story_id, Kind.NAME_STYLE, data)


def _kept(books: Books, story_id: str) -> dict[str, str]:
    if not books.has(story_id, Kind.NAME_STYLE):
        return {}
    return dict(json.loads(books.fetch(story_id, Kind.NAME_STYLE)))
