from __future__ import annotations

import re
from pathlib import Path

from app_fixture import ROOT
from starlette.datastructures import MutableHeaders

from door.security import _Answer
from door.templates import notice, page
from stories.words import room

FILES = [ROOT / "app.py", ROOT / "desk" / "accounts.py", ROOT / "stories" / "tickets.py"]


def asked_for() -> set[str]:
    """Every name of the catalogue that the door's code and pages ask for."""
    code = "\n".join(path.read_text() for path in [*FILES, *Path(ROOT / "door").glob("*.py")])
    pages = "\n".join(path.read_text() for path in Path(ROOT / "door" / "html").glob("*.html"))
    names = set(re.findall(r"door\.([a-z_0-9]+)\"", code)) | set(re.findall(r"say\(\"([a-z_0-9]+)\"", pages))
    names |= set(re.findall(r"_Stop\([0-9]+, \"([a-z_]+)\"", code))
    names |= {name for name in re.findall(r"\"(upload_[a-z_]+)\"", code) if name in room("door")}
    names |= {"motto_teller", "motto_staff"}
    for name in re.findall(r"notice\(\"([a-z_]+)\"", code):
        names |= {name, f"{name}_title"}
    for what in ("logout", "receipt_out"):
        names |= {f"{what}_{part}" for part in ("title", "intro", "button")}
    return names


def test_every_sentence_that_is_asked_for_is_there_and_every_sentence_is_used() -> None:
    assert asked_for() - set(room("door")) == set()
    assert set(room("door")) - asked_for() == set()


def test_every_page_can_be_drawn() -> None:
    for name in ("bad_request", "foreign", "not_here", "too_big", "broken"):
        assert b"<h1>" in notice(name, 400).body
    for what, action in (("logout", "/uitloggen"), ("receipt_out", "/mijn-verhaal/uit")):
        assert action.encode() in page("klaar", what=what, action=action, back="/").body
    assert b"&lt;b&gt;" in page("melding_zin", sentence="<b>").body


def test_with_https_every_cookie_is_secure_also_streamlits_own() -> None:
    headers = MutableHeaders(raw=[(b"set-cookie", b"_streamlit_xsrf=1; Path=/"), (b"set-cookie", b"a=b; Secure")])
    _Answer(None, policy="", https=True)._dress(headers)  # type: ignore[arg-type]
    assert all(value.lower().count("secure") == 1 for value in headers.getlist("set-cookie"))
    assert "max-age" in headers["strict-transport-security"]
