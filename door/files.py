"""Files that staff take along: made anew for every request, so many at a time per visitor, and kept nowhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from door.house import House
from door.throttle import visitor


def made_by(house: House, make: Callable[[House, Request], Response]) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a route: `make` in a thread of its own, or 429 while this visitor takes too many at once."""

    async def answer(request: Request) -> Response:
        key = visitor(request.scope.get("client"))
        if not house.downloads.enter(key):
            return Response(status_code=429, headers={"Retry-After": "5", "Cache-Control": "no-store"})
        try:
            return await anyio.to_thread.run_sync(make, house, request)
        finally:
            house.downloads.leave(key)

    return answer


def attachment(data: bytes | str, name: str, media_type: str) -> Response:
    """A file under `name`, which is ASCII and ours."""
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, headers=headers, media_type=media_type)
