"""The ways between the list of stories and the pages of one: what somebody chose to see of the list travels along in
the address, so that the next story is one of the same list and the way back leads to it."""

from __future__ import annotations

from urllib.parse import urlencode

from desk.presence import Deel
from desk.queue_filters import Filters
from ui.state import chosen_all


def asked() -> Filters:
    """What this page's address says about the list."""
    return Filters.from_codes(chosen_all())


def to_story(page: str, story_id: str, deel: Deel | None = None) -> str:
    """The address of a page about one story, as opened from this page."""
    part = {"deel": str(deel)} if deel else {}
    return f"/{page}?{urlencode({'verhaal': story_id} | part | asked().codes)}"


def to_list() -> str:
    """The list as it was left, from its first page."""
    codes = urlencode(asked().codes)
    return f"/verhalen?{codes}" if codes else "/verhalen"
