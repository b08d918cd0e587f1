"""What people send comes in here, streamed and sealed as it arrives; "ok" is said only when it is safely stored.

    POST /opname         the raw bytes of one file as the body
    POST /opname/begin   X-Vertelpunt-Grootte: bytes in all  -> {"ok": true, "upload": id, "at": 0, "part_bytes": n}
    POST /opname/deel    X-Vertelpunt-Upload, X-Vertelpunt-Vanaf: offset; the body is what follows from there
    POST /opname/waar    X-Vertelpunt-Upload                 -> {"ok": true, "at": bytes here}, or what it came to
    POST /opname/weg     X-Vertelpunt-Upload: the sender changed their mind

By parts, a broken connection costs nothing: what arrived is kept, `/opname/waar` tells where to go on, a part may come
twice, and one that leaves a gap gets 409 with the right offset. The part that completes the file is answered as
`/opname` answers: `{"ok": true}` and the fields of `desk.receiving.Received`. When that takes longer than a proxy
waits, the answer is `at` equal to the size, and `/opname/waar` tells later. Asking again never stores a second copy.
An upload that is not known (any more) is a 404: the sender begins anew.

Memory stays flat whatever the size. Who may send is decided by a signed ticket in `X-Vertelpunt-Bewijs`, made when the
teller said yes (`stories.tickets`); an upload is only known to who holds a ticket for its story. A no is
`{"ok": false, "message": "..."}` in Dutch, with 400, 401, 404, 408, 413, 429, 503 or 507; with `wait_s` in it, trying
again after so many seconds may help.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from desk import proofs
from door.arrivals import MOST_TRIES, Answer, Arrival, Arrivals
from door.body import Stop, number, pieces, trouble
from door.house import House
from door.security import UPLOAD_PART_PATH, UPLOAD_PATH
from door.throttle import visitor
from stories import tickets
from stories.errors import NotFound, Refused, VertelpuntError
from stories.incoming import Spool
from stories.quietlogs import in_short

LOG = logging.getLogger("vertelpunt.door")

TICKET_HEADER = "x-vertelpunt-bewijs"
SIZE_HEADER = "x-vertelpunt-grootte"
UPLOAD_HEADER = "x-vertelpunt-upload"
FROM_HEADER = "x-vertelpunt-vanaf"

MB = 1_000_000
PART_BYTES = 4 * 1024 * 1024
"""What a sender is advised to send at once: on a slow phone a minute, and then there is an answer."""

PIECE = 1024 * 1024
"""Bytes gathered before they are sealed and go to disk in a thread."""

SPARE_DISK = 200 * MB
"""Bytes that an upload always leaves free, for the database and the sealed copy."""

PATIENCE_S = 25.0
"""So long a part waits for the hand-over; proxies give up after 30 or 60 seconds."""


def routes(house: House) -> list[Route]:
    """The routes of this module."""
    reception = _Reception(house)
    doors = {
        UPLOAD_PATH: reception.whole,
        f"{UPLOAD_PATH}/begin": reception.begin,
        UPLOAD_PART_PATH: reception.part,
        f"{UPLOAD_PATH}/waar": reception.where,
        f"{UPLOAD_PATH}/weg": reception.away,
    }
    return [Route(path, _answering(handle), methods=["POST"]) for path, handle in doors.items()]


def _answering(handle: Callable[[Request], Awaitable[Answer]]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        """A no, too, is an answer that the sender gets to read: the line stays open (the server throws away what still
        comes), because a browser that is cut off while sending shows a network error instead of our sentence."""
        try:
            status, body = await handle(request)
        except Stop as stop:
            status, body = stop.answer
        return JSONResponse(body, status, {"Cache-Control": "no-store"})

    return answer


class _Reception:
    def __init__(self, house: House) -> None:
        self._house = house
        self._arrivals = Arrivals(house.incoming)
        self._checking = anyio.CapacityLimiter(2)  # conversions at once: few cores, and the pages go first
        self._clock: asyncio.TimerHandle | None = None

    async def whole(self, request: Request) -> Answer:
        """One file in one body."""
        story_id = self._story(request)
        most = self._house.settings.max_upload_mb * MB
        if number(request, "content-length", 0) > most:
            raise self._too_big()
        key = self._enter(request)
        spool: Spool | None = None
        try:
            spool = Spool(self._house.incoming)
            await self._receive(request, spool, 0, most, self._too_big())
            if spool.size == 0:
                raise Stop(400, "upload_empty")
            return await self._hand_over(story_id, spool)
        except OSError as error:
            raise trouble(error) from None
        finally:
            self._house.uploads.leave(key)
            if spool is not None:
                spool.drop()

    async def begin(self, request: Request) -> Answer:
        story_id = self._story(request)
        total = number(request, SIZE_HEADER)
        if total == 0:
            raise Stop(400, "upload_empty")
        if total > self._house.settings.max_upload_mb * MB:
            raise self._too_big()
        try:
            self._require_room(total)
            arrival = self._arrivals.begin(story_id, visitor(request.scope.get("client")), total)
        except OSError as error:
            raise trouble(error) from None
        if arrival is None:
            raise Stop(429, "upload_busy", wait_s=30)
        if self._clock is None:
            self._tidy()
        return 200, {"ok": True, "upload": arrival.id, "at": 0, "part_bytes": PART_BYTES}

    async def part(self, request: Request) -> Answer:
        arrival = self._arrival(request)
        at = number(request, FROM_HEADER)
        if arrival.spool is not None and arrival.at < arrival.total:
            if at > arrival.at:
                return 409, {"ok": False, "at": arrival.at}
            await self._receive_part(request, arrival, arrival.spool, at)
        return await self._so_far(arrival)

    async def _receive_part(self, request: Request, arrival: Arrival, spool: Spool, at: int) -> None:
        key = self._enter(request)
        try:
            await self._receive(request, spool, at, arrival.total, Stop(400, "upload_changed"))
        except OSError as error:  # half a chunk may be written: what is there is worth nothing any more
            self._arrivals.drop(arrival)
            raise trouble(error) from None
        except NotFound:
            raise Stop(404, "upload_unknown") from None
        except Stop as stop:
            if stop.status == 400:  # more than was announced is another file
                self._arrivals.drop(arrival)
            raise
        finally:
            self._house.uploads.leave(key)

    async def where(self, request: Request) -> Answer:
        return await self._so_far(self._arrival(request))

    async def away(self, request: Request) -> Answer:
        """Forget it, unless it is being stored at this moment: then it is told where it is."""
        arrival = self._arrival(request)
        if arrival.work is not None or arrival.answer is not None:
            return await self._so_far(arrival)
        self._arrivals.drop(arrival)
        return 200, {"ok": True, "at": 0}

    # who, and how much

    def _story(self, request: Request) -> str:
        story_id = tickets.redeem(self._house.settings, tickets.UPLOAD, request.headers.get(TICKET_HEADER, ""))
        if story_id is None:
            raise Stop(401, "upload_no_proof")
        return story_id

    def _arrival(self, request: Request) -> Arrival:
        found = self._arrivals.find(request.headers.get(UPLOAD_HEADER, ""), self._story(request))
        if found is None:
            raise Stop(404, "upload_unknown")
        return found

    def _enter(self, request: Request) -> str:
        key = visitor(request.scope.get("client"))
        if not self._house.uploads.enter(key):
            raise Stop(429, "upload_busy", wait_s=5)
        return key

    def _too_big(self) -> Stop:
        return Stop(413, "upload_too_big", limit=self._house.settings.max_upload_mb)

    def _require_room(self, more: int = 0) -> None:
        disk = os.statvfs(self._house.incoming) if hasattr(os, "statvfs") else None
        if disk is not None and disk.f_bavail * disk.f_frsize < SPARE_DISK + more:
            raise Stop(507, "upload_disk_full")

    def _tidy(self) -> None:
        """Now, and again when the next one ends."""
        wait_s = self._arrivals.tidy()
        self._clock = None if wait_s is None else asyncio.get_running_loop().call_later(wait_s, self._tidy)

    # receiving

    async def _receive(self, request: Request, spool: Spool, at: int, most: int, too_much: Stop) -> None:
        """Seal the body as it comes; it begins at offset `at`. What came before the line broke is kept, too.

        Raises Stop when it is too slow, breaks off, or goes past `most` bytes.
        """
        key, gathered = visitor(request.scope.get("client")), bytearray()

        async def put() -> None:
            nonlocal at
            if gathered:
                await anyio.to_thread.run_sync(self._put, spool, at, bytes(gathered), key)
                at += len(gathered)
                gathered.clear()

        try:
            async for piece in pieces(request):
                if at + len(gathered) + len(piece) > most:
                    raise too_much
                gathered += piece
                if len(gathered) >= PIECE:
                    await put()
        except Stop as stop:
            if stop.status == 408:
                await put()
            raise
        await put()

    def _put(self, spool: Spool, at: int, data: bytes, key: str) -> None:
        if not self._house.upload_quota.take(key, len(data)):
            raise Stop(429, "upload_quota")
        self._require_room()
        spool.add(at, data)

    # handing over

    async def _so_far(self, arrival: Arrival) -> Answer:
        """Where it is; once it is whole, what it came to."""
        if arrival.answer is not None:
            return arrival.answer
        if arrival.at < arrival.total:
            return 200, {"ok": True, "at": arrival.at}
        if arrival.work is None:
            arrival.work = asyncio.create_task(self._settle(arrival))
        work = arrival.work  # goes on also when the line to this sender breaks
        done, _ = await asyncio.wait({work}, timeout=PATIENCE_S)
        return work.result() if done else (200, {"ok": True, "at": arrival.total})

    async def _settle(self, arrival: Arrival) -> Answer:
        assert arrival.spool is not None
        try:
            status, body = await self._hand_over(arrival.story_id, arrival.spool)
        except OSError as error:
            status, body = trouble(error).answer
        except Exception as error:
            LOG.error("upload_failed %s", in_short(error))
            status, body = Stop(503, "upload_failed").answer
        finally:
            arrival.work = None
        arrival.tries += 1
        if status < 500:
            self._arrivals.settle(arrival, (status, body))
        elif arrival.tries >= MOST_TRIES:
            self._arrivals.drop(arrival)
        return status, body

    async def _hand_over(self, story_id: str, spool: Spool) -> Answer:
        """To the desk: check, convert, seal. What it refuses, it says in Dutch."""
        try:
            told = await anyio.to_thread.run_sync(self._convert, story_id, spool, limiter=self._checking)
        except Refused as refused:
            LOG.info("upload_refused code=%s", refused.code)
            return 400, {"ok": False, "message": refused.message}
        except VertelpuntError as error:
            LOG.warning("upload_failed code=%s", error.code)
            return 503, {"ok": False, "message": error.message}
        return 200, {"ok": True} | told

    def _convert(self, story_id: str, spool: Spool) -> dict[str, Any]:
        with spool.plain() as file:
            return asdict(proofs.take(self._house.store, self._house.settings, story_id, file))
