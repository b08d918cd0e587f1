"""The agenda as a file for somebody's own calendar: `/agenda.ics`. Whoever may see the agenda may; never a word of a
story. Titles are the house's own words, and are in it only when somebody asks for them (`?titels=1`)."""

from __future__ import annotations

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk import calendar
from door.cookies import current_user
from door.house import House
from door.templates import notice
from door.throttle import visitor
from stories.errors import NotAllowed


def routes(house: House) -> list[Route]:
    """The one route of this module."""

    async def answer(request: Request) -> Response:
        titles, key = request.query_params.get("titels") == "1", visitor(request.scope.get("client"))
        if not house.downloads.enter(key):
            return Response(status_code=429, headers={"Retry-After": "5", "Cache-Control": "no-store"})
        try:
            return await anyio.to_thread.run_sync(_answer, house, titles, dict(request.cookies))
        finally:
            house.downloads.leave(key)

    return [Route("/agenda.ics", answer, methods=["GET"])]


def _answer(house: House, titles: bool, cookies: dict[str, str]) -> Response:
    user = current_user(house.settings, house.store, cookies)
    try:
        if user is None:
            return notice("not_here", 404)
        text = calendar.as_ics(house.store, user, titles=titles)
    except NotAllowed:
        return notice("not_here", 404)
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="vertelpunt-agenda.ics"'}
    return Response(text, headers=headers, media_type="text/calendar; charset=utf-8")
