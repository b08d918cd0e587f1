"""Somebody who sits at the app, without a browser: Streamlit's own protocol over a websocket.

async with Sitter(base_url, token, "/verhalen") as sitter:
    took_ms = await sitter.visit("/nakijken", "verhaal=v1")      # as pressing a link in the menu
    took_ms = await sitter.again()                               # as pressing a button on the page

Like a browser it also does what the page asks for by itself (fragments with `run_every`); those runs load the server
and are not timed. Pages that others open are not drawn here: what is measured is the server.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from types import TracebackType
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

WAIT_S = 60


class Sitter:
    """One open tab. `token` is the session of whoever is logged in, or empty for a visitor."""

    def __init__(self, base_url: str, token: str, path: str) -> None:
        self._base, self._token = base_url, token
        self._page, self._query = path.strip("/"), ""
        self._hashes: dict[str, str] = {}
        self._whole = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.errors = 0

    async def __aenter__(self) -> Self:
        headers = {"Cookie": f"vertelpunt={self._token}"} if self._token else {}
        self._socket: ClientConnection = await connect(
            self._base.replace("http", "ws", 1) + "/_stcore/stream",
            origin=self._base, additional_headers=headers, subprotocols=["streamlit"], max_size=None,  # type: ignore[arg-type,list-item]
        )  # fmt: skip
        self._tasks.append(asyncio.create_task(self._listen()))
        await self.again()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await self._socket.close()

    async def visit(self, path: str, query: str = "") -> float:
        """Go to another page; milliseconds until the server had drawn it."""
        self._page, self._query = path.strip("/"), query
        return await self.again()

    async def again(self) -> float:
        """One run of the page that is open; milliseconds until it was over."""
        self._stop_fragments()
        self._whole.clear()
        began = time.perf_counter()
        await self._send()
        await asyncio.wait_for(self._whole.wait(), WAIT_S)
        return (time.perf_counter() - began) * 1000

    async def _send(self, fragment: str = "") -> None:
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name = self._query, self._page
        state.page_script_hash = self._hashes.get(self._page, "")
        if fragment:
            state.fragment_id, state.is_auto_rerun = fragment, True
        await self._socket.send(message.SerializeToString())

    async def _listen(self) -> None:
        async for data in self._socket:
            message = ForwardMsg()
            message.ParseFromString(data if isinstance(data, bytes) else data.encode())
            match message.WhichOneof("type"):
                case "navigation":
                    self._hashes = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
                case "auto_rerun":
                    task = asyncio.create_task(self._every(message.auto_rerun.interval, message.auto_rerun.fragment_id))
                    self._tasks.append(task)
                case "script_finished" if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    self._whole.set()
                case "delta" if _is_exception(message):
                    self.errors += 1

    async def _every(self, seconds: float, fragment: str) -> None:
        with contextlib.suppress(Exception):
            while True:
                await asyncio.sleep(seconds)
                await self._send(fragment)

    def _stop_fragments(self) -> None:
        for task in self._tasks[1:]:
            task.cancel()
        del self._tasks[1:]


def _is_exception(message: Any) -> bool:
    delta = message.delta
    return bool(delta.WhichOneof("type") == "new_element" and delta.new_element.WhichOneof("type") == "exception")
