"""Insights as files by HTTP: `/inzicht/{form}` with the codes of the page, and `tabel` for a chart.

For whoever may take insights along. Everything is counted and asked anew at this moment; who may not have it gets the
same answer as for a file that is not there.
"""

from __future__ import annotations

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk import insight_files, insights
from door.cookies import current_user
from door.house import House
from door.templates import notice, page
from door.throttle import visitor
from stories.errors import NotAllowed, NotFound, VertelpuntError


def routes(house: House) -> list[Route]:
    """The one route of this module."""

    async def answer(request: Request) -> Response:
        key = visitor(request.scope.get("client"))
        if not house.downloads.enter(key):
            return Response(status_code=429, headers={"Retry-After": "5", "Cache-Control": "no-store"})
        try:
            return await anyio.to_thread.run_sync(_answer, house, request)
        finally:
            house.downloads.leave(key)

    return [Route("/inzicht/{form}", answer, methods=["GET"])]


def _answer(house: House, request: Request) -> Response:
    user = current_user(house.settings, house.store, dict(request.cookies))
    if user is None:
        return notice("not_here", 404)
    codes = {name: request.query_params.get(name) for name in insights.CODES}
    form, table = request.path_params["form"], request.query_params.get("tabel", "")
    try:
        data, media_type, name = insight_files.export(house.store, user, insights.chosen(codes), form, table)
    except (NotAllowed, NotFound):
        return notice("not_here", 404)
    except VertelpuntError as refused:
        return page("melding_zin", status=409, sentence=refused.message)
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, headers=headers, media_type=media_type)
