"""Sealed sound by HTTP, with Range, to whom may hear it at this moment:

    /geluid/{story_id}/audio               editors, and its teller (the joined recording)
    /geluid/{story_id}/veilig              whoever may read the story: without what is masked, and checked
    /geluid/{file_id}/huis                 whoever works on pieces: a sound or picture of the house
    /geluid/{story_id}/deel/{number}       its teller alone: a part that is not joined yet
    /fragment/{clip_id}/audio              whoever makes, releases or takes along products: a clip of a quote

Streamlit's own media are never used for this: it names a file over 1 MiB by length and three samples, so a bleeped
recording gets the URL of the original, and the original is what plays (measured; see the contract test).
Access is asked again for every MiB, so that a withdrawal stops the sound of whoever is listening.
"""

from __future__ import annotations

import functools
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from desk import clips, following, house_files, redacting, reviewing
from door.cookies import current_teller, current_user
from door.house import House
from door.templates import notice
from door.throttle import visitor
from stories.errors import VertelpuntError
from stories.people import CodeHolder, User
from stories.products import FileKind
from stories.store import Store
from stories.vault import Kind

WINDOW = 1024 * 1024
"""Bytes read and sent at once."""

SAFE = "veilig"
"""The path of a redacted recording."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Something this visitor may hear now: its size in bytes, and how to read bytes [start, stop)."""

    size: int
    stream: Callable[[int, int], Iterator[bytes]]
    media_type: str = "audio/flac"

    def read(self, start: int, stop: int) -> bytes:
        return b"".join(self.stream(start, stop))


def routes(house: House) -> list[Route]:
    """The routes of this module."""

    async def whole(request: Request) -> Response:
        find = HEARABLE.get(request.path_params["kind"])
        return notice("not_here", 404) if find is None else await _answer(house, request, find)

    async def part(request: Request) -> Response:
        number = request.path_params["number"]
        if not re.fullmatch(r"[1-9][0-9]{0,5}", number):
            return notice("not_here", 404)
        return await _answer(house, request, functools.partial(_own_sound, part=int(number)))

    async def clip(request: Request) -> Response:
        return await _answer(house, request, _clip_sound)

    return [
        Route("/fragment/{id}/audio", clip, methods=["GET"]),
        Route("/geluid/{id}/deel/{number}", part, methods=["GET"]),
        Route("/geluid/{id}/{kind}", whole, methods=["GET"]),
    ]


Find = Callable[[House, dict[str, str], str], Sound | None]
"""What this visitor (with these cookies) may hear of this story (or clip); None for every kind of no."""


async def _answer(house: House, request: Request, find: Find) -> Response:
    some_id = request.path_params["id"]
    if not re.fullmatch(r"[a-z0-9]{2,40}", some_id):
        return notice("not_here", 404)
    key = visitor(request.scope.get("client"))
    if not house.downloads.enter(key):
        return Response(status_code=429, headers={"Retry-After": "5", "Cache-Control": "no-store"})
    leave = functools.partial(house.downloads.leave, key)
    try:
        sound = await anyio.to_thread.run_sync(find, house, dict(request.cookies), some_id)
        response = notice("not_here", 404) if sound is None else await respond(sound, request, leave)
    except BaseException:
        leave()
        raise
    if not isinstance(response, Stream):
        leave()
    return response


class Stream(StreamingResponse):
    """A stream that gives back its place in the gate however it ends, also when nobody reads it."""

    def __init__(
        self, body: AsyncIterator[bytes], status: int, headers: dict[str, str], media: str, leave: Callable[[], None]
    ) -> None:
        super().__init__(body, status, headers, media_type=media)
        self._leave = leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave()


def _for_staff(hear: Callable[[Store, User, str], Sound]) -> Find:
    """For whoever is logged in, and only what the desk lets that user hear."""

    def find(house: House, cookies: dict[str, str], some_id: str) -> Sound | None:
        user = current_user(house.settings, house.store, cookies)
        if user is None:
            return None
        try:
            return hear(house.store, user, some_id)
        except VertelpuntError:
            return None

    return find


