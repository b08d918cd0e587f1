"""Insights as files by HTTP: `/inzicht/{form}` with the codes of the page, and `tabel` for a chart.

For whoever may take insights along. Everything is counted and asked anew at this moment; who may not have it gets the
same answer as for a file that is not there.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk import insight_files, insights
from door.cookies import current_user
from door.files import attachment, made_by
from door.house import House
from door.templates import notice, page
from stories.errors import NotAllowed, NotFound, VertelpuntError


def routes(house: House) -> list[Route]:
    """The one route of this module."""
    return [Route("/inzicht/{form}", made_by(house, _answer), methods=["GET"])]


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
    return attachment(data, name, media_type)
