"""One ASGI middleware around everything, Streamlit included: which requests come in at all, and what every answer says.

Refused here, before anything else looks: hosts that are not ours, posts and websockets from other sites, every path
that is not on the list (of Streamlit's own: the raw upload route takes anything from anyone, `/_stcore/metrics` is
public), media without a cookie, and bodies that are too big or too slow. Written by hand in ASGI, because Starlette's
BaseHTTPMiddleware does not see websockets.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Collection
from urllib.parse import urlsplit

import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desk import accounts
from door.cookies import current_teller, current_user
from door.house import LOOPBACK, House
from door.language import spoken
from door.proof import PATHS as PROOF_PATHS
from door.shell_page import in_our_language
from door.templates import notice
from door.throttle import visitor
from stories.quietlogs import in_short
from stories.words import speaking

LOG = logging.getLogger("vertelpunt.door")

UPLOAD_PATH = "/opname"
UPLOAD_PART_PATH = "/opname/deel"
STREAMED = frozenset({UPLOAD_PATH, UPLOAD_PART_PATH})
"""What takes big bodies, and limits them itself."""

BIGGEST_BODY = 32 * 1024
"""Bytes of any body but a recording's: a form with a long password and a long name fits twenty times."""

BODY_SECONDS = 15.0
"""A form is here within this time, or it is refused."""

STREAMLIT_OPEN = ("/static/", "/media/", "/_stcore/bidi-components/")
"""What our pages use of Streamlit's routes, besides the three below. All else of Streamlit is closed: the raw upload
(`/_stcore/upload_file`), metrics, the agent API, v1 components, its own log-in routes."""

STREAMLIT_EXACT = frozenset(
    {"/_stcore/health", "/_stcore/host-config", "/_stcore/stream", "/manifest.json", "/favicon.png"}
)

OWN_OPEN = (
    *("/vorm/", "/geluid/", "/fragment/", "/bundel/", "/uitschrift/", "/inzicht/", "/taal/", "/stem/"),
    "/handleiding/",
)

OWN_EXACT = frozenset({"/formulier", "/formulier/uitleg", "/handleiding", "/agenda.ics", *PROOF_PATHS})
"""What can be read and not posted to: blank paper, the manual, a teller's own proof, and the agenda for staff."""

POSTS = frozenset(
    {
        "/inloggen",
        "/inloggen/code",
        "/uitloggen",
        "/eerste-keer",
        "/mijn-verhaal/code",
        "/mijn-verhaal/uit",
        UPLOAD_PATH,
        UPLOAD_PART_PATH,
        "/opname/begin",
        "/opname/waar",
        "/opname/weg",
    }
)
"""All that can be posted to; the routes of `door.pages` and `door.upload`."""

PERMISSIONS = ", ".join(
    ["microphone=(self)"]
    + [
        f"{what}=()"
        for what in (
            "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope",
            "hid", "local-fonts", "magnetometer", "midi", "payment", "screen-wake-lock", "serial", "usb",
        )
    ]
)  # fmt: skip


class Doorkeeper:
    """The middleware. `house` is what it guards; `pages` are the paths of the screens, such as `/verhalen`."""

    def __init__(self, app: ASGIApp, house: House, pages: Collection[str]) -> None:
        self._app = app
        self._house = house
        self._exact = STREAMLIT_EXACT | OWN_EXACT | POSTS | frozenset(pages) | {"/"}
        self._hosts, self._origins = allowed(house.settings.origin, house.settings.port)
        self._somebody_has_come = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            with speaking(spoken(scope["path"], HTTPConnection(scope).cookies)):
                await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        answer = _Answer(send, policy=self._policy(headers.get("host", "")), https=self._house.is_https)
        try:
            refusal = await self._refusal(scope, headers)
            if refusal is not None:
                await refusal(scope, receive, answer.send)
            elif scope["method"] == "POST" and scope["path"] not in STREAMED:
                body = await _small_body(receive, headers)
                if body is None:
                    await notice("too_big", 413)(scope, receive, answer.send)
                else:
                    await self._app(scope, _replay(body, receive), answer.send)
            else:
                await self._app(_uncompressed(scope), receive, answer.send)
        except Exception as error:
            # The last net: whatever went wrong, the log names it without content and the visitor reads Dutch.
            LOG.error("request_failed %s", in_short(error))
            if not answer.begun:
                await notice("broken", 500)(scope, receive, answer.send)

    async def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """The answer to a request that does not come in; None when it may."""
        path, method = scope["path"], scope["method"]
        if len(headers.getlist("host")) != 1 or headers["host"].lower() not in self._hosts:
            return notice("bad_request", 400)
        if method not in ("GET", "HEAD", "POST"):
            return notice("bad_request", 405)
        if path not in self._exact and not path.startswith(STREAMLIT_OPEN + OWN_OPEN):
            return notice("not_here", 404)
        if method == "POST":
            if path not in POSTS:
                return notice("not_here", 404)
            if not self._is_own(headers):
                return notice("foreign", 403)
        if path.startswith("/media") and not await self._is_known(scope):
            return notice("not_here", 404)
        if path == "/" and not self._somebody_has_come:
            if await anyio.to_thread.run_sync(accounts.nobody_yet, self._house.store):
                return RedirectResponse("/eerste-keer", 303, {"Cache-Control": "no-store"})
            self._somebody_has_come = True
        return None

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        key = visitor(scope.get("client"))
        good = scope["path"] == "/_stcore/stream" and headers.get("host", "").lower() in self._hosts
        if not good or not self._is_own(headers) or not self._house.sockets.enter(key):
            await send({"type": "websocket.close", "code": 1008})
            return
        try:
            await self._app(scope, receive, send)
        finally:
            self._house.sockets.leave(key)

    def _is_own(self, headers: Headers) -> bool:
        """Does this come from a page of ours? Browsers send Origin with every post and websocket."""
        origins = headers.getlist("origin")
        site = headers.get("sec-fetch-site", "same-origin")
        if len(origins) != 1 or site != "same-origin":
            return False
        return origins[0].lower() in self._origins and urlsplit(origins[0]).netloc == headers.get("host")

    async def _is_known(self, scope: Scope) -> bool:
        cookies = HTTPConnection(scope).cookies
        settings, store = self._house.settings, self._house.store
        if current_teller(settings, cookies) is not None:
            return True
        return await anyio.to_thread.run_sync(current_user, settings, store, cookies) is not None

    def _policy(self, host: str) -> str:
        """The CSP. `host` is checked before it is used: an unknown one gets an answer without it."""
        socket = ""
        if host.lower() in self._hosts:
            socket = f" {'wss' if self._house.is_https else 'ws'}://{host}"
        return STREAMLIT_POLICY.format(socket=socket)


