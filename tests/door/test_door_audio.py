from __future__ import annotations

import io
import secrets
import socket
import time
from urllib.parse import urlsplit

import pytest
from app_fixture import RunningApp, Visitor
from builders import a_consent, a_recording, a_story
from hypothesis import given
from hypothesis import strategies as st

from door.audio import WHOLE, WINDOW, parse_range
from stories import tickets
from stories.model import StoryKind
from stories.people import Role
from stories.stages import State
from stories.vault import Kind

SIZE = 2 * WINDOW + 12_345
SOUND = secrets.token_bytes(SIZE)


@pytest.fixture(scope="module")
def story_id(app: RunningApp) -> str:
    story = a_story(kind=StoryKind.AUDIO, state=State.IN_REDACTIE)
    with app.store.write() as books:
        books.add_story(story)
        books.add_consent(*a_consent(story))
        books.keep_recording(story.id, a_recording(SOUND), io.BytesIO(SOUND))
    return story.id


@pytest.fixture
def editor(app: RunningApp, visitor: Visitor) -> Visitor:
    visitor.cookies["vertelpunt"] = app.log_in("Bo", Role.REDACTEUR)
    return visitor


def path(story_id: str, kind: str = Kind.AUDIO) -> str:
    return f"/geluid/{story_id}/{kind}"


def test_an_editor_hears_the_whole_recording(editor: Visitor, story_id: str) -> None:
    answer = editor.get(path(story_id))
    assert answer.status == 200 and answer.body == SOUND
    assert answer.headers["Content-Type"] == "audio/flac"
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Accept-Ranges"] == "bytes"
    assert "ETag" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-", 0, SIZE),
        ("bytes=0-0", 0, 1),
        ("bytes=5-9", 5, 10),
        ("bytes=-100", SIZE - 100, SIZE),
        (f"bytes=-{SIZE * 3}", 0, SIZE),
        (f"bytes=100-{SIZE * 3}", 100, SIZE),
        (f"bytes={WINDOW - 1}-{WINDOW}", WINDOW - 1, WINDOW + 1),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        ("bytes=65535-65536", 65535, 65537),
    ],
)
def test_a_part_is_that_part(editor: Visitor, story_id: str, asked: str, start: int, stop: int) -> None:
    answer = editor.get(path(story_id), Range=asked)
    assert answer.status == 206
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{SIZE}"
    assert answer.body == SOUND[start:stop]


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE * 9}-{SIZE * 10}", "bytes=-0"])
def test_a_part_past_the_end_is_not_satisfiable(editor: Visitor, story_id: str, asked: str) -> None:
    answer = editor.get(path(story_id), Range=asked)
    assert answer.status == 416 and answer.headers["Content-Range"] == f"bytes */{SIZE}" and answer.body == b""


@pytest.mark.parametrize(
    "asked", ["bytes=9-5", "bytes=0-1,5-6", "chunks=1-2", "bytes=a-b", "bytes=-", "bytes=" + "9" * 70]
)
def test_a_range_that_makes_no_sense_is_ignored(editor: Visitor, story_id: str, asked: str) -> None:
    answer = editor.get(path(story_id), Range=asked)
    assert answer.status == 200 and len(answer.body) == SIZE


def test_asking_for_the_size_alone_gives_no_sound(editor: Visitor, story_id: str) -> None:
    answer = editor.send("HEAD", path(story_id))
    assert answer.status == 200 and answer.headers["Content-Length"] == str(SIZE) and answer.body == b""


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.REDACTEUR}))
def test_for_every_other_role_the_sound_is_not_there(
    app: RunningApp, visitor: Visitor, story_id: str, role: Role
) -> None:
    visitor.cookies["vertelpunt"] = app.log_in(f"Iemand {role}", role)
    assert visitor.get(path(story_id)).status == 404


def test_strangers_and_guessed_cookies_get_the_same_answer_as_for_a_story_that_is_not_there(
    visitor: Visitor, story_id: str
) -> None:
    nothing = visitor.get(path("v0000000000000000")).body
    assert visitor.get(path(story_id)).body == nothing
    for cookie in ("x", "x" * 5000, "é", ""):
        visitor.cookies["vertelpunt"] = cookie.encode().decode("latin-1")
        assert (visitor.get(path(story_id)).status, visitor.get(path(story_id)).body) == (404, nothing)


