"""The command line of capture as somebody outside calls it, with its memory and time measured.

Starting Python and importing what the command needs takes longer than most checks. So one process does that once and
stays; each call is a fork of it, with arguments, environment, output, exit code and measured memory of its own. With
`anew=True` the fork becomes `python -m capture` itself; a test compares the two.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]

_SERVER = """
import json, os, signal, sys, traceback
from capture.__main__ import main

def run(request):
    signal.alarm(60)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(os.open(request["out"], os.O_WRONLY), 1)
    os.dup2(os.open(request["err"], os.O_WRONLY), 2)
    os.environ |= request["env"]
    if request["anew"]:
        os.execv(sys.executable, [sys.executable, "-m", "capture", *request["arguments"]])
    code = main(request["arguments"])
    sys.stdout.flush()
    return code

while line := sys.stdin.readline():
    child = os.fork()
    if not child:
        code = 1
        try:
            code = run(json.loads(line))
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status, used = os.wait4(child, 0)  # of the child and of what it started and waited for
    rss = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    answer = {"code": os.waitstatus_to_exitcode(status), "rss_bytes": rss, "cpu_s": used.ru_utime + used.ru_stime}
    print(json.dumps(answer), flush=True)
"""


@dataclass(frozen=True)
class Run:
    """One run of the command. `rss_bytes` is that of its heaviest process, `cpu_s` of all of them together."""

    code: int
    rss_bytes: int
    cpu_s: float
    wall_s: float
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


class Command:
    """Runs the command from the repository's root, without any setting of whoever runs the tests."""

    def __enter__(self) -> Self:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("VERTELPUNT_")}
        command, pipe = [sys.executable, "-c", _SERVER], subprocess.PIPE
        self._server = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.communicate()  # the end of its input is the end of it

    def __call__(self, *arguments: str | Path, env: Mapping[str, str] | None = None, anew: bool = False) -> Run:
        assert self._server.stdin is not None and self._server.stdout is not None
        with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
            request = {"arguments": [*map(str, arguments)], "env": dict(env or {}), "anew": anew}
            start = time.monotonic()
            self._server.stdin.write(json.dumps(request | {"out": out.name, "err": err.name}) + "\n")
            self._server.stdin.flush()
            answer = json.loads(self._server.stdout.readline())
            wall_s = time.monotonic() - start
            return Run(**answer, wall_s=wall_s, out=out.read().decode(), err=err.read().decode())


MEMORY = 300 * 2**20
SECONDS = 20
"""What a check may take at most, in bytes and in seconds."""
Check = Callable[..., Run]
"""`check FILE` on these bytes: the fixture of that name."""


def refused(run: Run, *reasons: str) -> None:
    assert run.code == 2, run
    facts = run.json
    assert facts["accepted"] is False and facts["reason"] in reasons, facts
    assert run.err.strip() == facts["message"] and facts["message"].endswith((".", "?"))
