from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from app_fixture import PASSWORD, ROOT, RunningApp, Visitor, free_port, running_app
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from door.house import check_safe
from door.shell_page import in_our_language
from stories.errors import NotReady
from stories.people import Role
from stories.settings import Settings

FORM = {"naam": "Bo", "wachtwoord": "maakt niet uit hier"}


@pytest.fixture(autouse=True)
def somebody(app: RunningApp) -> None:
    app.user("Bo", Role.REDACTEUR)


@pytest.mark.parametrize(
    "origin",
    ["https://elders.nl", "null", "", "http://localhost:1", "http://localhost.elders.nl", "http://127.0.0.1:1"],
)
def test_a_post_from_another_site_is_refused(visitor: Visitor, origin: str) -> None:
    for path in (
        "/inloggen", "/uitloggen", "/mijn-verhaal/code", "/opname", "/opname/begin", "/opname/deel", "/opname/waar",
        "/opname/weg", "/inloggen/code",
    ):  # fmt: skip
        answer = visitor.post(path, FORM, Origin=origin)
        assert answer.status == 403
        assert "eigen pagina" in answer.text


def test_a_post_that_the_browser_calls_cross_site_is_refused(visitor: Visitor) -> None:
    assert visitor.post("/inloggen", FORM, Sec_Fetch_Site="cross-site").status == 403
    assert visitor.post("/inloggen", FORM, Sec_Fetch_Site="same-origin").status == 401


@pytest.mark.parametrize("host", ["elders.nl", "localhost", "localhost:1", "127.0.0.1.elders.nl", "a b", "x" * 300])
def test_a_foreign_host_is_refused(visitor: Visitor, host: str) -> None:
    answer = visitor.get("/", Host=host)
    assert answer.status == 400
    assert host not in str(answer.headers) or host == "localhost"


