"""The agenda as a file for somebody's own calendar: `/agenda.ics`. Whoever may see the agenda may; never a word of a
story. Titles are the house's own words, and are in it only when somebody asks for them (`?titels=1`)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk import calendar
from door.cookies import current_user
from door.files import attachment, made_by
from door.house import House
from door.templates import notice
from stories.errors import NotAllowed


def routes(house: House) -> list[Route]:
    """The one route of this module."""
    return [Route("/agenda.ics", made_by(house, _answer), methods=["GET"])]


def _answer(house: House, request: Request) -> Response:
    user = current_user(house.settings, house.store, dict(request.cookies))
    if user is None:
        return notice("not_here", 404)
    try:
        text = calendar.as_ics(house.store, user, titles=request.query_params.get("titels") == "1")
    except NotAllowed:
        return notice("not_here", 404)
    return attachment(text, "vertelpunt-agenda.ics", "text/calendar; charset=utf-8")