STREAMLIT_POLICY = (
    "default-src 'none'; script-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; font-src 'self' data:; connect-src 'self' blob:{socket}; worker-src 'self' blob:; "
    "manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
"""Measured in Chromium with Streamlit 1.67: without `connect-src blob:` the recorder delivers 0 bytes; without
`script-src blob:` our components do not start, because Streamlit imports their script from a blob of its own making.
Only script that already runs here can make such a blob; inline script and eval stay refused."""


class _Answer:
    """Wraps `send`: adds the headers to every answer, and puts Streamlit's one HTML page in our language."""

    def __init__(self, send: Send, *, policy: str, https: bool) -> None:
        self._send, self._policy, self._https = send, policy, https
        self.begun = False
        self._held: Message | None = None
        self._page = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            self._dress(headers)
            is_page = headers.get("content-type", "").startswith("text/html") and "x-vertelpunt" not in headers
            if is_page and "content-encoding" not in headers and message["status"] == 200:
                self._held = message
                return
            if "x-vertelpunt" in headers:
                del headers["x-vertelpunt"]
        elif message["type"] == "http.response.body" and self._held is not None:
            self._page += message.get("body", b"")
            if message.get("more_body", False):
                return
            await self._send_page()
            return
        await self._send(message)

    async def _send_page(self) -> None:
        assert self._held is not None
        page = in_our_language(self._page)
        headers = MutableHeaders(scope=self._held)
        if self._page:  # the answer to HEAD has a length and no body
            headers["content-length"] = str(len(page))
        for name in ("etag", "last-modified"):  # they are about Streamlit's own page
            if name in headers:
                del headers[name]
        await self._send(self._held)
        await self._send({"type": "http.response.body", "body": page})

    def _dress(self, headers: MutableHeaders) -> None:
        headers.setdefault("content-security-policy", self._policy)
        headers.setdefault("referrer-policy", "no-referrer")
        headers["x-content-type-options"] = "nosniff"
        headers["permissions-policy"] = PERMISSIONS
        headers["cross-origin-opener-policy"] = "same-origin"
        headers["cross-origin-resource-policy"] = "same-origin"
        headers["x-frame-options"] = "DENY"
        headers["x-robots-tag"] = "noindex, nofollow"
        if self._https:
            headers["strict-transport-security"] = "max-age=31536000"
            for at, (name, value) in enumerate(headers.raw):  # Streamlit's own cookies do not say it
                if name == b"set-cookie" and b"secure" not in value.lower():
                    headers.raw[at] = (name, value + b"; Secure")
        if "server" in headers:
            del headers["server"]


def allowed(origin: str, port: int) -> tuple[frozenset[str], frozenset[str]]:
    """The Host and Origin values that are ours: the public address, and this machine itself."""
    own = urlsplit(origin)
    here = [f"[{host}]" if ":" in host else host for host in sorted(LOOPBACK)]
    hosts = {own.netloc.lower()} | {f"{host}:{port}" for host in here}
    origins = {f"{own.scheme}://{own.netloc}".lower()} | {f"http://{host}:{port}" for host in here}
    return frozenset(hosts), frozenset(origins)


async def _small_body(receive: Receive, headers: Headers) -> bytes | None:
    """The whole body of a form; None when it is too big or does not come. Never more than BIGGEST_BODY in memory."""
    if headers.get("content-length", "0").isdecimal() and int(headers.get("content-length", "0")) > BIGGEST_BODY:
        return None
    parts: list[bytes] = []
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in _body(receive):
                parts.append(part)
                if sum(map(len, parts)) > BIGGEST_BODY:
                    return None
    except TimeoutError:
        return None
    return b"".join(parts)


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return
        yield message.get("body", b"")
        if not message.get("more_body", False):
            return


def _uncompressed(scope: Scope) -> Scope:
    """Ask Streamlit for its HTML page as it is, so that we can put it in Dutch; its scripts may stay compressed."""
    if scope["path"].startswith("/static/"):
        return scope
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]}


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that hands out a body that was already read, and then whatever comes."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
