"""In which language the door speaks: `/taal/{code}` remembers it in a cookie, and goes on to a page of our own.

A link may do this, because it changes nothing but words. The middleware reads the cookie for every request; pages for
staff are Dutch whatever it says.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from door import cookies
from door.house import House
from door.pages import local_path
from door.templates import notice
from stories.words import DEFAULT_LANGUAGE, known

DUTCH_ONLY = ("/inloggen", "/uitloggen", "/eerste-keer", "/bundel/", "/uitschrift/")
"""Where only staff come."""


def routes(house: House) -> list[Route]:
    """The one route of this module."""

    async def choose(request: Request) -> Response:
        code = known(request.path_params["code"])
        if code is None:
            return notice("not_here", 404)
        response = RedirectResponse(
            local_path(request.query_params.get("verder", "/")), 303, {"Cache-Control": "no-store"}
        )
        cookies.put_language(response, house, code)
        return response

    return [Route("/taal/{code:path}", choose, methods=["GET"])]


def spoken(path: str, sent: Mapping[str, str]) -> str:
    """The language of the answer to a request for `path` with these cookies."""
    return DEFAULT_LANGUAGE if path.startswith(DUTCH_ONLY) else known(sent.get(cookies.LANGUAGE)) or DEFAULT_LANGUAGE
