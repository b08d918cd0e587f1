"""The voices that read aloud, by HTTP: `/stem/nl/index.json` says which clip says which text, `/stem/nl/<clip>.mp3`.

Our own words only, the same for everybody, so anyone may have them and a browser may keep them: a clip's name changes
with what it says. With Range, because phones ask for sound in parts. Which files there are is read once, at the start.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from door.audio import WHOLE, parse_range
from door.templates import notice

FOLDER = Path(__file__).with_name("stem")
FOR_EVER = "public, max-age=31536000, immutable"


def routes() -> list[Route]:
    """The one route of this module."""
    clips = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.glob("*/*.mp3")}
    indexes = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.glob("*/index.json")}

    async def answer(request: Request) -> Response:
        name = request.path_params["name"]
        if name in indexes:
            return _index(request, indexes[name])
        return _clip(request, clips[name]) if name in clips else notice("not_here", 404)

    return [Route("/stem/{name:path}", answer, methods=["GET"])]


def _index(request: Request, data: bytes) -> Response:
    """Asked for again every time, and sent only when it changed: after an update texts and clips must agree."""
    tag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
    headers = {"Cache-Control": "no-cache", "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(data, headers=headers, media_type="application/json")


def _clip(request: Request, data: bytes) -> Response:
    headers = {"Cache-Control": FOR_EVER, "Accept-Ranges": "bytes"}
    wanted = parse_range(request.headers.get("range"), len(data))
    if wanted is None:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{len(data)}"})
    if wanted == WHOLE:
        return Response(data, headers=headers, media_type="audio/mpeg")
    start, stop = wanted
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(data)}"
    return Response(data[start:stop], 206, headers, media_type="audio/mpeg")
