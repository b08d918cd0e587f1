"""A big file by parts, at a real server: nothing is sent or stored twice, and on the disk it is noise."""

from __future__ import annotations

import io
import socket
import threading
import time
import wave
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from app_fixture import ROOT, RunningApp, nonsense, running_app

from stories import tickets
from stories.vault import Kind
from tests.door.upload_help import MB, Sender, a_concept, a_ticket, lying, nameless, nothing_left

RECORDING = (ROOT / "examples" / "recordings" / "broodtrommel.m4a").read_bytes()
PATTERN = b"\x11\x22Samira woont in de Kerkstraat\x33\x44"
"""A sound of sorts: as samples of 16 bits it repeats 1500 times a second."""


def a_wav(seconds: float) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as out:
        out.setparams((1, 2, 48_000, 0, "NONE", ""))
        out.writeframes((PATTERN * int(96_000 * seconds / len(PATTERN) + 1))[: int(48_000 * seconds) * 2])
    return target.getvalue()


def recordings(app: RunningApp, story_id: str) -> int:
    with app.store.read() as books:
        return len(books.parts(story_id))


def test_a_file_in_parts_is_checked_sealed_and_only_then_acknowledged(app: RunningApp) -> None:
    sender, at = Sender(app), 0
    status, said = sender.begin(len(RECORDING))
    assert status == 200 and said == {"ok": True, "upload": sender.upload, "at": 0, "part_bytes": 4 * 1024 * 1024}
    while True:
        status, said = sender.part(at, RECORDING[at : at + 50_000])
        assert status == 200 and said["ok"] is True
        if "at" not in said:
            break
        assert said == {"ok": True, "at": at + 50_000}
        at = said["at"]
    assert said["duration_ms"] > 500 and set(said) == {"ok", "what", "duration_ms", "words", "number"}
    with app.store.read() as books:
        (part,) = books.parts(sender.story_id)
    assert (said["what"], said["number"], said["duration_ms"]) == ("audio", part.number, part.duration_ms)
    assert nothing_left(app)


def test_whoever_missed_the_answer_asks_again_and_nothing_is_stored_twice(app: RunningApp) -> None:
    sender = Sender(app)
    sender.begin(len(RECORDING))
    last = len(RECORDING) - 10_000
    sender.part(0, RECORDING[:last])
    answer = sender.part(last, RECORDING[last:])
    assert answer[1]["duration_ms"] > 500
    assert sender.where() == answer
    assert sender.part(last, RECORDING[last:]) == answer, "the last part once more"
    assert sender.away() == answer, "too late to change one's mind here: it is stored"
    assert recordings(app, sender.story_id) == 1


def test_after_a_cut_connection_it_goes_on_where_it_was(app: RunningApp) -> None:
    sender = Sender(app)
    sound = a_wav(20)
    sender.begin(len(sound))
    place = urlsplit(app.base_url)
    with socket.create_connection(("127.0.0.1", place.port or 80), timeout=20) as line:
        head = "POST /opname/deel HTTP/1.1\r\n" + "".join(
            f"{name}: {value}\r\n"
            for name, value in (
                sender.headers() | {"Host": place.netloc, "X-Vertelpunt-Vanaf": "0", "Content-Length": str(len(sound))}
            ).items()
        )
        line.sendall(head.encode() + b"\r\n" + sound[:1_400_001])
        time.sleep(0.5)
    until = time.monotonic() + 10
    while time.monotonic() < until and sender.where()[1]["at"] < 1_400_001:
        time.sleep(0.05)
    status, said = sender.where()
    assert (status, said) == (200, {"ok": True, "at": 1_400_001}), "every byte that arrived is here"
    status, said = sender.part(said["at"], sound[said["at"] :])
    assert status == 200 and abs(said["duration_ms"] - 20_000) < 5


