"""How many uploads may be open, and when they end; and what the routes do when disk, desk or line fail."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from app_fixture import ROOT
from starlette.routing import Router

from desk import receiving
from door import arrivals as limits
from door import upload
from door.arrivals import Arrivals
from door.house import House, open_house
from stories.errors import NotReady
from stories.incoming import Spool
from stories.settings import Settings
from tests.door.upload_help import a_concept, a_ticket

RECORDING = (ROOT / "examples" / "recordings" / "broodtrommel.m4a").read_bytes()
HALF = len(RECORDING) // 2


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


# the list


def test_an_upload_ends_two_hours_after_the_last_sign_of_life(tmp_path: Path) -> None:
    clock = Clock()
    known = Arrivals(tmp_path, clock)
    one = known.begin("v1", "a", 100)
    assert one is not None and one.spool is not None
    clock.now += limits.QUIET_S - 1
    assert known.find(one.id, "v1") is one
    clock.now += limits.QUIET_S - 1
    assert known.find(one.id, "v2") is None, "somebody else's question is no sign of life"
    assert known.find(one.id, "v1") is one
    clock.now += limits.QUIET_S
    assert known.tidy() is None and known.find(one.id, "v1") is None
    assert one.spool._file.closed


def test_no_upload_lasts_longer_than_half_a_day(tmp_path: Path) -> None:
    clock = Clock()
    known = Arrivals(tmp_path, clock)
    one = known.begin("v1", "a", 100)
    assert one is not None
    for _ in range(11):
        clock.now += 3600
        assert known.find(one.id, "v1") is one
    assert known.tidy() == 3600
    clock.now += 3600
    assert known.find(one.id, "v1") is None


def test_of_one_story_the_quietest_makes_way(tmp_path: Path) -> None:
    clock = Clock()
    known = Arrivals(tmp_path, clock)
    begun = []
    for _ in range(limits.MOST_OF_STORY):
        begun.append(known.begin("v1", "a", 100))
        clock.now += 1
    assert known.find(begun[0].id, "v1") is begun[0]
    clock.now += 1
    newest = known.begin("v1", "a", 100)
    assert newest is not None and known.find(newest.id, "v1") is newest
    assert known.find(begun[1].id, "v1") is None and known.find(begun[0].id, "v1") is begun[0]


def test_one_visitor_cannot_take_every_place_and_there_are_so_many_in_all(tmp_path: Path) -> None:
    known = Arrivals(tmp_path)
    greedy = [known.begin(f"v{n}", "a", 100) for n in range(limits.MOST_OF_VISITOR + 1)]
    assert all(greedy[:-1]) and greedy[-1] is None
    others = [known.begin(f"w{n}", f"b{n}", 100) for n in range(limits.MOST)]
    assert sum(one is not None for one in others) == limits.MOST - limits.MOST_OF_VISITOR
    for one in [*greedy, *others]:
        if one is not None:
            known.settle(one, (200, {}))
    assert known.begin("v", "a", 100) is not None, "what is done takes no place"


def test_only_so_many_answers_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_ANSWERS", 3)
    known, made = Arrivals(tmp_path), []
    for n in range(5):
        one = known.begin(f"v{n}", "a", 100)
        assert one is not None
        known.settle(one, (200, {}))
        made.append(known.find(one.id, f"v{n}") is one)
    assert all(made) and len(known._known) == 3


# the routes, in this process


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    opened = open_house(settings)
    yield opened
    opened.store.close()


Said = tuple[int, dict[str, Any]]
Knock = Callable[..., Awaitable[Said]]


def at_the_door(house: House, visit: Callable[[Knock], Awaitable[None]]) -> None:
    """Let `visit` knock at the routes of the upload: `await knock("deel", body, Vanaf="0")`."""
    story_id = a_concept(house.store)
    ticket = a_ticket(house.settings, story_id)

    async def main() -> None:
        router = Router(routes=upload.routes(house))

        async def knock(door: str, body: bytes = b"", *, cut: bool = False, **headers: str) -> Said:
            given = {"bewijs": ticket} | {name.lower(): value for name, value in headers.items()}
            scope = {
                "type": "http", "method": "POST", "path": f"/opname/{door}".rstrip("/"), "query_string": b"",
                "headers": [(f"x-vertelpunt-{name}".encode(), value.encode()) for name, value in given.items()],
                "client": ("192.0.2.1", 5), "root_path": "", "http_version": "1.1", "scheme": "http",
            }  # fmt: skip
            coming = [{"type": "http.request", "body": body, "more_body": cut}, {"type": "http.disconnect"}]
            went: list[dict[str, Any]] = []

            async def receive() -> Any:
                return coming.pop(0)

            async def send(message: Any) -> None:
                went.append(message)

            await router(scope, receive, send)
            return went[0]["status"], json.loads(went[1]["body"])

        await visit(knock)

    asyncio.run(main())


async def half(knock: Knock) -> str:
    upload_id: str = (await knock("begin", Grootte=str(len(RECORDING))))[1]["upload"]
    assert await knock("deel", RECORDING[:HALF], Upload=upload_id, Vanaf="0") == (200, {"ok": True, "at": HALF})
    return upload_id


def test_a_full_disk_is_told_and_what_is_here_waits(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def visit(knock: Knock) -> None:
        upload_id = await half(knock)
        real = os.statvfs(house.incoming)
        full = os.statvfs_result((real.f_bsize, real.f_frsize, real.f_blocks, 0, 0, *real[5:]))
        with monkeypatch.context() as patched:
            patched.setattr(os, "statvfs", lambda _: full)
            for answer in (
                await knock("deel", RECORDING[HALF:], Upload=upload_id, Vanaf=str(HALF)),
                await knock("begin", Grootte="1000"),
                await knock("", RECORDING),
            ):
                assert answer[0] == 507 and "geen plek" in answer[1]["message"]
        assert await knock("waar", Upload=upload_id) == (200, {"ok": True, "at": HALF})
        status, said = await knock("deel", RECORDING[HALF:], Upload=upload_id, Vanaf=str(HALF))
        assert status == 200 and said["duration_ms"] > 500

    at_the_door(house, visit)


def test_a_disk_that_fills_up_half_way_ends_the_upload(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def visit(knock: Knock) -> None:
        upload_id = await half(knock)

        def no_room(*_: object) -> int:
            raise OSError(errno.ENOSPC, "no room")

        with monkeypatch.context() as patched:
            patched.setattr(Spool, "add", no_room)
            assert (await knock("deel", RECORDING[HALF:], Upload=upload_id, Vanaf=str(HALF)))[0] == 507
        assert (await knock("waar", Upload=upload_id))[0] == 404

    at_the_door(house, visit)


def test_a_line_that_breaks_costs_nothing(house: House) -> None:
    async def visit(knock: Knock) -> None:
        upload_id = await half(knock)
        status, said = await knock("deel", RECORDING[HALF : HALF + 99], cut=True, Upload=upload_id, Vanaf=str(HALF))
        assert status == 408 and said["wait_s"] > 0
        assert await knock("waar", Upload=upload_id) == (200, {"ok": True, "at": HALF + 99})

    at_the_door(house, visit)


def test_when_we_fail_the_file_need_not_be_sent_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def visit(knock: Knock) -> None:
        upload_id = await half(knock)

        def away(*_: object) -> None:
            raise NotReady("store.disk_full")

        with monkeypatch.context() as patched:
            patched.setattr(receiving, "receive", away)
            status, said = await knock("deel", RECORDING[HALF:], Upload=upload_id, Vanaf=str(HALF))
            assert status == 503 and said["ok"] is False
        status, said = await knock("waar", Upload=upload_id)
        assert status == 200 and said["duration_ms"] > 500

    at_the_door(house, visit)


def test_when_we_keep_failing_it_ends(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def visit(knock: Knock) -> None:
        upload_id = await half(knock)
        monkeypatch.setattr(receiving, "receive", lambda *_: 1 / 0)
        await knock("deel", RECORDING[HALF:], Upload=upload_id, Vanaf=str(HALF))
        statuses = [(await knock("waar", Upload=upload_id))[0] for _ in range(limits.MOST_TRIES)]
        assert statuses == [503] * (limits.MOST_TRIES - 1) + [404]

    at_the_door(house, visit)


def test_a_long_check_is_waited_for_in_turns_and_done_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy between us loses its patience: the sender hears `at`, and asks again."""
    monkeypatch.setattr(upload, "PATIENCE_S", 0.05)
    go_on, real, calls = threading.Event(), receiving.receive, []

    def slow(*given: Any) -> Any:
        calls.append(1)
        go_on.wait(30)
        return real(*given)

    monkeypatch.setattr(receiving, "receive", slow)

    async def visit(knock: Knock) -> None:
        upload_id = await half(knock)
        whole = (200, {"ok": True, "at": len(RECORDING)})
        assert await knock("deel", RECORDING[HALF:], Upload=upload_id, Vanaf=str(HALF)) == whole
        assert await knock("waar", Upload=upload_id) == whole
        assert await knock("weg", Upload=upload_id) == whole, "it is being stored: too late to forget it"
        go_on.set()
        said = whole[1]
        while "at" in said:
            _, said = await knock("waar", Upload=upload_id)
        assert said["duration_ms"] > 500 and len(calls) == 1

    at_the_door(house, visit)


def test_too_many_at_once_are_told_to_come_back(house: House) -> None:
    async def visit(knock: Knock) -> None:
        upload_id = await half(knock)
        for _ in range(3):
            assert house.uploads.enter("192.0.2.1")
        status, said = await knock("deel", RECORDING[HALF:], Upload=upload_id, Vanaf=str(HALF))
        assert status == 429 and said["wait_s"] == 5
        house.uploads.leave("192.0.2.1")
        assert (await knock("deel", RECORDING[HALF:], Upload=upload_id, Vanaf=str(HALF)))[0] == 200

    at_the_door(house, visit)
