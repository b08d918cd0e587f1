"""Bundles by HTTP, with Range: `/bundel/{export_id}`. The gate is asked again at this moment; who may not have it gets
the same 404 as for a bundle that is not there. A withdrawal stops a download that runs.
"""

from __future__ import annotations

import functools
import re

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk import exporting
from door.audio import Sound, Stream, respond
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
        leave = functools.partial(house.downloads.leave, key)
        response: Response | None = None
        try:
            found = await anyio.to_thread.run_sync(_bundle, house, request)
            response = found if isinstance(found, Response) else await _send(found, request, leave)
            return response
        finally:
            if not isinstance(response, Stream):  # which gives its place back when it has ended
                leave()

    return [Route("/bundel/{export_id}", answer, methods=["GET"])]


def _bundle(house: House, request: Request) -> Response | exporting.Download:
    export_id = request.path_params["export_id"]
    user = current_user(house.settings, house.store, dict(request.cookies))
    if user is None or not re.fullmatch(r"[a-z0-9]{2,40}", export_id):
        return notice("not_here", 404)
    try:
        return exporting.opened(house.store, user, export_id)
    except (NotAllowed, NotFound):
        return notice("not_here", 404)
    except VertelpuntError as refused:  # a colleague may know why: the gate's own sentence
        return page("melding_zin", status=409, sentence=refused.message)


async def _send(bundle: exporting.Download, request: Request, leave: functools.partial[None]) -> Response:
    name = re.sub(r"[^A-Za-z0-9._-]", "-", bundle.name)
    whole = Sound(bundle.size, lambda start, stop: iter([bundle.read(start, stop)]), "application/zip")
    return await respond(whole, request, leave, f'attachment; filename="{name}"')
