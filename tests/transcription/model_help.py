"""What the tests about models share: a model that is real as far as anybody can see, and a hub on this computer."""

from __future__ import annotations

import hashlib
import http.server
import json
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from transcription.models import EXAMPLE_MARK

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def plain_copy(model: Path, folder: Path) -> Path:
    """The exercise model without its mark: as far as anybody can see, a real one."""
    shutil.copytree(model, folder, ignore=shutil.ignore_patterns(EXAMPLE_MARK))
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass
class Hub:
    """A hub with one repository: what its API says, what it sends, and how it misbehaves."""

    folder: Path
    repository: str
    address: str = ""
    commit: str = COMMIT
    cut_after: int | None = None  # the line breaks after so many bytes of every answer
    knows_ranges: bool = True
    pause_s: float = 0.0  # before every MiB that it sends
    sends: dict[str, bytes] = field(default_factory=dict)  # other bytes than it says
    asked: list[tuple[str, str]] = field(default_factory=list)  # (path, range)

    def about(self) -> dict[str, Any]:
        siblings = []
        for path in sorted(self.folder.iterdir()):
            data = path.read_bytes()
            row: dict[str, Any] = {"rfilename": path.name, "size": len(data)}
            row["blobId"] = hashlib.sha1(f"blob {len(data)}\0".encode() + data).hexdigest()
            if path.name == "model.bin":
                row["blobId"] = "0" * 40  # git's sum of the pointer, not of the file
                row["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134}
            siblings.append(row)
        return {"_id": "1", "id": self.repository, "modelId": self.repository, "sha": self.commit, "siblings": siblings}


@contextmanager
def a_hub(folder: Path, repository: str) -> Iterator[Hub]:
    """Real HTTP, real files, on a port of this computer."""
    hub = Hub(folder, repository)

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            hub.asked.append((path, self.headers.get("Range", "")))
            if path == f"/api/models/{hub.repository}":
                self._send(200, json.dumps(hub.about()).encode(), "application/json")
                return
            start = f"/{hub.repository}/resolve/{hub.commit}/"
            file = hub.folder / path.removeprefix(start)
            if not path.startswith(start) or not file.is_file():
                self._send(404, b"<!DOCTYPE html><html>404", "text/html")
                return
            data = hub.sends.get(file.name, file.read_bytes())
            begin = int(self.headers.get("Range", "bytes=0-")[6:].rstrip("-")) if hub.knows_ranges else 0
            self._send(206 if begin else 200, data[begin:], "application/octet-stream", hub.cut_after)

        def _send(self, status: int, body: bytes, kind: str, cut: int | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            body = body if cut is None else body[:cut]
            for begin in range(0, len(body), 2**20):
                time.sleep(hub.pause_s)
                self.wfile.write(body[begin : begin + 2**20])

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        hub.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield hub
        finally:
            server.shutdown()
            thread.join()
