"""Recordings come in here: `POST /opname`, the raw bytes of one file as the body, streamed to disk.

Memory stays flat whatever the size. Who may send is decided by a signed ticket in `X-Vertelpunt-Bewijs`, made when the
teller said yes (`stories.tickets`). The file lies in a private folder under a name that says nothing while it is
checked and sealed, and is deleted whatever happens; "ok" is said only when the recording is safely stored.

Answers JSON: `{"ok": true, "duration_ms": 61000}` or `{"ok": false, "message": "..."}` with 400, 401, 408, 413, 429,
503 or 507.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

import anyio
import anyio.to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from desk import receiving
from door.house import House
from door.security import UPLOAD_PATH
from door.throttle import visitor
from stories import tickets
from stories.errors import Refused, VertelpuntError
from stories.quietlogs import in_short
from stories.words import say

LOG = logging.getLogger("vertelpunt.door")

TICKET_HEADER = "x-vertelpunt-bewijs"
MB = 1_000_000
PART = 1024 * 1024
"""Bytes gathered before they go to disk in a thread."""

SILENCE_S = 30.0
"""So long may a sender be silent in the middle of a file."""

SLOWEST_BYTES_PER_S = 4_000
"""Slower than this on average, after the first minute, is no phone but somebody holding the door (slow-loris)."""

SPARE_DISK = 200 * MB
"""Bytes that an upload always leaves free, for the database and the sealed copy."""


class _Stop(Exception):
    def __init__(self, status: int, name: str, **values: object) -> None:
        super().__init__(name)
        self.status, self.name, self.values = status, name, values


def routes(house: House) -> list[Route]:
    """The one route of this module."""
    checking = anyio.CapacityLimiter(2)  # conversions at once: there are not many cores, and the pages go first

    async def answer(request: Request) -> Response:
        try:
            return await _receive(house, request, checking)
        except _Stop as stop:
            return _no(stop.status, say(f"door.{stop.name}", **stop.values))

    return [Route(UPLOAD_PATH, answer, methods=["POST"])]


async def _receive(house: House, request: Request, checking: anyio.CapacityLimiter) -> Response:
    story_id = tickets.redeem(house.settings, tickets.UPLOAD, request.headers.get(TICKET_HEADER, ""))
    if story_id is None:
        raise _Stop(401, "upload_no_proof")
    limit = house.settings.max_upload_mb * MB
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise _Stop(413, "upload_too_big", limit=house.settings.max_upload_mb)
    key = visitor(request.scope.get("client"))
    if not house.uploads.enter(key):
        raise _Stop(429, "upload_busy")
    path: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=house.incoming, prefix="in-")  # 0600
        path = Path(name)
        with os.fdopen(handle, "wb", buffering=0) as target:
            await _store_body(house, request, target, key, limit)
        return await _hand_over(house, story_id, path, checking)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        LOG.error("upload_not_kept %s errno=%s", in_short(error), error.errno)
        raise _Stop(507 if full else 503, "upload_disk_full" if full else "upload_failed") from None
    finally:
        house.uploads.leave(key)
        if path is not None:
            path.unlink(missing_ok=True)


async def _store_body(house: House, request: Request, target: BinaryIO, key: str, limit: int) -> None:
    """Write the body to `target` as it comes. Raises _Stop when it is too much, too slow or nothing."""
    began, total, part = time.monotonic(), 0, bytearray()
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(SILENCE_S):
                piece = await anext(stream, None)
        except (TimeoutError, ClientDisconnect):
            raise _Stop(408, "upload_slow") from None
        if piece is None:
            break
        total += len(piece)
        if total > limit:
            raise _Stop(413, "upload_too_big", limit=house.settings.max_upload_mb)
        spent_s = time.monotonic() - began
        if spent_s > 60 and total / spent_s < SLOWEST_BYTES_PER_S:
            raise _Stop(408, "upload_slow")
        part += piece
        if len(part) >= PART:
            await anyio.to_thread.run_sync(_write, house, target, bytes(part), key)
            part.clear()
    if total == 0:
        raise _Stop(400, "upload_empty")
    await anyio.to_thread.run_sync(_write, house, target, bytes(part), key)


def _write(house: House, target: BinaryIO, part: bytes, key: str) -> None:
    if not part:
        return
    if not house.upload_quota.take(key, len(part)):
        raise _Stop(429, "upload_quota")
    disk = os.statvfs(house.incoming) if hasattr(os, "statvfs") else None
    if disk is not None and disk.f_bavail * disk.f_frsize < SPARE_DISK:
        raise _Stop(507, "upload_disk_full")
    target.write(part)


async def _hand_over(house: House, story_id: str, path: Path, checking: anyio.CapacityLimiter) -> Response:
    """To the desk: check, convert, seal. What it refuses, it says in Dutch."""
    try:
        received = await anyio.to_thread.run_sync(
            receiving.receive, house.store, house.settings, story_id, path, limiter=checking
        )
    except Refused as refused:
        LOG.info("upload_refused code=%s", refused.code)
        return _no(400, refused.message)
    except VertelpuntError as error:
        LOG.warning("upload_failed code=%s", error.code)
        return _no(503, error.message)
    return JSONResponse({"ok": True, **asdict(received)}, headers={"Cache-Control": "no-store"})


def _no(status: int, message: str) -> Response:
    """A no that the sender gets to read: the line stays open (the server throws away what still comes), because a
    browser that is cut off while sending shows a network error instead of our sentence."""
    return JSONResponse({"ok": False, "message": message}, status, {"Cache-Control": "no-store"})
