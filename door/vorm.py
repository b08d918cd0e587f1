"""The door's own style, pictures and script: a handful of files, read once, by name."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from door.templates import notice

FOLDER = Path(__file__).with_name("vorm")
TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".js": "text/javascript"}


def routes() -> list[Route]:
    """The one route of this module: `/vorm/door.css`, `/vorm/prent/kind.svg`."""
    files = {
        path.relative_to(FOLDER).as_posix(): (path.read_bytes(), TYPES[path.suffix])
        for path in FOLDER.rglob("*")
        if path.suffix in TYPES
    }

    async def answer(request: Request) -> Response:
        found = files.get(request.path_params["name"])
        if found is None:
            return notice("not_here", 404)
        data, kind = found
        return Response(data, headers={"Cache-Control": "no-cache"}, media_type=kind)

    return [Route("/vorm/{name:path}", answer, methods=["GET"])]
