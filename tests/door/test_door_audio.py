from __future__ import annotations

import io
import secrets
import socket
import time
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from app_fixture import RunningApp, Visitor
from builders import a_consent, a_recording, a_story, a_transcript, a_withdrawal
from hypothesis import given
from hypothesis import strategies as st

from desk import redactions, withdrawing
from desk.versions import new_version
from door.audio import WHOLE, WINDOW, parse_range
from door.cookies import teller_subject
from stories import tickets
from stories.consent import Party
from stories.model import RawText, StoryKind
from stories.people import CodeHolder, Holder, Role
from stories.stages import Stage, State
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
    assert teller_of(app, visitor, story_id).get(path(story_id), Range="bytes=0-9").body == SOUND[:10]
    other = a_story(kind=StoryKind.AUDIO, state=State.IN_REDACTIE)
    with app.store.write() as books:
        books.add_story(other)
        books.keep_recording(other.id, a_recording(SOUND), io.BytesIO(SOUND))
    assert visitor.get(path(other.id)).status == 404
    subject = teller_subject(CodeHolder(story_id))
    for what, lasts_s in ((tickets.TELLER, -1), (tickets.UPLOAD, 60)):
        visitor.cookies["vertelpunt_verhaal"] = tickets.issue(app.settings, what, subject, lasts_s)
        assert visitor.get(path(story_id)).status == 404


def teller_of(app: RunningApp, visitor: Visitor, story_id: str, holder: Holder = Holder.VERTELLER) -> Visitor:
    subject = teller_subject(CodeHolder(story_id, holder))
    visitor.cookies["vertelpunt_verhaal"] = tickets.issue(app.settings, tickets.TELLER, subject, 60)
    return visitor


@pytest.fixture
def in_parts(app: RunningApp) -> str:
    """A story of which two parts, one of them typed, are not joined yet."""
    story = a_story(kind=StoryKind.AUDIO, state=State.IN_REDACTIE)
    with app.store.write() as books:
        books.add_story(story)
        books.add_consent(*a_consent(story))
        books.add_sound(story.id, a_recording(SOUND), io.BytesIO(SOUND))
        books.add_text(story.id, RawText("Dit typte ik erbij."))
    return story.id


def test_the_teller_hears_each_part_that_is_not_joined_yet(app: RunningApp, visitor: Visitor, in_parts: str) -> None:
    mine = teller_of(app, visitor, in_parts)
    assert mine.get(f"/geluid/{in_parts}/deel/1").body == SOUND
    answer = mine.get(f"/geluid/{in_parts}/deel/1", Range=f"bytes={WINDOW - 1}-{WINDOW}")
    assert answer.status == 206 and answer.body == SOUND[WINDOW - 1 : WINDOW + 1]
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Content-Type"] == "audio/flac"
    for number in ("2", "3", "0", "01", "-1", "1x", "9999999", "%31%00"):
        assert mine.get(f"/geluid/{in_parts}/deel/{number}").status in (400, 404), number


def test_parts_are_for_the_teller_alone(app: RunningApp, visitor: Visitor, story_id: str, in_parts: str) -> None:
    assert visitor.get(f"/geluid/{in_parts}/deel/1").status == 404
    for role in Role:
        visitor.cookies["vertelpunt"] = app.log_in(f"Iemand {role}", role)
        assert visitor.get(f"/geluid/{in_parts}/deel/1").status == 404, role
    assert teller_of(app, visitor, story_id).get(f"/geluid/{in_parts}/deel/1").status == 404, "of another story"


def test_a_parents_code_opens_no_sound(app: RunningApp, visitor: Visitor, story_id: str, in_parts: str) -> None:
    for some_id, where in ((story_id, Kind.AUDIO), (in_parts, "deel/1")):
        parent = teller_of(app, visitor, some_id, Holder.VERTEGENWOORDIGER)
        assert parent.get(f"/geluid/{some_id}/{where}").status == 404


def test_who_helps_on_their_own_screen_hears_with_the_tellers_code(
    app: RunningApp, visitor: Visitor, story_id: str
) -> None:
    visitor.cookies["vertelpunt"] = app.log_in("Ed", Role.ERVARINGSWERKER)
    assert visitor.get(path(story_id)).status == 404
    assert teller_of(app, visitor, story_id).get(path(story_id), Range="bytes=0-9").body == SOUND[:10]


