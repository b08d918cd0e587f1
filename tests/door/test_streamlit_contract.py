"""What we rely on in Streamlit 1.67, or guard against in it. When one of these fails after an upgrade, read the
decision it names before changing the test: the design of the door follows from these facts."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import streamlit
from app_fixture import RunningApp, Visitor, free_port
from streamlit import config, file_util
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from app import streamlit_options
from door.shell_page import in_our_language
from stories.people import Role
from stories.settings import Settings

MIB = 1024 * 1024


def test_streamlit_is_the_version_that_was_measured() -> None:
    assert streamlit.__version__ == "1.67.0"


# --- a phone that was locked for a while


def test_a_session_waits_an_hour_for_a_phone_that_was_locked(settings: Settings) -> None:
    """Two minutes is Streamlit's own patience; after that the first rerun begins on the first screen (measured in
    Chromium), and a teller who recorded something stands before a page that knows nothing of it."""
    ours = streamlit_options(settings)["server.disconnectedSessionTTL"]
    assert config.get_config_options()["server.disconnectedSessionTTL"].default_val < ours == 3600


def test_the_page_says_whether_its_own_line_is_whole() -> None:
    """The recorder waits with its report for that: what is reported over a broken line, Streamlit drops."""
    scripts = Path(file_util.get_static_dir(), "static", "js").glob("*.js")
    assert any("data-test-connection-state" in script.read_text(encoding="utf-8") for script in scripts)


# --- fact 1: media are named by samples of their bytes


def test_a_bleeped_recording_gets_the_address_of_the_original() -> None:
    """Why no story audio ever goes to `st.audio` or `st.download_button`, but through `door.audio`."""
    original = bytes(range(256)) * (3 * MIB // 256)
    bleeped = bytearray(original)
    bleeped[MIB // 2 : MIB // 2 + 100_000] = bytes(100_000)
    store = MemoryMediaFileStorage("/media")
    first = store.load_and_get_id(original, "audio/wav", MediaFileKind.MEDIA)
    second = store.load_and_get_id(bytes(bleeped), "audio/wav", MediaFileKind.MEDIA)
    assert first == second
    assert store.get_file(store.get_url(second).rsplit("/", 1)[1]).content == original


# --- fact 3: who knows a session id inherits the session's state

RESUMED = """
import streamlit as st
first = st.session_state.setdefault("first", st.context.cookies.get("wie", "niemand"))
st.text(f"state={first} cookie={st.context.cookies.get('wie', 'niemand')}.")
"""


@pytest.fixture(scope="module")
def bare_streamlit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Streamlit as it comes, without our door; gives host:port."""
    folder = tmp_path_factory.mktemp("kaal")
    (folder / "page.py").write_text(RESUMED)
    port = free_port()
    options = ["--server.headless", "true", "--browser.gatherUsageStats", "false", "--server.address", "127.0.0.1"]
    command = [sys.executable, "-m", "streamlit", "run", "page.py", "--server.port", str(port), *options]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield f"127.0.0.1:{port}"
    process.terminate()
    process.wait(20)


def knock(place: str, *, cookie: str = "", session_id: str = "") -> ClientConnection:
    """A websocket as the browser opens it; with a session id it asks to resume that session."""
    protocols = ["streamlit", *(["x", session_id] if session_id else [])]
    until = time.monotonic() + 60
    while True:
        try:
            return connect(
                f"ws://{place}/_stcore/stream",
                origin=f"http://{place}",  # type: ignore[arg-type]
                additional_headers={"Cookie": cookie} if cookie else {},
                subprotocols=protocols,  # type: ignore[arg-type]
                legacy=True,
            )
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)


def run_once(line: ClientConnection) -> tuple[str, bytes]:
    """Ask for one run of the page; gives the session id and everything that was drawn."""
    ask = BackMsg()
    ask.rerun_script.query_string = ""
    line.send(ask.SerializeToString())
    session_id, drawn = "", b""
    while True:
        part = line.recv(timeout=30)
        assert isinstance(part, bytes)
        message = ForwardMsg.FromString(part)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            session_id = message.new_session.initialize.session_id
        drawn += part
        if kind == "script_finished":
            return session_id, drawn


def test_a_session_id_brings_the_state_but_cookies_are_those_of_the_new_connection(bare_streamlit: str) -> None:
    """Why the user is looked up from the cookie in every run, and a role never stands in `session_state`."""
    with knock(bare_streamlit, cookie="wie=Noor") as line:
        session_id, drawn = run_once(line)
    assert b"state=Noor cookie=Noor." in drawn
    with knock(bare_streamlit, session_id=session_id) as line:
        resumed_id, drawn = run_once(line)
    assert resumed_id == session_id
    assert b"state=Noor cookie=niemand." in drawn


def test_in_our_app_a_stolen_session_id_is_nobody(app: RunningApp) -> None:
    place = urlsplit(app.base_url).netloc
    token = app.log_in("Bo Contract", Role.REDACTEUR)
    with knock(place, cookie=f"vertelpunt={token}") as line:
        session_id, drawn = run_once(line)
    assert b"Bo Contract" in drawn
    with knock(place, session_id=session_id) as line:
        _, drawn = run_once(line)
    assert b"Bo Contract" not in drawn


def test_in_our_app_logging_out_ends_a_page_that_is_still_open(app: RunningApp) -> None:
    place = urlsplit(app.base_url).netloc
    token = app.log_in("Bo Contract", Role.REDACTEUR)
    with knock(place, cookie=f"vertelpunt={token}") as line:
        assert b"Bo Contract" in run_once(line)[1]
        visitor = Visitor(app)
        visitor.cookies["vertelpunt"] = token
        assert visitor.post("/uitloggen").status == 303
        assert b"Bo Contract" not in run_once(line)[1]