def test_a_form_must_be_a_form(visitor: Visitor) -> None:
    for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain"):
        assert visitor.post("/inloggen", FORM, Content_Type=kind).status == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_do_not_come_in(visitor: Visitor, method: str) -> None:
    assert visitor.send(method, "/inloggen").status in (400, 405)


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics", "/_stcore/upload_file/a/b", "/_stcore/agent/openapi.json", "/_stcore/script-health-check",
        "/component/x/index.html", "/auth/login", "/oauth2callback", "/app/static/x", "/media/abc.wav", "/nergens",
        "/vorm/prent/../door.css", "/vorm/prent/", "/vorm/prent", "/vorm/prent/x.svg", "/nergens/dieper",
        "/.env", "/data/vertelpunt.db", "/vorm/../app.py", "/vorm/%2e%2e/app.py", "//elders.nl/x",
    ],
)  # fmt: skip
def test_what_is_not_on_the_list_is_not_there(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status in (400, 404)
    assert b"import " not in answer.body


def test_media_are_closed_to_strangers_even_when_the_address_is_right(app: RunningApp, visitor: Visitor) -> None:
    strangers = visitor.get("/media/0123.png")
    visitor.cookies["vertelpunt"] = app.log_in("Bo", Role.REDACTEUR)
    known = visitor.get("/media/0123.png")
    assert "bestaat niet" in strangers.text
    assert "bestaat niet" not in known.text  # Streamlit's own 404: the door let this one through


def test_every_answer_carries_the_headers(visitor: Visitor) -> None:
    for path in ("/", "/inloggen", "/vorm/door.css", "/_stcore/health", "/nergens", "/geluid/v1/audio"):
        headers = visitor.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe-eval" not in headers["Content-Security-Policy"]
        assert "microphone=(self)" in headers["Permissions-Policy"]
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Referrer-Policy"] in ("no-referrer", "same-origin")
        assert "X-Vertelpunt" not in headers and "Access-Control-Allow-Origin" not in headers


def test_the_policy_names_the_websocket_of_this_host_only(app: RunningApp, visitor: Visitor) -> None:
    place = urlsplit(app.base_url)
    assert f" ws://{place.netloc};" in visitor.get("/").headers["Content-Security-Policy"]
    assert "elders" not in visitor.get("/", Host="elders.nl").headers["Content-Security-Policy"]


def test_streamlits_page_says_that_it_is_dutch_and_has_no_inline_script(visitor: Visitor) -> None:
    for coding in ("", "gzip, deflate, br"):
        page = visitor.get("/", Accept_Encoding=coding).text
        assert '<html lang="nl">' in page and "<title>Vertelpunt</title>" in page
        assert "<script>" not in page and "_stcore/agent" not in page and "JavaScript. Zet het aan" in page
    head = visitor.send("HEAD", "/")
    assert head.status == 200 and head.body == b""


def test_only_streamlits_own_page_is_changed() -> None:
    other = b'<html lang="en"><title>Streamlit</title></html>'
    assert in_our_language(other) == other


def test_a_body_that_is_too_big_is_refused_without_reading_it_all(visitor: Visitor) -> None:
    assert visitor.post("/inloggen", {"naam": "x" * 40_000, "wachtwoord": "y"}).status == 413
    assert visitor.post("/opname/begin", {"naam": "x" * 40_000}).status == 413, "a recording goes to its own two paths"
    assert visitor.post("/opname/deel", {"naam": "x" * 40_000}).status == 401


def test_a_body_that_lies_about_its_size_is_refused_too(app: RunningApp, visitor: Visitor) -> None:
    def endless():  # type: ignore[no-untyped-def]
        for _ in range(20):
            yield b"a" * 8192

    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": app.base_url}
    assert visitor.send("POST", "/inloggen", body=endless(), headers=headers).status == 413


@pytest.mark.slow
def test_a_form_that_never_comes_is_not_waited_for(app: RunningApp) -> None:
    place = urlsplit(app.base_url)
    with socket.create_connection(("127.0.0.1", place.port or 80), timeout=40) as line:
        head = (
            f"POST /inloggen HTTP/1.1\r\nHost: {place.netloc}\r\nOrigin: {app.base_url}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nnaam="
        )
        line.sendall(head.encode())
        began = time.monotonic()
        assert b" 413 " in line.recv(200)
        assert time.monotonic() - began < 25


def socket_to(app: RunningApp, **headers: str):  # type: ignore[no-untyped-def]
    place = urlsplit(app.base_url)
    given = {"Origin": app.base_url} | {name.replace("_", "-"): value for name, value in headers.items()}
    origin = given.pop("Origin") or None
    return connect(
        f"ws://{place.netloc}/_stcore/stream",
        origin=origin,  # type: ignore[arg-type]
        additional_headers=given,
        subprotocols=["streamlit"],  # type: ignore[list-item]
        open_timeout=10,
    )


@pytest.mark.parametrize("origin", ["https://elders.nl", "null", ""])
def test_a_websocket_from_another_site_is_refused(app: RunningApp, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        socket_to(app, Origin=origin)
    assert refused.value.response.status_code == 403


def test_a_websocket_from_our_own_page_is_taken(app: RunningApp) -> None:
    with socket_to(app) as line:
        assert line.subprotocol == "streamlit"


def test_two_hundred_websockets_from_one_address_do_not_all_come_in(app: RunningApp) -> None:
    lines = []
    refused = 0
    try:
        for _ in range(130):
            try:
                lines.append(socket_to(app).__enter__())
            except InvalidStatus:
                refused += 1
        assert refused >= 25
        assert Visitor(app).get("/inloggen").status == 200
    finally:
        for line in lines:
            line.close()
    until = time.monotonic() + 20
    while time.monotonic() < until:  # once they are gone there is room again
        try:
            with socket_to(app):
                return
        except InvalidStatus:
            time.sleep(0.2)
    raise AssertionError("the places of closed websockets were not given back")


# --- starting


def settings_with(folder: Path, **changes: object) -> Settings:
    values = {"data_dir": folder / "data", "master_key_file": folder / "key", **changes}
    return Settings(_env_file=None, **values)  # type: ignore[arg-type,call-arg]


def test_a_start_on_this_machine_and_one_behind_https_are_safe(tmp_path: Path) -> None:
    check_safe(settings_with(tmp_path))
    check_safe(settings_with(tmp_path, address="0.0.0.0", public_url="https://verhalen.voorbeeld.nl/"))


@pytest.mark.parametrize(
    "changes",
    [
        {"address": "0.0.0.0"},
        {"address": "::"},
        {"address": "192.168.1.5", "public_url": "http://192.168.1.5:8501"},
        {"public_url": "verhalen.voorbeeld.nl"},
        {"public_url": "https://verhalen.voorbeeld.nl/pad"},
        {"public_url": "https://wie:wat@verhalen.voorbeeld.nl"},
        {"public_url": "ftp://verhalen.voorbeeld.nl"},
        {"public_url": "https://x.nl; script-src *"},
    ],
)
def test_an_unsafe_start_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(NotReady):
        check_safe(settings_with(tmp_path, **changes))


def test_a_master_key_among_the_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotReady):
        check_safe(settings_with(tmp_path, master_key_file=tmp_path / "data" / "x" / "master.key"))


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"ADDRESS": "0.0.0.0"}, "zonder https"),
        ({"PORT": "geen getal"}, "VERTELPUNT_PORT"),
        ({"MASTER_KEY_FILE": "data/master.key"}, "hoofdsleutel"),
    ],
)
def test_the_app_itself_says_in_dutch_why_it_does_not_start(
    tmp_path: Path, variables: dict[str, str], sentence: str
) -> None:
    given = {"DATA_DIR": "data", "MASTER_KEY_FILE": str(tmp_path / "key"), "PORT": str(free_port())} | variables
    environment = os.environ | {f"VERTELPUNT_{name}": value for name, value in given.items()}
    done = subprocess.run(
        [sys.executable, str(ROOT / "app.py")],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 78
    assert sentence in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_port_that_is_taken_is_said_so(app: RunningApp, tmp_path: Path) -> None:
    port = str(app.settings.port)
    given = {"DATA_DIR": str(tmp_path / "data"), "MASTER_KEY_FILE": str(tmp_path / "key"), "PORT": port}
    environment = os.environ | {f"VERTELPUNT_{name}": value for name, value in given.items()}
    command = [sys.executable, str(ROOT / "app.py")]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 78 and port in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.slow
def test_behind_https_cookies_belong_to_this_host_alone_and_the_websocket_is_safe(tmp_path: Path) -> None:
    with running_app(tmp_path, ADDRESS="0.0.0.0", PUBLIC_URL="https://verhalen.voorbeeld.nl") as public:
        public.user("Bo", Role.REDACTEUR)
        visitor = Visitor(public)
        given = {"Host": "verhalen.voorbeeld.nl", "Origin": "https://verhalen.voorbeeld.nl"}
        page = visitor.get("/", **given)
        assert " wss://verhalen.voorbeeld.nl;" in page.headers["Content-Security-Policy"]
        assert "max-age" in page.headers["Strict-Transport-Security"]
        inside = visitor.post("/inloggen", {"naam": "Bo", "wachtwoord": PASSWORD}, **given)
        assert inside.status == 303
        cookie = inside.headers["Set-Cookie"]
        assert cookie.startswith("__Host-vertelpunt=") and "Secure" in cookie and "Path=/" in cookie
        assert visitor.get("/media/x.png", **given).text != visitor.get("/media/x.png", Cookie="a=b", **given).text
        assert visitor.post("/uitloggen", Host="verhalen.voorbeeld.nl", Origin="http://localhost:8501").status == 403


@pytest.mark.slow
def test_streamlit_run_without_the_door_shows_nothing(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port)]
    command += ["--server.headless", "true", "--browser.gatherUsageStats", "false", "--server.address", "127.0.0.1"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    try:
        page = asyncio.run(first_page(port))
    finally:
        process.terminate()
        process.wait(20)
    assert b"make run" in page and b"Vertel hoe" not in page


async def first_page(port: int) -> bytes:
    """What Streamlit draws for a first visitor, as the raw messages it sends."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from websockets.asyncio.client import connect as connect_async

    ask = BackMsg()
    ask.rerun_script.query_string = ""
    seen = b""
    for _ in range(100):
        try:
            url = f"ws://127.0.0.1:{port}/_stcore/stream"
            async with connect_async(url, subprotocols=["streamlit"]) as line:  # type: ignore[list-item]
                await line.send(ask.SerializeToString())
                async with asyncio.timeout(20):
                    while b"make run" not in seen:
                        part = await line.recv()
                        seen += part if isinstance(part, bytes) else part.encode()
                return seen
        except TimeoutError:
            return seen
        except OSError:
            await asyncio.sleep(0.3)
    return seen
