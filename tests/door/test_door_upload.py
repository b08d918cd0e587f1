from __future__ import annotations

import json
import os
import socket
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from app_fixture import ROOT, Answer, RunningApp, Visitor, nonsense, running_app

from door.house import open_house
from stories import tickets
from stories.settings import Settings
from stories.vault import Kind
from tests.door.upload_help import MB, a_concept, lying, nameless, nothing_left

RECORDING = ROOT / "examples" / "recordings" / "broodtrommel.m4a"


def send(app: RunningApp, body: object, ticket: str | None = None, **headers: str) -> Answer:
    if ticket is None:
        ticket = tickets.issue(app.settings, tickets.UPLOAD, a_concept(app.store), 600)
    given = {"Origin": app.base_url, "X-Vertelpunt-Bewijs": ticket, "Content-Type": "application/octet-stream"}
    return Visitor(app).send("POST", "/opname", body=body, headers=given | headers)


def test_a_recording_is_checked_sealed_and_only_then_acknowledged(app: RunningApp) -> None:
    story_id = a_concept(app.store)
    ticket = tickets.issue(app.settings, tickets.UPLOAD, story_id, 600)
    answer = send(app, RECORDING.read_bytes(), ticket)
    said = json.loads(answer.body)
    assert answer.status == 200 and said["ok"] is True and said["duration_ms"] > 500
    with app.store.read() as books:
        (part,) = books.parts(story_id)
        assert books.has(story_id, Kind.PART_AUDIO, version=part.number)
    assert (said["what"], said["number"], said["duration_ms"]) == ("audio", part.number, part.duration_ms)
    assert nothing_left(app)


@pytest.mark.parametrize("ticket", ["", "x", "v123.9999999999.AAAA", "a" * 1000])
def test_without_a_ticket_of_ours_nothing_is_taken(app: RunningApp, ticket: str) -> None:
    answer = send(app, b"x" * 1000, ticket)
    assert answer.status == 401 and json.loads(answer.body)["ok"] is False


def test_a_ticket_for_something_else_or_of_yesterday_is_no_ticket(app: RunningApp) -> None:
    story_id = a_concept(app.store)
    for ticket in (
        tickets.issue(app.settings, tickets.TELLER, story_id, 600),
        tickets.issue(app.settings, tickets.UPLOAD, story_id, -1),
    ):
        assert send(app, RECORDING.read_bytes(), ticket).status == 401


@pytest.mark.parametrize(
    "body", [b"", b"%PDF-1.7 nee", b"MZ" + bytes(5000), nonsense(200_000), b"ffconcat version 1.0"]
)
def test_what_is_no_sound_is_refused_in_dutch_and_nothing_stays(app: RunningApp, body: bytes) -> None:
    answer = send(app, body)
    said = json.loads(answer.body)
    assert answer.status == 400 and said["ok"] is False and len(said["message"]) > 10
    assert nothing_left(app)


def chunks(size: int) -> Iterator[bytes]:
    for _ in range(size // 65536):
        yield bytes(65536)


def test_a_file_over_the_limit_is_refused_whether_it_says_so_or_not(app: RunningApp) -> None:
    limit = app.settings.max_upload_mb * MB
    lied = send(app, chunks(limit + 200_000))
    assert lied.status == 413 and "6 MB" in json.loads(lied.body)["message"]
    place = urlsplit(app.base_url)
    ticket = tickets.issue(app.settings, tickets.UPLOAD, a_concept(app.store), 600)
    with socket.create_connection(("127.0.0.1", place.port or 80), timeout=20) as line:
        head = (
            f"POST /opname HTTP/1.1\r\nHost: {place.netloc}\r\nOrigin: {app.base_url}\r\n"
            f"X-Vertelpunt-Bewijs: {ticket}\r\nContent-Length: {limit + 1}\r\n\r\n"
        )
        line.sendall(head.encode())
        assert b" 413 " in line.recv(200)  # before a byte of the file was sent
    assert nothing_left(app)


def test_a_sender_who_hangs_up_leaves_nothing_behind(app: RunningApp) -> None:
    place = urlsplit(app.base_url)
    ticket = tickets.issue(app.settings, tickets.UPLOAD, a_concept(app.store), 600)
    with socket.create_connection(("127.0.0.1", place.port or 80), timeout=20) as line:
        head = (
            f"POST /opname HTTP/1.1\r\nHost: {place.netloc}\r\nOrigin: {app.base_url}\r\n"
            f"X-Vertelpunt-Bewijs: {ticket}\r\nContent-Length: 3000000\r\n\r\n"
        )
        line.sendall(head.encode() + bytes(2_000_000))
        until = time.monotonic() + 10
        while time.monotonic() < until and not lying(app):
            time.sleep(0.02)
        assert [stat.S_IMODE(path.stat().st_mode) for path in nameless(app)] == [0o600]
    assert nothing_left(app)


@pytest.mark.slow
def test_a_sender_who_falls_silent_is_not_waited_for(app: RunningApp) -> None:
    place = urlsplit(app.base_url)
    ticket = tickets.issue(app.settings, tickets.UPLOAD, a_concept(app.store), 600)
    with socket.create_connection(("127.0.0.1", place.port or 80), timeout=60) as line:
        head = (
            f"POST /opname HTTP/1.1\r\nHost: {place.netloc}\r\nOrigin: {app.base_url}\r\n"
            f"X-Vertelpunt-Bewijs: {ticket}\r\nContent-Length: 3000\r\n\r\n123"
        )
        line.sendall(head.encode())
        began = time.monotonic()
        assert b" 408 " in line.recv(200)
        assert 20 < time.monotonic() - began < 50
    assert nothing_left(app)


def test_many_at_once_are_asked_to_wait_and_none_is_lost(app: RunningApp) -> None:
    def slowly(_: int) -> int:
        def body() -> Iterator[bytes]:
            for _ in range(6):
                time.sleep(0.25)
                yield bytes(10_000)

        return send(app, body()).status

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(slowly, range(10)))
    assert statuses.count(429) >= 5 and set(statuses) <= {400, 429}
    assert send(app, RECORDING.read_bytes()).status == 200
    assert nothing_left(app)


@pytest.mark.slow
def test_what_one_visitor_may_send_in_an_hour_is_limited(tmp_path: Path) -> None:
    with running_app(tmp_path, MAX_UPLOAD_MB="5", MAX_UPLOAD_MB_PER_HOUR="8") as app:
        statuses = [send(app, bytes(3 * MB)).status for _ in range(4)]
        assert statuses == [400, 400, 429, 429]
        assert nothing_left(app)


@pytest.mark.slow
def test_a_big_upload_costs_no_memory(tmp_path: Path) -> None:
    with running_app(tmp_path, MAX_UPLOAD_MB="500") as app:
        send(app, bytes(3 * MB))
        before = memory_kib(app.process.pid)
        assert send(app, chunks(300 * MB)).status == 400
        assert memory_kib(app.process.pid) - before < 40_000
        assert nothing_left(app)


def memory_kib(pid: int) -> int:
    """The most memory this process ever had."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


def test_what_a_crash_left_behind_is_gone_after_the_next_start(settings: Settings) -> None:
    left = settings.data_dir / "incoming" / "in-abc"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a recording")
    house = open_house(settings)
    assert not left.exists() and house.incoming.is_dir()
    if os.name == "posix":
        assert stat.S_IMODE(house.incoming.stat().st_mode) == 0o700
        assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700
    house.store.close()
