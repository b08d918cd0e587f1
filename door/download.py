"""Bundles by HTTP: `/bundel/{export_id}`. The gate is asked again at this moment; every kind of no is the same 404."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk import publishing
from door.cookies import current_user
from door.files import attachment, made_by
from door.house import House
from door.templates import notice, page
from stories.errors import NotAllowed, NotFound, VertelpuntError


def routes(house: House) -> list[Route]:
    """The one route of this module."""
    return [Route("/bundel/{export_id}", made_by(house, _answer), methods=["GET"])]


def _answer(house: House, request: Request) -> Response:
    export_id = request.path_params["export_id"]
    user = current_user(house.settings, house.store, dict(request.cookies))
    if user is None or not re.fullmatch(r"[a-z0-9]{2,40}", export_id):
        return notice("not_here", 404)
    try:
        bundle, name = publishing.download(house.store, user, export_id)
    except (NotAllowed, NotFound):
        return notice("not_here", 404)
    except VertelpuntError as refused:  # a colleague may know why: the gate's own sentence
        return page("melding_zin", status=409, sentence=refused.message)
    return attachment(bundle, re.sub(r"[^A-Za-z0-9._-]", "-", name), "application/zip")