def test_a_repeated_part_is_harmless_and_a_gap_is_told(app: RunningApp) -> None:
    sender = Sender(app)
    sound = a_wav(2)
    sender.begin(len(sound))
    assert sender.part(5, sound[5:100]) == (409, {"ok": False, "at": 0})
    assert sender.part(0, sound[:100_000])[1] == {"ok": True, "at": 100_000}
    assert sender.part(0, sound[:100_000])[1] == {"ok": True, "at": 100_000}
    assert sender.part(50_000, sound[50_000:110_000])[1] == {"ok": True, "at": 110_000}
    assert sender.part(110_001, sound[110_001:]) == (409, {"ok": False, "at": 110_000})
    status, said = sender.part(90_000, sound[90_000:])
    assert status == 200 and abs(said["duration_ms"] - 2_000) < 5, "and the sound is whole"


def test_only_a_ticket_of_the_same_story_knows_the_upload(app: RunningApp) -> None:
    owner = Sender(app)
    owner.begin(len(RECORDING))
    owner.part(0, RECORDING[:1000])
    for ticket, expected in (
        (a_ticket(app.settings, a_concept(app.store)), 404),
        (tickets.issue(app.settings, tickets.TELLER, owner.story_id, 600), 401),
        (tickets.issue(app.settings, tickets.UPLOAD, owner.story_id, -1), 401),
        ("", 401),
    ):
        other = Sender(app, story_id="x", ticket=ticket or "-", upload=owner.upload)
        for status, said in (other.where(), other.part(1000, RECORDING[1000:]), other.away()):
            assert status == expected and said["ok"] is False and len(said["message"]) > 10
    again = Sender(app, story_id=owner.story_id, upload=owner.upload)  # a fresh ticket, as after a rerun
    assert again.where() == (200, {"ok": True, "at": 1000})
    again.away()


@pytest.mark.parametrize("upload", ["", "x", "a" * 500, "../../etc"])
def test_an_upload_that_is_not_known_is_not_there(app: RunningApp, upload: str) -> None:
    status, said = Sender(app, upload=upload).where()
    assert status == 404 and said["ok"] is False and said["message"].endswith(".")


@pytest.mark.parametrize("number", ["", "-1", "1.5", "x", "9" * 40, "1_0"])
def test_a_size_or_an_offset_that_is_no_number_is_refused(app: RunningApp, number: str) -> None:
    sender = Sender(app)
    assert sender.begin(number)[0] in (400, 413)
    sender.begin(100)
    assert sender.part(number, b"x" * 50)[0] in (400, 409)
    assert sender.where() == (200, {"ok": True, "at": 0})
    sender.away()


def test_too_much_is_refused_when_it_is_announced_and_when_it_comes(app: RunningApp) -> None:
    sender = Sender(app)
    status, said = sender.begin(app.settings.max_upload_mb * MB + 1)
    assert status == 413 and "6 MB" in said["message"]
    assert sender.begin(0)[0] == 400
    sender.begin(1000)
    status, said = sender.part(0, bytes(1001))
    assert status == 400 and said["ok"] is False
    assert sender.where()[0] == 404, "a file that grew is another file: the sender begins anew"
    assert nothing_left(app)


def test_what_is_no_sound_is_refused_once_and_nothing_stays(app: RunningApp) -> None:
    sender = Sender(app)
    body = nonsense(100_000)
    sender.begin(len(body))
    status, said = sender.part(0, body)
    assert status == 400 and said["ok"] is False and len(said["message"]) > 10
    assert sender.where() == (400, said)
    assert nothing_left(app)


def test_two_uploads_at_once_do_not_mix(app: RunningApp) -> None:
    one, two = Sender(app), Sender(app)
    first, second = a_wav(2), RECORDING
    one.begin(len(first))
    two.begin(len(second))
    while True:
        a, b = one.where()[1], two.where()[1]
        if "at" not in a and "at" not in b:
            break
        for sender, sound, said in ((one, first, a), (two, second, b)):
            if "at" in said:
                sender.part(said["at"], sound[said["at"] : said["at"] + 40_000])
    assert abs(a["duration_ms"] - 2_000) < 5
    assert recordings(app, one.story_id) == recordings(app, two.story_id) == 1
    assert nothing_left(app)


