"""The real app as a process of its own, on a free port with fresh data, for tests that knock at its door.

with running_app(tmp_path) as app:
    visitor = Visitor(app)
    page = visitor.get("/inloggen")
    token = app.log_in("Noor", Role.REDACTEUR)          # an account and a session, made straight in the store
    browser_context.add_cookies([app.cookie(token)])     # Playwright
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from stories.people import Role, User
from stories.receipts import Hasher
from stories.settings import Settings
from stories.store import Store

ROOT = Path(__file__).resolve().parents[1]
START_S = 90
PASSWORD = "paard spijker wolk kachel"


@dataclass
class RunningApp:
    """A started app. `log` holds everything that it and its worker wrote."""

    base_url: str
    first_run_code: str
    settings: Settings
    process: subprocess.Popen[bytes]
    log: Path
    _stores: list[Store] = field(default_factory=list)

    @property
    def store(self) -> Store:
        """The same database, opened by the test (with hashes that cost nothing)."""
        if not self._stores:
            hasher = Hasher(time_cost=1, memory_kib=8, parallelism=1)
            self._stores.append(Store.open(self.settings, hasher=hasher))
        return self._stores[0]

    def user(self, name: str, *roles: Role, password: str = PASSWORD) -> User:
        """An account, made once."""
        with self.store.write() as books:
            for known in books.users():
                if known.name.casefold() == name.casefold():  # as the store compares names
                    assert not roles or known.roles == frozenset(roles), f"{name} is there with other roles"
                    return known
            return books.add_user(name, password, roles)

    def log_in(self, name: str, *roles: Role) -> str:
        """A session token for somebody with these roles, without walking through the door."""
        user = self.user(name, *roles)
        with self.store.write() as books:
            return books.add_session(user.id, datetime.now(UTC))

    def cookie(self, token: str) -> dict[str, Any]:
        """The session as a cookie for Playwright's `add_cookies`."""
        return {"name": "vertelpunt", "value": token, "url": self.base_url, "httpOnly": True, "sameSite": "Strict"}

    def log_text(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextlib.contextmanager
def running_app(folder: Path, script: str = "app.py", **variables: str) -> Iterator[RunningApp]:
    """Start `python app.py` with its data in `folder`; `variables` are more VERTELPUNT_ settings (`MODEL="tiny"`)."""
    port = free_port()
    given = {
        "DATA_DIR": str(folder / "data"),
        "MASTER_KEY_FILE": str(folder / "sleutel" / "master.key"),
        "MODEL_DIR": str(folder / "modellen"),  # never what happens to lie at home
        "PORT": str(port),
    } | variables
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("VERTELPUNT_", "STREAMLIT_"))}
    environment = clean | {f"VERTELPUNT_{name}": value for name, value in given.items()} | {"PYTHONUNBUFFERED": "1"}
    settings = Settings(_env_file=None, **{name.lower(): value for name, value in given.items()})  # type: ignore[arg-type]
    log = folder / "app.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, script], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    app = RunningApp(f"http://localhost:{port}", "", settings, process, log)
    try:
        _wait_until_open(app, port)
        code = re.search(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b", app.log_text())
        app.first_run_code = code.group(0) if code else ""
        yield app
    finally:
        for store in app._stores:
            store.close()
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def _wait_until_open(app: RunningApp, port: int) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if app.process.poll() is not None:
            raise AssertionError(f"the app stopped with {app.process.returncode}:\n{app.log_text()[-4000:]}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/_stcore/health")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.2)
    raise AssertionError(f"the app did not open in {START_S} s:\n{app.log_text()[-4000:]}")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


class Visitor:
    """A plain HTTP client that keeps cookies and, like a browser, says where a post comes from."""

    def __init__(self, app: RunningApp) -> None:
        self.app = app
        self.cookies: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, headers=_named(headers))

    def post(self, path: str, fields: Mapping[str, str] | None = None, **headers: str) -> Answer:
        body = urlencode(fields or {}).encode()
        given = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.app.base_url}
        return self.send("POST", path, body=body, headers=given | _named(headers))

    def send(self, method: str, path: str, *, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        place = urlsplit(self.app.base_url)
        assert place.port is not None
        connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=60)
        sent = {"Host": place.netloc} | dict(headers or {})
        if self.cookies:
            sent.setdefault("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        connection.request(method, path, body=body, headers={name: value for name, value in sent.items() if value})
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            if value in ("", '""') or "max-age=0" in line.lower():
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def nonsense(size: int) -> bytes:
    """Bytes that no program takes for sound."""
    return secrets.token_bytes(min(size, 4096)) * (size // 4096 + 1)
