"""The body of an upload as it comes, and every way to say no to it."""

from __future__ import annotations

import asyncio
import errno
import logging
import time
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request

from door.arrivals import Answer
from stories.quietlogs import in_short
from stories.words import say

LOG = logging.getLogger("vertelpunt.door")

SILENCE_S = 30.0
"""So long may a sender be silent in the middle of a file."""

SLOWEST_BYTES_PER_S = 4_000
"""Slower than this on average, after the first minute, is no phone but somebody holding the door (slow-loris)."""


class Stop(Exception):
    """A no: the name of a sentence of the door, and what goes into it."""

    def __init__(self, status: int, name: str, *, wait_s: int | None = None, **values: object) -> None:
        super().__init__(name)
        self.status, self.name, self.wait_s, self.values = status, name, wait_s, values

    @property
    def answer(self) -> Answer:
        again = {} if self.wait_s is None else {"wait_s": self.wait_s}
        return self.status, {"ok": False, "message": say(f"door.{self.name}", **self.values)} | again


async def pieces(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes. Raises Stop when the sender falls silent, is too slow, or hangs up."""
    began, total = time.monotonic(), 0
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(SILENCE_S):
                piece = await anext(stream, None)
        except (TimeoutError, ClientDisconnect):
            raise Stop(408, "upload_slow", wait_s=5) from None
        if piece is None:
            return
        total += len(piece)
        spent_s = time.monotonic() - began
        if spent_s > 60 and total / spent_s < SLOWEST_BYTES_PER_S:
            raise Stop(408, "upload_slow", wait_s=5)
        yield piece


def number(request: Request, header: str, default: int | None = None) -> int:
    """A header that is a number of bytes."""
    text = request.headers.get(header, "")
    if text.isascii() and text.isdecimal() and len(text) <= 15:
        return int(text)
    if default is None or text:
        raise Stop(400, "bad_request")
    return default


def trouble(error: OSError) -> Stop:
    """The disk said no."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    LOG.error("upload_not_kept %s errno=%s", in_short(error), error.errno)
    return Stop(507 if full else 503, "upload_disk_full" if full else "upload_failed")