def test_a_sender_who_stops_leaves_nothing_behind(app: RunningApp) -> None:
    sender = Sender(app)
    sender.begin(1000)
    sender.part(0, bytes(500))
    assert lying(app) == 1
    assert sender.away() == (200, {"ok": True, "at": 0})
    assert sender.where()[0] == 404
    assert nothing_left(app)


def test_no_plain_byte_lies_on_the_disk_while_it_comes_in(app: RunningApp) -> None:
    """Looked for in every file of the data folder and in every nameless file; and in the folder while it is checked."""
    sender = Sender(app)
    sound = a_wav(30)
    half = len(sound) // 2
    sender.begin(len(sound))
    sender.part(0, sound[:half])
    (spool,) = nameless(app)
    lies = spool.read_bytes()
    assert len(lies) >= half - 65_536, "this is where it lies"
    seen: set[Path] = set()

    def look() -> None:
        while not stop.is_set():
            seen.update((app.settings.data_dir / "incoming").iterdir())

    stop = threading.Event()
    looking = threading.Thread(target=look)
    looking.start()
    try:
        for path in [*app.settings.data_dir.rglob("*"), app.log, spool]:
            if path.is_file():
                found = path.read_bytes()
                assert PATTERN not in found and b"Kerkstraat" not in found, path.name
        status, said = sender.part(half, sound[half:])
    finally:
        stop.set()
        looking.join()
    assert status == 200 and abs(said["duration_ms"] - 30_000) < 5
    assert seen == set(), "nor has it a name while it is plain"
    with app.store.read() as books:
        flac = books.fetch(sender.story_id, Kind.PART_AUDIO, version=1)
    assert flac.startswith(b"fLaC") and nothing_left(app)


def test_a_restart_clears_what_came_in_and_the_sender_begins_anew(tmp_path: Path) -> None:
    with running_app(tmp_path) as app:
        sender = Sender(app)
        sender.begin(len(RECORDING))
        sender.part(0, RECORDING[:20_000])
        assert lying(app) == 1
        app.process.kill()
        app.process.wait(10)
        assert list((app.settings.data_dir / "incoming").iterdir()) == []
        for path in app.settings.data_dir.rglob("*"):
            assert not path.is_file() or RECORDING[5_000:5_100] not in path.read_bytes()
    with running_app(tmp_path) as app:
        again = Sender(app, story_id=sender.story_id, upload=sender.upload)
        assert again.where()[0] == 404
        again.begin(len(RECORDING))
        status, said = again.part(0, RECORDING)
        assert status == 200 and said["duration_ms"] > 500, said


@pytest.mark.slow
def test_what_one_visitor_may_send_in_an_hour_is_limited_and_what_is_here_stays(tmp_path: Path) -> None:
    with running_app(tmp_path, MAX_UPLOAD_MB="5", MAX_UPLOAD_MB_PER_HOUR="4") as app:
        sender = Sender(app)
        sender.begin(5 * MB)
        assert sender.part(0, bytes(3 * MB)) == (200, {"ok": True, "at": 3 * MB})
        status, said = sender.part(3 * MB, bytes(2 * MB))
        assert status == 429 and "wait_s" not in said and "uur" in said["message"]
        assert sender.where()[1]["at"] >= 3 * MB


@pytest.mark.slow
def test_a_big_upload_in_parts_costs_no_memory(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).bytes(4 * MB)
    with running_app(tmp_path, MAX_UPLOAD_MB="500") as app:
        sender = Sender(app)
        sender.begin(4 * MB)
        sender.part(0, bytes(4 * MB))
        before = memory_kib(app.process.pid)
        sender.begin(200 * MB)
        for at in range(0, 200 * MB, 4 * MB):
            status, _ = sender.part(at, noise)
        assert status == 400
        assert memory_kib(app.process.pid) - before < 50_000
        assert nothing_left(app)


def memory_kib(pid: int) -> int:
    """The most memory this process ever had."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