def test_a_withdrawal_cuts_off_who_is_listening_half_way(app: RunningApp, editor: Visitor) -> None:
    long = secrets.token_bytes(48 * WINDOW)  # more than the line and the server hold between them
    story = a_story(kind=StoryKind.AUDIO, state=State.IN_REDACTIE)
    with app.store.write() as books:
        books.add_story(story)
        books.add_consent(*a_consent(story, at=datetime.now(UTC)))
        books.keep_recording(story.id, a_recording(long), io.BytesIO(long))
    place = urlsplit(app.base_url)
    request = (
        f"GET {path(story.id)} HTTP/1.1\r\nHost: {place.netloc}\r\nRange: bytes=100-\r\n"
        f"Cookie: vertelpunt={editor.cookies['vertelpunt']}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", place.port or 80), timeout=30) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        line.sendall(request.encode())
        got = line.recv(4096)
        assert b" 206 " in got.split(b"\r\n")[0]
        withdrawing.withdraw(app.store, story.id, Party.TELLER)
        total = len(got)
        while more := _rest(line):
            total += len(more)
    assert total < len(long), "the rest never came"
    assert editor.get(path(story.id), Range="bytes=5000000-").status == 404, "nor does another range"


def _rest(line: socket.socket) -> bytes:
    try:
        return line.recv(1 << 20)
    except ConnectionError:
        return b""


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


# without what is masked

SAFE_SOUND = secrets.token_bytes(WINDOW + 777)


@pytest.fixture
def safe_story(app: RunningApp) -> str:
    """A story with a redacted recording that was made and checked."""
    story = a_story(kind=StoryKind.AUDIO, stage=Stage.TAGGED, state=State.TER_VRIJGAVE)
    with app.store.write() as books:
        story = books.add_story(story)
        books.add_consent(*a_consent(story))
        books.keep_recording(story.id, a_recording(SOUND), io.BytesIO(SOUND))
        books.keep_transcript(story.id, a_transcript())
        made, version = new_version(books, story, by="machine")
        books.save(made, expected=story.row_version)
        about = redactions.about_now(books, story.id)
        assert about
        books.keep(story.id, Kind.REDACTED_AUDIO, SAFE_SOUND)
        redactions.keep(books, story.id, redactions.Redaction(about, version.digest, "machine", (), "0", state="ready"))
    return story.id


@pytest.mark.parametrize("role", sorted(Role))
def test_the_redacted_recording_is_heard_by_whoever_may_read_and_by_nobody_else(
    app: RunningApp, visitor: Visitor, safe_story: str, role: Role
) -> None:
    visitor.cookies["vertelpunt"] = app.log_in(f"Luistert {role}", role)
    answer = visitor.get(path(safe_story, "veilig"))
    if role in (Role.REDACTEUR, Role.VRIJGEVER):
        assert answer.status == 200 and answer.body == SAFE_SOUND
        assert visitor.get(path(safe_story, "veilig"), Range="bytes=5-9").body == SAFE_SOUND[5:10]
    else:
        assert answer.status == 404
    assert visitor.get(path(safe_story, Kind.REDACTED_AUDIO)).status == 404, "there is no other way to it"
    if role is Role.VRIJGEVER:
        assert visitor.get(path(safe_story)).status == 404, "the original stays closed"


def test_the_teller_and_strangers_have_no_redacted_recording(
    app: RunningApp, visitor: Visitor, safe_story: str
) -> None:
    assert visitor.get(path(safe_story, "veilig")).status == 404
    assert teller_of(app, visitor, safe_story).get(path(safe_story, "veilig")).status == 404


@pytest.mark.parametrize("change", ["failed", "made", "other text", "withdrawn"])
def test_a_redacted_recording_that_is_not_checked_or_not_of_this_text_is_not_there(
    app: RunningApp, visitor: Visitor, safe_story: str, change: str
) -> None:
    visitor.cookies["vertelpunt"] = app.log_in(f"Wil horen {change}", Role.VRIJGEVER)
    assert visitor.get(path(safe_story, "veilig"), Range="bytes=0-1").status == 206
    with app.store.write() as books:
        if change == "withdrawn":
            books.add_consent(a_withdrawal(books.story(safe_story), at=datetime.now(UTC)))
        elif change == "other text":
            books.keep_transcript(safe_story, a_transcript(["Een heel andere tekst."]))
        else:
            redactions.keep(books, safe_story, replace(redactions.read(books, safe_story), state=change))
    assert visitor.get(path(safe_story, "veilig"), Range="bytes=0-1").status == 404