# --- the raw upload route, metrics, the agent API


def test_streamlits_own_raw_routes_exist_and_ours_are_closed(app: RunningApp, bare_streamlit: str) -> None:
    with knock(bare_streamlit) as line:
        run_once(line)
    visitor = Visitor(app)
    assert visitor.get("/_stcore/metrics").status == 404
    assert visitor.get("/_stcore/agent/openapi.json").status == 404
    for method in ("PUT", "POST", "DELETE", "OPTIONS"):
        answer = visitor.send(
            method, "/_stcore/upload_file/s/f", body=b"x", headers={"Origin": app.base_url, "Content-Length": "1"}
        )
        assert answer.status in (404, 405)


def test_a_message_that_is_no_message_does_not_break_the_house(app: RunningApp) -> None:
    place = urlsplit(app.base_url).netloc
    with knock(place) as line, pytest.raises(ConnectionClosed):
        line.send(b"\xff\x00 Samira uit de Kerkstraat")
        while True:
            line.recv(timeout=10)
    assert "Samira" not in app.log_text()
    assert Visitor(app).get("/inloggen").status == 200


# --- the one HTML page


def test_the_page_of_this_streamlit_has_the_texts_that_we_replace() -> None:
    page = (Path(file_util.get_static_dir()) / "index.html").read_bytes()
    ours = in_our_language(page).decode()
    assert '<html lang="nl">' in ours and "<title>Vertelpunt</title>" in ours
    assert not re.search(r"<script>|You need to enable|_stcore/agent|favicon\.png", ours)


# --- in a real browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    found = next((path for path in map(Path, ("/usr/bin/chromium", "/usr/bin/google-chrome")) if path.exists()), None)
    if found is None:
        pytest.skip("no Chromium: install it with `apt install chromium`")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=str(found), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.mark.browser
def test_the_pages_render_under_our_policy_without_one_outside_request(app: RunningApp, chromium: object) -> None:
    app.user("Bo Contract", Role.REDACTEUR)
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="nl-NL")  # type: ignore[attr-defined]
    page = context.new_page()
    asked: set[str] = set()
    complaints: list[str] = []
    page.on("request", lambda request: asked.add(request.url))
    page.on("websocket", lambda line: asked.add(line.url))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in ("/inloggen", "/mijn-verhaal/code", "/uitloggen"):
        page.goto(app.base_url + path)
        assert page.locator("h1").count() == 1
    page.goto(app.base_url + "/")
    page.wait_for_selector("[data-testid=stApp] [data-testid=stElementContainer]", timeout=30_000)
    page.wait_for_timeout(1500)
    assert page.evaluate("document.documentElement.lang") == "nl"
    assert complaints == []
    place = urlsplit(app.base_url).netloc
    outside = {url for url in asked if urlsplit(url).scheme in ("http", "https", "ws", "wss")}
    assert {urlsplit(url).netloc for url in outside} == {place}
    assert any(url.startswith("ws://") for url in asked)
    context.close()


@pytest.mark.browser
def test_the_policy_stops_inline_script_eval_and_foreign_addresses(app: RunningApp, chromium: object) -> None:
    app.user("Bo Contract", Role.REDACTEUR)
    context = chromium.new_context()  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(app.base_url + "/")
    page.wait_for_selector("[data-testid=stApp]", timeout=30_000)
    assert page.evaluate(
        """async () => {
            const inline = document.createElement("script");
            inline.textContent = "window.inlineRan = true";
            document.head.append(inline);
            const blocked = [];
            addEventListener("securitypolicyviolation", (event) => blocked.push(event.effectiveDirective));
            await fetch("http://192.0.2.1/").catch(() => {});
            const picture = new Image(); picture.src = "http://192.0.2.1/x.png";
            const text = "let ran = true; try { (0, eval)('1') } catch { ran = false } export default ran;";
            const module = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
            const evalRan = (await import(module)).default;  // as Streamlit starts our components
            await new Promise((resolve) => setTimeout(resolve, 500));
            return [window.inlineRan ?? false, evalRan, blocked.includes("connect-src"), blocked.includes("img-src")];
        }"""
    ) == [False, False, True, True]
    context.close()


@pytest.mark.browser
def test_a_person_logs_in_and_out_by_hand(app: RunningApp, chromium: object) -> None:
    app.user("Bo Contract", Role.REDACTEUR)
    context = chromium.new_context(viewport={"width": 390, "height": 844})  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(app.base_url + "/inloggen")
    page.get_by_label("Naam").fill("Bo Contract")
    page.get_by_label("Wachtwoord").fill("paard spijker wolk kachel")
    page.get_by_role("button", name="Inloggen").click()
    page.wait_for_url(app.base_url + "/")
    page.get_by_text("Bo Contract").first.wait_for(timeout=30_000)
    assert page.evaluate("document.cookie").find("vertelpunt=") == -1  # scripts cannot read it
    page.goto(app.base_url + "/uitloggen")
    page.get_by_role("button", name="Log uit").click()
    page.wait_for_url(app.base_url + "/inloggen")
    page.goto(app.base_url + "/")
    page.wait_for_selector("[data-testid=stApp] [data-testid=stElementContainer]", timeout=30_000)
    assert page.get_by_text("Bo Contract").count() == 0
    context.close()


@pytest.mark.browser
def test_a_code_behind_the_hash_fills_the_field_and_leaves_the_address(app: RunningApp, chromium: object) -> None:
    context = chromium.new_context()  # type: ignore[attr-defined]
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(app.base_url + "/mijn-verhaal/code#1234567890123456")
    assert page.input_value("#code") == "1234 5678 9012 3456"
    assert page.url == app.base_url + "/mijn-verhaal/code"
    assert not any("1234" in url.partition("#")[0] for url in asked)
    context.close()