def test_the_teller_hears_their_own_story_and_no_other(app: RunningApp, visitor: Visitor, story_id: str) -> None:
    visitor.cookies["vertelpunt_verhaal"] = tickets.issue(app.settings, tickets.TELLER, story_id, 60)
    assert visitor.get(path(story_id), Range="bytes=0-9").body == SOUND[:10]
    other = a_story(kind=StoryKind.AUDIO, state=State.IN_REDACTIE)
    with app.store.write() as books:
        books.add_story(other)
        books.keep_recording(other.id, a_recording(SOUND), io.BytesIO(SOUND))
    assert visitor.get(path(other.id)).status == 404
    visitor.cookies["vertelpunt_verhaal"] = tickets.issue(app.settings, tickets.TELLER, story_id, -1)
    assert visitor.get(path(story_id)).status == 404
    visitor.cookies["vertelpunt_verhaal"] = tickets.issue(app.settings, tickets.UPLOAD, story_id, 60)
    assert visitor.get(path(story_id)).status == 404


@pytest.mark.parametrize("kind", ["transcript", "name_table", "original_text", "contact", "x", "AUDIO", "..%2faudio"])
def test_nothing_but_sound_comes_out_of_this_route(editor: Visitor, story_id: str, kind: str) -> None:
    assert editor.get(path(story_id, kind)).status in (400, 404)


@pytest.mark.parametrize("identity", ["../x", "%2e%2e", "v1%00", "V1", "a" * 41, "'; DROP TABLE story"])
def test_an_id_that_cannot_be_is_not_looked_up(editor: Visitor, identity: str) -> None:
    assert editor.send("GET", f"/geluid/{identity.replace(' ', '%20')}/audio").status in (400, 404)


def test_after_a_withdrawal_the_sound_is_not_there(app: RunningApp, editor: Visitor) -> None:
    story = a_story(kind=StoryKind.AUDIO, state=State.IN_REDACTIE)
    with app.store.write() as books:
        story = books.add_story(story)
        books.add_consent(*a_consent(story))
        books.keep_recording(story.id, a_recording(SOUND), io.BytesIO(SOUND))
    assert editor.get(path(story.id), Range="bytes=0-9").status == 206
    with app.store.write() as books:
        books.save(story.moved(state=State.INGETROKKEN), expected=books.story(story.id).row_version)
    assert editor.get(path(story.id), Range="bytes=0-9").status == 404


def test_listeners_who_hang_up_keep_no_place(app: RunningApp, editor: Visitor, story_id: str) -> None:
    place = urlsplit(app.base_url)
    cookie = f"vertelpunt={editor.cookies['vertelpunt']}"
    request = f"GET {path(story_id)} HTTP/1.1\r\nHost: {place.netloc}\r\nCookie: {cookie}\r\n\r\n"
    for _ in range(30):  # the gate has twelve places for one address
        with socket.create_connection(("127.0.0.1", place.port or 80), timeout=20) as line:
            line.sendall(request.encode())
            line.recv(1)
    until = time.monotonic() + 10
    while editor.get(path(story_id), Range="bytes=0-9").status == 429 and time.monotonic() < until:
        time.sleep(0.1)
    assert editor.get(path(story_id), Range="bytes=0-9").status == 206


def test_a_bundle_is_not_there_for_strangers_nor_for_who_may_not_export(app: RunningApp, visitor: Visitor) -> None:
    nothing = visitor.get("/bundel/e0000000000000000")
    assert nothing.status == 404
    for role in Role:
        visitor.cookies["vertelpunt"] = app.log_in(f"Iemand {role}", role)
        assert visitor.get("/bundel/e0000000000000000").status == 404
        assert visitor.get("/bundel/..%2f..%2fetc%2fpasswd").status in (400, 404)


@given(st.text(max_size=60) | st.from_regex(r"bytes=\d{0,17}-\d{0,17}", fullmatch=True), st.integers(1, 10**9))
def test_whatever_is_asked_the_answer_lies_inside_the_sound(header: str, size: int) -> None:
    wanted = parse_range(header, size)
    if wanted is not None and wanted != WHOLE:
        start, stop = wanted
        assert 0 <= start < stop <= size