@_for_staff
def _editors_sound(store: Store, user: User, story_id: str) -> Sound:
    size = reviewing.audio_size(store, user, story_id)
    return Sound(size, functools.partial(reviewing.audio_range, store, user, story_id, Kind.AUDIO))


@_for_staff
def _safe_sound(store: Store, user: User, story_id: str) -> Sound:
    size, digest = redacting.safe_sound(store, user, story_id)
    return Sound(size, functools.partial(redacting.safe_range, store, user, story_id, digest))


@_for_staff
def _clip_sound(store: Store, user: User, clip_id: str) -> Sound:
    return Sound(clips.sound(store, user, clip_id), functools.partial(clips.sound_range, store, user, clip_id))


@_for_staff
def _house_file(store: Store, user: User, file_id: str) -> Sound:
    kind, size = house_files.size(store, user, file_id)
    read = functools.partial(house_files.file_range, store, user, file_id)
    return Sound(size, read, "image/png" if kind is FileKind.BEELD else "audio/flac")


def _own_sound(house: House, cookies: dict[str, str], story_id: str, part: int = 0) -> Sound | None:
    """The teller's own sound: the joined recording (0) or one part. A representative's code opens none."""
    if current_teller(house.settings, cookies) != CodeHolder(story_id):
        return None
    try:
        own = functools.partial(following.own_audio_range, house.store, story_id, part=part)
        return Sound(following.own_audio_size(house.store, story_id, part), own)
    except VertelpuntError:
        return None


def _sound(house: House, cookies: dict[str, str], story_id: str) -> Sound | None:
    """As staff, or else as its teller: somebody who helps may have both on one screen."""
    return _editors_sound(house, cookies, story_id) or _own_sound(house, cookies, story_id)


HEARABLE: dict[str, Find] = {Kind.AUDIO: _sound, SAFE: _safe_sound, "huis": _house_file}


async def respond(sound: Sound, request: Request, leave: Callable[[], None], disposition: str = "inline") -> Response:
    """The whole, or the range that was asked for, in windows; `leave` is called once a stream has ended."""
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "no-store", "Content-Disposition": disposition}
    wanted = parse_range(request.headers.get("range"), sound.size)
    if wanted is None:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{sound.size}"})
    is_part = wanted != WHOLE
    start, stop = wanted if is_part else (0, sound.size)
    headers["Content-Length"] = str(stop - start)
    if is_part:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{sound.size}"
    status = 206 if is_part else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=sound.media_type)
    # The first window is read before the answer begins, so that a broken seal is an error and not half a sound.
    first = await anyio.to_thread.run_sync(sound.read, start, min(start + WINDOW, stop))

    async def body() -> AsyncIterator[bytes]:
        yield first
        for at in range(start + WINDOW, stop, WINDOW):
            yield await anyio.to_thread.run_sync(sound.read, at, min(at + WINDOW, stop))

    return Stream(body(), status, headers, sound.media_type, leave)


WHOLE = (-1, -1)
"""What `parse_range` says when the whole thing is meant."""


def parse_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Bytes [start, stop) that a Range header asks for; WHOLE when there is none, or one that may be ignored
    (another unit, several ranges, nonsense: RFC 9110, 14.2); None when it cannot be satisfied (416)."""
    match = re.fullmatch(r"bytes=([0-9]{0,15})-([0-9]{0,15})", (header or "").replace(" ", ""))
    if match is None or match.group(0) == "bytes=-":
        return WHOLE
    first, last = match.groups()
    if not first:
        length = min(int(last), size)
        return (size - length, size) if length else None
    start, stop = int(first), (int(last) + 1 if last else size)
    if start >= size:
        return None
    return WHOLE if stop <= start else (start, min(stop, size))
