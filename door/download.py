"""Bundles by HTTP: `/bundel/{export_id}`. The gate is asked again at this moment; every kind of no is the same 404."""

from __future__ import annotations

import re

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk import publishing
from door.cookies import current_user
from door.house import House
from door.templates import notice, page
from stories.errors import NotAllowed, NotFound, VertelpuntError


def routes(house: House) -> list[Route]:
    """The one route of this module."""

    async def answer(request: Request) -> Response:
        return await anyio.to_thread.run_sync(_answer, house, request.path_params["export_id"], dict(request.cookies))

    return [Route("/bundel/{export_id}", answer, methods=["GET"])]


def _answer(house: House, export_id: str, cookies: dict[str, str]) -> Response:
    user = current_user(house.settings, house.store, cookies)
    if user is None or not re.fullmatch(r"[a-z0-9]{2,40}", export_id):
        return notice("not_here", 404)
    try:
        bundle, name = publishing.download(house.store, user, export_id)
    except (NotAllowed, NotFound):
        return notice("not_here", 404)
    except VertelpuntError as refused:  # a colleague may know why: the gate's own sentence
        return page("melding_zin", status=409, sentence=refused.message)
    safe_name = re.sub(r"[^A-Za-z0-9._-]", "-", name)
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{safe_name}"'}
    return Response(bundle, headers=headers, media_type="application/zip")
